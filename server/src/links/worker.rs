//! Takes links further, a step at a time, so that a long history holds up nobody.

use super::Links;
use super::reconcile::LEASE;
use crate::alarms::Kind;
use crate::anytime::{BankError, GateState};
use crate::lifecycle::{repeat, survive};
use crate::store::{LinkRecord, StoreError, Work};
use crate::vault::VaultError;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Links that are taken further at the same time.
const AT_ONCE: i64 = 8;
/// Without a wake-up, the store is looked at this often.
const POLL: Duration = Duration::from_secs(1);
/// How long proving a token, or a page of history, may take before somebody else takes the link.
const STEP: Duration = Duration::from_mins(1);

pub struct Worker {
    pub links: Links,
}

impl Worker {
    /// Runs until the shutdown; steps that have begun are finished.
    pub async fn run(self, shutdown: CancellationToken) {
        repeat("the links' worker", &self.links.wake, POLL, shutdown, || self.step()).await;
    }

    /// Takes due links one step further, and first those with something new: its owner waits for that. Returns how many those were.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let links = &self.links;
        let mut due = links.store.fresh_links(links.clock.now(), AT_ONCE).await?;
        let fresh: Vec<_> = due.iter().map(|link| link.id.clone()).collect();
        let others = links.store.due_links(links.clock.now(), self.others()).await?;
        due.extend(others.into_iter().filter(|link| !fresh.contains(&link.id)));
        if i64::try_from(due.len()).is_ok_and(|found| found >= AT_ONCE) {
            links.store.call_for_help(Work::Links);
        }
        let (mut steps, mut count) = (JoinSet::new(), 0);
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

    /// How many links are taken of which there is nothing new. While the bank is away they wait together, and not each with a try of its own;
    /// then one of them sees whether it is back.
    fn others(&self) -> i64 {
        match self.links.bank.state() {
            GateState::Closed => AT_ONCE,
            GateState::Open { until } => {
                self.links.alarms.raise(Kind::BankDown, "", BankError::Paused { retry_after: None }.code());
                i64::from(until <= self.links.clock.now())
            }
        }
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
