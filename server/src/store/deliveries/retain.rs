//! How long arrivals are kept.

use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::{Result, Store};
use app::backend::Verdict;

impl Store {
    /// Removes the bodies of arrivals from before this moment that nothing is to be done with any more: at most `limit`, and how
    /// many. What was made of them stays.
    pub async fn remove_bodies(&self, before: Moment, limit: i64) -> Result<u64> {
        let remove = sqlx::query(
            "UPDATE deliveries
             SET body = NULL, body_key = NULL
             WHERE id IN (
                SELECT id
                FROM deliveries
                WHERE body IS NOT NULL
                AND received_at < $1
                AND next_at IS NULL
                AND ask_at IS NULL
                AND state <> 'parked'
                ORDER BY received_at, id
                LIMIT $2)",
        )
        .bind(before.0)
        .bind(limit);
        self.change(remove).await
    }

    /// Removes the oldest arrivals that were answered with a refusal, but for the newest `keep`: at most `limit`, and how many.
    /// Whoever is not the bank can so not fill the disk.
    pub async fn remove_refused(&self, keep: i64, limit: i64) -> Result<u64> {
        self.write(move |tx| {
            Box::pin(async move {
                let newest_to_go =
                    sqlx::query("SELECT id FROM deliveries WHERE answered >= 400 ORDER BY id DESC LIMIT 1 OFFSET $1")
                        .bind(keep)
                        .fetch_optional(tx.conn())
                        .await?;
                let Some(row) = newest_to_go else { return Ok(0) };
                let removed = sqlx::query(
                    "DELETE FROM deliveries
                     WHERE id IN (
                        SELECT id
                        FROM deliveries
                        WHERE answered >= 400
                        AND id <= $1
                        ORDER BY id
                        LIMIT $2)",
                )
                .bind(row.number("id")?)
                .bind(limit)
                .execute(tx.conn())
                .await?;
                Ok(removed.rows_affected())
            })
        })
        .await
    }

    /// Removes hashes of a time before this moment: at most `limit`, and how many.
    pub async fn remove_used_hashes(&self, before: Moment, limit: i64) -> Result<u64> {
        let remove = sqlx::query(
            "DELETE FROM used_hashes
             WHERE (told_at, hash_mac) IN (
                SELECT told_at, hash_mac
                FROM used_hashes
                WHERE told_at < $1
                ORDER BY told_at, hash_mac
                LIMIT $2)",
        )
        .bind(before.0)
        .bind(limit);
        self.change(remove).await
    }

    /// When the newest arrival came that was the bank's without doubt.
    pub async fn last_news(&self) -> Result<Option<Moment>> {
        let mut last = None;
        for verdict in [Verdict::Accepted, Verdict::Duplicate] {
            let row = sqlx::query("SELECT received_at FROM deliveries WHERE verdict = $1 ORDER BY id DESC LIMIT 1")
                .bind(verdict.code())
                .fetch_optional(&self.inner.reads)
                .await?;
            last = last.max(row.map(|row| row.moment("received_at")).transpose()?);
        }
        Ok(last)
    }
}
