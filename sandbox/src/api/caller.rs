//! Whose token a call carries.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
};

use super::{ApiError, trouble::MixUp};
use crate::{
    Bank,
    world::{Account, World},
};

/// The customer that the caller acts for.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    pub customer: usize,
    mix_up: Option<MixUp>,
}

impl Caller {
    /// The account, if it is the caller's; an unknown one is answered like a stranger's.
    pub fn account<'w>(&self, world: &'w World, acc_id: &str) -> Result<&'w Account, ApiError> {
        let account = acc_id
            .parse()
            .ok()
            .and_then(|acc_id| world.account(acc_id))
            .filter(|account| account.customer == self.customer)
            .ok_or(ApiError::AccountNoRights)?;
        let others = self
            .mix_up
            .filter(|mix_up| *mix_up == MixUp::Account)
            .and_then(|_| world.accounts.iter().find(|other| other.customer != self.customer));
        Ok(others.unwrap_or(account))
    }

    /// The number of the card, if it is the caller's.
    pub fn card(&self, world: &World, card_ref: &str) -> Result<usize, ApiError> {
        let card = world
            .card(card_ref)
            .filter(|card| world.cards[*card].customer == self.customer)
            .ok_or(ApiError::CardNoRights)?;
        let others = self
            .mix_up
            .filter(|mix_up| *mix_up == MixUp::Card)
            .and_then(|_| world.cards.iter().position(|other| other.customer != self.customer));
        Ok(others.unwrap_or(card))
    }
}

impl FromRequestParts<Arc<Bank>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, bank: &Arc<Bank>) -> Result<Self, ApiError> {
        let header = parts.headers.get(AUTHORIZATION).ok_or(ApiError::AccessDenied)?;
        let text = header.to_str().map_err(|_| ApiError::AccessDenied)?;
        let (scheme, token) = text.split_once(' ').ok_or(ApiError::AccessDenied)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(ApiError::AccessDenied);
        }
        let customer = bank.world().tokens.customer(token.trim()).ok_or(ApiError::InvalidToken)?;
        Ok(Self { customer, mix_up: parts.extensions.get().copied() })
    }
}
