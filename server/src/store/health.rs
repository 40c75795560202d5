//! What is read of the database for the page of its health: each a look at one row, or at none.

use super::row::Columns as _;
use super::{Engine, Result, Store};
use crate::clock::Moment;

impl Store {
    /// Bytes that the database takes up.
    pub async fn size(&self) -> Result<i64> {
        let text = match self.inner.engine {
            Engine::Sqlite => "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()",
            Engine::Postgres => "SELECT pg_database_size(current_database()) AS bytes",
        };
        sqlx::query(text).fetch_one(&self.inner.reads).await?.number("bytes")
    }

    /// When the turn was, or is, of the arrival that is next to have its effect; none where none waits.
    pub async fn next_due(&self) -> Result<Option<Moment>> {
        let row = sqlx::query(
            "SELECT next_at
             FROM deliveries
             WHERE next_at IS NOT NULL
             ORDER BY next_at, id
             LIMIT 1",
        )
        .fetch_optional(&self.inner.reads)
        .await?;
        row.map(|row| row.moment("next_at")).transpose()
    }

    /// Since when the database knows a key of the ring, and how often something was sealed with it.
    pub async fn ring_key_use(&self, kid: &str) -> Result<Option<(Moment, i64)>> {
        let row = sqlx::query("SELECT created_at, uses FROM key_canaries WHERE kid = $1")
            .bind(kid.to_owned())
            .fetch_optional(&self.inner.reads)
            .await?;
        row.map(|row| Ok((row.moment("created_at")?, row.number("uses")?))).transpose()
    }
}
