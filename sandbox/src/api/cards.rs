//! Cards.

use std::sync::Arc;

use axum::extract::{Path, State};

use super::{Answer, ApiError, Caller};
use crate::{
    Bank,
    php::Value,
    world::{Card, Customer, World, money::Currency},
};

pub async fn list(
    State(bank): State<Arc<Bank>>,
    caller: Caller,
    Path(acc_id): Path<String>,
) -> Result<Answer, ApiError> {
    let body = {
        let world = bank.world();
        let account = caller.account(&world, &acc_id)?;
        let cards = world.cards_on(account.acc_id).map(|card| Value::Map(fields(&world, card)));
        vec![("acc_id", account.acc_id.into()), ("cards", Value::List(cards.collect()))]
    };
    Ok(Answer::new(&bank, body))
}

pub async fn show(
    State(bank): State<Arc<Bank>>,
    caller: Caller,
    Path(card_ref): Path<String>,
) -> Result<Answer, ApiError> {
    let body = {
        let world = bank.world();
        let card = &world.cards[caller.card(&world, &card_ref)?];
        let mut body = vec![("acc_id", Value::from(card.acc_id.to_string()))];
        body.extend(fields(&world, card));
        body
    };
    Ok(Answer::new(&bank, body))
}

fn fields(world: &World, card: &Card) -> Vec<(&'static str, Value)> {
    vec![
        ("card_ref", card.card_ref.as_str().into()),
        ("status", card.status.into()),
        ("activation_date", card.activated.to_string().into()),
        ("balance", card.book.balance().text(Currency::Eur).into()),
        ("expiry_date", card.expires.to_string().into()),
        ("atm", 1_i64.into()),
        ("pos", "1".into()),
        ("card_type", card.card_type.into()),
        ("card_holder", Value::Map(holder(&world.customers[card.customer]))),
        ("card_name", card.card_name.as_str().into()),
    ]
}

fn holder(customer: &Customer) -> Vec<(&'static str, Value)> {
    vec![
        ("gender", customer.gender.into()),
        ("first_name", customer.first_name.into()),
        ("last_name", customer.last_name.into()),
    ]
}
