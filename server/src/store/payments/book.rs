//! How a payment that is told again changes the one that is known.

use super::{Applied, NewPayment};
use domain::ids::{CardRef, LinkId, Txid};
use std::collections::BTreeMap;

/// Payments by key, as they were and as they will be.
pub(super) struct Book {
    pages: BTreeMap<(LinkId, CardRef, Txid), Page>,
    turns: usize,
}

struct Page {
    payment: NewPayment,
    /// When it last changed, in the order of entries; none while it stands as it is stored.
    turn: Option<usize>,
}

impl Book {
    pub(super) fn new(stored: Vec<NewPayment>) -> Self {
        let pages = stored.into_iter().map(|payment| (key(&payment), Page { payment, turn: None })).collect();
        Self { pages, turns: 0 }
    }

    pub(super) fn enter(&mut self, payment: NewPayment) -> Applied {
        self.turns += 1;
        let turn = Some(self.turns);
        let Some(page) = self.pages.get_mut(&key(&payment)) else {
            self.pages.insert(key(&payment), Page { payment, turn });
            return Applied::New;
        };
        let (before, after) = (page.payment.status, payment.status);
        if after.rank() < before.rank() || (after.rank() == before.rank() && after != before) {
            return Applied::Backwards;
        }
        let merged = if before == after && page.payment.confirmed_at.is_some() && payment.confirmed_at.is_none() {
            // The statement has the last word over a notification, which only completes it.
            merged(&payment, page.payment.clone())
        } else {
            merged(&page.payment, payment)
        };
        if merged == page.payment {
            return Applied::Same;
        }
        *page = Page { payment: merged, turn };
        Applied::Changed
    }

    /// What has to be written, in the order in which it changed.
    pub(super) fn changed(self) -> Vec<NewPayment> {
        let mut changed: Vec<(usize, NewPayment)> =
            self.pages.into_values().filter_map(|page| Some((page.turn?, page.payment))).collect();
        changed.sort_unstable_by_key(|(turn, _)| *turn);
        changed.into_iter().map(|(_, payment)| payment).collect()
    }
}

fn key(payment: &NewPayment) -> (LinkId, CardRef, Txid) {
    (payment.link_id.clone(), payment.card_ref.clone(), payment.txid.clone())
}

/// The newer telling, completed by what only the older one said. The first confirmation stands.
fn merged(old: &NewPayment, new: NewPayment) -> NewPayment {
    let or_old = |new: String, old: &String| if new.is_empty() { old.clone() } else { new };
    NewPayment {
        fx: or_old(new.fx, &old.fx),
        fx_fee: or_old(new.fx_fee, &old.fx_fee),
        mcc: or_old(new.mcc, &old.mcc),
        city: new.city.or_else(|| old.city.clone()),
        country: new.country.or_else(|| old.country.clone()),
        balance_after_minor: new.balance_after_minor.or(old.balance_after_minor),
        failed_reason: new.failed_reason.or_else(|| old.failed_reason.clone()),
        confirmed_at: old.confirmed_at.or(new.confirmed_at),
        ..new
    }
}
