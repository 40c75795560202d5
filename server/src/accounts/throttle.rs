//! How often passwords may be tried: by account, by address, and by everybody together. Only delays, never a lock, so that
//! nobody can shut a person out for long. All of it is in memory and bounded.

use crate::clock::{Moment, SharedClock};
use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Wrong passwords of one account that cost nothing.
const QUICK_TRIES: u32 = 5;
const LONGEST_DELAY: Duration = Duration::from_mins(15);
/// After this long without a try an account starts afresh.
const MEMORY: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);
/// When everybody together is over the limit, addresses with more tries than this in the minute wait.
const MODEST_TRIES: u32 = 3;
/// Accounts and addresses remembered. Beyond that new ones are let through; the other limits still hold.
const MOST_REMEMBERED: usize = 100_000;

/// Asks to come back later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub Duration);

impl Wait {
    /// Whole seconds, for `Retry-After`; at least one.
    pub fn seconds(self) -> u32 {
        u32::try_from(self.0.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1)
    }
}

#[derive(Clone)]
pub struct Throttle(Arc<Inner>);

struct Inner {
    clock: SharedClock,
    per_address: u32,
    of_all: u32,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    accounts: HashMap<String, Failures>,
    addresses: HashMap<IpAddr, Window>,
    all: Window,
}

/// Wrong passwords in a row.
#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Moment,
}

impl Failures {
    /// When the next try is heard: at once for the first ones, then 1 s, 2 s, 4 s, … up to 15 minutes later.
    fn next_try(self) -> Moment {
        let Some(extra) = self.count.checked_sub(QUICK_TRIES) else { return self.last };
        let delay = Duration::from_secs(1_u64 << extra.min(20));
        self.last.plus(delay.min(LONGEST_DELAY))
    }
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

impl Throttle {
    pub fn new(clock: SharedClock, per_address: u32, of_all: u32) -> Self {
        Self(Arc::new(Inner { clock, per_address, of_all, state: Mutex::default() }))
    }

    /// Counts one try from an address; refused when there were too many in this minute.
    pub fn count_address(&self, address: IpAddr) -> Result<(), Wait> {
        let now = self.0.clock.now();
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
        let too_many = window.count > self.0.per_address;
        let immodest = all.count > self.0.of_all && window.count > MODEST_TRIES;
        if too_many || immodest { Err(window.rest(now)) } else { Ok(()) }
    }

    /// Refused while an account's delay runs. Says the same for accounts that do not exist.
    pub fn check_account(&self, key: &str) -> Result<(), Wait> {
        let now = self.0.clock.now();
        let failures = self.state().accounts.get(key).copied();
        match failures.map(Failures::next_try) {
            Some(next) if now < next => Err(Wait(until(next, now).min(LONGEST_DELAY))),
            _ => Ok(()),
        }
    }

    /// Notes a wrong password.
    pub fn note_failure(&self, key: &str) {
        let now = self.0.clock.now();
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
    pub fn note_success(&self, key: &str) {
        self.state().accounts.remove(key);
    }

    /// A panic elsewhere leaves counters that are still good enough.
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets what is over once the map is full.
fn make_room<K: Eq + Hash, V: Copy>(map: &mut HashMap<K, V>, still_counts: impl Fn(V) -> bool) {
    if map.len() >= MOST_REMEMBERED {
        map.retain(|_, value| still_counts(*value));
    }
}

fn until(moment: Moment, now: Moment) -> Duration {
    Duration::from_micros(u64::try_from(moment.0.saturating_sub(now.0)).unwrap_or(0))
}

/// One person has as many IPv6 addresses as she likes, but one /64.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let s = v6.segments();
            IpAddr::V6(Ipv6Addr::new(s[0], s[1], s[2], s[3], 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock as _, ManualClock};

    fn throttle() -> (Throttle, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(Moment(1_700_000_000_000_000)));
        (Throttle::new(clock.clone(), 20, 200), clock)
    }

    #[test]
    fn au_02_an_address_has_20_tries_a_minute() {
        let (throttle, clock) = throttle();
        let address = "192.0.2.1".parse().unwrap();
        for _ in 0..20 {
            assert_eq!(throttle.count_address(address), Ok(()));
        }
        assert_eq!(throttle.count_address(address).map_err(Wait::seconds), Err(60));
        assert_eq!(throttle.count_address("192.0.2.2".parse().unwrap()), Ok(()));
        clock.advance(MINUTE);
        assert_eq!(throttle.count_address(address), Ok(()));
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_together() {
        let (throttle, _) = throttle();
        let answers: Vec<_> =
            (0..21).map(|n| throttle.count_address(format!("2001:db8::{n}").parse().unwrap())).collect();
        assert!(answers[20].is_err() && answers[..20].iter().all(Result::is_ok));
    }

    #[test]
    fn au_01_wrong_passwords_cost_more_and_more_time() {
        let (throttle, clock) = throttle();
        let (mut tries, end) = (0, clock.now().plus(Duration::from_hours(1)));
        while clock.now() < end {
            match throttle.check_account("alice") {
                Ok(()) => {
                    throttle.note_failure("alice");
                    tries += 1;
                }
                Err(wait) => clock.advance(wait.0),
            }
        }
        assert!((10..=100).contains(&tries), "{tries} tries in an hour");
    }

    #[test]
    fn au_04_nobody_can_lock_an_account_for_longer_than_15_minutes() {
        let (throttle, clock) = throttle();
        for _ in 0..10_000 {
            throttle.note_failure("victim");
        }
        assert_eq!(throttle.check_account("victim").map_err(Wait::seconds), Err(900));
        clock.advance(LONGEST_DELAY);
        assert_eq!(throttle.check_account("victim"), Ok(()));
    }

    #[test]
    fn a_right_password_clears_the_account() {
        let (throttle, _) = throttle();
        for _ in 0..8 {
            throttle.note_failure("alice");
        }
        assert!(throttle.check_account("alice").is_err());
        throttle.note_success("alice");
        assert_eq!(throttle.check_account("alice"), Ok(()));
    }

    #[test]
    fn when_everybody_is_over_the_limit_modest_people_still_get_in() {
        let (throttle, _) = throttle();
        for n in 0..200_u32 {
            let _counted = throttle.count_address(IpAddr::from([10, 0, 0, u8::try_from(n % 50).unwrap()]));
        }
        assert!(throttle.count_address("10.0.0.1".parse().unwrap()).is_err());
        assert_eq!(throttle.count_address("10.9.9.9".parse().unwrap()), Ok(()));
    }
}
