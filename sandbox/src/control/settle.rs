//! `POST /control/settle`: an authorised payment becomes final, under the same transaction id.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;

use super::{
    ControlError, Done, Outcome,
    input::{self, Body, Departures, Whole},
    ledger, purchase,
};
use crate::{
    Bank,
    notification::{dispatch, event::Event},
};

#[derive(Debug, Deserialize)]
pub struct Input {
    txid: Whole,
    /// Needed where two cards have the id.
    card_ref: Option<String>,
    #[serde(flatten)]
    departures: Departures,
}

pub async fn handle(State(bank): State<Arc<Bank>>, Body(input): Body<Input>) -> Outcome {
    let oddities = input.departures.oddities()?;
    let (transaction, event) = settle(&bank, input.txid.parse("txid")?, input.card_ref.as_deref())?;
    let deliveries = vec![dispatch::send(&bank, event, oddities).first_try().await];
    Ok(Json(Done { transactions: Some(vec![transaction]), deliveries, ..Done::default() }))
}

fn settle(bank: &Bank, txid: u64, card_ref: Option<&str>) -> Result<(serde_json::Value, Event), ControlError> {
    let mut world = bank.world();
    let card = input::card_of(&world, txid, card_ref)?;
    let settled = world.cards[card].book.settle(txid).cloned();
    let settled = settled.ok_or_else(|| ControlError::Invalid("this payment is not pending".to_owned()))?;
    let request_id = world.draw_request_id();
    let card = &world.cards[card];
    Ok((ledger::transaction(card, &settled), purchase::event(card, settled, request_id)))
}
