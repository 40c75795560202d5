//! Alerts: the rules of users, and the ways by which they tell.

pub mod devices;
mod digest;
mod forms;
pub mod push;
mod stop;
mod teller;

pub use teller::Teller;

use crate::services::Services;
use crate::store::{Result, Store};
use app::backend::CardChoice;
use axum::Router;
use domain::ids::UserId;

pub fn router() -> Router<Services> {
    forms::router().merge(devices::router()).merge(stop::router())
}

/// The cards that a user's rules can be about, each once.
pub async fn card_choices(store: &Store, user_id: &UserId) -> Result<Vec<CardChoice>> {
    let mut cards: Vec<CardChoice> = Vec::new();
    for card in store.cards_of_user(user_id).await? {
        if !cards.iter().any(|known| known.card_ref == card.card_ref) {
            cards.push(CardChoice { card_ref: card.card_ref, name: card.name, currency: card.currency });
        }
    }
    Ok(cards)
}
