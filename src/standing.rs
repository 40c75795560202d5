//! Where a payment stands, from everything that was told of it: a state machine, the same whatever the order.
//!
//! Two sources tell of a payment. A notification is quick, may come late, twice or from somebody else; the bank's own
//! statement is slow and right. So a status only moves forward, a statement decides between contradictions, and what no
//! statement has decided yet is called contested.

use crate::transaction::TxStatus;

/// Who tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    Notification,
    /// The bank's API, asked with the customer's token.
    Statement,
}

/// One telling of a payment that is known already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Telling {
    pub source: Source,
    pub status: TxStatus,
    /// Amounts, currencies, direction and time are those that are known.
    pub agrees: bool,
}

/// What is known of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Standing {
    pub status: TxStatus,
    /// A statement has told all of it as it stands.
    pub confirmed: bool,
    /// Notifications contradict each other or the statement, and the statement has not been asked since.
    pub contested: bool,
}

/// What to do with the telling's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// They are the payment from now on.
    Take,
    /// They say what is known, and may fill what was left out.
    Complete,
    /// They tell of an earlier state than the one that is known.
    Backwards,
    /// They contradict what is known, which stays.
    Contradict,
}

impl Standing {
    /// The first telling of a payment.
    pub fn first(source: Source, status: TxStatus) -> Self {
        Self { status, confirmed: source == Source::Statement, contested: false }
    }

    /// What is known after one more telling, and what to do with its words.
    #[must_use]
    pub fn hear(self, told: Telling) -> (Self, Effect) {
        match told.status.rank().cmp(&self.status.rank()) {
            std::cmp::Ordering::Greater => (Self::first(told.source, told.status), Effect::Take),
            std::cmp::Ordering::Less => (self, Effect::Backwards),
            std::cmp::Ordering::Equal => match told.source {
                Source::Statement => self.read(told),
                Source::Notification => self.notified(told),
            },
        }
    }

    /// The bank's own books, as far along as we are: they are right.
    fn read(self, told: Telling) -> (Self, Effect) {
        let known = told.agrees && told.status == self.status;
        let effect = if known { Effect::Complete } else { Effect::Take };
        (Self::first(Source::Statement, told.status), effect)
    }

    fn notified(self, told: Telling) -> (Self, Effect) {
        if told.agrees && told.status == self.status {
            return (self, Effect::Complete);
        }
        // Money that has moved is shown until the statement says otherwise, whichever notification came first.
        let moved = told.status == TxStatus::Settled && self.status != TxStatus::Settled;
        if moved && !self.confirmed {
            let taken = Self { status: told.status, contested: true, ..self };
            return (taken, Effect::Take);
        }
        (Self { contested: true, ..self }, Effect::Contradict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Source::{Notification, Statement};
    use TxStatus::{Authorised, Refused, Settled};
    use proptest::prelude::*;

    fn telling(source: Source, status: TxStatus) -> Telling {
        Telling { source, status, agrees: true }
    }

    fn heard(tellings: &[(Source, TxStatus)]) -> Standing {
        let (first, rest) = tellings.split_first().unwrap();
        rest.iter().fold(Standing::first(first.0, first.1), |standing, (source, status)| {
            standing.hear(telling(*source, *status)).0
        })
    }

    #[test]
    fn rp_24_a_status_never_goes_back() {
        let settled = Standing::first(Notification, Settled);
        for source in [Notification, Statement] {
            assert_eq!(settled.hear(telling(source, Authorised)), (settled, Effect::Backwards));
        }
    }

    #[test]
    fn moving_forward_by_a_notification_has_to_be_confirmed_again() {
        let confirmed = Standing::first(Statement, Authorised);
        let (moved, effect) = confirmed.hear(telling(Notification, Settled));
        assert_eq!((moved.status, moved.confirmed, effect), (Settled, false, Effect::Take));
        assert_eq!(moved.hear(telling(Statement, Settled)), (Standing::first(Statement, Settled), Effect::Complete));
    }

    #[test]
    fn a_notification_cannot_change_what_a_statement_has_told() {
        let confirmed = Standing::first(Statement, Settled);
        let forged = Telling { agrees: false, ..telling(Notification, Settled) };
        let (after, effect) = confirmed.hear(forged);
        assert_eq!((after, effect), (Standing { contested: true, ..confirmed }, Effect::Contradict));
        assert_eq!(after.hear(telling(Statement, Settled)), (confirmed, Effect::Complete));
        let refused = Standing::first(Statement, Refused);
        assert_eq!(refused.hear(telling(Notification, Settled)).1, Effect::Contradict);
    }

    #[test]
    fn between_contradicting_notifications_the_statement_decides() {
        for order in [[Settled, Refused], [Refused, Settled]] {
            let contested = heard(&[(Notification, order[0]), (Notification, order[1])]);
            assert_eq!(contested, Standing { status: Settled, confirmed: false, contested: true });
            let (decided, effect) = contested.hear(telling(Statement, Refused));
            assert_eq!((decided, effect), (Standing::first(Statement, Refused), Effect::Take));
        }
    }

    #[test]
    fn the_first_of_two_notifications_with_other_amounts_stays_until_the_statement() {
        for status in [Authorised, Settled, Refused] {
            let known = Standing::first(Notification, status);
            let (after, effect) = known.hear(Telling { agrees: false, ..telling(Notification, status) });
            assert_eq!((after, effect), (Standing { contested: true, ..known }, Effect::Contradict), "{status:?}");
        }
    }

    #[test]
    fn a_statement_corrects_an_amount() {
        let (standing, effect) =
            Standing::first(Notification, Settled).hear(Telling { agrees: false, ..telling(Statement, Settled) });
        assert_eq!((standing, effect), (Standing::first(Statement, Settled), Effect::Take));
    }

    /// A history as the bank lives it: each step is notified once, twice or never, and the notifications arrive in any order.
    fn history() -> impl Strategy<Value = (Vec<TxStatus>, Vec<TxStatus>)> {
        let course = prop_oneof![
            Just(vec![Authorised]),
            Just(vec![Authorised, Settled]),
            Just(vec![Authorised, Refused]),
            Just(vec![Settled]),
            Just(vec![Refused]),
        ];
        course.prop_flat_map(|course| {
            let copies = proptest::collection::vec(0_usize..3, course.len());
            (Just(course), copies).prop_flat_map(|(course, copies)| {
                let sent: Vec<_> =
                    course.iter().zip(copies).flat_map(|(status, count)| std::iter::repeat_n(*status, count)).collect();
                (Just(course), Just(sent).prop_shuffle())
            })
        })
    }

    proptest! {
        #[test]
        fn any_order_ends_as_the_ordered_history_or_says_that_something_is_missing((course, arrived) in history()) {
            let last = *course.last().unwrap();
            if let Some((first, rest)) = arrived.split_first() {
                let end = rest.iter().fold(Standing::first(Notification, *first), |standing, status| {
                    standing.hear(telling(Notification, *status)).0
                });
                let complete = arrived.contains(&last);
                // What arrived is as far as we are, never further and never contested, and always still to be confirmed.
                prop_assert_eq!(end.status == last, complete);
                prop_assert!(!end.contested && !end.confirmed);
                // The statement completes it.
                prop_assert_eq!(end.hear(telling(Statement, last)).0, Standing::first(Statement, last));
            }
        }

        #[test]
        fn a_statement_read_at_any_moment_leads_to_the_same_end(
            (course, arrived) in history(),
            at in 0_usize..6,
            seen in 0_usize..2,
        ) {
            // One statement is read somewhere in between, when the bank was at `seen`, and one at the end.
            let seen = course[seen.min(course.len() - 1)];
            let mut tellings: Vec<_> = arrived.iter().map(|status| (Notification, *status)).collect();
            tellings.insert(at.min(tellings.len()), (Statement, seen));
            tellings.push((Statement, *course.last().unwrap()));
            prop_assert_eq!(heard(&tellings), Standing::first(Statement, *course.last().unwrap()));
        }

        #[test]
        fn notifications_alone_end_the_same_in_every_order(statuses in proptest::collection::vec(
            prop_oneof![Just(Authorised), Just(Settled), Just(Refused), Just(TxStatus::Unknown)], 1..6,
        ).prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))) {
            let (one, other) = statuses;
            let told = |all: &[TxStatus]| heard(&all.iter().map(|status| (Notification, *status)).collect::<Vec<_>>());
            prop_assert_eq!(told(&one), told(&other));
        }
    }
}
