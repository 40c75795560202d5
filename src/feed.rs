//! The list of payments that a page keeps up to date: a pure state machine, so that the browser only draws it.

use crate::filter::Filter;
use crate::live::Seq;
use crate::transaction::Transaction;

/// Rows that a page keeps; beyond that the oldest leave, and stay reachable through the older pages.
pub const MOST_ROWS: usize = 300;

/// Payments newest first, and how far the feed has been applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    rows: Vec<Transaction>,
    filter: Filter,
    applied: Seq,
}

/// What applying an event did to the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A payment that was not in the list.
    Added,
    /// A payment of the list has changed.
    Updated,
    /// Nothing to draw: known already, filtered out, or older than what the list reaches.
    Nothing,
}

impl Feed {
    /// The rows of a page that was rendered at `applied`.
    pub fn new(rows: Vec<Transaction>, filter: Filter, applied: Seq) -> Self {
        Self { rows, filter, applied }
    }

    pub fn rows(&self) -> &[Transaction] {
        &self.rows
    }

    /// Where a stream has to go on from.
    pub const fn applied(&self) -> Seq {
        self.applied
    }

    /// Notes that everything up to `seq` has been seen.
    pub fn reached(&mut self, seq: Seq) {
        self.applied = self.applied.max(seq);
    }

    /// Applies a payment's newest state. Applying the same event again changes nothing.
    pub fn apply(&mut self, payment: Transaction) -> Change {
        self.reached(payment.seq);
        let known = self.rows.iter().position(|row| row.txid == payment.txid && row.card_ref == payment.card_ref);
        match known {
            Some(index) if self.rows[index].seq >= payment.seq => Change::Nothing,
            Some(index) => {
                self.rows.remove(index);
                if self.filter.matches(&payment) {
                    self.insert(payment);
                }
                Change::Updated
            }
            None if self.filter.matches(&payment) => {
                self.insert(payment);
                Change::Added
            }
            None => Change::Nothing,
        }
    }

    fn insert(&mut self, payment: Transaction) {
        let place = self.rows.partition_point(|row| order(row) > order(&payment));
        self.rows.insert(place, payment);
        self.rows.truncate(MOST_ROWS);
    }
}

/// Newest first: by the moment of booking, then by the bank's own order.
fn order(payment: &Transaction) -> (i64, &str, &str) {
    (instant(&payment.booked_at), payment.txid.as_str(), payment.card_ref.as_str())
}

/// Seconds of a comparable clock for an RFC 3339 text; not a Unix time, as months are counted as 31 days.
pub fn instant(text: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<i64>().ok()).unwrap_or(0);
    let days = (number(0..4) * 12 + number(5..7)) * 31 + number(8..10);
    let seconds = ((days * 24 + number(11..13)) * 60 + number(14..16)) * 60 + number(17..19);
    let offset = (number(20..22) * 60 + number(23..25)) * 60;
    if text.get(19..20) == Some("-") { seconds + offset } else { seconds - offset }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::category::Category;
    use crate::ids::{CardRef, Txid};
    use crate::money::Currency;
    use crate::own::Own;
    use crate::transaction::{TxStatus, TxType};
    use proptest::prelude::*;

    fn payment(txid: u32, minute: u32, seq: i64) -> Transaction {
        Transaction {
            txid: Txid::parse(format!("{txid:06}")).unwrap(),
            card_ref: CardRef::parse("ANY0000000000").unwrap(),
            amount: "-1.00".into(),
            amount_minor: -100,
            currency: Currency::EUR,
            amount_fx: "-1.00".into(),
            currency_fx: Currency::EUR,
            fx: "1.000000".into(),
            fx_fee: "0".into(),
            status: TxStatus::Settled,
            kind: TxType::Debit,
            mcc: "5942".into(),
            category: Category::Books,
            merchant: "FNAC".into(),
            city: None,
            country: None,
            description: "FNAC".into(),
            balance_after: None,
            booked_at: format!("2017-02-02T{:02}:{:02}:00+01:00", minute / 60, minute % 60),
            confirmed: true,
            contested: false,
            missing: None,
            failed_reason: None,
            own: Own::default(),
            seq: Seq(seq),
        }
    }

    #[test]
    fn a_payment_seen_twice_stands_once() {
        let mut feed = Feed::new(vec![payment(1, 0, 1)], Filter::default(), Seq(1));
        assert_eq!(feed.apply(payment(2, 1, 2)), Change::Added);
        assert_eq!(feed.apply(payment(2, 1, 2)), Change::Nothing);
        assert_eq!(feed.rows().len(), 2);
        assert_eq!(feed.rows()[0].txid.as_str(), "000002");
        assert_eq!(feed.applied(), Seq(2));
    }

    #[test]
    fn an_old_state_never_replaces_a_newer_one() {
        let mut newer = payment(1, 0, 5);
        newer.status = TxStatus::Refused;
        let mut feed = Feed::new(vec![newer.clone()], Filter::default(), Seq(5));
        assert_eq!(feed.apply(payment(1, 0, 3)), Change::Nothing);
        assert_eq!(feed.rows(), [newer]);
    }

    #[test]
    fn what_the_filter_hides_stays_hidden() {
        let filter = Filter { q: Some("sncf".into()), ..Filter::default() };
        let mut feed = Feed::new(vec![], filter, Seq(0));
        assert_eq!(feed.apply(payment(1, 0, 1)), Change::Nothing);
        assert_eq!((feed.rows().len(), feed.applied()), (0, Seq(1)));
    }

    #[test]
    fn the_hour_that_happens_twice_in_autumn_stays_in_order() {
        assert!(instant("2026-10-25T02:30:00+01:00") > instant("2026-10-25T02:45:00+02:00"));
    }

    proptest! {
        #[test]
        fn any_order_and_any_repetition_give_the_same_list(
            events in prop::collection::vec((0_u32..20, 0_u32..600), 1..60).prop_map(|events| {
                events.into_iter().enumerate().map(|(n, (txid, minute))| payment(txid, minute, i64::try_from(n).unwrap() + 1)).collect::<Vec<_>>()
            }),
            shuffle in any::<u64>(),
        ) {
            let mut ordered = Feed::new(vec![], Filter::default(), Seq(0));
            for event in &events { ordered.apply(event.clone()); }
            let mut mixed: Vec<_> = events.iter().chain(&events).cloned().collect();
            let mut state = shuffle;
            for i in (1..mixed.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                mixed.swap(i, usize::try_from(state >> 33).unwrap() % (i + 1));
            }
            let mut feed = Feed::new(vec![], Filter::default(), Seq(0));
            for event in mixed { feed.apply(event); }
            prop_assert_eq!(feed, ordered);
        }
    }
}
