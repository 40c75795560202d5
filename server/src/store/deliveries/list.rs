//! The operators' view of the inbox.

use super::DeliveryState;
use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::statement::storable;
use crate::store::{Result, Store};
use app::backend::Verdict;
use domain::ids::UserId;
use sqlx::any::AnyRow;

/// An arrival, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRecord {
    pub id: i64,
    pub received_at: Moment,
    /// Empty, as the name of the event, where the body could not be read.
    pub reference: String,
    pub event_name: String,
    pub verdict: Verdict,
    pub reason: String,
    pub state: DeliveryState,
    pub current_try: Option<i64>,
    pub max_tries: Option<i64>,
    pub peer: String,
    pub content_type: String,
    /// Trust card: JSON array of {name, good, detail}.
    pub trust: String,
    /// None, with the body, once retention has removed it.
    pub body_key: Option<String>,
    pub body: Option<Vec<u8>>,
    pub core_mac: String,
    /// Whom it concerned, once known.
    pub user_id: Option<UserId>,
    pub card_ref: Option<String>,
    pub attempts: i64,
    pub next_at: Option<Moment>,
    /// The payment that it speaks of, with `card_ref`.
    pub txid: Option<String>,
    /// A held one is put to the bank then.
    pub ask_at: Option<Moment>,
    /// The status of our answer.
    pub answered: i64,
    /// When an operator has said that nothing more is to be done with it.
    pub closed_at: Option<Moment>,
}

/// That the bank told something, for whom it was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldRecord {
    pub id: i64,
    pub received_at: Moment,
    pub reference: String,
    pub event_name: String,
    pub verdict: Verdict,
}

/// Whole rows of the table, of which the rest says which.
macro_rules! arrivals {
    ($($rest:literal),*) => {
        concat!(
            "SELECT id, received_at, reference, event_name, verdict, reason, state, current_try, max_tries, peer,
                content_type, trust, body_key, body, core_mac, user_id, card_ref, attempts, next_at, txid,
                ask_at, answered, closed_at
             FROM deliveries
             WHERE ",
            $($rest),*
        )
    };
}
pub(super) use arrivals;

const OF_REFERENCE: &str = concat!(
    arrivals!("reference = $1 AND (verdict <> 'accepted' OR next_at IS NOT NULL)"),
    " UNION ALL ",
    arrivals!(
        "id = (SELECT delivery_id FROM delivery_effects WHERE delivery_effects.reference = $1)
         AND verdict = 'accepted' AND next_at IS NULL ORDER BY id LIMIT $2"
    )
);

impl DeliveryRecord {
    pub(in crate::store) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.number("id")?,
            received_at: row.moment("received_at")?,
            reference: row.text("reference")?,
            event_name: row.text("event_name")?,
            verdict: row.code("verdict", Verdict::from_code)?,
            reason: row.text("reason")?,
            state: row.code("state", DeliveryState::from_code)?,
            current_try: row.number_or_null("current_try")?,
            max_tries: row.number_or_null("max_tries")?,
            peer: row.text("peer")?,
            content_type: row.text("content_type")?,
            trust: row.text("trust")?,
            body_key: row.text_or_null("body_key")?,
            body: row.bytes_or_null("body")?,
            core_mac: row.text("core_mac")?,
            user_id: row.id_or_null("user_id")?,
            card_ref: row.text_or_null("card_ref")?,
            attempts: row.number("attempts")?,
            next_at: row.moment_or_null("next_at")?,
            txid: row.text_or_null("txid")?,
            ask_at: row.moment_or_null("ask_at")?,
            answered: row.number("answered")?,
            closed_at: row.moment_or_null("closed_at")?,
        })
    }
}

impl Store {
    pub async fn delivery(&self, id: i64) -> Result<Option<DeliveryRecord>> {
        let row = sqlx::query(arrivals!("id = $1")).bind(id).fetch_optional(&self.inner.reads).await?;
        row.as_ref().map(DeliveryRecord::read).transpose()
    }

    /// Arrivals that concerned a user and have a lower number than this, newest first.
    pub async fn deliveries_of_user(&self, user_id: &UserId, before: i64, limit: i64) -> Result<Vec<DeliveryRecord>> {
        let rows = sqlx::query(arrivals!("user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"))
            .bind(user_id.to_string())
            .bind(before)
            .bind(limit)
            .fetch_all(&self.inner.reads)
            .await?;
        rows.iter().map(DeliveryRecord::read).collect()
    }

    /// What the bank told about a user with a higher number than this, oldest first, without what it said.
    pub async fn told_of_user(&self, user_id: &UserId, after: i64, limit: i64) -> Result<Vec<ToldRecord>> {
        let rows = sqlx::query(
            "SELECT id, received_at, reference, event_name, verdict
             FROM deliveries
             WHERE user_id = $1
             AND id > $2
             ORDER BY id
             LIMIT $3",
        )
        .bind(user_id.to_string())
        .bind(after)
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(ToldRecord {
                    id: row.number("id")?,
                    received_at: row.moment("received_at")?,
                    reference: row.text("reference")?,
                    event_name: row.text("event_name")?,
                    verdict: row.code("verdict", Verdict::from_code)?,
                })
            })
            .collect()
    }

    /// The arrivals of one reference, oldest first.
    pub async fn deliveries_of_reference(&self, reference: &str, limit: i64) -> Result<Vec<DeliveryRecord>> {
        let rows = sqlx::query(OF_REFERENCE)
            .bind(storable(reference).into_owned())
            .bind(limit)
            .fetch_all(&self.inner.reads)
            .await?;
        rows.iter().map(DeliveryRecord::read).collect()
    }
}
