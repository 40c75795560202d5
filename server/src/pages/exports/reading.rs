//! Reading payments while they are being sent.

use super::turns::Turn;
use crate::lifecycle::Tasks;
use crate::store::{ExportRows, Look, Store, StoreError};
use axum::body::Body;
use bytes::Bytes;
use domain::filter::Filter;
use domain::ids::UserId;
use domain::transaction::Transaction;
use futures::{Stream, StreamExt as _};
use serde_json::{Value, json};
use std::collections::VecDeque;
use tokio::task::JoinError;
use tokio_util::task::AbortOnDropHandle;

/// Payments that are read and sent at once: some hundred kilobytes.
const GROUP: usize = 512;

/// A piece of a file.
pub(super) enum Part {
    Text(String),
    Payments(ExportRows),
    Listed(Listed),
}

/// Rows that are read from where the group before has ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Listed {
    /// Operators who have looked, oldest first.
    Looks,
    /// What the bank's script reported while she linked, oldest first.
    Events,
    /// What the bank told about her, oldest first.
    Notifications,
    /// What her rules told her, oldest first.
    Alerts,
}

/// Adds a payment to a file's text.
pub(super) type WriteRow = Box<dyn FnMut(&Transaction, &mut String) + Send>;

/// A group of payments that is read while the one before is written and sent.
pub(super) type Ahead = AbortOnDropHandle<Result<Vec<Transaction>, StoreError>>;

/// A file under way.
pub(super) struct Reading {
    pub(super) store: Store,
    pub(super) user: UserId,
    /// A payment that has changed meanwhile, and is not asked for any more, is left out.
    pub(super) filter: Filter,
    pub(super) parts: VecDeque<Part>,
    /// How a payment is written.
    pub(super) write: WriteRow,
    /// The payments after those that are being written.
    pub(super) ahead: Option<Ahead>,
    /// When they have to end, the server goes down: what is sent so far is no whole file, and must not look like one.
    pub(super) tasks: Tasks,
    /// Ends with the file.
    pub(super) _turn: Turn,
}

#[derive(Debug, thiserror::Error)]
enum CutShort {
    #[error("the server is stopping")]
    Stopping,
    #[error("the store did not answer")]
    Store(#[from] StoreError),
    #[error("reading broke off")]
    Broken(#[from] JoinError),
}

impl Reading {
    pub(super) fn body(self) -> Body {
        Body::from_stream(self.pieces())
    }

    fn pieces(self) -> impl Stream<Item = Result<Bytes, CutShort>> {
        futures::stream::unfold(Some((self, 0)), |state| async move {
            let (mut reading, done) = state?;
            match reading.piece(done).await {
                Ok(Some((text, done))) => Some((Ok(Bytes::from(text)), Some((reading, done)))),
                Ok(None) => None,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "an export was cut short");
                    // An error ends the connection instead of the answer: whoever reads it knows that something is missing.
                    Some((Err(error), None))
                }
            }
        })
        // What compresses it asks once more after the end.
        .fuse()
    }

    /// The next piece, and how many payments of the part at hand were written after it.
    async fn piece(&mut self, done: usize) -> Result<Option<(String, usize)>, CutShort> {
        if self.tasks.is_stopping() {
            return Err(CutShort::Stopping);
        }
        let Some(part) = self.parts.pop_front() else { return Ok(None) };
        let rows = match part {
            Part::Text(text) => return Ok(Some((text, 0))),
            Part::Listed(list) => return self.listed(list, done).await.map(Some),
            Part::Payments(rows) => rows,
        };
        let end = rows.0.len().min(done + GROUP);
        let payments = match self.ahead.take() {
            Some(ahead) => ahead.await??,
            None => self.store.payments_by_row(&self.user, &rows.0[done..end]).await?,
        };
        if end < rows.0.len() {
            self.ahead = Some(self.read_ahead(rows.0[end..rows.0.len().min(end + GROUP)].to_vec()));
        }
        let mut text = String::with_capacity(payments.len() * 256);
        for payment in payments.iter().filter(|payment| self.filter.matches(payment)) {
            (self.write)(payment, &mut text);
        }
        if end < rows.0.len() {
            self.parts.push_front(Part::Payments(rows));
            return Ok(Some((text, end)));
        }
        Ok(Some((text, 0)))
    }

    fn read_ahead(&self, rows: Vec<i64>) -> Ahead {
        let (store, user) = (self.store.clone(), self.user.clone());
        AbortOnDropHandle::new(self.tasks.spawn(async move { store.payments_by_row(&user, &rows).await }))
    }

    /// A group of a list, and how it goes on: after the row with this number.
    async fn listed(&mut self, list: Listed, after: usize) -> Result<(String, usize), CutShort> {
        let from = i64::try_from(after).unwrap_or(i64::MAX);
        let limit = i64::try_from(GROUP).unwrap_or(i64::MAX);
        let rows = match list {
            Listed::Looks => looks(&self.store, &self.user, from, limit).await?,
            Listed::Events => events(&self.store, &self.user, from, limit).await?,
            Listed::Notifications => notifications(&self.store, &self.user, from, limit).await?,
            Listed::Alerts => alerts(&self.store, &self.user, from, limit).await?,
        };
        let texts: Vec<String> = rows.iter().map(|(_, row)| row.to_string()).collect();
        let between = if after == 0 || texts.is_empty() { "" } else { ",\n" };
        let newest = rows.last().and_then(|(id, _)| usize::try_from(*id).ok());
        if let Some(newest) = newest.filter(|_| rows.len() == GROUP) {
            self.parts.push_front(Part::Listed(list));
            return Ok((format!("{between}{}", texts.join(",\n")), newest));
        }
        Ok((format!("{between}{}", texts.join(",\n")), 0))
    }
}

/// Rows with their numbers, as they are written.
type Numbered = Vec<(i64, Value)>;

async fn alerts(store: &Store, user: &UserId, after: i64, limit: i64) -> Result<Numbered, StoreError> {
    let mut alerts = store.alerts_after(user, after, limit).await?;
    alerts.reverse();
    // Our own types always serialise.
    Ok(alerts.iter().map(|alert| (alert.id, serde_json::to_value(alert).unwrap_or_default())).collect())
}

async fn looks(store: &Store, user: &UserId, after: i64, limit: i64) -> Result<Numbered, StoreError> {
    let mut looks = store.looks_at(user, None, Some(after), limit).await?;
    looks.reverse();
    let written = looks.into_iter().map(|look| {
        let (what, notification) = match look.what {
            Look::User => ("page", None),
            Look::Delivery(id) => ("notification", Some(id)),
            Look::Token => ("token", None),
            Look::Began => ("began-to-see-as-you", None),
            Look::Own(page) => (page.code(), None),
            Look::Done(deed) => (deed.code(), None),
        };
        let row = json!({
            "at": look.at.bank_text(), "who": look.operator_name, "what": what, "notification": notification,
        });
        (look.id, row)
    });
    Ok(written.collect())
}

async fn events(store: &Store, user: &UserId, after: i64, limit: i64) -> Result<Numbered, StoreError> {
    let events = store.link_events_after(user, after, limit).await?;
    let written = events.into_iter().map(|event| {
        let row = json!({
            "at": event.at.bank_text(), "event": event.event, "lang": event.lang.code(), "browser": event.browser,
        });
        (event.id, row)
    });
    Ok(written.collect())
}

/// What is told of them, without what they say: their payments stand above.
async fn notifications(store: &Store, user: &UserId, after: i64, limit: i64) -> Result<Numbered, StoreError> {
    let deliveries = store.told_of_user(user, after, limit).await?;
    let written = deliveries.into_iter().map(|delivery| {
        let row = json!({
            "number": delivery.id,
            "received_at": delivery.received_at.bank_text(),
            "reference": delivery.reference,
            "event": delivery.event_name,
            "verdict": delivery.verdict.code(),
        });
        (delivery.id, row)
    });
    Ok(written.collect())
}
