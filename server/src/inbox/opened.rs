//! A stored delivery, read again.

use super::{open_body, seal_body};
use crate::clock::Moment;
use crate::faults;
use crate::store::{Claimant, DeliveryOutcome, DeliveryState, DueDelivery, UsedHash};
use crate::vault::{Vault, VaultError};
use crate::webhooks::decode;
use crate::webhooks::event::{Envelope, Event};
use app::backend::Verdict;
use bytes::Bytes;
use domain::ids::UserId;
use std::time::Duration;

/// After this many failures a delivery is put aside for an operator.
const MOST_ATTEMPTS: i64 = 5;

/// A delivery with what it says.
pub(super) struct Opened {
    pub(super) delivery: DueDelivery,
    pub(super) event: Event,
    /// The time that it told.
    told_at: Moment,
    /// That time and the hash that it came with, as one text.
    hash: String,
    body: Vec<u8>,
}

impl Opened {
    pub(super) async fn read(vault: &Vault, delivery: DueDelivery) -> Result<Self, (DueDelivery, Fault)> {
        match read(vault, &delivery).await {
            Ok(Said { event, told_at, hash, body }) => Ok(Self { delivery, event, told_at, hash, body }),
            Err(fault) => Err((delivery, fault)),
        }
    }

    /// As it claims the effect of its reference, by the evidence that it came with.
    pub(super) fn claimant(&self, vault: &Vault) -> Claimant {
        let hash = UsedHash { told_at: self.told_at, mac: vault.core_mac(self.hash.as_bytes()) };
        Claimant { hash: Some(hash), ..self.vouched() }
    }

    /// As it claims the effect of its reference, by the bank's own word.
    pub(super) fn vouched(&self) -> Claimant {
        Claimant {
            id: self.delivery.id,
            reference: self.delivery.reference.clone(),
            core_mac: self.delivery.core_mac.clone(),
            hash: None,
        }
    }

    /// A body that holds a token goes under its user's key, so that erasing her erases it.
    pub(super) async fn reseal(&self, vault: &Vault, user: &UserId) -> Result<(String, Vec<u8>), VaultError> {
        let key = vault.user_key(user).await?;
        let sealed = seal_body(&key, self.delivery.received_at, &self.delivery.reference, &self.body);
        Ok((key.owner().to_owned(), sealed))
    }
}

/// What a body says.
struct Said {
    event: Event,
    told_at: Moment,
    hash: String,
    body: Vec<u8>,
}

async fn read(vault: &Vault, delivery: &DueDelivery) -> Result<Said, Fault> {
    faults::point("delivery.opened");
    let (Some(owner), Some(sealed)) = (&delivery.body_key, &delivery.body) else {
        return Err(Fault::Final("no-body"));
    };
    let key = vault.key(owner).await?.ok_or(Fault::Final("key-destroyed"))?;
    let body = open_body(&key, delivery.received_at, &delivery.reference, sealed)
        .map_err(|_| Fault::Final("unreadable-body"))?;
    let value = decode::decode(&delivery.content_type, &Bytes::copy_from_slice(&body))
        .await
        .map_err(|error| Fault::Final(error.code()))?;
    let envelope = Envelope::read(&value).map_err(|error| Fault::Final(error.code()))?;
    let event = Event::read(&envelope).map_err(|error| Fault::Final(error.0))?;
    let hash = format!("{}|{}", envelope.timestamp, envelope.hash.unwrap_or_default().to_ascii_lowercase());
    let told_at = envelope.at().unwrap_or(delivery.received_at);
    Ok(Said { event, told_at, hash, body })
}

/// Nothing more is to be done for it.
pub(super) fn done(delivery: &DueDelivery, verdict: Verdict, reason: &'static str) -> DeliveryOutcome {
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
        ask_at: None,
        trust: None,
        strip: false,
    }
}

/// It speaks of a card whose owner has gone: nothing is made of it, and nothing of it is kept.
pub(super) fn of_nobody(delivery: &DueDelivery, verdict: Verdict) -> DeliveryOutcome {
    DeliveryOutcome { strip: true, ..done(delivery, verdict, "erased") }
}

/// Why a delivery could not be given its effect now.
pub(super) enum Fault {
    /// It never will be: kept for an operator.
    Final(&'static str),
    /// Something of ours did not work: tried again, ever more slowly.
    Passing(VaultError),
    /// It broke whatever processed it: tried again, but not for ever.
    Failed(String),
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
    /// What becomes of the delivery, and whether it was given up.
    pub(super) fn outcome(self, delivery: &DueDelivery, now: Moment) -> (DeliveryOutcome, bool) {
        let error = match self {
            Self::Final(code) => return (done(delivery, Verdict::Quarantined, code), false),
            Self::Passing(error) => error.to_string(),
            Self::Failed(error) => error,
        };
        let attempts = delivery.attempts + 1;
        tracing::warn!(delivery.id, delivery.attempts = attempts, error, "a delivery has to wait");
        if attempts >= MOST_ATTEMPTS {
            let dead = done(delivery, Verdict::Quarantined, "gave-up");
            return (DeliveryOutcome { state: DeliveryState::Dead, attempts, ..dead }, true);
        }
        let wait = Duration::from_secs(1 << attempts.clamp(0, 8));
        let again = done(delivery, delivery.verdict, "");
        let next_at = Some(now.plus(wait));
        (DeliveryOutcome { state: DeliveryState::Pending, next_at, attempts, ..again }, false)
    }
}
