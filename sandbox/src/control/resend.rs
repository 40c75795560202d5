//! `POST /control/resend`: the same notification again, with the same reference.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;

use super::{ControlError, Done, Outcome, input::Body};
use crate::{Bank, notification::dispatch};

#[derive(Debug, Deserialize)]
pub struct Input {
    reference: String,
}

pub async fn handle(State(bank): State<Arc<Bank>>, Body(input): Body<Input>) -> Outcome {
    let found = bank.outbox().find(&input.reference);
    let delivery = found.ok_or(ControlError::NotFound("notification"))?;
    let deliveries = vec![dispatch::start(&bank, delivery).first_try().await];
    Ok(Json(Done { deliveries, ..Done::default() }))
}
