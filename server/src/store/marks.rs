//! When something was last so, by name.

use super::row::Columns as _;
use super::{Result, Store};
use crate::clock::Moment;

impl Store {
    /// Notes that something is so now.
    pub async fn mark(&self, name: &str, at: Moment) -> Result<()> {
        let mark = sqlx::query(
            "INSERT INTO marks (name, at)
             VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET at = excluded.at",
        )
        .bind(name.to_owned())
        .bind(at.0);
        self.change(mark).await.map(drop)
    }

    /// The same, provided that it was last so at `before`. False where somebody else has noted it meanwhile.
    pub async fn mark_after(&self, name: &str, before: Option<Moment>, at: Moment) -> Result<bool> {
        let mark = match before {
            Some(before) => sqlx::query("UPDATE marks SET at = $2 WHERE name = $1 AND at = $3")
                .bind(name.to_owned())
                .bind(at.0)
                .bind(before.0),
            None => sqlx::query("INSERT INTO marks (name, at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
                .bind(name.to_owned())
                .bind(at.0),
        };
        Ok(self.change(mark).await? == 1)
    }

    /// Notes that something is so no longer.
    pub async fn unmark(&self, name: &str) -> Result<()> {
        let unmark = sqlx::query("DELETE FROM marks WHERE name = $1").bind(name.to_owned());
        self.change(unmark).await.map(drop)
    }

    /// When it was last so.
    pub async fn marked(&self, name: &str) -> Result<Option<Moment>> {
        let row = sqlx::query("SELECT at FROM marks WHERE name = $1")
            .bind(name.to_owned())
            .fetch_optional(&self.inner.reads)
            .await?;
        row.map(|row| row.moment("at")).transpose()
    }
}
