//! A new token for accounts that are linked already.

use super::{LearnedAccount, LinkRecord, find};
use crate::clock::Moment;
use crate::store::feed::Subject;
use crate::store::row::Columns as _;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use crate::store::{Result, StoreError};
use domain::ids::LinkId;

static SHARING: Grouped = Grouped::new(
    "WITH told (told_acc, told_user) AS (VALUES",
    2,
    ") SELECT links.id AS link_id, links.created_at
     FROM told
     CROSS JOIN accounts
     JOIN links ON links.id = accounts.link_id
     WHERE accounts.acc_id = told.told_acc
     AND links.user_id = told.told_user
     AND links.forgotten_at IS NULL",
);

/// The user's oldest other link that knows one of these accounts and is not forgotten.
pub(super) async fn older_link(tx: &mut Tx, link: &LinkRecord, told: &[LearnedAccount]) -> Result<Option<LinkId>> {
    let user = link.user_id.as_str();
    let query = SHARING.rows(told, |row, account| {
        row.text(account.acc_id.as_str()).text(user);
    });
    let mut oldest: Option<(Moment, LinkId)> = None;
    for row in query.fetch(tx.conn()).await? {
        let found = (row.moment("created_at")?, row.id::<LinkId>("link_id")?);
        if found.1 != link.id && oldest.as_ref().is_none_or(|oldest| found < *oldest) {
            oldest = Some(found);
        }
    }
    Ok(oldest.map(|(_, id)| id))
}

/// Gives the new link's token to the older one, and leads the new link's id there. The new link has nothing else yet.
pub(super) async fn merge(tx: &mut Tx, new: LinkRecord, older: &LinkId, at: Moment) -> Result<LinkRecord> {
    // Whoever shows the new link learns that it is no more.
    tx.emit(&new.user_id, Subject::Link(new.id.clone()), at)?;
    for sql in [
        "UPDATE link_aliases SET link_id = $1 WHERE link_id = $2",
        "INSERT INTO link_aliases (id, link_id) VALUES ($2, $1)",
    ] {
        sqlx::query(sql).bind(older.to_string()).bind(new.id.to_string()).execute(tx.conn()).await?;
    }
    sqlx::query("DELETE FROM links WHERE id = $1").bind(new.id.to_string()).execute(tx.conn()).await?;
    sqlx::query(
        "UPDATE links
         SET token_fp = $1, token_sealed = $2, browser_at = $3, notified_at = $4, proven_at = $5,
            revoked_at = NULL, refused_at = NULL, turn = turn + 1, taken_until = NULL
         WHERE id = $6",
    )
    .bind(new.token_fp)
    .bind(new.token_sealed)
    .bind(new.browser_at.map(|moment| moment.0))
    .bind(new.notified_at.map(|moment| moment.0))
    .bind(at.0)
    .bind(older.to_string())
    .execute(tx.conn())
    .await?;
    find(tx.conn(), older).await?.ok_or(StoreError::Missing("link"))
}
