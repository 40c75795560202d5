//! When a link is looked at again, apart from failures and history.

use crate::clock::Moment;
use crate::store::{Result, Store};
use domain::ids::LinkId;

impl Store {
    /// Makes a link due at `at`, unless it is due anyway or there is no token to call the bank with.
    pub async fn schedule_link(&self, id: &LinkId, at: Moment) -> Result<()> {
        let id = id.clone();
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE links
                     SET next_try_at = $1
                     WHERE id = $2
                     AND next_try_at IS NULL
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

    /// Notes that nothing is to do for a link until it is scheduled again.
    pub async fn settle_link(&self, id: &LinkId) -> Result<()> {
        let id = id.clone();
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query("UPDATE links SET next_try_at = NULL, attempts = 0 WHERE id = $1")
                    .bind(id.to_string())
                    .execute(tx.conn())
                    .await?;
                Ok(())
            })
        })
        .await
    }
}
