//! What an operator has to know.

use super::row::Columns as _;
use super::{Result, Store};
use crate::clock::Moment;
use sqlx::any::AnyRow;

/// Something that is not as it should be, once however often it was noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmRecord {
    pub id: i64,
    /// A code; the words are the page's.
    pub kind: String,
    /// What it is about: a reference, a card, an address; empty for the whole server.
    pub subject: String,
    /// Codes with values, and nothing that is secret.
    pub detail: String,
    /// How often it was noticed.
    pub times: i64,
    pub first_at: Moment,
    pub last_at: Moment,
    pub ended_at: Option<Moment>,
}

const OPEN: &str = "SELECT id, kind, subject, detail, times, first_at, last_at, ended_at
     FROM alarms
     WHERE ended_at IS NULL
     ORDER BY id DESC
     LIMIT $1";

const UNTOLD: &str = "SELECT id, kind, subject, detail, times, first_at, last_at, ended_at
     FROM alarms
     WHERE told_at IS NULL
     ORDER BY id
     LIMIT $1";

const UNTOLD_ENDS: &str = "SELECT id, kind, subject, detail, times, first_at, last_at, ended_at
     FROM alarms
     WHERE ended_at IS NOT NULL
     AND end_told_at IS NULL
     ORDER BY id
     LIMIT $1";

impl AlarmRecord {
    pub(super) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.number("id")?,
            kind: row.text("kind")?,
            subject: row.text("subject")?,
            detail: row.text("detail")?,
            times: row.number("times")?,
            first_at: row.moment("first_at")?,
            last_at: row.moment("last_at")?,
            ended_at: row.moment_or_null("ended_at")?,
        })
    }
}

impl Store {
    /// Raises an alarm, or counts it once more while it is open. True if it is new.
    pub async fn raise_alarm(&self, kind: &str, subject: &str, detail: &str, at: Moment) -> Result<bool> {
        let raise = sqlx::query(
            "INSERT INTO alarms (kind, subject, detail, times, first_at, last_at)
             VALUES ($1, $2, $3, 1, $4, $4)
             ON CONFLICT (kind, subject) WHERE ended_at IS NULL DO UPDATE
             SET times = alarms.times + 1, last_at = excluded.last_at, detail = excluded.detail
             RETURNING times",
        )
        .bind(kind.to_owned())
        .bind(subject.to_owned())
        .bind(detail.to_owned())
        .bind(at.0);
        self.write(|tx| Box::pin(async move { Ok(raise.fetch_one(tx.conn()).await?.number("times")? == 1) })).await
    }

    /// Ends an open alarm. False if there is none.
    pub async fn end_alarm(&self, kind: &str, subject: &str, at: Moment) -> Result<bool> {
        let end = sqlx::query("UPDATE alarms SET ended_at = $1 WHERE kind = $2 AND subject = $3 AND ended_at IS NULL")
            .bind(at.0)
            .bind(kind.to_owned())
            .bind(subject.to_owned());
        self.write(|tx| Box::pin(async move { Ok(end.execute(tx.conn()).await?.rows_affected() > 0) })).await
    }

    /// Ends an alarm that an operator has seen to. False if there is none, or it has ended.
    pub async fn end_alarm_by_id(&self, id: i64, at: Moment) -> Result<bool> {
        let end = sqlx::query("UPDATE alarms SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL").bind(at.0).bind(id);
        self.write(|tx| Box::pin(async move { Ok(end.execute(tx.conn()).await?.rows_affected() > 0) })).await
    }

    /// Open alarms, newest first.
    pub async fn open_alarms(&self, limit: i64) -> Result<Vec<AlarmRecord>> {
        let rows = sqlx::query(OPEN).bind(limit).fetch_all(&self.inner.reads).await?;
        rows.iter().map(AlarmRecord::read).collect()
    }

    /// Alarms that nobody was told of, oldest first; they may have ended by now.
    pub async fn untold_alarms(&self, limit: i64) -> Result<Vec<AlarmRecord>> {
        let rows = sqlx::query(UNTOLD).bind(limit).fetch_all(&self.inner.reads).await?;
        rows.iter().map(AlarmRecord::read).collect()
    }

    /// Alarms that have ended without anybody being told.
    pub async fn untold_ends(&self, limit: i64) -> Result<Vec<AlarmRecord>> {
        let rows = sqlx::query(UNTOLD_ENDS).bind(limit).fetch_all(&self.inner.reads).await?;
        rows.iter().map(AlarmRecord::read).collect()
    }

    /// Removes alarms that ended before this moment: at most `limit`, and how many.
    pub async fn remove_ended_alarms(&self, before: Moment, limit: i64) -> Result<u64> {
        let remove = sqlx::query(
            "DELETE FROM alarms
             WHERE id IN (
                SELECT id
                FROM alarms
                WHERE ended_at < $1
                ORDER BY ended_at
                LIMIT $2)",
        )
        .bind(before.0)
        .bind(limit);
        self.change(remove).await
    }
}
