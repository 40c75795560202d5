//! Takes again what an operator asks for, a group at a time. How far it has come is in the database: whoever leases a replay goes
//! on with it, after a restart too, and on any node.

use super::Pressure;
use super::again::Planner;
use super::worker::Steps;
use crate::clock::SharedClock;
use crate::lifecycle::repeat;
use crate::links::{CONFIRM_AFTER, Links};
use crate::store::{Lease, ReplayGroup, ReplayRecord, Store, StoreError};
use crate::vault::{Vault, VaultError};
use crate::webhooks::Criteria;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Arrivals of one transaction: others wait for it.
const GROUP: i64 = 64;
/// Without a wake-up, the store is looked at this often.
const POLL: Duration = Duration::from_secs(1);
/// How long a group may take before somebody else takes it.
const LEASE: Duration = Duration::from_secs(30);
/// A group that was begun as often is given up.
const MOST_ATTEMPTS: i64 = 5;

pub struct Replayer {
    pub store: Store,
    pub vault: Vault,
    pub clock: SharedClock,
    pub links: Links,
    /// What notifications are judged by.
    pub criteria: Criteria,
    /// Told when a replay was asked for.
    pub wake: Arc<Notify>,
    /// While many arrivals wait to be stored, the past makes way.
    pub pressure: Pressure,
    pub steps: Steps,
}

impl Replayer {
    /// Runs until the shutdown; a group that has begun is finished.
    pub async fn run(self, shutdown: CancellationToken) {
        repeat("the replayer", &self.wake, POLL, shutdown, || self.step()).await;
    }

    /// Takes the next group of a replay, if there is one; returns how many groups that were.
    pub async fn step(&self) -> Result<usize, VaultError> {
        let now = self.clock.now();
        if self.pressure.is_high() || !self.store.replay_is_due(now).await? {
            return Ok(0);
        }
        let holder = self.steps.next();
        let lease = Lease { holder: &holder, until: now.plus(LEASE) };
        let Some(replay) = self.store.lease_replay(lease, now).await? else { return Ok(0) };
        if replay.attempts > MOST_ATTEMPTS {
            tracing::error!(replay.id, replay.reached, "a replay does not get on, and is given up");
            self.store.fail_replay(replay.id, &holder, now).await?;
            return Ok(1);
        }
        self.take(&replay, holder).await?;
        Ok(1)
    }

    async fn take(&self, replay: &ReplayRecord, holder: String) -> Result<(), VaultError> {
        let now = self.clock.now();
        let found = self.store.deliveries_between(&replay.filter, replay.reached, replay.upto, GROUP).await?;
        let last = i64::try_from(found.len()).is_ok_and(|found| found < GROUP);
        let reached = found.last().map_or(replay.upto, |delivery| delivery.id);
        let planner =
            Planner { vault: &self.vault, links: &self.links, criteria: &self.criteria, act: &replay.act, now };
        let arrivals = planner.plan(found).await?;
        let group = ReplayGroup {
            replay: replay.id,
            trial: replay.dry,
            holder,
            arrivals,
            reached,
            last,
            confirm_at: now.plus(CONFIRM_AFTER),
            at: now,
        };
        match self.store.replay_group(group).await {
            Ok(done) => {
                tracing::info!(replay.id, replay.trial = replay.dry, done.seen, done.changed, "a group was replayed");
                self.links.wake.notify_one();
                self.links.deliveries_wake.notify_one();
                Ok(())
            }
            // Cancelled meanwhile, or somebody else goes on with it.
            Err(StoreError::LeaseLost) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
