//! Puts to the bank the deliveries that their evidence does not carry: a token by using it, a payment by looking it up in its
//! card's statement. What the bank vouches for is given its effect; all else stays held for an operator.

use super::entering::erased_cards;
use super::opened::{Fault, Opened, done, of_nobody};
use super::trust_with;
use super::worker::token_outcome;
use crate::anytime::BankError;
use crate::clock::{Moment, SharedClock};
use crate::ledger;
use crate::lifecycle::repeat;
use crate::links::{Links, Vouched};
use crate::store::{CardRecord, Claim, DeliveryOutcome, DueDelivery, Store, StoreError};
use crate::vault::{Vault, VaultError};
use crate::vendor::BankPayment;
use crate::webhooks::event::Event;
use app::backend::Verdict;
use domain::ids::CardRef;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Deliveries of one step.
const BATCH: i64 = 16;
/// Without a wake-up, the store is looked at this often.
const POLL: Duration = Duration::from_secs(1);
/// How long asking may take before somebody else asks.
const LEASE: Duration = Duration::from_mins(1);
/// The bank is asked this often, ever more slowly; then an operator has to decide.
const MOST_ASKED: i64 = 8;
const LONGEST_WAIT: Duration = Duration::from_mins(30);

pub struct Asker {
    pub store: Store,
    pub vault: Vault,
    pub clock: SharedClock,
    pub links: Links,
    /// Told when something may be due.
    pub wake: Arc<Notify>,
}

/// What the bank says about a delivery.
enum Word {
    /// It is so.
    Vouched(Box<DeliveryOutcome>),
    /// It is not so, for a reason.
    Denied(&'static str),
    /// It cannot say now, or does not know of it yet.
    Later(&'static str),
    /// It is about somebody who has gone.
    OfNobody,
}

impl Asker {
    /// Runs until the shutdown; a step that has begun is finished.
    pub async fn run(self, shutdown: CancellationToken) {
        repeat("the asker", &self.wake, POLL, shutdown, || self.step()).await;
    }

    /// Asks about what is due, at most one batch, and returns how many deliveries that were.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let due = self.store.due_asks(self.clock.now(), BATCH).await?;
        let mut count = 0;
        for delivery in due {
            let now = self.clock.now();
            let lease = now.plus(LEASE);
            if !self.store.lease_ask(&delivery, lease).await? {
                continue;
            }
            count += 1;
            let outcome = match Opened::read(&self.vault, delivery).await {
                Ok(held) => self.ask(&held, now).await?,
                Err((delivery, fault)) => fault.outcome(&delivery, now).0,
            };
            match self.store.finish_asked(&outcome, lease).await {
                // Whoever has asked since knows better.
                Ok(()) | Err(StoreError::LeaseLost) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }

    async fn ask(&self, held: &Opened, now: Moment) -> Result<DeliveryOutcome, StoreError> {
        let delivery = &held.delivery;
        let word = match &held.event {
            Event::TokenCreated { .. } | Event::TokenRevoked { .. } => self.ask_about_token(held, now).await,
            Event::CardTransaction { card_ref, payment, .. } => {
                self.ask_about_payment(held, card_ref, payment, now).await
            }
        };
        Ok(match word {
            Ok(Word::Vouched(outcome)) => {
                DeliveryOutcome { trust: Some(trust_with(&delivery.trust, "bank", Some(true), "vouched")), ..*outcome }
            }
            Ok(Word::Denied(why)) => DeliveryOutcome {
                trust: Some(trust_with(&delivery.trust, "bank", Some(false), why)),
                ..still_held(delivery, None)
            },
            Ok(Word::Later(why)) => Self::later(delivery, why, now),
            Ok(Word::OfNobody) => of_nobody(delivery, Verdict::Held),
            Err(VaultError::Store(error)) => return Err(error),
            Err(error) => Fault::from(error).outcome(delivery, now).0,
        })
    }

    fn later(delivery: &DueDelivery, why: &'static str, now: Moment) -> DeliveryOutcome {
        let attempts = delivery.attempts + 1;
        let wait = Duration::from_secs(2 << attempts.clamp(0, 16)).min(LONGEST_WAIT);
        let ask_at = (attempts < MOST_ASKED).then(|| now.plus(wait));
        let trust = Some(trust_with(&delivery.trust, "bank", None, why));
        DeliveryOutcome { attempts, trust, ..still_held(delivery, ask_at) }
    }

    async fn ask_about_token(&self, held: &Opened, now: Moment) -> Result<Word, VaultError> {
        let (Event::TokenCreated { token, .. } | Event::TokenRevoked { token }) = &held.event else {
            return Ok(Word::Denied("no-token"));
        };
        let works = match self.links.bank.accounts(token).await {
            Ok(_) => true,
            Err(BankError::TokenRefused) => false,
            Err(error) => return Ok(Word::Later(error.code())),
        };
        match &held.event {
            Event::TokenCreated { .. } if !works => return Ok(Word::Denied("token-refused")),
            Event::TokenRevoked { .. } if works => return Ok(Word::Denied("token-works")),
            _ => {}
        }
        if let Some(repeated) = self.claim(held, now).await? {
            return Ok(repeated);
        }
        let at = held.delivery.received_at;
        let outcome = match &held.event {
            Event::TokenCreated { custom_reference, .. } => {
                self.links.created(token, custom_reference.as_deref(), at).await?
            }
            _ => self.links.revoked(token, at).await?,
        };
        Ok(Word::Vouched(Box::new(token_outcome(&self.vault, held, outcome).await?)))
    }

    async fn ask_about_payment(
        &self,
        held: &Opened,
        card_ref: &CardRef,
        payment: &BankPayment,
        now: Moment,
    ) -> Result<Word, VaultError> {
        let owners = self.store.card_owners(std::slice::from_ref(card_ref)).await?;
        let Some(owner) = owners.first() else {
            let erased = erased_cards(&self.store, &self.vault, std::iter::once(card_ref)).await?;
            return Ok(if erased.is_empty() { Word::Later("unknown-card") } else { Word::OfNobody });
        };
        let stated = match self.links.look_up(owner, payment).await? {
            Vouched::Stated(stated) => stated,
            Vouched::NotYet => return Ok(Word::Later("not-in-statement")),
            Vouched::Unanswered(error) => return Ok(Word::Later(error.code())),
        };
        if let Some(repeated) = self.claim(held, now).await? {
            return Ok(repeated);
        }
        self.enter(&owners, &stated, now).await?;
        let delivery = &held.delivery;
        let user_id = Some(owner.user_id.clone());
        let card_ref = Some(card_ref.clone());
        Ok(Word::Vouched(Box::new(DeliveryOutcome {
            user_id,
            card_ref,
            ..done(delivery, Verdict::Accepted, "vouched-for")
        })))
    }

    /// What the statement says is entered, not what the notification said.
    async fn enter(&self, owners: &[CardRecord], stated: &BankPayment, now: Moment) -> Result<(), StoreError> {
        let entries: Vec<_> = owners.iter().filter_map(|owner| ledger::entry(owner, stated, Some(now)).ok()).collect();
        self.store.apply_payments(&entries, true, now).await?;
        Ok(())
    }

    /// Claims the effect; what it came to where another delivery has it.
    async fn claim(&self, held: &Opened, now: Moment) -> Result<Option<Word>, StoreError> {
        let delivery = &held.delivery;
        Ok(match self.store.claim_effect(&held.vouched(), now).await? {
            Claim::First => None,
            Claim::Duplicate => Some(Word::Vouched(Box::new(done(delivery, Verdict::Duplicate, "")))),
            _ => Some(Word::Vouched(Box::new(done(delivery, Verdict::Quarantined, "conflicting-content")))),
        })
    }
}

/// Held as it was, and asked about again or not.
fn still_held(delivery: &DueDelivery, ask_at: Option<Moment>) -> DeliveryOutcome {
    DeliveryOutcome { ask_at, ..done(delivery, Verdict::Held, held_reason(&delivery.reason)) }
}

/// The stored code as the constant that it came from.
fn held_reason(code: &str) -> &'static str {
    ["too-old", "from-the-future", "no-time", "reused-hash"].into_iter().find(|known| *known == code).unwrap_or("held")
}
