//! The one task that writes arrivals. While a commit is under way the next group gathers, so a busy server commits many
//! at once and a quiet one commits at once.

use super::{Arrival, seal_body};
use crate::faults;
use crate::lifecycle::survive;
use crate::metrics;
use crate::store::{NewDelivery, Store};
use crate::vault::{Vault, VaultError};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Arrivals that may wait. Beyond that the bank is asked to come back: it tries again, and our memory stays bounded.
const QUEUE: usize = 4_096;
/// So many arrivals at once are many.
const MANY: usize = 48;
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
    delivery: NewDelivery,
    stored: oneshot::Sender<Result<(), InboxError>>,
}

/// The way to the writer. Cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    vault: Vault,
    jobs: mpsc::Sender<Job>,
    pressure: Pressure,
}

/// How many arrivals wait for the writer: whoever else writes makes way while they are many.
#[derive(Debug, Clone, Default)]
pub struct Pressure(Arc<AtomicUsize>);

impl Pressure {
    pub fn is_high(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= MANY
    }

    /// Counts one until it is dropped.
    fn one(&self) -> Waiting {
        self.0.fetch_add(1, Ordering::Relaxed);
        Waiting(self.clone())
    }
}

struct Waiting(Pressure);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Inbox {
    /// Seals an arrival, and returns once it is durable. One that has waited too long may yet be stored; the bank's next try is
    /// its duplicate then.
    pub async fn store(&self, arrival: Arrival) -> Result<(), InboxError> {
        // Whoever waits in vain costs as little as possible.
        let place = self.jobs.try_reserve().map_err(|_| InboxError::Full)?;
        let _waiting = (metrics::waits(), self.pressure.one());
        let storing = async {
            let delivery = self.sealed(arrival).await.map_err(|error| {
                tracing::error!(%error, "a notification could not be sealed");
                InboxError::Unavailable
            })?;
            let (stored, done) = oneshot::channel();
            place.send(Job { delivery, stored });
            done.await.unwrap_or(Err(InboxError::Unavailable))
        };
        tokio::time::timeout(PATIENCE, storing).await.unwrap_or(Err(InboxError::Unavailable))
    }

    pub fn pressure(&self) -> Pressure {
        self.pressure.clone()
    }

    async fn sealed(&self, arrival: Arrival) -> Result<NewDelivery, VaultError> {
        let key = self.vault.inbox_key(arrival.received_at).await?;
        Ok(NewDelivery {
            body_key: key.owner().to_owned(),
            body: seal_body(&key, arrival.received_at, &arrival.reference, &arrival.body),
            core_mac: self.vault.core_mac(arrival.core.as_bytes()),
            received_at: arrival.received_at,
            reference: arrival.reference,
            event_name: arrival.event_name,
            verdict: arrival.verdict,
            reason: arrival.reason,
            pending: arrival.pending,
            current_try: arrival.current_try,
            max_tries: arrival.max_tries,
            peer: arrival.peer,
            content_type: arrival.content_type,
            trust: arrival.trust,
            card_ref: arrival.card_ref,
            txid: arrival.txid,
            ask_at: arrival.ask_at,
            answered: arrival.answered,
        })
    }
}

/// The task behind an [`Inbox`].
pub struct Writer {
    store: Store,
    jobs: mpsc::Receiver<Job>,
    /// Told after each commit: of deliveries that are to be processed, and of those that the bank is to be asked about.
    wakes: Wakes,
}

/// Whom the writer wakes.
#[derive(Debug, Clone, Default)]
pub struct Wakes {
    pub worker: Arc<Notify>,
    pub asker: Arc<Notify>,
}

impl Writer {
    pub fn new(store: Store, vault: Vault, wakes: Wakes) -> (Inbox, Self) {
        let (sender, jobs) = mpsc::channel(QUEUE);
        (Inbox { vault, jobs: sender, pressure: Pressure::default() }, Self { store, jobs, wakes })
    }

    /// Runs until the shutdown, and then until nothing waits: who has sent is answered.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let mut waiting = Vec::with_capacity(GROUP);
        loop {
            if waiting.is_empty() {
                tokio::select! {
                    biased;
                    count = self.jobs.recv_many(&mut waiting, GROUP) => if count == 0 { return },
                    () = shutdown.cancelled(), if !self.jobs.is_closed() => {
                        self.jobs.close();
                        continue;
                    }
                }
            } else {
                while waiting.len() < GROUP
                    && let Ok(job) = self.jobs.try_recv()
                {
                    waiting.push(job);
                }
            }
            let group = waiting.drain(..Store::best_group(waiting.len())).collect();
            // After a panic some are unanswered. They hear that they are not stored, and come again.
            survive("the writer", self.write(group)).await;
        }
    }

    async fn write(&self, group: Vec<Job>) {
        let (rows, waiting): (Vec<_>, Vec<_>) = group.into_iter().map(|job| (job.delivery, job.stored)).unzip();
        let began = Instant::now();
        let result = self.store.add_deliveries(&rows).await;
        metrics::committed(began, rows.len());
        if let Err(error) = &result {
            tracing::error!(%error, rows = rows.len(), "notifications could not be stored");
        }
        faults::point("inbox.committed");
        let ours = matches!(result, Ok(true));
        let answer = result.map(drop).map_err(|_| InboxError::Unavailable);
        for stored in waiting {
            // Who does not wait any more has hung up; the row stands all the same.
            let _ = stored.send(answer);
        }
        if ours {
            self.wakes.worker.notify_one();
        }
        if rows.iter().any(|row| row.ask_at.is_some()) {
            self.wakes.asker.notify_one();
        }
    }
}
