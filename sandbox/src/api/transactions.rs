//! A card's payments, newest first.
//!
//! `date_start` and `date_end` (Y-m-d, both included) choose the days; `limit_start` (0 by
//! default) skips the newest and `limit_number` (50 by default, at most 500) limits the page.
//! `total_results` counts what the days choose, whatever the page. Newest means last booked.

use std::sync::Arc;

use axum::extract::{Path, Query, State, rejection::QueryRejection};
use jiff::civil::Date;
use serde::Deserialize;

use super::{Answer, ApiError, Caller};
use crate::{
    Bank, clock,
    notification::event::transaction_fields,
    php::Value,
    world::{Card, books::Transaction, money::Currency},
};

const USUAL_PAGE: usize = 50;
const LARGEST_PAGE: usize = 500;

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    date_start: Option<String>,
    date_end: Option<String>,
    limit_start: Option<String>,
    limit_number: Option<String>,
}

struct Filters {
    from: Option<Date>,
    to: Option<Date>,
    skip: usize,
    take: usize,
}

pub async fn list(
    State(bank): State<Arc<Bank>>,
    caller: Caller,
    Path(card_ref): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Answer, ApiError> {
    let Query(asked) = asked.map_err(|_| ApiError::BadParameter("query"))?;
    let filters = Filters::parse(&asked)?;
    let body = {
        let world = bank.world();
        page(&world.cards[caller.card(&world, &card_ref)?], &filters)
    };
    Ok(Answer::new(&bank, body))
}

impl Filters {
    fn parse(asked: &Asked) -> Result<Self, ApiError> {
        Ok(Self {
            from: day("date_start", asked.date_start.as_deref())?,
            to: day("date_end", asked.date_end.as_deref())?,
            skip: count("limit_start", asked.limit_start.as_deref())?.unwrap_or(0),
            take: count("limit_number", asked.limit_number.as_deref())?.unwrap_or(USUAL_PAGE).min(LARGEST_PAGE),
        })
    }

    fn chooses(&self, transaction: &Transaction) -> bool {
        let day = transaction.date.date();
        self.from.is_none_or(|from| day >= from) && self.to.is_none_or(|to| day <= to)
    }

    fn fields(&self) -> Value {
        Value::Map(vec![
            ("date_start", self.from.map(|day| day.to_string()).into()),
            ("date_end", self.to.map(|day| day.to_string()).into()),
            ("limit_start", i64::try_from(self.skip).unwrap_or(i64::MAX).into()),
            ("limit_number", self.take.to_string().into()),
        ])
    }
}

fn day(name: &'static str, text: Option<&str>) -> Result<Option<Date>, ApiError> {
    let text = text.filter(|text| !text.is_empty());
    text.map(str::parse).transpose().map_err(|_| ApiError::BadParameter(name))
}

fn count(name: &'static str, text: Option<&str>) -> Result<Option<usize>, ApiError> {
    let text = text.filter(|text| !text.is_empty());
    text.map(str::parse).transpose().map_err(|_| ApiError::BadParameter(name))
}

fn page(card: &Card, filters: &Filters) -> Vec<(&'static str, Value)> {
    let chosen = || card.book.transactions().iter().rev().filter(|line| filters.chooses(line));
    let total = chosen().count();
    let transactions = chosen().skip(filters.skip).take(filters.take).map(fields).collect();
    vec![
        ("card_ref", card.card_ref.as_str().into()),
        ("acc_id", card.acc_id.into()),
        ("total_results", i64::try_from(total).unwrap_or(i64::MAX).into()),
        ("filters", filters.fields()),
        ("transactions", Value::List(transactions)),
    ]
}

/// Like in a notification, except that amounts are strings here, as in the vendor's samples of
/// statements, and that the day of the payment stands apart.
fn fields(transaction: &Transaction) -> Value {
    let mut fields = transaction_fields(transaction);
    for (name, value) in &mut fields {
        match *name {
            "txid" => *value = transaction.txid.to_string().into(),
            "mcc" => *value = format!("{:04}", transaction.mcc).into(),
            "amount" => *value = transaction.amount.text(Currency::Eur).into(),
            "amount_fx" => *value = transaction.amount_fx.text(transaction.currency).into(),
            _ => {}
        }
    }
    fields.push(("date_transaction", clock::naive(transaction.date).into()));
    fields.push(("vat_details", Value::List(Vec::new())));
    Value::Map(fields)
}
