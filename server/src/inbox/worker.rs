//! Gives stored deliveries their effect, in the order of their arrival, once for each reference.

use super::entering::entering;
use super::opened::{Fault, Opened, done};
use super::{Pressure, trust_with};
use crate::alarms::{Alarms, Kind};
use crate::clock::{Moment, SharedClock};
use crate::faults;
use crate::lifecycle::survive;
use crate::links::{CONFIRM_AFTER, Links, TokenOutcome};
use crate::metrics;
use crate::randomness;
use crate::store::{Batch, Claim, DeliveryOutcome, DeliveryState, DueDelivery, Effects, Lease, Store, StoreError};
use crate::vault::{Vault, VaultError};
use crate::webhooks::event::Event;
use app::backend::Verdict;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Deliveries of one step.
const BATCH: i64 = 128;
/// Without a wake-up, the store is looked at this often: what a crash left behind is found, and retries come due.
const POLL: Duration = Duration::from_secs(1);
/// How long a step may take before somebody else takes its deliveries.
const LEASE: Duration = Duration::from_secs(10);
/// How much longer than a step the worker makes way, and for how long at most.
const MAKES_WAY: u32 = 5;
const LONGEST_WAY: Duration = Duration::from_millis(100);
/// The bank is asked about a held delivery after this long: its statement may lag behind its notifications.
const ASK_AFTER: Duration = Duration::from_secs(2);

pub struct Worker {
    pub store: Store,
    pub vault: Vault,
    pub clock: SharedClock,
    pub links: Links,
    pub alarms: Alarms,
    /// Told when something may be due.
    pub wake: Arc<Notify>,
    /// While many arrivals wait to be stored, effects make way for acknowledgements.
    pub pressure: Pressure,
    /// Counts steps, so that each has a lease of its own.
    pub steps: Steps,
}

/// Names for leases that nobody else ever has.
pub struct Steps {
    process: String,
    count: AtomicU64,
}

impl Default for Steps {
    fn default() -> Self {
        Self { process: randomness::id(), count: AtomicU64::new(0) }
    }
}

impl Steps {
    pub(super) fn next(&self) -> String {
        format!("{}-{}", self.process, self.count.fetch_add(1, Ordering::Relaxed))
    }
}

/// Why a batch was not processed.
enum Setback {
    /// Nothing can be written at the moment, whatever it is.
    Store(StoreError),
    /// Something about one of the deliveries.
    Ours(String),
}

impl From<StoreError> for Setback {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) | StoreError::Full(_) => Self::Store(error),
            other => Self::Ours(other.to_string()),
        }
    }
}

impl Worker {
    /// Runs until the shutdown; a step that has begun is finished.
    pub async fn run(self, shutdown: CancellationToken) {
        if let Err(error) = self.store.release_leases().await {
            tracing::error!(%error, "leases of the process before could not be released; they end by themselves");
        }
        while !shutdown.is_cancelled() {
            let began = Instant::now();
            match survive("the deliveries' worker", self.step()).await {
                Some(Ok(0)) => {
                    tokio::select! {
                        () = self.wake.notified() => {}
                        () = tokio::time::sleep(POLL) => {}
                        () = shutdown.cancelled() => return,
                    }
                }
                Some(Ok(_)) if self.pressure.is_high() => {
                    tokio::time::sleep((began.elapsed() * MAKES_WAY).min(LONGEST_WAY)).await;
                }
                Some(Ok(_)) => {}
                failed => {
                    if let Some(Err(error)) = failed {
                        tracing::error!(%error, "deliveries could not be processed, trying again");
                    }
                    tokio::select! {
                        () = tokio::time::sleep(POLL) => {}
                        () = shutdown.cancelled() => return,
                    }
                }
            }
        }
    }

    /// Takes what is due, at most one batch, and returns how many deliveries that were.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let due = self.store.due_deliveries(now, BATCH).await?;
        let count = due.len();
        if count == 0 {
            return Ok(0);
        }
        let oldest = due.iter().map(|delivery| delivery.received_at).min();
        let holder = self.steps.next();
        match self.attempt(due.clone(), &holder, now).await {
            Ok(()) => {}
            Err(Setback::Store(error)) => return Err(error),
            // One that cannot be processed must not keep the others from their effect.
            Err(Setback::Ours(error)) => {
                tracing::error!(error, "a batch could not be processed, taking its deliveries one by one");
                self.one_by_one(due, &holder, now).await?;
            }
        }
        metrics::processed(count, oldest.map(|oldest| self.clock.now().since(oldest)));
        Ok(count)
    }

    async fn one_by_one(&self, due: Vec<DueDelivery>, holder: &str, now: Moment) -> Result<(), StoreError> {
        for delivery in due {
            match self.attempt(vec![delivery.clone()], holder, now).await {
                Ok(()) => {}
                Err(Setback::Store(error)) => return Err(error),
                Err(Setback::Ours(error)) => {
                    let outcome = self.faulted(&delivery, Fault::Failed(error), now);
                    match self.store.finish_failed(&outcome, holder, now).await {
                        // Somebody else has seen to it meanwhile.
                        Ok(()) | Err(StoreError::LeaseLost) => {}
                        Err(error) => return Err(error),
                    }
                }
            }
        }
        Ok(())
    }

    /// Processes deliveries as one; a panic is one more reason why it did not work.
    async fn attempt(&self, due: Vec<DueDelivery>, holder: &str, now: Moment) -> Result<(), Setback> {
        survive("a batch of deliveries", self.process(due, holder, now))
            .await
            .unwrap_or_else(|| Err(Setback::Ours("a panic".to_owned())))
    }

    async fn process(&self, due: Vec<DueDelivery>, holder: &str, now: Moment) -> Result<(), Setback> {
        faults::point("worker.picked");
        let (mut payments, mut tokens, mut unread) = (Vec::with_capacity(due.len()), Vec::new(), Vec::new());
        for delivery in due {
            match Opened::read(&self.vault, delivery).await {
                Ok(taken) if matches!(taken.event, Event::CardTransaction { .. }) => payments.push(taken),
                Ok(taken) => tokens.push(taken),
                Err((delivery, fault)) => unread.push(self.faulted(&delivery, fault, now)),
            }
        }
        self.settle_payments(payments, unread, now).await?;
        self.settle_tokens(tokens, holder, now).await?;
        Ok(())
    }

    /// Gives payments their effect; and notes what became of those that could not be read.
    async fn settle_payments(
        &self,
        payments: Vec<Opened>,
        unread: Vec<DeliveryOutcome>,
        now: Moment,
    ) -> Result<(), StoreError> {
        if payments.is_empty() && unread.is_empty() {
            return Ok(());
        }
        let claimants: Vec<_> = payments.iter().map(|taken| taken.claimant(&self.vault)).collect();
        let references: Vec<_> = payments.iter().map(|taken| taken.delivery.reference.clone()).collect();
        let entering = entering(&self.store, &self.vault, payments).await?;
        let batch = Batch {
            claimants,
            users: entering.iter().flat_map(|(_, payments, _)| payments).map(|entry| entry.user_id.clone()).collect(),
            may_park: entering.iter().any(|(.., outcome)| outcome.state == DeliveryState::Parked),
            confirm_at: now.plus(CONFIRM_AFTER),
            at: now,
        };
        let effects = move |claims: &[Claim]| {
            let mut effects = Effects { outcomes: unread, ..Effects::default() };
            for ((delivery, payments, outcome), claim) in entering.into_iter().zip(claims) {
                effects.outcomes.push(match claim {
                    Claim::First => {
                        effects.payments.extend(payments);
                        outcome
                    }
                    repeated => without_effect(&delivery, *repeated, now),
                });
            }
            effects
        };
        match self.store.settle(batch, effects).await {
            Ok((claims, _)) => {
                self.watch_claims(claims.into_iter().zip(references));
                Ok(())
            }
            // Where somebody else was quicker, what it did stands.
            Err(StoreError::LeaseLost) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn watch_claims(&self, claims: impl Iterator<Item = (Claim, String)>) {
        for (_, reference) in claims.filter(|(claim, _)| *claim == Claim::Conflict) {
            self.alarms.raise(Kind::Conflict, reference, "other-content");
        }
    }

    /// Tokens are leased first, for their effect asks the bank and writes by itself.
    async fn settle_tokens(&self, tokens: Vec<Opened>, holder: &str, now: Moment) -> Result<(), StoreError> {
        if tokens.is_empty() {
            return Ok(());
        }
        let claimants: Vec<_> = tokens.iter().map(|taken| taken.claimant(&self.vault)).collect();
        let lease = Lease { holder, until: now.plus(LEASE) };
        let claims = self.store.claim_effects(&claimants, lease, now).await?;
        let mut outcomes = Vec::with_capacity(tokens.len());
        for (taken, claim) in tokens.iter().zip(&claims) {
            match claim {
                Claim::Taken => {}
                Claim::First => outcomes.push(self.settle_token(taken, now).await),
                repeated => outcomes.push(without_effect(&taken.delivery, *repeated, now)),
            }
        }
        let references = tokens.iter().map(|taken| taken.delivery.reference.clone());
        self.watch_claims(claims.into_iter().zip(references));
        match self.store.finish_leased(&outcomes, holder).await {
            Ok(()) | Err(StoreError::LeaseLost) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn settle_token(&self, taken: &Opened, now: Moment) -> DeliveryOutcome {
        let delivery = &taken.delivery;
        let outcome = match &taken.event {
            Event::TokenCreated { token, custom_reference } => {
                self.links.created(token, custom_reference.as_deref(), delivery.received_at).await
            }
            Event::TokenRevoked { token } => self.links.revoked(token, delivery.received_at).await,
            Event::CardTransaction { .. } => return done(delivery, Verdict::Accepted, ""),
        };
        let settled = match outcome {
            Ok(outcome) => token_outcome(&self.vault, taken, outcome).await,
            Err(error) => Err(error),
        };
        settled.unwrap_or_else(|error| self.faulted(delivery, Fault::from(error), now))
    }

    fn faulted(&self, delivery: &DueDelivery, fault: Fault, now: Moment) -> DeliveryOutcome {
        let (outcome, given_up) = fault.outcome(delivery, now);
        if given_up {
            self.alarms.raise(Kind::GaveUp, delivery.reference.clone(), format!("attempts:{}", outcome.attempts));
        }
        outcome
    }
}

/// What became of a notification of a token. Its body goes under the user's key, so that erasing her erases it.
pub(super) async fn token_outcome(
    vault: &Vault,
    taken: &Opened,
    outcome: TokenOutcome,
) -> Result<DeliveryOutcome, VaultError> {
    let TokenOutcome { user_id, problem } = outcome;
    let verdict = if problem.is_empty() { Verdict::Accepted } else { Verdict::Quarantined };
    let reseal = match &user_id {
        Some(user) => Some(taken.reseal(vault, user).await?),
        None => None,
    };
    Ok(DeliveryOutcome { user_id, reseal, ..done(&taken.delivery, verdict, problem) })
}

/// What becomes of one that does not have the effect of its reference.
fn without_effect(delivery: &DueDelivery, claim: Claim, now: Moment) -> DeliveryOutcome {
    match claim {
        Claim::Conflict => done(delivery, Verdict::Quarantined, "conflicting-content"),
        Claim::Reused => held(delivery, now),
        _ => done(delivery, Verdict::Duplicate, ""),
    }
}

/// Its hash came with another reference before: only the bank itself can vouch for it now.
fn held(delivery: &DueDelivery, now: Moment) -> DeliveryOutcome {
    DeliveryOutcome {
        ask_at: Some(now.plus(ASK_AFTER)),
        trust: Some(trust_with(&delivery.trust, "new", Some(false), "reused-hash")),
        ..done(delivery, Verdict::Held, "reused-hash")
    }
}
