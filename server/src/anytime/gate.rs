//! Whether the bank may be called now: a circuit breaker, and the pause that the bank asks for.

use super::BankError;
use crate::clock::{Moment, SharedClock};
use crate::metrics;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Failures in a row that open the circuit.
const MOST_FAILURES: u32 = 5;
/// First and longest time that it stays open.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// The bank may ask for a pause, but not for ever.
const LONGEST_ASKED: Duration = Duration::from_mins(15);

/// How the bank is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateState {
    /// Calls go through.
    Closed,
    /// No call goes through until then; after it, one at a time until one succeeds.
    Open { until: Moment },
}

/// How the bank has been doing, for operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BankReport {
    /// Since when no call goes through, and until when; none while calls go through.
    pub paused: Option<(Moment, Moment)>,
    /// The last answer that was one, whatever it said of a token.
    pub answered_at: Option<Moment>,
    /// The last failure: its code, and when.
    pub failed: Option<(&'static str, Moment)>,
}

/// Shared by all calls. Never held across one.
pub(super) struct Gate {
    clock: SharedClock,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    failures: u32,
    /// Pauses in a row.
    pauses: u32,
    until: Option<Moment>,
    /// When the first of these pauses began.
    since: Option<Moment>,
    /// A call goes through to see whether the bank is back.
    trying: bool,
    answered_at: Option<Moment>,
    failed: Option<(&'static str, Moment)>,
}

/// A call that may be made. Its outcome has to be told.
pub(super) struct Pass<'g> {
    gate: &'g Gate,
    told: bool,
}

impl Gate {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self { clock, inner: Mutex::default() }
    }

    /// Lets a call through, or says how long to wait.
    pub(super) fn pass(&self) -> Result<Pass<'_>, BankError> {
        let now = self.clock.now();
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = inner.until {
            if now < until || inner.trying {
                let retry_after = Some(until.since(now).max(Duration::from_millis(500)));
                return Err(BankError::Paused { retry_after });
            }
            inner.trying = true;
        }
        Ok(Pass { gate: self, told: false })
    }

    pub(super) fn state(&self) -> GateState {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.until.map_or(GateState::Closed, |until| GateState::Open { until })
    }

    pub(super) fn report(&self) -> BankReport {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        BankReport { paused: inner.since.zip(inner.until), answered_at: inner.answered_at, failed: inner.failed }
    }

    fn tell(&self, outcome: Option<&BankError>) {
        let now = self.clock.now();
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.note(outcome, now);
        match outcome {
            Some(BankError::RateLimited { retry_after }) => {
                let asked = retry_after.unwrap_or_else(|| backoff(inner.pauses)).min(LONGEST_ASKED);
                inner.pause(now, now.plus(asked));
            }
            Some(BankError::Unavailable | BankError::Unexpected(_)) => {
                inner.failures = inner.failures.saturating_add(1);
                if inner.trying || inner.failures >= MOST_FAILURES {
                    let until = now.plus(backoff(inner.pauses));
                    inner.pause(now, until);
                }
            }
            // An answer, though it may be a refusal: the bank is there.
            _ => *inner = Inner { answered_at: inner.answered_at, failed: inner.failed, ..Inner::default() },
        }
        metrics::bank_reachable(inner.until.is_none());
    }
}

impl Inner {
    fn note(&mut self, outcome: Option<&BankError>, now: Moment) {
        match outcome {
            // What it says of a token is no failure of the bank's, or of ours.
            None | Some(BankError::TokenRefused | BankError::NoRights) => self.answered_at = Some(now),
            Some(error) => self.failed = Some((error.code(), now)),
        }
    }

    fn pause(&mut self, now: Moment, until: Moment) {
        self.since = self.since.or(Some(now));
        self.pauses = self.pauses.saturating_add(1);
        self.until = Some(self.until.map_or(until, |before| before.max(until)));
        self.trying = false;
    }
}

impl Pass<'_> {
    pub(super) fn succeeded(mut self) {
        self.told = true;
        self.gate.tell(None);
    }

    pub(super) fn failed(mut self, error: &BankError) {
        self.told = true;
        self.gate.tell(Some(error));
    }
}

impl Drop for Pass<'_> {
    /// A call that was cancelled says nothing about the bank; the next one may try.
    fn drop(&mut self) {
        if !self.told {
            self.gate.inner.lock().unwrap_or_else(PoisonError::into_inner).trying = false;
        }
    }
}

fn backoff(pauses: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << pauses.min(10)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use std::sync::Arc;

    struct Bank {
        clock: Arc<ManualClock>,
        gate: Gate,
    }

    impl Bank {
        fn new() -> Self {
            let clock = Arc::new(ManualClock::at(Moment(0)));
            Self { gate: Gate::new(clock.clone()), clock }
        }

        fn fail(&self, error: &BankError) -> bool {
            self.gate.pass().map(|pass| pass.failed(error)).is_ok()
        }

        fn succeed(&self) -> bool {
            self.gate.pass().map(Pass::succeeded).is_ok()
        }
    }

    #[test]
    fn five_failures_in_a_row_open_the_circuit_and_one_success_closes_it() {
        let bank = Bank::new();
        for _ in 0..4 {
            assert!(bank.fail(&BankError::Unavailable));
        }
        assert!(bank.succeed(), "four are not five");
        for _ in 0..5 {
            assert!(bank.fail(&BankError::Unexpected("json")));
        }
        assert!(!bank.succeed(), "open");
        bank.clock.advance(FIRST_PAUSE);
        assert!(bank.succeed(), "half open");
        assert_eq!(bank.gate.state(), GateState::Closed);
    }

    #[test]
    fn while_it_is_half_open_one_call_tries_and_its_failure_doubles_the_pause() {
        let bank = Bank::new();
        for _ in 0..5 {
            bank.fail(&BankError::Unavailable);
        }
        bank.clock.advance(FIRST_PAUSE);
        let trying = bank.gate.pass().unwrap_or_else(|_| panic!("half open"));
        assert!(!bank.succeed(), "one at a time");
        trying.failed(&BankError::Unavailable);
        bank.clock.advance(FIRST_PAUSE);
        assert!(!bank.succeed(), "twice as long");
        bank.clock.advance(FIRST_PAUSE);
        assert!(bank.succeed());
    }

    #[test]
    fn a_cancelled_try_lets_the_next_one_through() {
        let bank = Bank::new();
        for _ in 0..5 {
            bank.fail(&BankError::Unavailable);
        }
        bank.clock.advance(FIRST_PAUSE);
        drop(bank.gate.pass());
        assert!(bank.succeed());
    }

    #[test]
    fn the_pause_that_the_bank_asks_for_is_kept() {
        let bank = Bank::new();
        let (almost, asked) = (Duration::from_secs(39), Duration::from_secs(40));
        assert!(bank.fail(&BankError::RateLimited { retry_after: Some(asked) }));
        bank.clock.advance(almost);
        assert!(!bank.succeed());
        bank.clock.advance(Duration::from_secs(1));
        assert!(bank.succeed());
    }

    #[test]
    fn a_refused_token_says_nothing_about_the_bank() {
        let bank = Bank::new();
        assert!((0..20).all(|_| bank.fail(&BankError::TokenRefused)));
    }
}
