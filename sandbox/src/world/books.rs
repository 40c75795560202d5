//! A card's book: payments in order, and the balance that follows from them.
//!
//! What the figures mean, so that a reader can check them to the cent:
//! - `amount` is in euros, always positive, and includes `fx_fee`;
//! - `amount_fx` and `currency` are what the merchant asked for;
//! - `fx` is euros per unit of the merchant's currency, with six decimals, so that
//!   `amount = round(amount_fx × fx) + fx_fee`;
//! - a debit takes `amount` off the balance, a credit adds it, a refused payment leaves it;
//! - a card may go below zero: the stand-in never refuses by itself.

use std::sync::Arc;

use jiff::civil::DateTime;

use super::money::{Currency, Minor, Rate};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Debit,
    Credit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Settled,
    Authorised,
    Refused,
}

impl Kind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Debit => "D",
            Self::Credit => "C",
        }
    }
}

impl Status {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Settled => "S",
            Self::Authorised => "A",
            Self::Refused => "R",
        }
    }
}

/// Why the bank refused a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub code: String,
    pub message: String,
}

/// A merchant's words: from the tables of the stand-in, or given by a control call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Description {
    Known(&'static str),
    Given(Arc<str>),
}

impl Description {
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(text) => text,
            Self::Given(text) => text,
        }
    }
}

/// A payment before it stands in the book.
#[derive(Debug, Clone)]
pub struct Draft {
    pub txid: u64,
    pub mcc: u16,
    pub amount_fx: Minor,
    pub currency: Currency,
    pub fx: Rate,
    pub fx_fee: Minor,
    pub status: Status,
    pub kind: Kind,
    pub date: DateTime,
    pub description: Description,
    pub failure: Option<Box<Failure>>,
}

#[derive(Debug, Clone)]
pub struct Transaction {
    pub txid: u64,
    pub mcc: u16,
    pub amount: Minor,
    pub amount_fx: Minor,
    pub currency: Currency,
    pub fx: Rate,
    pub fx_fee: Minor,
    pub status: Status,
    pub kind: Kind,
    pub balance_after: Minor,
    pub date: DateTime,
    pub description: Description,
    pub failure: Option<Box<Failure>>,
}

#[derive(Debug, Clone)]
pub struct Book {
    pub opening: Minor,
    /// Oldest first.
    transactions: Vec<Transaction>,
}

impl Book {
    pub fn new(opening: Minor) -> Self {
        Self { opening, transactions: Vec::new() }
    }

    pub fn reserve(&mut self, additional: usize) {
        self.transactions.reserve(additional);
    }

    pub fn balance(&self) -> Minor {
        self.transactions.last().map_or(self.opening, |last| last.balance_after)
    }

    pub fn transactions(&self) -> &[Transaction] {
        &self.transactions
    }

    pub fn find(&self, txid: u64) -> Option<&Transaction> {
        self.transactions.iter().rev().find(|transaction| transaction.txid == txid)
    }

    /// Writes the payment under the last line. Its balance follows from the line above, whatever
    /// its date: a book is in the order of arrival.
    pub fn post(&mut self, draft: Draft) -> &Transaction {
        let amount = Minor(draft.amount_fx.to_euros(draft.currency, draft.fx).0 + draft.fx_fee.0);
        let change = match (draft.status, draft.kind) {
            (Status::Refused, _) => 0,
            (_, Kind::Debit) => -amount.0,
            (_, Kind::Credit) => amount.0,
        };
        let balance_after = Minor(self.balance().0 + change);
        let at = self.transactions.len();
        self.transactions.push(Transaction {
            txid: draft.txid,
            mcc: draft.mcc,
            amount,
            amount_fx: draft.amount_fx,
            currency: draft.currency,
            fx: draft.fx,
            fx_fee: draft.fx_fee,
            status: draft.status,
            kind: draft.kind,
            balance_after,
            date: draft.date,
            description: draft.description,
            failure: draft.failure,
        });
        &self.transactions[at]
    }

    /// Turns an authorised payment into a settled one; the balance had already moved.
    pub fn settle(&mut self, txid: u64) -> Option<&Transaction> {
        let found = self.transactions.iter_mut().rev().find(|transaction| transaction.txid == txid)?;
        if found.status != Status::Authorised {
            return None;
        }
        found.status = Status::Settled;
        Some(found)
    }
}
