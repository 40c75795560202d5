//! The chain of a card's balances: each payment's balance is the one before it, moved by its amount. Where it is not, a
//! payment is missing between them.

use crate::transaction::TxStatus;

/// What the chain needs to know of a payment, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booking {
    /// Minor units, debits negative.
    pub amount_minor: i64,
    /// In the same units; none where the bank did not say.
    pub balance_after_minor: Option<i64>,
    pub status: TxStatus,
}

impl Booking {
    /// A refused payment leaves the balance as it is, so what it says of it proves nothing about others.
    const fn moves_the_balance(&self) -> bool {
        !matches!(self.status, TxStatus::Refused)
    }
}

/// For each payment after the first: how much moved between the one before it and itself that neither explains, in minor units;
/// none where nothing did, or where nothing can be said.
///
/// A payment without a balance passes on what it moved: the next one that tells a balance is held against both.
pub fn missing(bookings: &[Booking]) -> Vec<Option<i64>> {
    let mut known: Option<i64> = None;
    bookings
        .iter()
        .map(|booking| {
            if !booking.moves_the_balance() {
                return None;
            }
            let expected = known.and_then(|balance| balance.checked_add(booking.amount_minor));
            known = booking.balance_after_minor.or(expected);
            match (expected, booking.balance_after_minor) {
                (Some(expected), Some(told)) => told.checked_sub(expected).filter(|difference| *difference != 0),
                _ => None,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn paid(amount_minor: i64, balance_after_minor: i64) -> Booking {
        Booking { amount_minor, balance_after_minor: Some(balance_after_minor), status: TxStatus::Settled }
    }

    #[test]
    fn an_unbroken_chain_misses_nothing() {
        assert_eq!(missing(&[]), []);
        assert_eq!(missing(&[paid(-100, 900), paid(-50, 850), paid(200, 1_050)]), [None, None, None]);
    }

    #[test]
    fn fs_18_a_payment_left_out_is_missed_with_its_amount() {
        assert_eq!(missing(&[paid(-100, 900), paid(200, 1_050)]), [None, Some(-50)]);
    }

    #[test]
    fn a_refused_payment_is_no_link_of_the_chain() {
        let refused = Booking { status: TxStatus::Refused, ..paid(-400, 500) };
        assert_eq!(missing(&[paid(-100, 900), refused, paid(-50, 850)]), [None, None, None]);
    }

    #[test]
    fn a_payment_without_a_balance_is_counted() {
        let silent = Booking { balance_after_minor: None, ..paid(-50, 0) };
        assert_eq!(missing(&[paid(-100, 900), silent, paid(-10, 840)]), [None, None, None]);
        assert_eq!(missing(&[paid(-100, 900), silent, paid(-10, 800)]), [None, None, Some(-40)]);
        assert_eq!(missing(&[silent, paid(-10, 840)]), [None, None], "nothing is known before the first balance");
    }

    #[test]
    fn amounts_at_the_edge_do_not_overflow() {
        assert_eq!(missing(&[paid(0, i64::MAX), paid(i64::MAX, 0), paid(0, i64::MIN)]), [None, None, Some(i64::MIN)]);
    }

    proptest! {
        /// Whatever is lost of a history shows as gaps that add up to it, except at its two ends, where nothing can show it.
        #[test]
        fn gaps_add_up_to_what_was_lost(
            amounts in proptest::collection::vec(-100_000_i64..100_000, 2..40),
            lost in proptest::collection::vec(any::<bool>(), 40),
        ) {
            let mut balance = 0;
            let history: Vec<Booking> = amounts.iter().map(|amount| { balance += amount; paid(*amount, balance) }).collect();
            let last = history.len() - 1;
            let kept: Vec<Booking> = history.iter().enumerate()
                .filter(|(index, _)| *index == 0 || *index == last || !lost[*index])
                .map(|(_, booking)| *booking)
                .collect();
            let all: i64 = amounts.iter().sum();
            let told: i64 = kept.iter().map(|booking| booking.amount_minor).sum();
            let gaps: i64 = missing(&kept).into_iter().flatten().sum();
            prop_assert_eq!(told + gaps, all);
        }
    }
}
