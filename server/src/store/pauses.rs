//! What operators have stopped for a while.

use super::row::Columns as _;
use super::{Result, Store};
use crate::clock::Moment;
use domain::ids::UserId;

/// A pause that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PauseRecord {
    pub since: Moment,
    /// Who began it; none where she is gone.
    pub name: Option<String>,
}

impl Store {
    /// Stops the effects of notifications, on every node: none is due until [`Store::resume_effects`]. True if they were not
    /// stopped already.
    pub async fn pause_effects(&self, user: &UserId, at: Moment) -> Result<bool> {
        let pause = sqlx::query(
            "INSERT INTO pauses (name, since, user_id)
             VALUES ('effects', $1, $2)
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(at.0)
        .bind(user.to_string());
        Ok(self.change(pause).await? == 1)
    }

    /// True if the effects of notifications were stopped.
    pub async fn resume_effects(&self) -> Result<bool> {
        self.write(|tx| {
            Box::pin(async move {
                let resumed = sqlx::query("DELETE FROM pauses WHERE name = 'effects'").execute(tx.conn()).await?;
                Ok(resumed.rows_affected() == 1)
            })
        })
        .await
    }

    pub async fn effects_paused(&self) -> Result<Option<PauseRecord>> {
        let row = sqlx::query(
            "SELECT pauses.since, users.name
             FROM pauses
             LEFT JOIN users ON users.id = pauses.user_id
             WHERE pauses.name = 'effects'",
        )
        .fetch_optional(&self.inner.reads)
        .await?;
        row.map(|row| Ok(PauseRecord { since: row.moment("since")?, name: row.text_or_null("name")? })).transpose()
    }
}
