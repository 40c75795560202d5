//! The bank's ledger and the product's export, side by side.

use serde_json::Value;
use std::collections::BTreeMap;

/// Payments by card and transaction id, and what lies on each card.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Books {
    pub payments: BTreeMap<(String, String), Payment>,
    pub balances: BTreeMap<String, i64>,
    /// What stands more than once, which no book may.
    pub repeated: Vec<(String, String)>,
    /// What only a notification has told.
    pub unconfirmed: Vec<(String, String)>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Payment {
    pub amount_minor: i64,
    pub status: String,
    pub balance_after: String,
    pub description: String,
}

impl Books {
    /// The bank's, from `GET /control/ledger`.
    pub(super) fn of_bank(ledger: &Value) -> Self {
        let mut books = Self::default();
        for line in ledger["transactions"].as_array().unwrap() {
            let size = cents(text(line, "amount"));
            let amount_minor = if text(line, "type") == "D" { -size } else { size };
            books.enter(line, amount_minor);
        }
        for card in ledger["cards"].as_array().unwrap() {
            books.balances.insert(text(card, "card_ref").to_owned(), cents(text(card, "balance")));
        }
        books
    }

    /// A line of `GET /transactions.json`.
    pub(super) fn enter_export(&mut self, line: &Value) {
        if line["confirmed"] != true {
            self.unconfirmed.push((text(line, "card_ref").to_owned(), text(line, "txid").to_owned()));
        }
        self.enter(line, line["amount_minor"].as_i64().unwrap());
    }

    fn enter(&mut self, line: &Value, amount_minor: i64) {
        let key = (text(line, "card_ref").to_owned(), text(line, "txid").to_owned());
        let payment = Payment {
            amount_minor,
            status: text(line, "status").to_owned(),
            balance_after: line["balance_after"].as_str().unwrap_or_default().to_owned(),
            description: text(line, "description").to_owned(),
        };
        if self.payments.insert(key.clone(), payment).is_some() {
            self.repeated.push(key);
        }
    }

    /// How these books, the product's, differ from the bank's; one line for each difference.
    pub(super) fn differences(&self, bank: &Self) -> Vec<String> {
        let mut found: Vec<String> = self.repeated.iter().map(|key| format!("{key:?} stands twice")).collect();
        found.extend(self.unconfirmed.iter().map(|key| format!("{key:?} is unconfirmed")));
        for (key, theirs) in &bank.payments {
            match self.payments.get(key) {
                None => found.push(format!("{key:?} is missing: {theirs:?}")),
                Some(ours) if ours != theirs => {
                    found.push(format!("{key:?}\n    bank    {theirs:?}\n    product {ours:?}"));
                }
                Some(_) => {}
            }
        }
        for (key, ours) in &self.payments {
            if !bank.payments.contains_key(key) {
                found.push(format!("{key:?} is too much: {ours:?}"));
            }
        }
        if self.balances != bank.balances {
            found.push(format!("balances\n    bank    {:?}\n    product {:?}", bank.balances, self.balances));
        }
        found
    }
}

fn text<'v>(line: &'v Value, name: &str) -> &'v str {
    line[name].as_str().unwrap_or_else(|| panic!("no {name} in {line}"))
}

/// `-98.32` as -9832: the bank writes euros with two decimals.
fn cents(text: &str) -> i64 {
    assert!(text.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 2), "{text}");
    text.replace('.', "").parse().unwrap()
}
