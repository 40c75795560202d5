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

/// Which arrivals to list, newest first.
#[derive(Debug, Clone, Default)]
pub struct DeliveriesQuery {
    pub verdict: Option<Verdict>,
    pub event_name: Option<String>,
    pub reference: Option<String>,
    /// Rows older than this id.
    pub before: Option<i64>,
    /// Rows newer than this id, the nearest ones. Looked at only without `before`.
    pub after: Option<i64>,
    pub limit: i64,
}

macro_rules! arrivals {
    ($($rest:literal),*) => {
        concat!(
            "SELECT id, received_at, reference, event_name, verdict, reason, state, current_try, max_tries, peer,
                content_type, trust, body_key, body, core_mac, user_id, card_ref, attempts, next_at, txid,
                ask_at, answered
             FROM deliveries
             WHERE ",
            $($rest),*
        )
    };
}

/// A list older and newer than a row. Each has its own text for each first condition, so that it can use that one's index.
macro_rules! both_ways {
    ($condition:literal) => {
        [
            arrivals!($condition, " AND id < $4 ORDER BY id DESC LIMIT $5"),
            arrivals!($condition, " AND id > $4 ORDER BY id LIMIT $5"),
        ]
    };
}

/// The arrivals of one reference: by their index, and the accepted one that has been processed, which its effect names.
macro_rules! of_reference {
    ($and:literal, $order:literal) => {
        concat!(
            arrivals!("reference = $1 AND (verdict <> 'accepted' OR next_at IS NOT NULL)", $and),
            " UNION ALL ",
            arrivals!(
                "id = (SELECT delivery_id FROM delivery_effects WHERE delivery_effects.reference = $1)
                 AND verdict = 'accepted' AND next_at IS NULL",
                $and
            ),
            $order
        )
    };
}

const OF_REFERENCE: [&str; 2] = [
    of_reference!(
        " AND ($2 = '' OR event_name = $2) AND ($3 = '' OR verdict = $3) AND id < $4",
        " ORDER BY id DESC LIMIT $5"
    ),
    of_reference!(
        " AND ($2 = '' OR event_name = $2) AND ($3 = '' OR verdict = $3) AND id > $4",
        " ORDER BY id LIMIT $5"
    ),
];
const OF_EVENT: [&str; 2] = both_ways!("$1 = '' AND event_name = $2 AND ($3 = '' OR verdict = $3)");
const OF_VERDICT: [&str; 2] = both_ways!("$1 = '' AND $2 = '' AND verdict = $3");
const ALL: [&str; 2] = both_ways!("$1 = '' AND $2 = '' AND $3 = ''");

impl DeliveryRecord {
    fn read(row: &AnyRow) -> Result<Self> {
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
        })
    }
}

impl Store {
    pub async fn delivery(&self, id: i64) -> Result<Option<DeliveryRecord>> {
        let row = sqlx::query(arrivals!("id = $1")).bind(id).fetch_optional(&self.inner.reads).await?;
        row.as_ref().map(DeliveryRecord::read).transpose()
    }

    /// A page of arrivals, newest first, also where the page is asked for backwards.
    pub async fn deliveries(&self, query: &DeliveriesQuery) -> Result<Vec<DeliveryRecord>> {
        let newer = query.before.is_none() && query.after.is_some();
        let texts = match query {
            DeliveriesQuery { reference: Some(_), .. } => OF_REFERENCE,
            DeliveriesQuery { event_name: Some(_), .. } => OF_EVENT,
            DeliveriesQuery { verdict: Some(_), .. } => OF_VERDICT,
            _ => ALL,
        };
        let mut rows = sqlx::query(texts[usize::from(newer)])
            .bind(storable(query.reference.as_deref().unwrap_or_default()).into_owned())
            .bind(storable(query.event_name.as_deref().unwrap_or_default()).into_owned())
            .bind(query.verdict.map_or("", Verdict::code))
            .bind(query.before.or(query.after).unwrap_or(i64::MAX))
            .bind(query.limit)
            .fetch_all(&self.inner.reads)
            .await?;
        if newer {
            rows.reverse();
        }
        rows.iter().map(DeliveryRecord::read).collect()
    }

    /// The newest arrivals that concerned a user, newest first.
    pub async fn deliveries_of_user(&self, user_id: &UserId, limit: i64) -> Result<Vec<DeliveryRecord>> {
        let rows = sqlx::query(arrivals!("user_id = $1 ORDER BY id DESC LIMIT $2"))
            .bind(user_id.to_string())
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
        let rows = sqlx::query(of_reference!("", " ORDER BY id LIMIT $2"))
            .bind(storable(reference).into_owned())
            .bind(limit)
            .fetch_all(&self.inner.reads)
            .await?;
        rows.iter().map(DeliveryRecord::read).collect()
    }
}
