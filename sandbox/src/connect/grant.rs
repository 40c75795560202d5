//! A customer says yes: a token, and the news of it.

use std::sync::Arc;

use crate::{
    Bank,
    notification::{
        Oddities,
        dispatch::{self, Sending},
        event::Event,
    },
    world::tokens::Grant,
};

/// The vendor's limit for a custom reference, in characters.
pub const LONGEST_REFERENCE: usize = 255;

/// Creates the token at once; the notification goes its own way.
pub fn grant(
    bank: &Arc<Bank>,
    customer: usize,
    custom_reference: Option<String>,
    oddities: Oddities,
) -> (String, Sending) {
    let granted = bank.world().tokens.grant(customer, custom_reference);
    let token = granted.token.clone();
    let event = Event::TokenCreated { token: granted.token, custom_reference: granted.custom_reference };
    let sending = dispatch::send(bank, event, oddities);
    if bank.play().takes_back() {
        take_back(bank, &token);
    }
    (token, sending)
}

/// She has changed her mind before she closed the popup.
fn take_back(bank: &Arc<Bank>, token: &str) {
    let revoked = bank.world().tokens.revoke(token);
    if let Some(Grant { token, custom_reference, .. }) = revoked {
        let _sending = dispatch::send(bank, Event::TokenRevoked { token, custom_reference }, Oddities::default());
    }
}
