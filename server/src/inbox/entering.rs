//! Payments of stored deliveries on their way into the ledger.

use super::opened::{Opened, done, of_nobody};
use crate::ledger;
use crate::store::{CardRecord, DeliveryOutcome, DeliveryState, DueDelivery, NewPayment, Store, StoreError};
use crate::vault::Vault;
use crate::vendor::{BankPayment, PaymentError};
use crate::webhooks::event::{Event, bad_field};
use app::backend::Verdict;
use domain::ids::CardRef;
use std::collections::{HashMap, HashSet};

/// A delivery of a payment: what is entered, and what becomes of it, should it be the first of its reference.
pub(super) type Entering = (DueDelivery, Vec<NewPayment>, DeliveryOutcome);

/// What each payment comes to, should it be the first of its reference.
pub(super) async fn entering(store: &Store, vault: &Vault, payments: Vec<Opened>) -> Result<Vec<Entering>, StoreError> {
    let card = |taken: &Opened| match &taken.event {
        Event::CardTransaction { card_ref, .. } => Some(card_ref.clone()),
        _ => None,
    };
    let wanted: HashSet<CardRef> = payments.iter().filter_map(card).collect();
    let wanted: Vec<CardRef> = wanted.into_iter().collect();
    let owners = store.card_owners(&wanted).await?;
    let mut by_card: HashMap<&CardRef, Vec<&CardRecord>> = HashMap::new();
    for owner in &owners {
        by_card.entry(&owner.card_ref).or_default().push(owner);
    }
    let unknown = wanted.iter().filter(|card| !by_card.contains_key(card));
    let erased = erased_cards(store, vault, unknown).await?;
    let entering = payments.into_iter().filter_map(|Opened { delivery, event, .. }| {
        let Event::CardTransaction { card_ref, payment, .. } = event else { return None };
        if erased.contains(&card_ref) {
            let outcome = of_nobody(&delivery, Verdict::Accepted);
            return Some((delivery, Vec::new(), outcome));
        }
        let owners = by_card.get(&card_ref).map(Vec::as_slice).unwrap_or_default();
        let (payments, outcome) = enter(&delivery, &card_ref, &payment, owners);
        Some((delivery, payments, outcome))
    });
    Ok(entering.collect())
}

/// Which of these cards, that nobody has linked, were somebody's who has gone.
pub(super) async fn erased_cards<'c>(
    store: &Store,
    vault: &Vault,
    cards: impl Iterator<Item = &'c CardRef>,
) -> Result<HashSet<CardRef>, StoreError> {
    let by_mac: HashMap<String, &CardRef> = cards.map(|card| (vault.card_mac(card), card)).collect();
    let erased = store.erased_cards(&by_mac.keys().cloned().collect::<Vec<_>>()).await?;
    Ok(erased.iter().filter_map(|mac| by_mac.get(mac).map(|card| (*card).clone())).collect())
}

/// Enters a payment for each owner of its card; without an owner the delivery waits for one.
fn enter(
    delivery: &DueDelivery,
    card_ref: &CardRef,
    payment: &BankPayment,
    owners: &[&CardRecord],
) -> (Vec<NewPayment>, DeliveryOutcome) {
    let card_ref = Some(card_ref.clone());
    if owners.is_empty() {
        let parked = done(delivery, Verdict::Accepted, "unknown-card");
        return (Vec::new(), DeliveryOutcome { state: DeliveryState::Parked, card_ref, ..parked });
    }
    match owners.iter().map(|owner| ledger::entry(owner, payment, None)).collect() {
        Ok(payments) => {
            let user_id = owners.first().map(|owner| owner.user_id.clone());
            (payments, DeliveryOutcome { user_id, card_ref, ..done(delivery, Verdict::Accepted, "") })
        }
        Err(PaymentError { field, .. }) => {
            (Vec::new(), DeliveryOutcome { card_ref, ..done(delivery, Verdict::Quarantined, bad_field(field)) })
        }
    }
}
