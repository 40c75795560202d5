//! How a payment that is told again changes the one that is known.

use super::{Applied, NewPayment};
use crate::clock::Moment;
use domain::ids::{CardRef, LinkId, Txid};
use domain::standing::{Effect, Source, Standing, Telling};
use std::collections::BTreeMap;

/// Payments by key, as they were and as they will be.
pub(in crate::store) struct Book {
    pages: BTreeMap<(LinkId, CardRef, Txid), Page>,
    turns: usize,
    at: Moment,
}

/// A payment as it is known.
pub(in crate::store) struct Known {
    pub(in crate::store) payment: NewPayment,
    pub(in crate::store) contested_at: Option<Moment>,
}

struct Page {
    known: Known,
    /// When it last changed, in the order of entries; none while it stands as it is stored.
    turn: Option<usize>,
    /// As it is stored, where it is and has changed.
    was: Option<NewPayment>,
}

impl Book {
    pub(in crate::store) fn new(stored: Vec<Known>, at: Moment) -> Self {
        let pages =
            stored.into_iter().map(|known| (key(&known.payment), Page { known, turn: None, was: None })).collect();
        Self { pages, turns: 0, at }
    }

    pub(in crate::store) fn enter(&mut self, payment: NewPayment) -> Applied {
        self.turns += 1;
        let turn = Some(self.turns);
        let Some(page) = self.pages.get_mut(&key(&payment)) else {
            self.pages.insert(key(&payment), Page { known: Known { payment, contested_at: None }, turn, was: None });
            return Applied::New;
        };
        let (after, effect) = page.known.standing().hear(telling(&page.known.payment, &payment));
        let known = &page.known.payment;
        let merged = match effect {
            Effect::Backwards => return Applied::Backwards,
            Effect::Contradict => known.clone(),
            Effect::Complete if payment.confirmed_at.is_none() => filled(known.clone(), &payment),
            Effect::Complete | Effect::Take => filled(payment, known),
        };
        let changed = Known {
            payment: NewPayment {
                // The first confirmation stands, for as long as what it confirmed does.
                confirmed_at: if after.confirmed { known.confirmed_at.or(merged.confirmed_at) } else { None },
                ..merged
            },
            contested_at: after.contested.then_some(page.known.contested_at.unwrap_or(self.at)),
        };
        let same = changed.payment == *known && changed.contested_at == page.known.contested_at;
        if !same {
            // One that was new a moment ago is still new.
            let is_stored = page.turn.is_none();
            let before = std::mem::replace(&mut page.known, changed);
            if is_stored {
                page.was = Some(before.payment);
            }
            page.turn = turn;
        }
        match effect {
            Effect::Contradict => Applied::Contested,
            _ if same => Applied::Same,
            _ => Applied::Changed,
        }
    }

    /// What has to be written, in the order in which it changed, each with what is stored so far.
    pub(super) fn changed(self) -> Vec<(Known, Option<NewPayment>)> {
        let mut changed: Vec<(usize, Known, Option<NewPayment>)> =
            self.pages.into_values().filter_map(|page| Some((page.turn?, page.known, page.was))).collect();
        changed.sort_unstable_by_key(|(turn, ..)| *turn);
        changed.into_iter().map(|(_, known, was)| (known, was)).collect()
    }
}

impl Known {
    const fn standing(&self) -> Standing {
        Standing {
            status: self.payment.status,
            confirmed: self.payment.confirmed_at.is_some(),
            contested: self.contested_at.is_some(),
        }
    }
}

fn key(payment: &NewPayment) -> (LinkId, CardRef, Txid) {
    (payment.link_id.clone(), payment.card_ref.clone(), payment.txid.clone())
}

fn telling(known: &NewPayment, told: &NewPayment) -> Telling {
    let facts = |payment: &NewPayment| {
        let NewPayment { amount_minor, currency, fx_amount_minor, fx_currency, kind, .. } = payment;
        (*amount_minor, *currency, *fx_amount_minor, *fx_currency, *kind)
    };
    Telling {
        source: if told.confirmed_at.is_some() { Source::Statement } else { Source::Notification },
        status: told.status,
        agrees: facts(known) == facts(told),
    }
}

/// A telling, completed by what only the other one said.
fn filled(payment: NewPayment, other: &NewPayment) -> NewPayment {
    let or_other = |text: String, other: &String| if text.is_empty() { other.clone() } else { text };
    NewPayment {
        fx: or_other(payment.fx, &other.fx),
        fx_fee: or_other(payment.fx_fee, &other.fx_fee),
        mcc: or_other(payment.mcc, &other.mcc),
        city: payment.city.or_else(|| other.city.clone()),
        country: payment.country.or_else(|| other.country.clone()),
        balance_after_minor: payment.balance_after_minor.or(other.balance_after_minor),
        failed_reason: payment.failed_reason.or_else(|| other.failed_reason.clone()),
        ..payment
    }
}
