//! Takes links further, a step at a time, so that a long history holds up nobody.

use super::Links;
use super::reconcile::LEASE;
use crate::alarms::Kind;
use crate::anytime::{BankError, GateState};
use crate::clock::Moment;
use crate::lifecycle::{repeat, survive};
use crate::store::{LinkRecord, StoreError, Work};
use crate::vault::VaultError;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Links that are taken further at the same time; of those with something new, and of the others.
const AT_ONCE: i64 = 8;
/// Links that are looked at together while the bank is away.
const TOGETHER: i64 = 64;
/// Without a wake-up, the store is looked at this often.
const POLL: Duration = Duration::from_secs(1);
/// How long proving a token, or a page of history, may take before somebody else takes the link.
const STEP: Duration = Duration::from_mins(1);

pub struct Worker {
    links: Links,
    /// While the bank is away, links are looked at again from then on.
    next_look: AtomicI64,
}

impl Worker {
    pub const fn new(links: Links) -> Self {
        Self { links, next_look: AtomicI64::new(i64::MIN) }
    }

    /// Runs until the shutdown; steps that have begun are finished.
    pub async fn run(self, shutdown: CancellationToken) {
        repeat("the links' worker", &self.links.wake, POLL, shutdown, || self.step()).await;
    }

    /// Takes due links one step further, and first those with something new: its owner waits for that. Returns how many those were.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let links = &self.links;
        let now = links.clock.now();
        let (mut due, others, waiting) = match links.bank.state() {
            GateState::Closed => (links.store.fresh_links(now, AT_ONCE).await?, AT_ONCE, Vec::new()),
            // Links wait together, and not each with tries of its own; once the pause is over, one of them sees whether the bank is back.
            GateState::Open { until } => {
                links.alarms.raise(Kind::BankDown, "", BankError::Paused { retry_after: None }.code());
                let fresh = links.store.fresh_links(now, TOGETHER).await?.into_iter();
                let (mut followed, new): (Vec<_>, Vec<_>) = fresh.partition(LinkRecord::is_followed);
                if now < self.next_look() {
                    followed.clear();
                }
                (new, i64::from(until <= now), followed)
            }
        };
        let known: Vec<_> = due.iter().map(|link| link.id.clone()).collect();
        let others = links.store.due_links(now, others).await?;
        due.extend(others.into_iter().filter(|link| !known.contains(&link.id)));
        if i64::try_from(due.len()).is_ok_and(|found| found >= AT_ONCE) {
            links.store.call_for_help(Work::Links);
        }
        let mut count = waiting.len();
        self.look_at(waiting, now).await?;
        let mut steps = JoinSet::new();
        for link in due {
            let now = links.clock.now();
            let time = if link.history_complete_at.is_some() { LEASE } else { STEP };
            let Some(taken) = links.store.take_link(&link.id, now.plus(time), now).await? else { continue };
            count += 1;
            steps.spawn(advance(links.clone(), taken));
        }
        while steps.join_next().await.is_some() {}
        Ok(count)
    }

    /// What these had new by `now` is looked at without the bank, which is asked later: they stay due.
    async fn look_at(&self, waiting: Vec<LinkRecord>, now: Moment) -> Result<(), StoreError> {
        if waiting.is_empty() {
            return Ok(());
        }
        for link in &waiting {
            if let Some(Err(error)) = survive("a link", self.links.look_for_gaps(link)).await {
                tracing::error!(link.id = %link.id, %error, "a link could not be looked at");
            }
        }
        // Whoever is paid again and again is looked at now and then; where more wait, they follow at once.
        let all = i64::try_from(waiting.len()).is_ok_and(|found| found < TOGETHER);
        self.next_look.store(if all { now.plus(POLL).0 } else { now.0 }, Ordering::Relaxed);
        self.links.store.note_looked_at(&waiting, now).await
    }

    fn next_look(&self) -> Moment {
        Moment(self.next_look.load(Ordering::Relaxed))
    }
}

async fn advance(links: Links, taken: LinkRecord) {
    match survive("a link", links.advance(&taken)).await {
        Some(Ok(())) => return,
        Some(Err(VaultError::Store(StoreError::LeaseLost))) => {
            tracing::info!(link.id = %taken.id, "a link is somebody else's by now");
            return;
        }
        Some(Err(error)) => tracing::error!(link.id = %taken.id, %error, "a link has to wait"),
        None => tracing::error!(link.id = %taken.id, "a link has to wait"),
    }
    let again = links.clock.now().plus(Duration::from_secs(10));
    match links.store.postpone_link(&taken, "internal", again).await {
        Ok(()) | Err(StoreError::LeaseLost) => {}
        Err(error) => tracing::error!(link.id = %taken.id, %error, "a link could not be postponed"),
    }
}
