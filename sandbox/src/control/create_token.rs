//! `POST /control/create-token`: as if the customer had accepted in the popup.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;

use super::{
    ControlError, Done, Outcome,
    input::{Body, Departures},
};
use crate::{Bank, connect::grant};

#[derive(Debug, Deserialize)]
pub struct Input {
    customer: String,
    custom_reference: Option<String>,
    #[serde(flatten)]
    departures: Departures,
}

pub async fn handle(State(bank): State<Arc<Bank>>, Body(input): Body<Input>) -> Outcome {
    let oddities = input.departures.oddities()?;
    let reference = input.custom_reference.filter(|reference| !reference.is_empty());
    if reference.as_ref().is_some_and(|reference| reference.chars().count() > grant::LONGEST_REFERENCE) {
        return Err(ControlError::Invalid("custom_reference is longer than 255 characters".to_owned()));
    }
    let customer = bank.world().customer(&input.customer).ok_or(ControlError::NotFound("customer"))?;
    let (token, sending) = grant::grant(&bank, customer, reference, oddities);
    let deliveries = vec![sending.first_try().await];
    Ok(Json(Done { token: Some(token), deliveries, ..Done::default() }))
}
