//! How often passwords may be tried: by account, by address, and by everybody together. Only delays, never a lock, so that
//! nobody can shut a person out for long.
//!
//! With `SQLite` there is one process, and it counts in memory. With `PostgreSQL` all nodes count together, in the store, under keyed
//! hashes: who has tried to sign in stands nowhere.

mod here;

use crate::clock::{Moment, SharedClock};
use crate::store::{Engine, Store, StoreError};
use crate::vault::Vault;
use here::Here;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

/// Wrong passwords of one account that cost nothing.
const QUICK_TRIES: u32 = 5;
const LONGEST_DELAY: Duration = Duration::from_mins(15);
/// After this long without a try an account starts afresh.
const MEMORY: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);
/// When everybody together is over the limit, addresses with more tries than this in the minute wait.
const MODEST_TRIES: u32 = 3;

/// Asks to come back later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub Duration);

impl Wait {
    /// Whole seconds, for `Retry-After`; at least one.
    pub fn seconds(self) -> u32 {
        u32::try_from(self.0.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1)
    }
}

/// Why a try is not heard.
#[derive(Debug, thiserror::Error)]
pub enum Throttled {
    #[error("there were too many tries")]
    Wait(Wait),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Wait> for Throttled {
    fn from(wait: Wait) -> Self {
        Self::Wait(wait)
    }
}

/// Tries in a minute.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub per_address: u32,
    pub of_all: u32,
}

impl Limits {
    fn judge(self, of_address: u32, of_all: u32) -> Result<(), ()> {
        let immodest = of_all > self.of_all && of_address > MODEST_TRIES;
        if of_address > self.per_address || immodest { Err(()) } else { Ok(()) }
    }
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

#[derive(Clone)]
pub struct Throttle(Arc<Inner>);

struct Inner {
    clock: SharedClock,
    limits: Limits,
    counts: Counts,
}

enum Counts {
    Here(Here),
    /// By all nodes together.
    Shared(Store, Vault),
}

impl Throttle {
    pub fn new(clock: SharedClock, limits: Limits, store: &Store, vault: &Vault) -> Self {
        match store.engine() {
            Engine::Sqlite => Self::here(clock, limits),
            Engine::Postgres => {
                let counts = Counts::Shared(store.clone(), vault.clone());
                Self(Arc::new(Inner { clock, limits, counts }))
            }
        }
    }

    fn here(clock: SharedClock, limits: Limits) -> Self {
        Self(Arc::new(Inner { clock, limits, counts: Counts::Here(Here::default()) }))
    }

    /// Counts one try from an address; refused when there were too many in this minute.
    pub async fn count_address(&self, address: IpAddr) -> Result<(), Throttled> {
        let now = self.0.clock.now();
        match &self.0.counts {
            Counts::Here(here) => Ok(here.count_address(address, self.0.limits, now)?),
            Counts::Shared(store, vault) => {
                // What everybody counts on comes last, so that nobody holds it for long.
                let names =
                    [format!("address:{}", network(address)), "all".to_owned()].map(|name| vault.tally_mac(&name));
                let tallies = store.count_in_minute(&names, now).await?;
                let counts: Vec<u32> = tallies.iter().map(|tally| number(tally.count)).collect();
                let [of_address, of_all] = counts[..] else { return Ok(()) };
                let over_at = tallies.first().map_or(now, |tally| tally.over_at);
                Ok(self.0.limits.judge(of_address, of_all).map_err(|()| Wait(until(over_at, now)))?)
            }
        }
    }

    /// Refused while an account's delay runs. Says the same for accounts that do not exist.
    pub async fn check_account(&self, key: &str) -> Result<(), Throttled> {
        let now = self.0.clock.now();
        let failures = match &self.0.counts {
            Counts::Here(here) => here.failures(key),
            Counts::Shared(store, vault) => store
                .tally(&account(vault, key))
                .await?
                .map(|tally| Failures { count: number(tally.count), last: tally.over_at.minus(MEMORY) }),
        };
        match failures.map(Failures::next_try) {
            Some(next) if now < next => Err(Wait(until(next, now).min(LONGEST_DELAY)).into()),
            _ => Ok(()),
        }
    }

    /// Notes a wrong password.
    pub async fn note_failure(&self, key: &str) -> Result<(), StoreError> {
        let now = self.0.clock.now();
        match &self.0.counts {
            Counts::Here(here) => here.note_failure(key, now),
            Counts::Shared(store, vault) => {
                store.count_until(&account(vault, key), now.plus(MEMORY), now).await?;
            }
        }
        Ok(())
    }

    /// A right password makes the wrong ones before it forgotten.
    pub async fn note_success(&self, key: &str) -> Result<(), StoreError> {
        match &self.0.counts {
            Counts::Here(here) => here.note_success(key),
            Counts::Shared(store, vault) => store.forget_tally(&account(vault, key)).await?,
        }
        Ok(())
    }
}

fn account(vault: &Vault, key: &str) -> String {
    vault.tally_mac(&format!("account:{key}"))
}

fn number(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn until(moment: Moment, now: Moment) -> Duration {
    moment.since(now)
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
        (Throttle::here(clock.clone(), Limits { per_address: 20, of_all: 200 }), clock)
    }

    /// A refusal; only a store can fail otherwise.
    fn wait(refused: Throttled) -> u32 {
        match refused {
            Throttled::Wait(wait) => wait.seconds(),
            Throttled::Store(error) => panic!("{error}"),
        }
    }

    #[tokio::test]
    async fn au_02_an_address_has_20_tries_a_minute() {
        let (throttle, clock) = throttle();
        let address = "192.0.2.1".parse().unwrap();
        for _ in 0..20 {
            throttle.count_address(address).await.unwrap();
        }
        assert_eq!(throttle.count_address(address).await.map_err(wait), Err(60));
        throttle.count_address("192.0.2.2".parse().unwrap()).await.unwrap();
        clock.advance(MINUTE);
        throttle.count_address(address).await.unwrap();
    }

    #[tokio::test]
    async fn addresses_of_one_ipv6_network_count_together() {
        let (throttle, _) = throttle();
        for n in 0..21 {
            let answer = throttle.count_address(format!("2001:db8::{n}").parse().unwrap()).await;
            assert_eq!(answer.is_err(), n == 20);
        }
    }

    #[tokio::test]
    async fn au_01_wrong_passwords_cost_more_and_more_time() {
        let (throttle, clock) = throttle();
        let (mut tries, end) = (0, clock.now().plus(Duration::from_hours(1)));
        while clock.now() < end {
            match throttle.check_account("alice").await.map_err(wait) {
                Ok(()) => {
                    throttle.note_failure("alice").await.unwrap();
                    tries += 1;
                }
                Err(seconds) => clock.advance(Duration::from_secs(seconds.into())),
            }
        }
        assert!((10..=100).contains(&tries), "{tries} tries in an hour");
    }

    #[tokio::test]
    async fn au_04_nobody_can_lock_an_account_for_longer_than_15_minutes() {
        let (throttle, clock) = throttle();
        for _ in 0..10_000 {
            throttle.note_failure("victim").await.unwrap();
        }
        assert_eq!(throttle.check_account("victim").await.map_err(wait), Err(900));
        clock.advance(LONGEST_DELAY);
        throttle.check_account("victim").await.unwrap();
    }

    #[tokio::test]
    async fn a_right_password_clears_the_account() {
        let (throttle, _) = throttle();
        for _ in 0..8 {
            throttle.note_failure("alice").await.unwrap();
        }
        assert!(throttle.check_account("alice").await.is_err());
        throttle.note_success("alice").await.unwrap();
        throttle.check_account("alice").await.unwrap();
    }

    #[tokio::test]
    async fn when_everybody_is_over_the_limit_modest_people_still_get_in() {
        let (throttle, _) = throttle();
        for n in 0..200_u32 {
            let _counted = throttle.count_address(IpAddr::from([10, 0, 0, u8::try_from(n % 50).unwrap()])).await;
        }
        assert!(throttle.count_address("10.0.0.1".parse().unwrap()).await.is_err());
        throttle.count_address("10.9.9.9".parse().unwrap()).await.unwrap();
    }
}
