//! Events on their way to endpoints.

use super::EventKind;
use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::{Result, Store};
use domain::ids::UserId;
use sqlx::any::AnyRow;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendState {
    Waiting,
    Sent,
    /// Given up.
    Dead,
}

impl SendState {
    const ALL: [Self; 3] = [Self::Waiting, Self::Sent, Self::Dead];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dead => "dead",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// An event whose turn has come at an endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct DueSend {
    pub id: i64,
    pub event_id: i64,
    pub kind: EventKind,
    pub message_id: String,
    pub body_key: String,
    pub body: Vec<u8>,
    /// Earlier tries.
    pub tries: i64,
    /// Since when it has been tried.
    pub since: Moment,
    /// Names this turn: whoever leases it moves it.
    pub next_at: Moment,
}

impl DueSend {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.number("id")?,
            event_id: row.number("event_id")?,
            kind: row.code("kind", EventKind::from_code)?,
            message_id: row.text("message_id")?,
            body_key: row.text("body_key")?,
            body: row.bytes("body")?,
            tries: row.number("tries")?,
            since: row.moment("since")?,
            next_at: row.moment("next_at")?,
        })
    }
}

/// What became of an event at an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendRecord {
    pub id: i64,
    pub kind: String,
    pub message_id: String,
    /// Whose it is.
    pub user_id: Option<UserId>,
    /// When it happened.
    pub at: Moment,
    pub endpoint_id: String,
    pub url: String,
    pub endpoint_ended: bool,
    pub state: SendState,
    pub tries: i64,
    pub next_at: Option<Moment>,
    pub tried_at: Option<Moment>,
    /// Of the last answer.
    pub status: Option<i64>,
    /// Why there was none that helps: a short code.
    pub reason: String,
}

impl SendRecord {
    pub(super) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.number("id")?,
            kind: row.text("kind")?,
            message_id: row.text("message_id")?,
            user_id: row.id_or_null("user_id")?,
            at: row.moment("at")?,
            endpoint_id: row.text("endpoint_id")?,
            url: row.text("url")?,
            endpoint_ended: row.moment_or_null("ended_at")?.is_some(),
            state: row.code("state", SendState::from_code)?,
            tries: row.number("tries")?,
            next_at: row.moment_or_null("next_at")?,
            tried_at: row.moment_or_null("tried_at")?,
            status: row.number_or_null("status")?,
            reason: row.text("reason")?,
        })
    }
}

macro_rules! sends {
    ($rest:literal) => {
        concat!(
            "SELECT event_sends.id, events_out.kind, events_out.message_id, events_out.user_id, events_out.at,
                event_sends.endpoint_id, event_endpoints.url, event_endpoints.ended_at, event_sends.state,
                event_sends.tries, event_sends.next_at, event_sends.tried_at, event_sends.status, event_sends.reason
             FROM event_sends CROSS JOIN events_out CROSS JOIN event_endpoints
             WHERE events_out.id = event_sends.event_id
             AND event_endpoints.id = event_sends.endpoint_id ",
            $rest
        )
    };
}

pub(super) use sends;

const ONE: &str = sends!("AND event_sends.id = $1");

impl Store {
    /// What an endpoint is to be told by now, the longest waiting first.
    pub async fn due_sends(&self, endpoint: &str, now: Moment, limit: i64) -> Result<Vec<DueSend>> {
        let rows = sqlx::query(
            "SELECT event_sends.id, event_sends.event_id, events_out.kind, events_out.message_id, events_out.body_key,
                events_out.body, event_sends.tries, event_sends.since, event_sends.next_at
             FROM event_sends CROSS JOIN events_out
             WHERE event_sends.endpoint_id = $1
             AND event_sends.next_at <= $2
             AND events_out.id = event_sends.event_id
             ORDER BY event_sends.next_at, event_sends.id
             LIMIT $3",
        )
        .bind(endpoint.to_owned())
        .bind(now.0)
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(DueSend::read).collect()
    }

    /// Takes one for sending until then, and counts the try. False where somebody else was quicker.
    pub async fn lease_send(&self, send: &DueSend, until: Moment) -> Result<bool> {
        let update =
            sqlx::query("UPDATE event_sends SET next_at = $1, tries = tries + 1 WHERE id = $2 AND next_at = $3")
                .bind(until.0)
                .bind(send.id)
                .bind(send.next_at.0);
        Ok(self.change(update).await? == 1)
    }

    /// What a try has come to: sent, given up, or to be tried again at `again`. False where the lease has passed to somebody else.
    pub async fn note_send(
        &self,
        id: i64,
        lease: Moment,
        state: SendState,
        (status, reason): (Option<i64>, &str),
        again: Option<Moment>,
        at: Moment,
    ) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE event_sends
             SET state = $1, status = $2, reason = $3, next_at = $4, tried_at = $5
             WHERE id = $6
             AND next_at = $7",
        )
        .bind(state.code())
        .bind(status)
        .bind(reason.to_owned())
        .bind(again.map(|again| again.0))
        .bind(at.0)
        .bind(id)
        .bind(lease.0);
        Ok(self.change(update).await? == 1)
    }

    pub async fn send(&self, id: i64) -> Result<Option<SendRecord>> {
        let row = sqlx::query(ONE).bind(id).fetch_optional(&self.inner.reads).await?;
        row.as_ref().map(SendRecord::read).transpose()
    }

    /// Sends one again, now and from the beginning. False where it is on its way, or its endpoint has ended.
    pub async fn send_again(&self, id: i64, at: Moment) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE event_sends
             SET state = 'waiting', tries = 0, since = $1, next_at = $1, reason = ''
             WHERE id = $2
             AND next_at IS NULL
             AND endpoint_id IN (SELECT id FROM event_endpoints WHERE ended_at IS NULL)",
        )
        .bind(at.0)
        .bind(id);
        Ok(self.change(update).await? == 1)
    }
}
