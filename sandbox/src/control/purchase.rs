//! `POST /control/purchase`: a card pays, once or many times.

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State};
use jiff::civil::DateTime;
use serde::Deserialize;

use super::{
    ControlError, Done, Outcome, first_tries,
    input::{self, Body, Decimal, Departures, Whole},
    ledger,
};
use crate::{
    Bank, clock,
    notification::{
        Oddities,
        dispatch::{self, Sending},
        event::Event,
    },
    world::{
        books::{Description, Draft, Failure, Kind, Status, Transaction},
        history,
        merchant::FRENCH,
        money::{Currency, Minor},
    },
};

/// A slip of the keyboard should not fill the memory.
const MOST_AT_ONCE: u64 = 100_000;

#[derive(Debug, Deserialize)]
pub struct Input {
    pub customer: Option<String>,
    pub card_ref: Option<String>,
    pub amount: Decimal,
    pub currency: Option<String>,
    pub description: Option<String>,
    pub mcc: Option<Whole>,
    pub count: Option<u64>,
    pub every_ms: Option<u64>,
    /// Books only, no notification.
    #[serde(default)]
    pub silent: bool,
    /// `S` (the default) or `A`.
    pub status: Option<String>,
    /// `2026-11-23 14:14:48` in Paris; now unless given.
    pub date: Option<String>,
    #[serde(flatten)]
    pub departures: Departures,
}

/// An input that makes sense.
pub struct Order {
    pub card: usize,
    amount_fx: Minor,
    currency: Currency,
    description: Description,
    mcc: u16,
    status: Status,
    failure: Option<Box<Failure>>,
    date: Option<DateTime>,
    pub silent: bool,
    pub oddities: Oddities,
}

pub async fn handle(State(bank): State<Arc<Bank>>, Body(input): Body<Input>) -> Outcome {
    let order = Order::parse(&bank, &input)?;
    let count = input.count.unwrap_or(1);
    if !(1..=MOST_AT_ONCE).contains(&count) {
        return Err(ControlError::Invalid(format!("count must be from 1 to {MOST_AT_ONCE}")));
    }
    let mut ticks =
        input.every_ms.filter(|every| *every > 0).map(|every| tokio::time::interval(Duration::from_millis(every)));
    let (mut transactions, mut sent) = (Vec::new(), Vec::new());
    for _ in 0..count {
        if let Some(ticks) = &mut ticks {
            ticks.tick().await;
        }
        let (transaction, sending) = order.place(&bank)?;
        transactions.push(transaction);
        sent.extend(sending);
    }
    let deliveries = first_tries(sent).await;
    Ok(Json(Done { transactions: Some(transactions), deliveries, ..Done::default() }))
}

impl Order {
    pub fn parse(bank: &Bank, input: &Input) -> Result<Self, ControlError> {
        let currency = input.currency.as_deref().map_or(Ok(Currency::Eur), Currency::parse)?;
        let usual = &FRENCH[0];
        Ok(Self {
            card: input::card(&bank.world(), input.customer.as_deref(), input.card_ref.as_deref())?,
            amount_fx: Minor::parse(&input.amount.text(), currency)?,
            currency,
            description: description(input.description.as_deref(), usual.description),
            mcc: input.mcc.as_ref().map_or(Ok(usual.mcc), mcc)?,
            status: status(input.status.as_deref())?,
            failure: None,
            date: input.date.as_deref().map(date).transpose()?,
            silent: input.silent,
            oddities: input.departures.oddities()?,
        })
    }

    #[must_use]
    pub fn refused(self, failure: Failure) -> Self {
        Self { status: Status::Refused, failure: Some(Box::new(failure)), ..self }
    }

    /// Books the payment and starts telling the partner.
    pub fn place(&self, bank: &Arc<Bank>) -> Result<(serde_json::Value, Option<Sending>), ControlError> {
        let draft = self.draft(bank);
        let (transaction, event) = book(bank, self.card, draft)?;
        let sending = (!self.silent).then(|| dispatch::send(bank, event, self.oddities.clone()));
        Ok((transaction, sending))
    }

    fn txid(&self, bank: &Bank) -> u64 {
        let same = bank.play().same_txid();
        let mut world = bank.world();
        let twin = if same { world.twin_txid(self.card) } else { None };
        twin.unwrap_or_else(|| world.draw_txid())
    }

    fn draft(&self, bank: &Bank) -> Draft {
        let fx = self.currency.usual_rate();
        Draft {
            txid: self.txid(bank),
            mcc: self.mcc,
            amount_fx: self.amount_fx,
            currency: self.currency,
            fx,
            fx_fee: history::fee(self.currency, self.amount_fx.to_euros(self.currency, fx)),
            status: self.status,
            kind: Kind::Debit,
            date: self.date.unwrap_or_else(|| now(bank)),
            description: self.description.clone(),
            failure: self.failure.clone(),
        }
    }
}

/// The bank's naive time, to the second.
pub fn now(bank: &Bank) -> DateTime {
    let now = clock::in_paris(bank.clock.now()).datetime();
    now.with().subsec_nanosecond(0).build().unwrap_or(now)
}

/// Writes a payment into the card's book, and what to tell about it.
pub fn book(bank: &Bank, card: usize, draft: Draft) -> Result<(serde_json::Value, Event), ControlError> {
    let mut world = bank.world();
    let transaction = world.post(card, draft).ok_or(ControlError::NotFound("card"))?;
    let request_id = world.draw_request_id();
    let card = &world.cards[card];
    Ok((ledger::transaction(card, &transaction), event(card, transaction, request_id)))
}

pub fn event(card: &crate::world::Card, transaction: Transaction, request_id: u64) -> Event {
    Event::CardTransaction {
        request_id,
        card_ref: card.card_ref.clone(),
        acc_id: card.acc_id,
        transaction: Box::new(transaction),
    }
}

fn description(given: Option<&str>, usual: &'static str) -> Description {
    match given.filter(|text| !text.is_empty()) {
        Some(text) => Description::Given(text.into()),
        None => Description::Known(usual),
    }
}

fn mcc(given: &Whole) -> Result<u16, ControlError> {
    u16::try_from(given.parse("mcc")?)
        .ok()
        .filter(|code| *code <= 9_999)
        .ok_or_else(|| ControlError::Invalid("mcc must have at most four digits".to_owned()))
}

fn status(given: Option<&str>) -> Result<Status, ControlError> {
    match given {
        None | Some("S") => Ok(Status::Settled),
        Some("A") => Ok(Status::Authorised),
        Some(_) => Err(ControlError::Invalid("status must be S or A".to_owned())),
    }
}

fn date(given: &str) -> Result<DateTime, ControlError> {
    given.parse().map_err(|_| ControlError::Invalid("date must look like 2026-11-23 14:14:48".to_owned()))
}
