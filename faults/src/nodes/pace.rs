//! How long it takes from a request of the bank to the event in a browser.

use crate::notification::Notifications;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

#[derive(Default)]
pub struct Pace {
    times: Mutex<Times>,
}

#[derive(Default)]
struct Times {
    /// When the first try of a notification set out.
    sent: HashMap<u64, Instant>,
    /// For each browser that has seen one.
    took: Vec<Duration>,
}

/// What a number of times comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spread {
    pub count: usize,
    pub median: Duration,
    pub p99: Duration,
    pub longest: Duration,
}

impl Spread {
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
        let longest = times.last().copied().unwrap_or_default();
        Self { count: times.len(), median: at(50), p99: at(99), longest }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [median, p99, longest] = [self.median, self.p99, self.longest].map(|time| time.as_millis());
        write!(f, "{median} / {p99} / {longest} ms")
    }
}

impl Pace {
    pub(super) fn sent(&self, number: u64) {
        self.times().sent.insert(number, Instant::now());
    }

    /// A browser has seen this transaction.
    pub(super) fn seen(&self, txid: &str) {
        let now = Instant::now();
        let Some(number) = Notifications::number(txid) else { return };
        let mut times = self.times();
        if let Some(sent) = times.sent.get(&number).copied() {
            times.took.push(now - sent);
        }
    }

    /// Since it was asked last.
    pub fn take(&self) -> Spread {
        let took = std::mem::take(&mut self.times().took);
        Spread::of(took)
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
