//! Gives stored deliveries their effect, in the order of their arrival, once for each reference.

use super::opened::{Fault, Opened, done};
use super::{Pressure, trust_with};
use crate::alarms::{Alarms, Kind};
use crate::clock::{Moment, SharedClock};
use crate::faults;
use crate::ledger;
use crate::lifecycle::survive;
use crate::links::{CONFIRM_AFTER, Links, TokenOutcome};
use crate::metrics;
use crate::randomness;
use crate::store::{
    CardRecord, Claim, DeliveryOutcome, DeliveryState, DueDelivery, Lease, NewPayment, Settlement, Store, StoreError,
};
use crate::vault::{Vault, VaultError};
use crate::vendor::BankPayment;
use crate::webhooks::event::{Event, bad_field};
use app::backend::Verdict;
use domain::ids::CardRef;
use std::collections::{HashMap, HashSet};
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
    fn next(&self) -> String {
        format!("{}-{}", self.process, self.count.fetch_add(1, Ordering::Relaxed))
    }
}

/// What a step has worked out, to be written as one.
#[derive(Default)]
struct Plan {
    payments: Vec<NewPayment>,
    outcomes: Vec<DeliveryOutcome>,
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
                    self.store.finish_deliveries(&[outcome]).await?;
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
        let (opened, unread) = self.open(due).await;
        let mut plan = Plan::default();
        let first = self.claim(opened, unread, holder, &mut plan, now).await?;
        faults::point("worker.claimed");
        self.settle_payments(&first, &mut plan).await?;
        for taken in first.iter().filter(|taken| !matches!(taken.event, Event::CardTransaction { .. })) {
            plan.outcomes.push(self.settle_token(taken, now).await);
        }
        let Plan { payments, outcomes } = plan;
        let confirm_at = now.plus(CONFIRM_AFTER);
        match self.store.settle(Settlement { payments, outcomes, confirm_at, holder: holder.to_owned(), at: now }).await
        {
            // Where somebody else was quicker, what it did stands.
            Ok(_) | Err(StoreError::LeaseLost) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn open(&self, due: Vec<DueDelivery>) -> (Vec<Opened>, Vec<(DueDelivery, Fault)>) {
        let (mut opened, mut unread) = (Vec::with_capacity(due.len()), Vec::new());
        for delivery in due {
            match Opened::read(&self.vault, delivery).await {
                Ok(delivery) => opened.push(delivery),
                Err(faulted) => unread.push(faulted),
            }
        }
        (opened, unread)
    }

    /// Leases the deliveries, and keeps those that are the first of their reference; a repeated one has no effect of its own.
    async fn claim(
        &self,
        opened: Vec<Opened>,
        unread: Vec<(DueDelivery, Fault)>,
        holder: &str,
        plan: &mut Plan,
        now: Moment,
    ) -> Result<Vec<Opened>, StoreError> {
        let claimants: Vec<_> = opened.iter().map(|taken| taken.claimant(&self.vault)).collect();
        let others: Vec<_> = unread.iter().map(|(delivery, _)| delivery.id).collect();
        let lease = Lease { holder, until: now.plus(LEASE) };
        let claims = self.store.claim_effects(&claimants, &others, lease, now).await?;
        let mut first = Vec::with_capacity(opened.len());
        for (taken, claim) in opened.into_iter().zip(claims.effects) {
            let delivery = &taken.delivery;
            match claim {
                Claim::First => first.push(taken),
                Claim::Taken => {}
                Claim::Duplicate => plan.outcomes.push(done(delivery, Verdict::Duplicate, "")),
                Claim::Conflict => {
                    self.alarms.raise(Kind::Conflict, delivery.reference.clone(), "other-content");
                    plan.outcomes.push(done(delivery, Verdict::Quarantined, "conflicting-content"));
                }
                Claim::Reused => plan.outcomes.push(held(delivery, now)),
            }
        }
        for (delivery, fault) in unread.into_iter().filter(|(delivery, _)| claims.others.contains(&delivery.id)) {
            plan.outcomes.push(self.faulted(&delivery, fault, now));
        }
        Ok(first)
    }

    async fn settle_payments(&self, opened: &[Opened], plan: &mut Plan) -> Result<(), StoreError> {
        let cards: Vec<(&Opened, &CardRef, &BankPayment)> = opened
            .iter()
            .filter_map(|taken| match &taken.event {
                Event::CardTransaction { card_ref, payment, .. } => Some((taken, card_ref, payment.as_ref())),
                _ => None,
            })
            .collect();
        if cards.is_empty() {
            return Ok(());
        }
        let wanted: HashSet<_> = cards.iter().map(|(_, card_ref, _)| (*card_ref).clone()).collect();
        let owners = self.store.card_owners(&wanted.into_iter().collect::<Vec<_>>()).await?;
        let mut by_card: HashMap<&CardRef, Vec<&CardRecord>> = HashMap::new();
        for owner in &owners {
            by_card.entry(&owner.card_ref).or_default().push(owner);
        }
        for (taken, card_ref, payment) in cards {
            let owners = by_card.get(card_ref).map(Vec::as_slice).unwrap_or_default();
            plan.outcomes.push(enter(&taken.delivery, card_ref, payment, owners, &mut plan.payments));
        }
        Ok(())
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

/// Its hash came with another reference before: only the bank itself can vouch for it now.
fn held(delivery: &DueDelivery, now: Moment) -> DeliveryOutcome {
    DeliveryOutcome {
        ask_at: Some(now.plus(ASK_AFTER)),
        trust: Some(trust_with(&delivery.trust, "new", Some(false), "reused-hash")),
        ..done(delivery, Verdict::Held, "reused-hash")
    }
}

/// Enters a payment for each owner of its card; without an owner the delivery waits for one.
fn enter(
    delivery: &DueDelivery,
    card_ref: &CardRef,
    payment: &BankPayment,
    owners: &[&CardRecord],
    payments: &mut Vec<NewPayment>,
) -> DeliveryOutcome {
    let card_ref = Some(card_ref.clone());
    if owners.is_empty() {
        let parked = done(delivery, Verdict::Accepted, "unknown-card");
        return DeliveryOutcome { state: DeliveryState::Parked, card_ref, ..parked };
    }
    for owner in owners {
        match ledger::entry(owner, payment, None) {
            Ok(entry) => payments.push(entry),
            Err(error) => {
                return DeliveryOutcome { card_ref, ..done(delivery, Verdict::Quarantined, bad_field(error.field)) };
            }
        }
    }
    let user_id = owners.first().map(|owner| owner.user_id.clone());
    DeliveryOutcome { user_id, card_ref, ..done(delivery, Verdict::Accepted, "") }
}
