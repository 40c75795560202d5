//! What the bank's API answers, as far as it is used.

use super::BankError;
use crate::vendor::{BankPayment, PaymentError, Value};
use domain::ids::{AccountId, CardRef};
use domain::money::Currency;

/// An account that a token may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankAccount {
    pub acc_id: AccountId,
    pub acc_type: String,
    pub currency: Currency,
    /// The holder as the bank names her; may be empty.
    pub name: String,
}

/// A card of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankCard {
    pub card_ref: CardRef,
    pub acc_id: AccountId,
    /// The customer's own name for it, else its type.
    pub name: String,
    pub holder: String,
    pub status: String,
    /// As text; its currency is the account's.
    pub balance: Option<String>,
}

/// A page of a card's transactions, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Of the whole card, not of this page.
    pub total: i64,
    /// What could not be read is named; the rest of the page stands.
    pub payments: Vec<Result<BankPayment, PaymentError>>,
}

pub(super) fn account_ids(body: &Value) -> Result<Vec<AccountId>, BankError> {
    let accounts = body.get("accounts").and_then(Value::list).ok_or(BankError::Unexpected("accounts"))?;
    let id = |account: &Value| account.text("acc_id").and_then(|id| AccountId::parse(id).ok());
    accounts.iter().map(|account| id(account).ok_or(BankError::Unexpected("acc_id"))).collect()
}

pub(super) fn account(acc_id: &AccountId, body: &Value) -> Result<BankAccount, BankError> {
    is_about(body, "acc_id", acc_id.as_str())?;
    let currency = body.text("acc_currency").and_then(|code| Currency::parse(code).ok());
    Ok(BankAccount {
        acc_id: acc_id.clone(),
        acc_type: shown(body.text("acc_type")),
        currency: currency.ok_or(BankError::Unexpected("acc_currency"))?,
        name: shown(body.text("corp_name")),
    })
}

pub(super) fn cards(acc_id: &AccountId, body: &Value) -> Result<Vec<BankCard>, BankError> {
    is_about(body, "acc_id", acc_id.as_str())?;
    let cards = body.get("cards").and_then(Value::list).ok_or(BankError::Unexpected("cards"))?;
    cards.iter().map(|card| one_card(acc_id, card)).collect()
}

fn one_card(acc_id: &AccountId, card: &Value) -> Result<BankCard, BankError> {
    let card_ref = card.text("card_ref").and_then(|text| CardRef::parse(text).ok());
    let name = [card.text("card_name"), card.text("card_type")].into_iter().flatten().find(|name| !name.is_empty());
    let holder = card.get("card_holder");
    let part = |name| holder.and_then(|holder| holder.text(name)).unwrap_or_default().trim();
    Ok(BankCard {
        card_ref: card_ref.ok_or(BankError::Unexpected("card_ref"))?,
        acc_id: acc_id.clone(),
        name: shown(name),
        holder: shown(Some(format!("{} {}", part("first_name"), part("last_name")).trim())),
        status: shown(card.text("status")),
        balance: card.text("balance").map(str::to_owned),
    })
}

pub(super) fn statement(card_ref: &CardRef, body: &Value) -> Result<Statement, BankError> {
    is_about(body, "card_ref", card_ref.as_str())?;
    let payments = body.get("transactions").and_then(Value::list).ok_or(BankError::Unexpected("transactions"))?;
    Ok(Statement {
        total: body.integer("total_results").ok_or(BankError::Unexpected("total_results"))?,
        payments: payments.iter().map(BankPayment::read).collect(),
    })
}

/// An answer names what it is about. One about something else is another customer's, and nothing of it may be taken.
fn is_about(body: &Value, name: &'static str, asked: &str) -> Result<(), BankError> {
    match body.text(name) {
        Some(told) if told != asked => Err(BankError::Unexpected(name)),
        _ => Ok(()),
    }
}

/// Text of the bank that people will see: no control characters, and no longer than a line.
fn shown(text: Option<&str>) -> String {
    domain::merchant::clean(text.unwrap_or_default()).chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::{Limits, read_json};

    fn body(text: &str) -> Value {
        read_json(text.as_bytes(), Limits::ANSWER).unwrap()
    }

    #[test]
    fn an_answer_about_something_else_is_not_taken() {
        let asked = AccountId::parse("100").unwrap();
        let card = CardRef::parse("ANY0000000000").unwrap();
        for (told, taken) in [("100", true), ("\"100\"", true), ("101", false), ("\"10\"", false)] {
            let about = body(&format!(r#"{{"acc_id":{told},"acc_currency":"EUR","cards":[]}}"#));
            assert_eq!(account(&asked, &about).is_ok(), taken, "{told}");
            assert_eq!(cards(&asked, &about).is_ok(), taken, "{told}");
        }
        for (told, taken) in [("ANY0000000000", true), ("ANY0000000001", false)] {
            let about = body(&format!(r#"{{"card_ref":"{told}","total_results":0,"transactions":[]}}"#));
            assert_eq!(statement(&card, &about).is_ok(), taken, "{told}");
        }
    }
}
