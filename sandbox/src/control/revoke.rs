//! `POST /control/revoke`: the customer takes access back, for one token or for all of them.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;

use super::{
    ControlError, Done, Outcome, first_tries,
    input::{Body, Departures},
};
use crate::{
    Bank,
    notification::{dispatch, event::Event},
    world::{World, tokens::Grant},
};

#[derive(Debug, Deserialize)]
pub struct Input {
    customer: Option<String>,
    token: Option<String>,
    #[serde(flatten)]
    departures: Departures,
}

pub async fn handle(State(bank): State<Arc<Bank>>, Body(input): Body<Input>) -> Outcome {
    let oddities = input.departures.oddities()?;
    let revoked = revoke(&mut bank.world(), input.customer.as_deref(), input.token.as_deref())?;
    let sent = revoked
        .into_iter()
        .map(|Grant { token, custom_reference, .. }| {
            dispatch::send(&bank, Event::TokenRevoked { token, custom_reference }, oddities.clone())
        })
        .collect();
    Ok(Json(Done { deliveries: first_tries(sent).await, ..Done::default() }))
}

fn revoke(world: &mut World, customer: Option<&str>, token: Option<&str>) -> Result<Vec<Grant>, ControlError> {
    let tokens: Vec<String> = match (token, customer) {
        (Some(token), _) => vec![token.to_owned()],
        (None, Some(email)) => {
            let customer = world.customer(email).ok_or(ControlError::NotFound("customer"))?;
            world.tokens.active_of(customer).map(|grant| grant.token.clone()).collect()
        }
        (None, None) => {
            return Err(ControlError::Invalid("customer or token is required".to_owned()));
        }
    };
    let revoked: Vec<_> = tokens.iter().filter_map(|token| world.tokens.revoke(token)).collect();
    if revoked.is_empty() { Err(ControlError::NotFound("active token")) } else { Ok(revoked) }
}
