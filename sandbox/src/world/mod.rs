//! The bank's customers, accounts, cards and tokens, all from one seed.

pub mod books;
pub mod history;
pub mod merchant;
pub mod money;
pub mod rng;
pub mod seed;
pub mod tokens;

use std::collections::HashMap;

use jiff::civil::Date;

use books::{Book, Draft, Transaction};
use money::Minor;
use rng::Rng;
use tokens::Tokens;

/// Every customer of the stand-in has this password.
pub const PASSWORD: &str = "anytime";

#[derive(Debug, Clone)]
pub struct Customer {
    pub email: &'static str,
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub gender: &'static str,
}

#[derive(Debug, Clone)]
pub struct Account {
    pub acc_id: u64,
    pub customer: usize,
    pub acc_type: &'static str,
    pub corp_name: String,
    /// Money that lies on no card.
    pub funds: Minor,
}

#[derive(Debug, Clone)]
pub struct Card {
    pub card_ref: String,
    pub acc_id: u64,
    pub customer: usize,
    pub card_type: &'static str,
    pub card_name: String,
    pub status: &'static str,
    pub activated: Date,
    pub expires: Date,
    pub book: Book,
}

/// A transaction id, and the number of its card.
pub type Place = (u64, usize);

/// Everything that `reset` brings back.
#[derive(Debug)]
pub struct World {
    pub customers: Vec<Customer>,
    pub accounts: Vec<Account>,
    pub cards: Vec<Card>,
    pub tokens: Tokens,
    /// The card of each payment made since the start; older ones are searched.
    recent: HashMap<u64, usize>,
    txids: Txids,
    references: Rng,
    next_request_id: u64,
}

/// Eleven-digit transaction ids that rise, with gaps.
#[derive(Debug)]
pub struct Txids {
    rng: Rng,
    last: u64,
}

impl Txids {
    pub fn new(seed: u64) -> Self {
        Self { rng: Rng::new(seed, "txids"), last: 11_000_000_000 }
    }

    pub fn draw(&mut self) -> u64 {
        self.last += self.rng.between(1, 97);
        self.last
    }
}

impl World {
    pub fn customer(&self, email: &str) -> Option<usize> {
        self.customers.iter().position(|customer| customer.email.eq_ignore_ascii_case(email.trim()))
    }

    pub fn account(&self, acc_id: u64) -> Option<&Account> {
        self.accounts.iter().find(|account| account.acc_id == acc_id)
    }

    pub fn accounts_of(&self, customer: usize) -> impl Iterator<Item = &Account> {
        self.accounts.iter().filter(move |account| account.customer == customer)
    }

    pub fn cards_of(&self, customer: usize) -> impl Iterator<Item = &Card> {
        self.cards.iter().filter(move |card| card.customer == customer)
    }

    pub fn cards_on(&self, acc_id: u64) -> impl Iterator<Item = &Card> {
        self.cards.iter().filter(move |card| card.acc_id == acc_id)
    }

    pub fn card(&self, card_ref: &str) -> Option<usize> {
        self.cards.iter().position(|card| card.card_ref == card_ref)
    }

    /// An account holds its own funds and what lies on its cards.
    pub fn balance(&self, account: &Account) -> Minor {
        Minor(account.funds.0 + self.cards_on(account.acc_id).map(|card| card.book.balance().0).sum::<i64>())
    }

    /// The card that a payment was made with; the later one, should two cards have it.
    pub fn card_of(&self, txid: u64) -> Option<usize> {
        self.recent.get(&txid).copied().or_else(|| self.cards.iter().position(|card| card.book.find(txid).is_some()))
    }

    /// Books a payment made now.
    pub fn post(&mut self, card: usize, draft: Draft) -> Option<Transaction> {
        let posted = self.cards.get_mut(card)?.book.post(draft).clone();
        self.recent.insert(posted.txid, card);
        Some(posted)
    }

    /// The newest transaction id of another card that can be one of this card's too: ids rise on each card.
    pub fn twin_txid(&self, card: usize) -> Option<u64> {
        let last = self.cards.get(card)?.book.transactions().last().map_or(0, |line| line.txid);
        let others = self.recent.iter().filter(|(_, other)| **other != card);
        others.map(|(txid, _)| *txid).filter(|txid| *txid > last).max()
    }

    pub fn draw_txid(&mut self) -> u64 {
        self.txids.draw()
    }

    pub fn draw_reference(&mut self) -> String {
        self.references.hex(40)
    }

    pub fn draw_request_id(&mut self) -> u64 {
        self.next_request_id += 1;
        self.next_request_id
    }
}
