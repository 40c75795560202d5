//! Whose a delivery is: who is told that somebody has looked at it.

use crate::services::Services;
use crate::store::{DeliveryRecord, Result};
use domain::ids::{CardRef, UserId};

/// Whom it concerned; of one that has had no effect, whose card it speaks of. None where it is about somebody who has gone, and about
/// nobody else: nobody sees that any more.
pub(crate) async fn owners_of(services: &Services, delivery: &DeliveryRecord) -> Result<Option<Vec<UserId>>> {
    let store = &services.store;
    if let Some(user) = &delivery.user_id {
        return Ok(store.user_summary(user).await?.map(|_| vec![user.clone()]));
    }
    let card = delivery.card_ref.as_deref().and_then(|card| CardRef::parse(card).ok());
    let Some(card) = card else { return Ok(Some(Vec::new())) };
    let holders = store.card_holders(&card).await?;
    if !holders.is_empty() {
        return Ok(Some(holders));
    }
    let erased = store.erased_cards(&[services.vault.card_mac(&card)]).await?;
    Ok(erased.is_empty().then(Vec::new))
}
