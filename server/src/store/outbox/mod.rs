//! What is told to the partner's other systems, as far as it is a matter of rows.
//!
//! An event is written in the transaction that causes it, and only where an endpoint wants its kind: which kinds are wanted is
//! remembered, and looked up again every second. A worker puts it into words and sends it.

mod endpoints;
mod find;
mod sends;

pub use endpoints::EndpointRecord;
pub use find::{FoundSends, SendFilter, SendsQuery};
pub use sends::{DueSend, SendRecord, SendState};

use super::row::Columns as _;
use super::statement::Grouped;
use super::transaction::Tx;
use super::{Result, Store, StoreError};
use crate::clock::Moment;
use domain::ids::UserId;
use sqlx::any::AnyRow;
use std::sync::atomic::Ordering;

/// What an endpoint can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    Link,
    Transaction,
    /// For who looks after this server; set by its configuration.
    Alarm,
}

impl Topic {
    pub const ALL: [Self; 3] = [Self::Link, Self::Transaction, Self::Alarm];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Transaction => "transaction",
            Self::Alarm => "alarm",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.code() == code)
    }

    const fn bit(self) -> i64 {
        match self {
            Self::Link => 1,
            Self::Transaction => 2,
            Self::Alarm => 4,
        }
    }
}

/// What happened: the `type` of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    TransactionCreated,
    TransactionUpdated,
    LinkUpdated,
    AlarmsChanged,
}

impl EventKind {
    const ALL: [Self; 4] = [Self::TransactionCreated, Self::TransactionUpdated, Self::LinkUpdated, Self::AlarmsChanged];

    pub const fn code(self) -> &'static str {
        match self {
            Self::TransactionCreated => "transaction.created",
            Self::TransactionUpdated => "transaction.updated",
            Self::LinkUpdated => "link.updated",
            Self::AlarmsChanged => "alarms.changed",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    pub const fn topic(self) -> Topic {
        match self {
            Self::TransactionCreated | Self::TransactionUpdated => Topic::Transaction,
            Self::LinkUpdated => Topic::Link,
            Self::AlarmsChanged => Topic::Alarm,
        }
    }
}

/// An event that has no words yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnnamedEvent {
    pub id: i64,
    pub kind: EventKind,
    /// `payments.id` or `links.id`.
    pub subject: String,
    pub user_id: Option<UserId>,
    pub at: Moment,
}

impl UnnamedEvent {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.number("id")?,
            kind: row.code("kind", EventKind::from_code)?,
            subject: row.text("subject")?,
            user_id: row.id_or_null("user_id")?,
            at: row.moment("at")?,
        })
    }
}

/// The words of an event, sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Wording {
    pub message_id: String,
    pub body_key: String,
    pub body: Vec<u8>,
}

/// An event as a transaction writes it.
pub(super) struct NewEvent {
    pub(super) kind: EventKind,
    pub(super) subject: String,
    pub(super) user_id: UserId,
    pub(super) at: Moment,
}

static WRITE: Grouped = Grouped::new("INSERT INTO events_out (kind, subject, user_id, at) VALUES", 4, "");

static SEND: Grouped =
    Grouped::new("INSERT INTO event_sends (event_id, endpoint_id, state, since, next_at) VALUES", 5, "");

impl Tx {
    /// Whether an endpoint wants to be told of this.
    pub(super) const fn is_wanted(&self, topic: Topic) -> bool {
        self.wanted & topic.bit() != 0
    }

    pub(super) async fn write_events(&mut self, events: &[NewEvent]) -> Result<()> {
        let writing = WRITE.rows(events, |row, event| {
            row.text(event.kind.code()).text(&event.subject).text(event.user_id.as_str()).moment(event.at);
        });
        writing.execute(self.conn()).await?;
        Ok(())
    }
}

impl Store {
    /// Looks up which kinds of events are wanted; what happens from now on is written for them.
    pub async fn look_at_endpoints(&self) -> Result<Vec<EndpointRecord>> {
        let endpoints = self.live_endpoints().await?;
        let wanted = endpoints.iter().flat_map(EndpointRecord::topics).fold(0, |bits, topic| bits | topic.bit());
        self.inner.wanted.store(wanted, Ordering::Relaxed);
        Ok(endpoints)
    }

    /// Events that are yet to be put into words, oldest first.
    pub async fn unnamed_events(&self, limit: i64) -> Result<Vec<UnnamedEvent>> {
        let rows = sqlx::query(
            "SELECT id, kind, subject, user_id, at
             FROM events_out
             WHERE message_id IS NULL
             ORDER BY id
             LIMIT $1",
        )
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(UnnamedEvent::read).collect()
    }

    /// Gives an event its words, and sends it on its way to these endpoints. False where somebody else was quicker, or it is no
    /// more.
    pub async fn name_event(&self, id: i64, wording: Wording, endpoints: Vec<String>, at: Moment) -> Result<bool> {
        self.write(move |tx| {
            Box::pin(async move {
                let named = sqlx::query(
                    "UPDATE events_out
                     SET message_id = $1, body_key = $2, body = $3
                     WHERE id = $4
                     AND message_id IS NULL",
                )
                .bind(wording.message_id)
                .bind(wording.body_key)
                .bind(wording.body)
                .bind(id)
                .execute(tx.conn())
                .await?;
                if named.rows_affected() == 0 {
                    return Ok(false);
                }
                send(tx, id, &endpoints, at).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Forgets an event of which nothing is to be told any more.
    pub async fn drop_event(&self, id: i64) -> Result<()> {
        let delete = sqlx::query("DELETE FROM events_out WHERE id = $1").bind(id);
        self.change(delete).await.map(drop)
    }

    /// Notes that alarms were told, those that have opened and those that have ended, with what tells it. All of it happens, or
    /// nothing: who was told of an alarm is told once. False where somebody else was quicker.
    pub async fn tell_alarms(
        &self,
        opened: Vec<i64>,
        ended: Vec<i64>,
        telling: Option<(Wording, Vec<String>)>,
        at: Moment,
    ) -> Result<bool> {
        self.write(move |tx| {
            Box::pin(async move {
                let mut told = 0;
                for id in &opened {
                    let update = sqlx::query("UPDATE alarms SET told_at = $1 WHERE id = $2 AND told_at IS NULL");
                    told += update.bind(at.0).bind(*id).execute(tx.conn()).await?.rows_affected();
                }
                for id in &ended {
                    let update =
                        sqlx::query("UPDATE alarms SET end_told_at = $1 WHERE id = $2 AND end_told_at IS NULL");
                    told += update.bind(at.0).bind(*id).execute(tx.conn()).await?.rows_affected();
                }
                // One that is gone meanwhile cannot be told; one that another has told must not be told twice.
                if usize::try_from(told).is_ok_and(|told| told < opened.len() + ended.len()) {
                    return Err(StoreError::LeaseLost);
                }
                let Some((wording, endpoints)) = telling else { return Ok(()) };
                let row = sqlx::query(
                    "INSERT INTO events_out (kind, subject, at, message_id, body_key, body)
                     VALUES ($1, '', $2, $3, $4, $5)
                     RETURNING id",
                )
                .bind(EventKind::AlarmsChanged.code())
                .bind(at.0)
                .bind(wording.message_id)
                .bind(wording.body_key)
                .bind(wording.body)
                .fetch_one(tx.conn())
                .await?;
                send(tx, row.number("id")?, &endpoints, at).await
            })
        })
        .await
        .map(|()| true)
        .or_else(|error| if matches!(error, StoreError::LeaseLost) { Ok(false) } else { Err(error) })
    }

    /// Forgets events of before this moment, sent or not, with their bodies: at most `limit`, and how many.
    pub async fn remove_events(&self, before: Moment, limit: i64) -> Result<u64> {
        let remove = sqlx::query(
            "DELETE FROM events_out
             WHERE id IN (
                SELECT id
                FROM events_out
                WHERE at < $1
                ORDER BY at, id
                LIMIT $2)",
        )
        .bind(before.0)
        .bind(limit);
        self.remove(remove).await
    }
}

async fn send(tx: &mut Tx, event: i64, endpoints: &[String], at: Moment) -> Result<()> {
    let sending = SEND.rows(endpoints, |row, endpoint| {
        row.number(event).text(endpoint).text(SendState::Waiting.code()).moment(at).moment(at);
    });
    sending.execute(tx.conn()).await?;
    Ok(())
}
