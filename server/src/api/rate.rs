//! How many requests a key has in a minute, on all nodes together, in the terms of the `RateLimit` headers that the IETF drafts.

use crate::clock::{Moment, SharedClock};
use crate::store::{Engine, Store, StoreError};
use crate::vault::Vault;
use http::HeaderValue;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Requests of one key in a window.
pub(super) const QUOTA: u32 = 1_200;
const WINDOW: Duration = Duration::from_mins(1);

/// What is left of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    pub left: u32,
    /// Seconds until the next one begins.
    pub seconds: u32,
    pub is_over: bool,
}

impl Rate {
    fn of(count: u32, rest: Duration) -> Self {
        Self {
            left: QUOTA.saturating_sub(count),
            seconds: u32::try_from(rest.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX).max(1),
            is_over: count > QUOTA,
        }
    }
}

impl Rate {
    pub(super) fn policy() -> HeaderValue {
        text(format!("\"minute\";q={QUOTA};w={}", WINDOW.as_secs()))
    }

    pub(super) fn header(self) -> HeaderValue {
        text(format!("\"minute\";r={};t={}", self.left, self.seconds))
    }
}

/// Digits and words of ours.
fn text(value: String) -> HeaderValue {
    HeaderValue::try_from(value).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[derive(Clone, Copy)]
struct Window {
    began: Moment,
    count: u32,
}

/// Windows by key: with `SQLite` in memory, as there is one process; else in the store, where all nodes count. There are as many as
/// there are keys.
#[derive(Clone)]
pub(super) struct Rates {
    clock: SharedClock,
    windows: Windows,
}

#[derive(Clone)]
enum Windows {
    Here(Arc<Mutex<HashMap<String, Window>>>),
    Shared(Store, Vault),
}

impl Rates {
    pub(super) fn new(clock: SharedClock, store: &Store, vault: &Vault) -> Self {
        match store.engine() {
            Engine::Sqlite => Self::here(clock),
            Engine::Postgres => Self { clock, windows: Windows::Shared(store.clone(), vault.clone()) },
        }
    }

    fn here(clock: SharedClock) -> Self {
        Self { clock, windows: Windows::Here(Arc::default()) }
    }

    /// Counts a request.
    pub(super) async fn count(&self, key: &str) -> Result<Rate, StoreError> {
        let now = self.clock.now();
        match &self.windows {
            Windows::Here(windows) => Ok(count_here(windows, key, now)),
            Windows::Shared(store, vault) => {
                let name = vault.tally_mac(&format!("api:{key}"));
                let tallies = store.count_in_minute(&[name], now).await?;
                let counted = tallies.first().map_or((0, WINDOW), |tally| (tally.count, tally.over_at.since(now)));
                Ok(Rate::of(u32::try_from(counted.0).unwrap_or(u32::MAX), counted.1))
            }
        }
    }
}

fn count_here(windows: &Mutex<HashMap<String, Window>>, key: &str, now: Moment) -> Rate {
    let mut windows = windows.lock().unwrap_or_else(PoisonError::into_inner);
    let window = windows.entry(key.to_owned()).or_insert(Window { began: now, count: 0 });
    // A clock that was set back ends a window too.
    if now >= window.began.plus(WINDOW) || now < window.began {
        *window = Window { began: now, count: 0 };
    }
    window.count = window.count.saturating_add(1);
    Rate::of(window.count, window.began.plus(WINDOW).since(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    #[tokio::test]
    async fn each_key_has_a_quota_in_each_minute() {
        let clock = Arc::new(ManualClock::at(Moment(1_700_000_000_000_000)));
        let rates = Rates::here(clock.clone());
        assert_eq!(rates.count("a").await.unwrap(), Rate { left: QUOTA - 1, seconds: 60, is_over: false });
        clock.advance(Duration::from_millis(1_500));
        for _ in 1..QUOTA {
            assert!(!rates.count("a").await.unwrap().is_over);
        }
        assert_eq!(rates.count("a").await.unwrap(), Rate { left: 0, seconds: 59, is_over: true });
        assert!(!rates.count("b").await.unwrap().is_over);
        clock.advance(WINDOW);
        assert_eq!(rates.count("a").await.unwrap().left, QUOTA - 1);
    }
}
