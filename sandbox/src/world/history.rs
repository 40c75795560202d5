//! Past payments of a card, oldest first, up to the evening before `today`.

use jiff::{
    ToSpan,
    civil::{Date, DateTime, Time},
};

use super::{
    Txids,
    books::{Book, Description, Draft, Failure, Kind, Status},
    merchant::{FOREIGN, FRENCH, LOAD, Merchant},
    money::{Currency, Minor, Rate},
    rng::Rng,
};

/// People pay between seven in the morning and eleven at night.
const WAKING_SECONDS: u64 = 16 * 3600;

/// What a card's past looks like.
#[derive(Debug, Clone, Copy)]
pub struct Past {
    pub payments: u64,
    pub days: u64,
    /// How many of a hundred payments are made abroad.
    pub abroad: u64,
    pub opening: Minor,
}

/// The fee on a payment in another currency: 2 %, rounded up to the cent, at least 0.10 €.
pub fn fee(currency: Currency, in_euros: Minor) -> Minor {
    match currency {
        Currency::Eur => Minor(0),
        _ => Minor(((in_euros.0 * 2 + 99) / 100).max(10)),
    }
}

pub fn write(past: Past, today: Date, rng: &mut Rng, txids: &mut Txids) -> Book {
    let mut book = Book::new(past.opening);
    book.reserve(usize::try_from(past.payments).unwrap_or(0));
    let calendar = Calendar::new(past, today);
    for number in 0..past.payments {
        let date = calendar.date(number, rng);
        let draft = draft(book.balance(), past.abroad, date, rng, txids.draw());
        book.post(draft);
    }
    book
}

fn draft(balance: Minor, abroad: u64, date: DateTime, rng: &mut Rng, txid: u64) -> Draft {
    let roll = rng.below(100);
    let shops: &'static [Merchant] = if rng.chance(abroad) { &FOREIGN } else { &FRENCH };
    let shop = rng.pick(shops).unwrap_or(&LOAD);
    let paid = pay(shop, rng, txid, date);
    let in_euros = paid.amount_fx.to_euros(paid.currency, paid.fx).0 + paid.fx_fee.0;
    if in_euros > balance.0 {
        let needed = u64::try_from(in_euros - balance.0).unwrap_or(0);
        return load(needed, rng, txid, date);
    }
    match roll {
        0..3 => Draft { kind: Kind::Credit, fx_fee: Minor(0), ..paid },
        3..5 => refused(paid, rng),
        _ => paid,
    }
}

fn pay(shop: &'static Merchant, rng: &mut Rng, txid: u64, date: DateTime) -> Draft {
    let amount_fx = Minor(rng.between(shop.low, shop.high).cast_signed());
    let fx = quote(shop.currency, rng);
    Draft {
        txid,
        mcc: shop.mcc,
        amount_fx,
        currency: shop.currency,
        fx,
        fx_fee: fee(shop.currency, amount_fx.to_euros(shop.currency, fx)),
        status: Status::Settled,
        kind: Kind::Debit,
        date,
        description: Description::Known(shop.description),
        failure: None,
    }
}

/// Enough to go on, in whole tens of euros.
fn load(needed: u64, rng: &mut Rng, txid: u64, date: DateTime) -> Draft {
    let more = rng.between(LOAD.low, LOAD.high);
    let amount = (needed + more).div_ceil(1_000) * 1_000;
    Draft { kind: Kind::Credit, amount_fx: Minor(amount.cast_signed()), ..pay(&LOAD, rng, txid, date) }
}

fn refused(draft: Draft, rng: &mut Rng) -> Draft {
    let (code, message) = match rng.below(3) {
        0 => ("51", "Insufficient funds"),
        1 => ("55", "Incorrect PIN"),
        _ => ("61", "Exceeds withdrawal amount limit"),
    };
    let failure = Failure { code: code.to_owned(), message: message.to_owned() };
    Draft { status: Status::Refused, failure: Some(Box::new(failure)), ..draft }
}

/// A rate within 3 % of the usual one.
pub fn quote(currency: Currency, rng: &mut Rng) -> Rate {
    let usual = currency.usual_rate().0;
    match currency {
        Currency::Eur => Rate(usual),
        _ => Rate(usual * i64::try_from(rng.between(9_700, 10_300)).unwrap_or(10_000) / 10_000),
    }
}

/// Spreads payments evenly over the days, with a jitter, never out of order.
struct Calendar {
    first: Date,
    days: u64,
    payments: u64,
}

impl Calendar {
    fn new(past: Past, today: Date) -> Self {
        let days = past.days.max(1);
        let first = today.checked_sub(days.cast_signed().days()).unwrap_or(today);
        Self { first, days, payments: past.payments.max(1) }
    }

    fn date(&self, number: u64, rng: &mut Rng) -> DateTime {
        let whole = self.days * WAKING_SECONDS;
        let from = whole * number / self.payments;
        let to = whole * (number + 1) / self.payments;
        let second = from + rng.below(to - from);
        let day = self.first.checked_add((second / WAKING_SECONDS).cast_signed().days());
        let clock = second % WAKING_SECONDS;
        let part = |value: u64| i8::try_from(value).unwrap_or(0);
        let time = Time::new(part(7 + clock / 3600), part(clock / 60 % 60), part(clock % 60), 0);
        day.unwrap_or(self.first).to_datetime(time.unwrap_or(Time::midnight()))
    }
}
