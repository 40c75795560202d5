//! `POST /control/refuse-payment`: a payment that the bank turns down.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;

use super::{
    Done, Outcome, first_tries,
    input::{Body, Decimal},
    purchase::{self, Order},
};
use crate::{Bank, world::books::Failure};

#[derive(Debug, Deserialize)]
pub struct Input {
    /// `51` unless given.
    code: Option<Decimal>,
    /// `Insufficient funds` unless given.
    message: Option<String>,
    #[serde(flatten)]
    payment: purchase::Input,
}

pub async fn handle(State(bank): State<Arc<Bank>>, Body(input): Body<Input>) -> Outcome {
    let failure = Failure {
        code: input.code.map_or_else(|| "51".to_owned(), |code| code.text()),
        message: input.message.unwrap_or_else(|| "Insufficient funds".to_owned()),
    };
    let order = Order::parse(&bank, &input.payment)?.refused(failure);
    let (transaction, sending) = order.place(&bank)?;
    let deliveries = first_tries(sending.into_iter().collect()).await;
    Ok(Json(Done { transactions: Some(vec![transaction]), deliveries, ..Done::default() }))
}
