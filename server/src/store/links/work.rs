//! What is to be done for links: proving tokens, fetching history.

use super::{LinkRecord, link_columns, lock, lock_taken};
use crate::clock::Moment;
use crate::store::feed::Subject;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use crate::store::{Result, Store, StoreError};
use domain::ids::LinkId;

/// Due links that nobody has taken, in the order of a column.
macro_rules! waiting {
    ($column:literal) => {
        concat!(
            "SELECT ",
            link_columns!(),
            " FROM links
             JOIN users ON users.id = links.user_id
             WHERE links.next_try_at IS NOT NULL
             AND links.next_try_at <= $1
             AND ",
            $column,
            " IS NOT NULL
             AND ",
            $column,
            " <= $1
             AND users.disabled_at IS NULL
             AND (links.taken_until IS NULL OR links.taken_until <= $1)
             ORDER BY ",
            $column,
            ", links.id
             LIMIT $2"
        )
    };
}
const DUE: &str = waiting!("links.next_try_at");
const FRESH: &str = waiting!("links.fresh_at");

static LOOKED_AT: Grouped = Grouped::new(
    "WITH seen (seen_link, seen_at) AS (VALUES",
    2,
    ") UPDATE links
     SET fresh_at = NULL
     FROM seen
     WHERE links.id = seen.seen_link
     AND links.fresh_at <= seen.seen_at",
);

impl Store {
    /// Links for which the bank is to be called by `now`, those that have waited longest first; without those that somebody has
    /// taken. Those of a paused account stay due, and wait.
    pub async fn due_links(&self, now: Moment, limit: i64) -> Result<Vec<LinkRecord>> {
        self.waiting_links(DUE, now, limit).await
    }

    /// Of the due links those with something that nobody has looked at yet, the oldest first.
    pub async fn fresh_links(&self, now: Moment, limit: i64) -> Result<Vec<LinkRecord>> {
        self.waiting_links(FRESH, now, limit).await
    }

    /// Notes that what these links had new by `now` was looked at. The bank is still to be asked.
    pub async fn note_looked_at(&self, links: &[LinkRecord], now: Moment) -> Result<()> {
        let (users, links): (Vec<_>, Vec<_>) = links.iter().map(|link| (link.user_id.clone(), link.id.clone())).unzip();
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock_feeds(&users).await?;
                let noting = LOOKED_AT.rows(&links, |row, link| {
                    row.text(link.as_str()).moment(now);
                });
                noting.execute(tx.conn()).await?;
                Ok(())
            })
        })
        .await
    }

    async fn waiting_links(&self, sql: &'static str, now: Moment, limit: i64) -> Result<Vec<LinkRecord>> {
        let rows = sqlx::query(sql).bind(now.0).bind(limit).fetch_all(&self.inner.reads).await?;
        rows.iter().map(LinkRecord::read).collect()
    }

    /// Takes a due link for a piece of work, until then. What makes it due meanwhile stands; if the work never ends, it is due again
    /// when that is over. None where somebody else was quicker, or it is not due any more.
    pub async fn take_link(&self, id: &LinkId, until: Moment, now: Moment) -> Result<Option<LinkRecord>> {
        let id = id.clone();
        self.write(move |tx| {
            Box::pin(async move {
                let row = sqlx::query(concat!(
                    "UPDATE links
                     SET turn = turn + 1, taken_until = $1, next_try_at = $1, fresh_at = NULL
                     WHERE id = $2
                     AND next_try_at <= $3
                     AND (taken_until IS NULL OR taken_until <= $3)
                     RETURNING ",
                    link_columns!()
                ))
                .bind(until.0)
                .bind(id.to_string())
                .bind(now.0)
                .fetch_optional(tx.conn())
                .await?;
                row.as_ref().map(LinkRecord::read).transpose()
            })
        })
        .await
    }

    /// Counts a failed try of a link as it was taken, and sets the next one. The user's feed hears of it only if the problem is a new
    /// one. A link that has ended meanwhile is left alone.
    pub async fn postpone_link(&self, taken: &LinkRecord, problem: &str, next_try_at: Moment) -> Result<()> {
        let (taken, problem) = (taken.clone(), problem.to_owned());
        self.write(move |tx| {
            Box::pin(async move {
                let link = lock(tx, &taken.id).await?;
                if link.has_ended() {
                    return Ok(());
                }
                if link.turn != taken.turn {
                    return Err(StoreError::LeaseLost);
                }
                let seq = if link.problem == problem {
                    link.seq
                } else {
                    tx.emit(&link.user_id, Subject::Link(link.id.clone()), next_try_at)?
                };
                sqlx::query(
                    "UPDATE links
                     SET problem = $1, next_try_at = $2, attempts = attempts + 1, seq = $3, taken_until = NULL
                     WHERE id = $4",
                )
                .bind(problem)
                .bind(next_try_at.0)
                .bind(seq.0)
                .bind(link.id.to_string())
                .execute(tx.conn())
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Notes that the bank refuses the token of a link as it was taken. A link that has ended meanwhile is left alone.
    pub async fn refuse_taken(&self, taken: &LinkRecord, problem: &str, at: Moment) -> Result<()> {
        let (taken, problem) = (taken.clone(), problem.to_owned());
        self.write(move |tx| {
            Box::pin(async move {
                let link = lock_taken(tx, &taken).await?;
                refuse(tx, &link, &problem, at).await
            })
        })
        .await
    }

    /// Notes that nothing is to be tried with a link any more, whoever works on it. The first refusal stands. A link that has ended meanwhile is left alone.
    pub async fn refuse_link(&self, id: &LinkId, problem: &str, at: Moment) -> Result<()> {
        let (id, problem) = (id.clone(), problem.to_owned());
        self.write(move |tx| {
            Box::pin(async move {
                let link = lock(tx, &id).await?;
                refuse(tx, &link, &problem, at).await
            })
        })
        .await
    }

    /// Notes that the bank's notification spoke of this link. The first time stands.
    pub async fn note_notified(&self, id: &LinkId, at: Moment) -> Result<()> {
        let id = id.clone();
        self.write(move |tx| {
            Box::pin(async move {
                let link = lock(tx, &id).await?;
                if link.notified_at.is_some() || link.forgotten_at.is_some() {
                    return Ok(());
                }
                let seq = tx.emit(&link.user_id, Subject::Link(link.id.clone()), at)?;
                sqlx::query(
                    "UPDATE links
                     SET notified_at = $1, last_news_at = $1, seq = $2
                     WHERE id = $3",
                )
                .bind(at.0)
                .bind(seq.0)
                .bind(link.id.to_string())
                .execute(tx.conn())
                .await?;
                Ok(())
            })
        })
        .await
    }
}

/// The body of [`Store::refuse_link`], for a transaction that does more. The feed of its owner is locked.
pub(in crate::store) async fn refuse(tx: &mut Tx, link: &LinkRecord, problem: &str, at: Moment) -> Result<()> {
    if link.has_ended() || link.refused_at.is_some() {
        return Ok(());
    }
    let seq = tx.emit(&link.user_id, Subject::Link(link.id.clone()), at)?;
    sqlx::query(
        "UPDATE links
         SET problem = $1, refused_at = $2, next_try_at = NULL, seq = $3, turn = turn + 1, taken_until = NULL
         WHERE id = $4",
    )
    .bind(problem.to_owned())
    .bind(at.0)
    .bind(seq.0)
    .bind(link.id.to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}
