//! Reading payments while they are being sent.

use super::turns::Turn;
use crate::store::{ExportRows, Store, StoreError};
use axum::body::Body;
use bytes::Bytes;
use domain::filter::Filter;
use domain::ids::UserId;
use domain::transaction::Transaction;
use futures::{Stream, StreamExt as _};
use std::collections::VecDeque;
use tokio_util::sync::CancellationToken;

/// Payments that are read and sent at once: some hundred kilobytes.
const GROUP: usize = 512;

/// A piece of a file.
pub(super) enum Part {
    Text(String),
    Payments(ExportRows),
}

/// Adds a payment to a file's text.
pub(super) type WriteRow = Box<dyn FnMut(&Transaction, &mut String) + Send>;

/// A file under way.
pub(super) struct Reading {
    pub(super) store: Store,
    pub(super) user: UserId,
    /// A payment that has changed meanwhile, and is not asked for any more, is left out.
    pub(super) filter: Filter,
    pub(super) parts: VecDeque<Part>,
    /// How a payment is written.
    pub(super) write: WriteRow,
    /// The server goes down: what is sent so far is no whole file, and must not look like one.
    pub(super) stopping: CancellationToken,
    /// Ends with the file.
    pub(super) _turn: Turn,
}

#[derive(Debug, thiserror::Error)]
enum CutShort {
    #[error("the server is stopping")]
    Stopping,
    #[error("the store did not answer")]
    Store(#[from] StoreError),
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
        if self.stopping.is_cancelled() {
            return Err(CutShort::Stopping);
        }
        let Some(part) = self.parts.pop_front() else { return Ok(None) };
        let rows = match part {
            Part::Text(text) => return Ok(Some((text, 0))),
            Part::Payments(rows) => rows,
        };
        let end = rows.0.len().min(done + GROUP);
        let payments = self.store.payments_by_row(&self.user, &rows.0[done..end]).await?;
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
}
