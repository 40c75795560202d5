//! What the payments of the fake tell, added up as the server does it.

use app::backend::{Glance, Insights, InsightsQuery};
use domain::abroad::{Cost, Foreign, add_up};
use domain::calendar::Day;
use domain::link::LinkView;
use domain::money::Money;
use domain::month::Month;
use domain::recurring::{Past, recognise};
use domain::spending::{Cell, MerchantSum, Spending, is_load};
use domain::transaction::{Transaction, TxStatus};
use std::sync::Arc;

/// The day on which the fake is looked at.
pub(crate) const TODAY: Day = Day { year: 2026, month: 11, day: 23 };
const AS_OF: &str = "2026-11-23T18:30:00+01:00";

fn day(payment: &Transaction) -> Day {
    Day::parse(&payment.booked_at).unwrap()
}

fn counted(payments: &[Transaction], month: Month) -> impl Iterator<Item = &Transaction> {
    payments.iter().filter(move |one| one.status != TxStatus::Refused && Month::of(day(one)) == month)
}

fn spending(payments: &[Transaction], month: Month) -> Arc<[Spending]> {
    let cells = counted(payments, month).map(|one| {
        let received = one.amount_minor.max(0);
        let load = is_load(one.own.category_bank.unwrap_or(one.category));
        Cell {
            currency: one.currency,
            day: day(one).day,
            category: one.category,
            paid: (-one.amount_minor).max(0),
            refunded: if load { 0 } else { received },
            loaded: if load { received } else { 0 },
            payments: i64::from(one.amount_minor < 0),
        }
    });
    Spending::add_up(&cells.collect::<Vec<_>>(), month).into()
}

fn costs(payments: &[Transaction], month: Month) -> impl Iterator<Item = Cost> {
    counted(payments, month).filter_map(|one| {
        let there = one.foreign()?;
        let size = |money: Money| Money::new(money.minor.abs(), money.currency);
        Foreign { taken: size(one.money()), there: size(there), rate: &one.fx, fee: &one.fx_fee }.cost()
    })
}

fn merchants(payments: &[Transaction], month: Month) -> Vec<MerchantSum> {
    let mut sums: Vec<MerchantSum> = Vec::new();
    for one in counted(payments, month).filter(|one| one.amount_minor < 0) {
        match sums.iter_mut().find(|sum| sum.merchant == one.merchant) {
            Some(sum) => {
                sum.spent.minor -= one.amount_minor;
                sum.payments += 1;
            }
            None => sums.push(MerchantSum {
                merchant: one.merchant.clone(),
                category: one.category,
                spent: Money::new(-one.amount_minor, one.currency),
                payments: 1,
            }),
        }
    }
    sums.sort_by_key(|sum| std::cmp::Reverse(sum.spent.minor));
    sums
}

fn past(payments: &[Transaction]) -> Vec<Past> {
    let debits = payments.iter().filter(|one| one.amount_minor < 0 && one.status != TxStatus::Refused);
    debits
        .map(|one| Past {
            merchant: one.merchant.clone(),
            currency: one.currency,
            amount: -one.amount_minor,
            day: day(one),
            category: one.category,
        })
        .collect()
}

pub(crate) fn glance(payments: &[Transaction]) -> Glance {
    let month = Month::of(TODAY);
    let (spending, before) = (spending(payments, month), spending(payments, month.previous()));
    Glance { today: TODAY, as_of: AS_OF.into(), spending, before }
}

pub(crate) fn insights(links: Vec<LinkView>, payments: &[Transaction], query: &InsightsQuery) -> Insights {
    let current = Month::of(TODAY);
    let month = query.month.filter(|month| *month < current).unwrap_or(current);
    let of_card = |one: &&Transaction| query.card.as_ref().is_none_or(|card| *card == one.card_ref);
    let payments: Vec<Transaction> = payments.iter().filter(of_card).cloned().collect();
    Insights {
        month,
        today: TODAY,
        as_of: AS_OF.into(),
        first: payments.iter().map(|one| Month::of(day(one))).min(),
        links,
        spending: spending(&payments, month),
        before: spending(&payments, month.previous()),
        merchants: merchants(&payments, month),
        abroad: add_up(costs(&payments, month)),
        more_abroad: false,
        recurring: recognise(&past(&payments), TODAY).into(),
    }
}
