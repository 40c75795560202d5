//! How many requests a key has in a minute, in the terms of the `RateLimit` headers that the IETF drafts.

use crate::clock::{Moment, SharedClock};
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

/// Windows by key, of this server. There are as many as there are keys.
#[derive(Clone)]
pub(super) struct Rates {
    clock: SharedClock,
    windows: Arc<Mutex<HashMap<String, Window>>>,
}

impl Rates {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self { clock, windows: Arc::default() }
    }

    /// Counts a request.
    pub(super) fn count(&self, key: &str) -> Rate {
        let now = self.clock.now();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry(key.to_owned()).or_insert(Window { began: now, count: 0 });
        // A clock that was set back ends a window too.
        if now >= window.began.plus(WINDOW) || now < window.began {
            *window = Window { began: now, count: 0 };
        }
        window.count = window.count.saturating_add(1);
        let rest = window.began.plus(WINDOW).since(now);
        Rate {
            left: QUOTA.saturating_sub(window.count),
            seconds: u32::try_from(rest.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX).max(1),
            is_over: window.count > QUOTA,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn each_key_has_a_quota_in_each_minute() {
        let clock = Arc::new(ManualClock::at(Moment(1_700_000_000_000_000)));
        let rates = Rates::new(clock.clone());
        assert_eq!(rates.count("a"), Rate { left: QUOTA - 1, seconds: 60, is_over: false });
        clock.advance(Duration::from_millis(1_500));
        for _ in 1..QUOTA {
            assert!(!rates.count("a").is_over);
        }
        assert_eq!(rates.count("a"), Rate { left: 0, seconds: 59, is_over: true });
        assert!(!rates.count("b").is_over);
        clock.advance(WINDOW);
        assert_eq!(rates.count("a").left, QUOTA - 1);
    }
}
