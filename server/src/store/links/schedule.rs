//! When a link is looked at again, apart from failures and history.

use super::{LinkRecord, linked, lock_taken};
use crate::clock::Moment;
use crate::store::feed::Subject;
use crate::store::row::Columns as _;
use crate::store::statement::Grouped;
use crate::store::{Result, Store};
use domain::ids::{LinkId, UserId};

/// How a round of calls for a link ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// Until when the round had taken the link.
    pub lease: Moment,
    /// Something is still open, so the link is looked at again then.
    pub retry_at: Option<Moment>,
    /// All its statements were read through; the next time is then.
    pub reconcile_at: Option<Moment>,
}

/// Links whose statements have to be read through: by id, each with its own moment.
static RECONCILE: Grouped = Grouped::new(
    "WITH wanted (wanted_link, wanted_at) AS (VALUES",
    2,
    ") UPDATE links
     SET reconcile_at = wanted.wanted_at,
        next_try_at = CASE WHEN links.next_try_at <= wanted.wanted_at THEN links.next_try_at ELSE wanted.wanted_at END
     FROM wanted
     WHERE links.id = wanted.wanted_link",
);

impl Store {
    /// Makes a link due at `at`, unless it is due before or there is no token to call the bank with.
    pub async fn schedule_link(&self, id: &LinkId, at: Moment) -> Result<()> {
        let id = id.clone();
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE links
                     SET next_try_at = CASE WHEN next_try_at <= $1 THEN next_try_at ELSE $1 END,
                        fresh_at = CASE WHEN fresh_at <= $1 THEN fresh_at ELSE $1 END
                     WHERE id = $2
                     AND token_sealed IS NOT NULL
                     AND refused_at IS NULL",
                )
                .bind(at.0)
                .bind(id.to_string())
                .execute(tx.conn())
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Has all statements of a user's link read through at `at`, unless that is due before. False where she has no link that the
    /// bank could be asked for.
    pub async fn ask_for_link(&self, id: &LinkId, user_id: &UserId, at: Moment) -> Result<bool> {
        let ask = sqlx::query(concat!(
            "UPDATE links
             SET reconcile_at = CASE WHEN reconcile_at <= $1 THEN reconcile_at ELSE $1 END,
                next_try_at = CASE WHEN next_try_at <= $1 THEN next_try_at ELSE $1 END,
                fresh_at = CASE WHEN fresh_at <= $1 THEN fresh_at ELSE $1 END
             WHERE id = $2
             AND user_id = $3
             AND token_sealed IS NOT NULL
             AND ",
            linked!()
        ))
        .bind(at.0)
        .bind(id.to_string())
        .bind(user_id.to_string());
        Ok(self.change(ask).await? == 1)
    }

    /// Notes how a round with a link as it was taken ended. The link is due at the earliest of a retry, its next reconciliation and what made it due
    /// meanwhile; failed tries are counted while something is open. A problem that it had is over, which its owner's feed tells.
    pub async fn end_round(&self, taken: &LinkRecord, round: Round) -> Result<()> {
        let taken = taken.clone();
        self.write(move |tx| {
            Box::pin(async move {
                let link = lock_taken(tx, &taken).await?;
                let seq = if link.problem.is_empty() || link.has_ended() {
                    link.seq
                } else {
                    tx.emit(&link.user_id, Subject::Link(link.id.clone()), round.lease)?
                };
                let reconcile_at = round.reconcile_at.or(link.reconcile_at).filter(|_| !link.has_ended());
                let meanwhile = link.next_try_at.filter(|at| *at < round.lease);
                let next = [round.retry_at, reconcile_at, meanwhile].into_iter().flatten().min();
                sqlx::query(
                    "UPDATE links
                     SET reconcile_at = $1, next_try_at = $2, attempts = $3, problem = $4, seq = $5, taken_until = NULL
                     WHERE id = $6",
                )
                .bind(reconcile_at.map(|at| at.0))
                .bind(next.filter(|_| link.token_sealed.is_some()).map(|at| at.0))
                .bind(if round.retry_at.is_some() { link.attempts.saturating_add(1) } else { 0 })
                .bind(if link.has_ended() { link.problem } else { String::new() })
                .bind(seq.0)
                .bind(link.id.to_string())
                .execute(tx.conn())
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Has the statements of the next `limit` links after an id read through, each at the moment that `at` gives for it. The id of
    /// the last one, none where there are no more.
    pub async fn reconcile_links(
        &self,
        after: Option<&LinkId>,
        limit: i64,
        at: impl Fn() -> Moment,
    ) -> Result<Option<LinkId>> {
        let rows = sqlx::query(
            "SELECT id, user_id
             FROM links
             WHERE id > $1
             AND token_sealed IS NOT NULL
             AND proven_at IS NOT NULL
             AND refused_at IS NULL
             AND revoked_at IS NULL
             ORDER BY id
             LIMIT $2",
        )
        .bind(after.map(LinkId::to_string).unwrap_or_default())
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        let wanted = rows.iter().map(|row| Ok((row.id("id")?, at()))).collect::<Result<Vec<(LinkId, Moment)>>>()?;
        let users = rows.iter().map(|row| row.id("user_id")).collect::<Result<Vec<UserId>>>()?;
        let last = wanted.last().map(|(id, _)| id.clone());
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock_feeds(&users).await?;
                let reconciling = RECONCILE.rows(&wanted, |row, (id, at)| {
                    row.text(id.as_str()).moment(*at);
                });
                reconciling.execute(tx.conn()).await?;
                Ok(())
            })
        })
        .await?;
        Ok(last)
    }
}
