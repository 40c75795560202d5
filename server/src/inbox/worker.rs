//! Gives stored deliveries their effect, in the order of their arrival, once for each reference.

mod alone;

use super::{open_body, seal_body};
use crate::clock::{Moment, SharedClock};
use crate::faults;
use crate::ledger;
use crate::lifecycle::survive;
use crate::links::{Links, TokenOutcome};
use crate::store::{
    CardRecord, Claim, DeliveryOutcome, DeliveryState, DueDelivery, NewPayment, Settlement, Store, StoreError,
};
use crate::vault::{Vault, VaultError};
use crate::vendor::BankPayment;
use crate::webhooks::decode;
use crate::webhooks::event::{Envelope, Event, bad_field};
use app::backend::Verdict;
use bytes::Bytes;
use domain::ids::{CardRef, UserId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Deliveries of one step.
const BATCH: i64 = 128;
/// Without a wake-up, the store is looked at this often: what a crash left behind is found, and retries come due.
const POLL: Duration = Duration::from_secs(1);
/// After this many failures a delivery is put aside for an operator.
const MOST_ATTEMPTS: i64 = 10;

pub struct Worker {
    pub store: Store,
    pub vault: Vault,
    pub clock: SharedClock,
    pub links: Links,
    /// Told when something may be due.
    pub wake: Arc<Notify>,
}

/// A delivery, opened.
struct Opened {
    delivery: DueDelivery,
    event: Event,
    body: Vec<u8>,
}

/// What a step has worked out, to be written as one.
#[derive(Default)]
struct Plan {
    payments: Vec<NewPayment>,
    outcomes: Vec<DeliveryOutcome>,
}

impl Worker {
    /// Runs until the shutdown; a step that has begun is finished.
    pub async fn run(self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            match survive("the deliveries' worker", self.step()).await {
                Some(Ok(0)) => {
                    tokio::select! {
                        () = self.wake.notified() => {}
                        () = tokio::time::sleep(POLL) => {}
                        () = shutdown.cancelled() => return,
                    }
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
        match survive("a batch of deliveries", self.take(due, now)).await {
            Some(outcome) => outcome,
            None => self.step_alone(now).await,
        }
    }

    /// Gives these their effect.
    async fn take(&self, due: Vec<DueDelivery>, now: Moment) -> Result<usize, StoreError> {
        faults::point("worker.picked");
        let count = due.len();
        let mut plan = Plan::default();
        let mut opened = Vec::with_capacity(count);
        for delivery in due {
            match self.open(&delivery).await {
                Ok((event, body)) => opened.push(Opened { delivery, event, body }),
                Err(fault) => plan.outcomes.push(fault.outcome(&delivery, now)),
            }
        }
        let opened = self.claim(opened, &mut plan, now).await?;
        faults::point("worker.claimed");
        self.settle_payments(&opened, &mut plan).await?;
        for taken in opened.iter().filter(|taken| !matches!(taken.event, Event::CardTransaction { .. })) {
            plan.outcomes.push(self.settle_token(taken, now).await);
        }
        let links: HashSet<_> = plan.payments.iter().map(|payment| payment.link_id.clone()).collect();
        self.store.settle(&Settlement { payments: plan.payments, outcomes: plan.outcomes, at: now }).await?;
        self.links.confirm_soon(links).await?;
        Ok(count)
    }

    async fn open(&self, delivery: &DueDelivery) -> Result<(Event, Vec<u8>), Fault> {
        faults::point("delivery.opened");
        let (Some(owner), Some(sealed)) = (&delivery.body_key, &delivery.body) else {
            return Err(Fault::Final("no-body"));
        };
        let key = self.vault.key(owner).await?.ok_or(Fault::Final("key-destroyed"))?;
        let body = open_body(&key, delivery.received_at, &delivery.reference, sealed)
            .map_err(|_| Fault::Final("unreadable-body"))?;
        let value = decode::decode(&delivery.content_type, &Bytes::copy_from_slice(&body))
            .await
            .map_err(|error| Fault::Final(error.code()))?;
        let envelope = Envelope::read(&value).map_err(|error| Fault::Final(error.code()))?;
        let event = Event::read(&envelope).map_err(|error| Fault::Final(error.0))?;
        Ok((event, body))
    }

    /// Keeps the deliveries that are the first of their reference; a repeated one has no effect of its own.
    async fn claim(&self, opened: Vec<Opened>, plan: &mut Plan, now: Moment) -> Result<Vec<Opened>, StoreError> {
        let wanted: Vec<_> = opened
            .iter()
            .map(|taken| (taken.delivery.id, taken.delivery.reference.as_str(), taken.delivery.core_mac.as_str()))
            .collect();
        let claims = self.store.claim_effects(&wanted, now).await?;
        let mut first = Vec::with_capacity(opened.len());
        for (taken, claim) in opened.into_iter().zip(claims) {
            match claim {
                Claim::First => first.push(taken),
                Claim::Duplicate => plan.outcomes.push(done(&taken.delivery, Verdict::Duplicate, "")),
                Claim::Conflict => {
                    plan.outcomes.push(done(&taken.delivery, Verdict::Quarantined, "conflicting-content"));
                }
            }
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
        let mut written = HashSet::new();
        for (taken, card_ref, payment) in cards {
            // The same payment twice in one batch is left for the next step, so that each keeps its own effect.
            if !written.insert((card_ref, &payment.txid)) {
                continue;
            }
            let owners = by_card.get(card_ref).map(Vec::as_slice).unwrap_or_default();
            plan.outcomes.push(enter(&taken.delivery, card_ref, payment, owners, &mut plan.payments));
        }
        Ok(())
    }

    async fn settle_token(&self, taken: &Opened, now: Moment) -> DeliveryOutcome {
        let outcome = match &taken.event {
            Event::TokenCreated { token, custom_reference } => {
                self.links.created(token, custom_reference.as_deref(), taken.delivery.received_at).await
            }
            Event::TokenRevoked { token } => self.links.revoked(token, taken.delivery.received_at).await,
            Event::CardTransaction { .. } => return done(&taken.delivery, Verdict::Accepted, ""),
        };
        match outcome {
            Ok(TokenOutcome { user_id, problem }) => {
                let verdict = if problem.is_empty() { Verdict::Accepted } else { Verdict::Quarantined };
                let reseal = match &user_id {
                    Some(user) => self.reseal(user, taken).await,
                    None => Ok(None),
                };
                match reseal {
                    Ok(reseal) => DeliveryOutcome { user_id, reseal, ..done(&taken.delivery, verdict, problem) },
                    Err(error) => Fault::from(error).outcome(&taken.delivery, now),
                }
            }
            Err(error) => Fault::from(error).outcome(&taken.delivery, now),
        }
    }

    /// A body that holds a token goes under its user's key, so that erasing her erases it.
    async fn reseal(&self, user: &UserId, taken: &Opened) -> Result<Option<(String, Vec<u8>)>, VaultError> {
        let key = self.vault.user_key(user).await?;
        let delivery = &taken.delivery;
        let sealed = seal_body(&key, delivery.received_at, &delivery.reference, &taken.body);
        Ok(Some((key.owner().to_owned(), sealed)))
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

fn done(delivery: &DueDelivery, verdict: Verdict, reason: &'static str) -> DeliveryOutcome {
    DeliveryOutcome {
        id: delivery.id,
        verdict,
        reason,
        state: DeliveryState::Done,
        next_at: None,
        attempts: delivery.attempts,
        user_id: None,
        card_ref: None,
        reseal: None,
    }
}

/// Why a delivery could not be given its effect now.
enum Fault {
    /// It never will be: kept for an operator.
    Final(&'static str),
    /// Something of ours did not work: tried again, ever more slowly.
    Passing(VaultError),
}

impl From<VaultError> for Fault {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Sealed(_) => Self::Final("unreadable-body"),
            other => Self::Passing(other),
        }
    }
}

impl Fault {
    fn outcome(self, delivery: &DueDelivery, now: Moment) -> DeliveryOutcome {
        let error = match self {
            Self::Final(code) => return done(delivery, Verdict::Quarantined, code),
            Self::Passing(error) => error,
        };
        let attempts = delivery.attempts + 1;
        tracing::warn!(delivery.id, delivery.attempts = attempts, %error, "a delivery has to wait");
        if attempts >= MOST_ATTEMPTS {
            let dead = done(delivery, Verdict::Quarantined, "gave-up");
            return DeliveryOutcome { state: DeliveryState::Dead, attempts, ..dead };
        }
        let wait = Duration::from_secs(1 << attempts.clamp(0, 8));
        let again = done(delivery, delivery.verdict, "");
        DeliveryOutcome { state: DeliveryState::Pending, next_at: Some(now.plus(wait)), attempts, ..again }
    }
}
