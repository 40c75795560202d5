//! `POST /control/refund`: a merchant gives the money of a payment back, without the fee.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;

use super::{
    ControlError, Done, Outcome,
    input::{self, Body, Departures, Whole},
    purchase,
};
use crate::{
    Bank,
    notification::dispatch,
    world::{
        books::{Draft, Kind, Status, Transaction},
        money::Minor,
    },
};

#[derive(Debug, Deserialize)]
pub struct Input {
    pub txid: Whole,
    /// Needed where two cards have the id.
    pub card_ref: Option<String>,
    #[serde(flatten)]
    pub departures: Departures,
}

pub async fn handle(State(bank): State<Arc<Bank>>, Body(input): Body<Input>) -> Outcome {
    let oddities = input.departures.oddities()?;
    let (card, paid) = find(&bank, input.txid.parse("txid")?, input.card_ref.as_deref())?;
    let (transaction, event) = purchase::book(&bank, card, back(&bank, paid))?;
    let deliveries = vec![dispatch::send(&bank, event, oddities).first_try().await];
    Ok(Json(Done { transactions: Some(vec![transaction]), deliveries, ..Done::default() }))
}

fn find(bank: &Bank, txid: u64, card_ref: Option<&str>) -> Result<(usize, Transaction), ControlError> {
    let world = bank.world();
    let card = input::card_of(&world, txid, card_ref)?;
    let paid = world.cards[card].book.find(txid).cloned().ok_or(ControlError::NotFound("transaction"))?;
    if paid.kind == Kind::Credit || paid.status == Status::Refused {
        return Err(ControlError::Invalid("only a payment that took money can be refunded".to_owned()));
    }
    Ok((card, paid))
}

/// At the rate of the payment, so that only the fee stays lost.
fn back(bank: &Bank, paid: Transaction) -> Draft {
    Draft {
        txid: bank.world().draw_txid(),
        mcc: paid.mcc,
        amount_fx: paid.amount_fx,
        currency: paid.currency,
        fx: paid.fx,
        fx_fee: Minor(0),
        status: Status::Settled,
        kind: Kind::Credit,
        date: purchase::now(bank),
        description: paid.description,
        failure: None,
    }
}
