//! Accounts and what lies on them.

use std::sync::Arc;

use axum::extract::{Path, State};

use super::{Answer, ApiError, Caller};
use crate::{
    Bank, clock,
    php::Value,
    world::{Account, money::Currency},
};

pub async fn check(State(bank): State<Arc<Bank>>, _caller: Caller) -> Answer {
    let now = clock::naive(clock::in_paris(bank.clock.now()).datetime());
    Answer::new(&bank, vec![("date_time", now.into())])
}

/// The ids are numbers here and strings elsewhere, as in the vendor's samples.
pub async fn list(State(bank): State<Arc<Bank>>, caller: Caller) -> Answer {
    let accounts = bank.world().accounts_of(caller.customer).map(summary).collect();
    Answer::new(&bank, vec![("accounts", Value::List(accounts))])
}

pub async fn show(
    State(bank): State<Arc<Bank>>,
    caller: Caller,
    Path(acc_id): Path<String>,
) -> Result<Answer, ApiError> {
    let body = details(caller.account(&bank.world(), &acc_id)?);
    Ok(Answer::new(&bank, body))
}

pub async fn balance(
    State(bank): State<Arc<Bank>>,
    caller: Caller,
    Path(acc_id): Path<String>,
) -> Result<Answer, ApiError> {
    let body = {
        let world = bank.world();
        let account = caller.account(&world, &acc_id)?;
        vec![
            ("acc_id", account.acc_id.into()),
            ("balance", world.balance(account).text(Currency::Eur).into()),
            ("currency", Currency::Eur.code().into()),
        ]
    };
    Ok(Answer::new(&bank, body))
}

fn summary(account: &Account) -> Value {
    Value::Map(vec![("acc_id", account.acc_id.into()), ("acc_type", account.acc_type.into())])
}

fn details(account: &Account) -> Vec<(&'static str, Value)> {
    vec![
        ("acc_id", account.acc_id.to_string().into()),
        ("acc_type", account.acc_type.into()),
        ("acc_currency", Currency::Eur.code().into()),
        ("corp_name", account.corp_name.as_str().into()),
    ]
}
