//! What has just come, for operators who watch.

use super::row::Columns as _;
use super::{Result, Store};
use crate::clock::Moment;
use sqlx::any::AnyRow;

/// An arrival, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivedRow {
    pub id: i64,
    pub received_at: Moment,
    pub reference: String,
    pub event_name: String,
    pub verdict: String,
    pub reason: String,
    pub current_try: Option<i64>,
    pub max_tries: Option<i64>,
    pub peer: String,
}

/// That a payment was entered: which one, and nothing of whom it pays and how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidRow {
    pub id: i64,
    pub created_at: Moment,
    pub txid: String,
    pub card_ref: String,
    pub status: String,
    pub booked_text: String,
    pub confirmed: bool,
}

impl ArrivedRow {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.number("id")?,
            received_at: row.moment("received_at")?,
            reference: row.text("reference")?,
            event_name: row.text("event_name")?,
            verdict: row.text("verdict")?,
            reason: row.text("reason")?,
            current_try: row.number_or_null("current_try")?,
            max_tries: row.number_or_null("max_tries")?,
            peer: row.text("peer")?,
        })
    }
}

impl PaidRow {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.number("id")?,
            created_at: row.moment("created_at")?,
            txid: row.text("txid")?,
            card_ref: row.text("card_ref")?,
            status: row.text("status")?,
            booked_text: row.text("booked_text")?,
            confirmed: row.number_or_null("confirmed_at")?.is_some(),
        })
    }
}

impl Store {
    /// The newest arrivals after a row, oldest first.
    pub async fn arrived_after(&self, id: i64, limit: i64) -> Result<Vec<ArrivedRow>> {
        let rows = sqlx::query(
            "SELECT id, received_at, reference, event_name, verdict, reason, current_try, max_tries, peer
             FROM deliveries
             WHERE id > $1
             ORDER BY id DESC
             LIMIT $2",
        )
        .bind(id)
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().rev().map(ArrivedRow::read).collect()
    }

    /// The newest payments that were entered after a row, oldest first.
    pub async fn paid_after(&self, id: i64, limit: i64) -> Result<Vec<PaidRow>> {
        let rows = sqlx::query(
            "SELECT id, created_at, txid, card_ref, status, booked_text, confirmed_at
             FROM payments
             WHERE id > $1
             ORDER BY id DESC
             LIMIT $2",
        )
        .bind(id)
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().rev().map(PaidRow::read).collect()
    }

    /// The number of the newest payment; 0 where there is none.
    pub async fn newest_payment(&self) -> Result<i64> {
        let row = sqlx::query("SELECT MAX(id) AS newest FROM payments").fetch_one(&self.inner.reads).await?;
        Ok(row.number_or_null("newest")?.unwrap_or_default())
    }
}
