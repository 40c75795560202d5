//! How a link ends: revoked at the bank, or forgotten by us.

use super::{LinkRecord, find, find_by_token, lock_token};
use crate::clock::Moment;
use crate::store::alerts::{erase_alerts, relearn_merchants};
use crate::store::feed::Subject;
use crate::store::payments::erase_own;
use crate::store::transaction::Tx;
use crate::store::{Result, Store};
use domain::ids::{LinkId, UserId};

impl Store {
    /// Notes that the bank has revoked a token, known to us or not, and ends its link at once. The first time stands. The sealed
    /// token stays for [`Store::erase_token`] or [`Store::erase_revoked_tokens`]: the link is due at `check_at`, for the bank to
    /// say whether it really refuses the token. Answers the link, if there is one.
    pub async fn revoke_token(
        &self,
        token_fp: &str,
        check_at: Option<Moment>,
        at: Moment,
    ) -> Result<Option<LinkRecord>> {
        let token_fp = token_fp.to_owned();
        self.write(move |tx| {
            Box::pin(async move {
                let revoked_at = lock_token(tx, &token_fp).await?;
                if let Some(link) = find_by_token(tx.conn(), &token_fp).await? {
                    tx.lock_feeds([&link.user_id]).await?;
                }
                end(tx, &token_fp, revoked_at, check_at, at).await
            })
        })
        .await
    }

    /// Removes the sealed token of a link that has ended.
    pub async fn erase_token(&self, id: &LinkId) -> Result<()> {
        let id = id.clone();
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE links
                     SET token_sealed = NULL, next_try_at = NULL
                     WHERE id = $1
                     AND (revoked_at IS NOT NULL OR forgotten_at IS NOT NULL)",
                )
                .bind(id.to_string())
                .execute(tx.conn())
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Removes the sealed tokens of links that were revoked before this moment: at most `limit`, and how many.
    pub async fn erase_revoked_tokens(&self, before: Moment, limit: i64) -> Result<u64> {
        let erase = sqlx::query(
            "UPDATE links
             SET token_sealed = NULL, next_try_at = NULL
             WHERE id IN (
                SELECT id
                FROM links
                WHERE token_sealed IS NOT NULL
                AND revoked_at < $1
                ORDER BY revoked_at
                LIMIT $2)",
        )
        .bind(before.0)
        .bind(limit);
        self.change(erase).await
    }

    /// Forgets a user's link: the sealed token is removed, the link is shown nowhere any more, and with `erase_history` its
    /// payments, what she wrote on them, cards and accounts are deleted. False where there is no such link of hers, or it is
    /// forgotten already.
    pub async fn forget_link(&self, id: &LinkId, user_id: &UserId, erase_history: bool, at: Moment) -> Result<bool> {
        let (id, user_id) = (id.clone(), user_id.clone());
        self.write(move |tx| Box::pin(async move { forget(tx, &id, &user_id, erase_history, at).await })).await
    }
}

/// The body of [`Store::forget_link`], for a transaction that does more.
pub(in crate::store) async fn forget(
    tx: &mut Tx,
    id: &LinkId,
    user_id: &UserId,
    erase_history: bool,
    at: Moment,
) -> Result<bool> {
    tx.lock_feeds([user_id]).await?;
    let Some(link) = find(tx.conn(), id).await? else { return Ok(false) };
    if link.user_id != *user_id || link.forgotten_at.is_some() {
        return Ok(false);
    }
    let seq = tx.emit(user_id, Subject::Link(link.id.clone()), at)?;
    sqlx::query(
        "UPDATE links
         SET forgotten_at = $1, token_sealed = NULL, next_try_at = NULL, seq = $2
         WHERE id = $3",
    )
    .bind(at.0)
    .bind(seq.0)
    .bind(link.id.to_string())
    .execute(tx.conn())
    .await?;
    if erase_history {
        erase(tx, &link).await?;
    }
    Ok(true)
}

/// The body of [`Store::revoke_token`], for a transaction that does more. The token is locked, and so is the feed of whom it links.
pub(in crate::store) async fn end(
    tx: &mut Tx,
    token_fp: &str,
    revoked_at: Option<Moment>,
    check_at: Option<Moment>,
    at: Moment,
) -> Result<Option<LinkRecord>> {
    if revoked_at.is_none() {
        sqlx::query("UPDATE revoked_tokens SET revoked_at = $1 WHERE token_fp = $2")
            .bind(at.0)
            .bind(token_fp.to_owned())
            .execute(tx.conn())
            .await?;
    }
    match find_by_token(tx.conn(), token_fp).await? {
        Some(link) if link.revoked_at.is_none() => revoke(tx, &link, check_at, at).await,
        unchanged => Ok(unchanged),
    }
}

async fn revoke(tx: &mut Tx, link: &LinkRecord, check_at: Option<Moment>, at: Moment) -> Result<Option<LinkRecord>> {
    let seq = match link.forgotten_at {
        None => tx.emit(&link.user_id, Subject::Link(link.id.clone()), at)?,
        // Its owner does not see it any more.
        Some(_) => link.seq,
    };
    sqlx::query(
        "UPDATE links
         SET revoked_at = $1, last_news_at = $1, next_try_at = $2, attempts = 0, seq = $3, turn = turn + 1,
            taken_until = NULL
         WHERE id = $4",
    )
    .bind(at.0)
    .bind(check_at.filter(|_| link.token_sealed.is_some()).map(|at| at.0))
    .bind(seq.0)
    .bind(link.id.to_string())
    .execute(tx.conn())
    .await?;
    find(tx.conn(), &link.id).await
}

async fn erase(tx: &mut Tx, link: &LinkRecord) -> Result<()> {
    // They go by the payments that are still there.
    erase_own(tx, &link.user_id, &link.id).await?;
    erase_alerts(tx, &link.user_id, &link.id).await?;
    for sql in [
        "DELETE FROM payments WHERE link_id = $1",
        "DELETE FROM cards WHERE link_id = $1",
        "DELETE FROM accounts WHERE link_id = $1",
        "UPDATE links SET holder = '', history_total = 0, history_done = 0, history_complete_at = NULL WHERE id = $1",
    ] {
        sqlx::query(sql).bind(link.id.to_string()).execute(tx.conn()).await?;
    }
    relearn_merchants(tx, &link.user_id).await
}
