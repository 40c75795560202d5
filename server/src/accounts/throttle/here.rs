//! The counts of one process: in memory, and bounded.

use super::{Failures, Limits, MEMORY, MINUTE, Wait, network, until};
use crate::clock::Moment;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Accounts and addresses remembered. Beyond that new ones are let through; the other limits still hold.
const MOST_REMEMBERED: usize = 100_000;

#[derive(Default)]
pub(super) struct Here(Mutex<State>);

#[derive(Default)]
struct State {
    accounts: HashMap<String, Failures>,
    addresses: HashMap<IpAddr, Window>,
    all: Window,
}

/// Tries of one minute.
#[derive(Clone, Copy)]
struct Window {
    began: Moment,
    count: u32,
}

impl Default for Window {
    fn default() -> Self {
        Self { began: Moment(i64::MIN), count: 0 }
    }
}

impl Window {
    fn add(&mut self, now: Moment) {
        if self.is_over(now) {
            *self = Self { began: now, count: 0 };
        }
        self.count = self.count.saturating_add(1);
    }

    /// A clock that was set back ends a window too, or it would last until then.
    fn is_over(self, now: Moment) -> bool {
        now >= self.began.plus(MINUTE) || now < self.began
    }

    fn rest(self, now: Moment) -> Wait {
        Wait(until(self.began.plus(MINUTE), now))
    }
}

impl Here {
    /// Counts one try from an address.
    pub(super) fn count_address(&self, address: IpAddr, limits: Limits, now: Moment) -> Result<(), Wait> {
        let mut state = self.state();
        state.all.add(now);
        let all = state.all;
        let windows = &mut state.addresses;
        make_room(windows, |window| !window.is_over(now));
        if windows.len() >= MOST_REMEMBERED && !windows.contains_key(&network(address)) {
            return Ok(());
        }
        let window = windows.entry(network(address)).or_default();
        window.add(now);
        limits.judge(window.count, all.count).map_err(|()| window.rest(now))
    }

    /// The wrong passwords of an account.
    pub(super) fn failures(&self, key: &str) -> Option<Failures> {
        self.state().accounts.get(key).copied()
    }

    /// Notes a wrong password.
    pub(super) fn note_failure(&self, key: &str, now: Moment) {
        let mut state = self.state();
        let accounts = &mut state.accounts;
        make_room(accounts, |failures| now < failures.last.plus(MEMORY));
        if accounts.len() >= MOST_REMEMBERED && !accounts.contains_key(key) {
            return;
        }
        let failures = accounts.entry(key.to_owned()).or_insert(Failures { count: 0, last: now });
        if now >= failures.last.plus(MEMORY) {
            failures.count = 0;
        }
        *failures = Failures { count: failures.count.saturating_add(1), last: now };
    }

    /// A right password makes the wrong ones before it forgotten.
    pub(super) fn note_success(&self, key: &str) {
        self.state().accounts.remove(key);
    }

    /// A panic elsewhere leaves counters that are still good enough.
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets what is over once the map is full.
fn make_room<K: Eq + Hash, V: Copy>(map: &mut HashMap<K, V>, still_counts: impl Fn(V) -> bool) {
    if map.len() >= MOST_REMEMBERED {
        map.retain(|_, value| still_counts(*value));
    }
}
