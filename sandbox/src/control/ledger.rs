//! `GET /control/ledger`: the bank's own books, oldest payment first, every amount as text.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::ControlError;
use crate::{
    Bank, clock,
    world::{Account, Card, World, books::Transaction, money::Currency},
};

#[derive(Debug, Deserialize)]
pub struct Asked {
    customer: Option<String>,
}

pub async fn handle(
    State(bank): State<Arc<Bank>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Value>, ControlError> {
    let Query(asked) = asked.map_err(|error| ControlError::Invalid(error.body_text()))?;
    let email = asked.customer.ok_or_else(|| ControlError::Invalid("customer is required".to_owned()))?;
    let world = bank.world();
    let customer = world.customer(&email).ok_or(ControlError::NotFound("customer"))?;
    Ok(Json(ledger(&world, customer)))
}

fn ledger(world: &World, customer: usize) -> Value {
    let transactions: Vec<_> = world
        .cards_of(customer)
        .flat_map(|card| card.book.transactions().iter().map(|line| transaction(card, line)))
        .collect();
    let tokens: Vec<_> = world
        .tokens
        .active_of(customer)
        .map(|grant| json!({ "token": grant.token, "custom_reference": grant.custom_reference }))
        .collect();
    json!({
        "customer": world.customers[customer].email,
        "accounts": world.accounts_of(customer).map(|account| one_account(world, account)).collect::<Vec<_>>(),
        "cards": world.cards_of(customer).map(one_card).collect::<Vec<_>>(),
        "transactions": transactions,
        "tokens": tokens,
    })
}

fn one_account(world: &World, account: &Account) -> Value {
    json!({
        "acc_id": account.acc_id,
        "acc_type": account.acc_type,
        "corp_name": account.corp_name,
        "currency": Currency::Eur.code(),
        "funds": account.funds.text(Currency::Eur),
        "balance": world.balance(account).text(Currency::Eur),
    })
}

fn one_card(card: &Card) -> Value {
    json!({
        "card_ref": card.card_ref,
        "acc_id": card.acc_id,
        "card_name": card.card_name,
        "status": card.status,
        "opening_balance": card.book.opening.text(Currency::Eur),
        "balance": card.book.balance().text(Currency::Eur),
    })
}

/// One payment, as control calls answer it.
pub fn transaction(card: &Card, line: &Transaction) -> Value {
    let mut value = json!({
        "txid": line.txid.to_string(),
        "card_ref": card.card_ref,
        "acc_id": card.acc_id,
        "mcc": format!("{:04}", line.mcc),
        "amount": line.amount.text(Currency::Eur),
        "amount_fx": line.amount_fx.text(line.currency),
        "currency": line.currency.code(),
        "fx": line.fx.to_string(),
        "fx_fee": line.fx_fee.text(Currency::Eur),
        "status": line.status.code(),
        "type": line.kind.code(),
        "balance_after": line.balance_after.text(Currency::Eur),
        "date": clock::naive(line.date),
        "description": line.description.as_str(),
    });
    if let Some(failure) = &line.failure {
        value["failed_reason"] = json!({ "code": failure.code, "message": failure.message });
    }
    value
}
