//! Whether a notification could be acknowledged now: proven by a commit.

use crate::clock::Moment;
use crate::store::Store;
use std::sync::PoisonError;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

const PATIENCE: Duration = Duration::from_secs(1);
/// A proof is good for so long: asking costs a commit, and anybody may ask.
const GOOD_FOR: Duration = Duration::from_millis(250);

/// Whether it is so, and since when, as far as anybody has asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    pub is_so: bool,
    pub since: Moment,
}

#[derive(Default)]
pub struct Readiness {
    /// When the database was last seen to be writable. Who asks meanwhile waits for the same proof.
    proven: Mutex<Option<Instant>>,
    last: std::sync::Mutex<Option<Ready>>,
}

impl Readiness {
    pub async fn ask(&self, store: &Store, now: Moment) -> Ready {
        let is_so = tokio::time::timeout(PATIENCE, self.can_write(store)).await.unwrap_or_else(|_| {
            tracing::warn!("the database did not answer within a second");
            false
        });
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let since = last.filter(|last| last.is_so == is_so).map_or(now, |last| last.since);
        *last.insert(Ready { is_so, since })
    }

    async fn can_write(&self, store: &Store) -> bool {
        let mut proven = self.proven.lock().await;
        if proven.is_some_and(|proof| proof.elapsed() < GOOD_FOR) {
            return true;
        }
        let proof = store.ping_write().await;
        if let Err(error) = &proof {
            tracing::warn!(error = error as &dyn std::error::Error, "the database cannot be written to");
        }
        *proven = proof.is_ok().then(Instant::now);
        proof.is_ok()
    }
}
