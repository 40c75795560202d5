//! How often something was tried, counted for all nodes together.

use super::row::Columns as _;
use super::statement::Grouped;
use super::{Result, Store, StoreError};
use crate::clock::Moment;
use sqlx::any::AnyRow;
use std::collections::HashMap;
use std::time::Duration;

/// A count, and when it begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub count: i64,
    pub over_at: Moment,
}

impl Tally {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self { count: row.number("count")?, over_at: row.moment("over_at")? })
    }
}

/// Windows are minutes. One that ends later than clocks differ was counted by a clock that was wrong, and is over too.
static IN_MINUTE: Grouped = Grouped::new(
    "INSERT INTO tallies (name, count, over_at) VALUES",
    3,
    "ON CONFLICT (name) DO UPDATE
     SET count = CASE
            WHEN tallies.over_at <= excluded.over_at - 60000000 OR tallies.over_at > excluded.over_at + 60000000 THEN 1
            ELSE tallies.count + 1 END,
        over_at = CASE
            WHEN tallies.over_at <= excluded.over_at - 60000000 OR tallies.over_at > excluded.over_at + 60000000
            THEN excluded.over_at
            ELSE tallies.over_at END
     RETURNING name, count, over_at",
);
const MINUTE: Duration = Duration::from_mins(1);

impl Store {
    /// Counts one more of each name within its minute; how many each has come to, in the order of names, which must differ.
    pub async fn count_in_minute(&self, names: &[String], now: Moment) -> Result<Vec<Tally>> {
        let names = names.to_vec();
        self.write(move |tx| {
            Box::pin(async move {
                let counting = IN_MINUTE.rows(&names, |row, name| {
                    row.text(name).number(1).moment(now.plus(MINUTE));
                });
                let rows = counting.fetch(tx.conn()).await?;
                let counted = rows
                    .iter()
                    .map(|row| Ok((row.text("name")?, Tally::read(row)?)))
                    .collect::<Result<HashMap<String, Tally>>>()?;
                names.iter().map(|name| counted.get(name).copied().ok_or(StoreError::Missing("tally"))).collect()
            })
        })
        .await
    }

    /// Counts one more of a name that is remembered until then, each time anew; how many it has come to.
    pub async fn count_until(&self, name: &str, over_at: Moment, now: Moment) -> Result<i64> {
        let count = sqlx::query(
            "INSERT INTO tallies (name, count, over_at)
             VALUES ($1, 1, $2)
             ON CONFLICT (name) DO UPDATE
             SET count = CASE WHEN tallies.over_at <= $3 THEN 1 ELSE tallies.count + 1 END, over_at = excluded.over_at
             RETURNING count",
        )
        .bind(name.to_owned())
        .bind(over_at.0)
        .bind(now.0);
        self.write(|tx| Box::pin(async move { count.fetch_one(tx.conn()).await?.number("count") })).await
    }

    /// What was counted of a name; it may be over.
    pub async fn tally(&self, name: &str) -> Result<Option<Tally>> {
        let row = sqlx::query("SELECT count, over_at FROM tallies WHERE name = $1")
            .bind(name.to_owned())
            .fetch_optional(&self.inner.reads)
            .await?;
        row.as_ref().map(Tally::read).transpose()
    }

    pub async fn forget_tally(&self, name: &str) -> Result<()> {
        let forget = sqlx::query("DELETE FROM tallies WHERE name = $1").bind(name.to_owned());
        self.change(forget).await.map(drop)
    }

    /// Removes what is over: at most `limit`, and how many.
    pub async fn remove_tallies(&self, now: Moment, limit: i64) -> Result<u64> {
        let remove = sqlx::query(
            "DELETE FROM tallies
             WHERE name IN (
                SELECT name
                FROM tallies
                WHERE over_at <= $1
                ORDER BY over_at
                LIMIT $2)",
        )
        .bind(now.0)
        .bind(limit);
        self.remove(remove).await
    }
}
