//! The one task that writes arrivals. While a commit is under way the next group gathers, so a busy server commits many
//! at once and a quiet one commits at once.

use super::{Arrival, seal_body};
use crate::faults;
use crate::lifecycle::survive;
use crate::store::{NewDelivery, Store};
use crate::vault::{Vault, VaultError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Arrivals that may wait. Beyond that the bank is asked to come back: it tries again, and our memory stays bounded.
const QUEUE: usize = 4_096;
/// Most rows of one commit.
const GROUP: usize = 128;
/// How long an arrival waits for its commit: others give up on an answer after ten seconds, so half of that.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why an arrival could not be stored: it was not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InboxError {
    #[error("too many notifications are waiting")]
    Full,
    #[error("the database cannot be written")]
    Unavailable,
}

struct Job {
    arrival: Arrival,
    stored: oneshot::Sender<Result<(), InboxError>>,
}

/// The way to the writer. Cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    jobs: mpsc::Sender<Job>,
}

impl Inbox {
    /// Returns once the arrival is durable. One that has waited too long may yet be stored; the bank's next try is its
    /// duplicate then.
    pub async fn store(&self, arrival: Arrival) -> Result<(), InboxError> {
        let (stored, done) = oneshot::channel();
        self.jobs.try_send(Job { arrival, stored }).map_err(|_| InboxError::Full)?;
        let stored = tokio::time::timeout(PATIENCE, done).await;
        stored.ok().and_then(Result::ok).unwrap_or(Err(InboxError::Unavailable))
    }
}

/// The task behind an [`Inbox`].
pub struct Writer {
    store: Store,
    vault: Vault,
    jobs: mpsc::Receiver<Job>,
    /// Told after each commit.
    worker: Arc<Notify>,
}

impl Writer {
    pub fn new(store: Store, vault: Vault, worker: Arc<Notify>) -> (Inbox, Self) {
        let (sender, jobs) = mpsc::channel(QUEUE);
        (Inbox { jobs: sender }, Self { store, vault, jobs, worker })
    }

    /// Runs until the shutdown, and then until nothing waits: who has sent is answered.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let mut group = Vec::with_capacity(GROUP);
        loop {
            tokio::select! {
                biased;
                count = self.jobs.recv_many(&mut group, GROUP) => if count == 0 { return },
                () = shutdown.cancelled() => {
                    self.jobs.close();
                    while self.jobs.recv_many(&mut group, GROUP).await > 0 {
                        survive("the writer", self.write(&mut group)).await;
                        group.clear();
                    }
                    return;
                }
            }
            // After a panic some are unanswered. They hear that they are not stored, and come again.
            survive("the writer", self.write(&mut group)).await;
            group.clear();
        }
    }

    async fn write(&self, group: &mut Vec<Job>) {
        let result = self.commit(group).await;
        if let Err(error) = &result {
            tracing::error!(%error, rows = group.len(), "notifications could not be stored");
        }
        faults::point("inbox.committed");
        let answer = result.map_err(|_| InboxError::Unavailable);
        for job in group.drain(..) {
            // Who does not wait any more has hung up; the row stands all the same.
            let _ = job.stored.send(answer);
        }
        self.worker.notify_one();
    }

    async fn commit(&self, group: &[Job]) -> Result<(), VaultError> {
        let mut rows = Vec::with_capacity(group.len());
        for job in group {
            let arrival = &job.arrival;
            let key = self.vault.inbox_key(arrival.received_at).await?;
            rows.push(NewDelivery {
                received_at: arrival.received_at,
                reference: arrival.reference.clone(),
                event_name: arrival.event_name.clone(),
                verdict: arrival.verdict,
                reason: arrival.reason,
                pending: arrival.pending,
                current_try: arrival.current_try,
                max_tries: arrival.max_tries,
                peer: arrival.peer.clone(),
                content_type: arrival.content_type.clone(),
                trust: arrival.trust.clone(),
                body_key: key.owner().to_owned(),
                body: seal_body(&key, arrival.received_at, &arrival.reference, &arrival.body),
                core_mac: self.vault.core_mac(arrival.core.as_bytes()),
                card_ref: arrival.card_ref.clone(),
            });
        }
        Ok(self.store.add_deliveries(&rows).await?)
    }
}
