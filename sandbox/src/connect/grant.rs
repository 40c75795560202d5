//! A customer says yes: a token, and the news of it.

use std::sync::Arc;

use crate::{
    Bank,
    notification::{
        Oddities,
        dispatch::{self, Sending},
        event::Event,
    },
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
    (token, dispatch::send(bank, event, oddities))
}
