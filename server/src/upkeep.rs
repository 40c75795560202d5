//! What has to go from time to time, in small bites, so that nobody waits for it.

use crate::clock::SharedClock;
use crate::lifecycle::survive;
use crate::sessions::Sessions;
use crate::store::{Store, StoreError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_mins(10);
/// Rows of one transaction.
const BITE: i64 = 1_000;
/// Used and expired intents explain a late notification; after this long none comes.
const KEEP_INTENTS: Duration = Duration::from_hours(24 * 30);
/// A browser that was away for longer loads its page anew.
const KEEP_LIVE_EVENTS: Duration = Duration::from_hours(24 * 7);

pub struct Upkeep {
    pub store: Store,
    pub clock: SharedClock,
    pub sessions: Sessions,
}

impl Upkeep {
    /// Runs until the shutdown.
    pub async fn run(self, shutdown: CancellationToken) {
        loop {
            if let Some(Err(error)) = survive("the upkeep", self.step()).await {
                tracing::error!(%error, "upkeep could not be done, trying again later");
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = shutdown.cancelled() => return,
            }
        }
    }

    /// Removes everything that has had its time, and returns how many rows that were.
    pub async fn step(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let mut all = 0;
        loop {
            let removed = self.sessions.remove_expired(BITE).await?
                + self.store.remove_expired_intents(now.minus(KEEP_INTENTS), BITE).await?
                + self.store.remove_live_events(now.minus(KEEP_LIVE_EVENTS), BITE).await?;
            all += removed;
            if removed == 0 {
                return Ok(all);
            }
        }
    }
}
