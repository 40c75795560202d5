//! What may be done with a delivery.

use crate::access::{Action, authorize};
use crate::store::{DeliveryRecord, DeliveryState};
use app::backend::{Movable, Verdict};
use domain::viewer::Viewer;

/// Its sender did not prove itself: by these reasons two people let it in.
const UNPROVEN: [&str; 3] = ["hash-mismatch", "foreign-address", "reused-hash"];
/// The sender did, but it came at a time that does not fit.
const UNTIMELY: [&str; 3] = ["too-old", "from-the-future", "no-time"];
/// It does not say whose its token is, or not any more.
const NOBODYS: [&str; 5] =
    ["no-custom-reference", "unreadable-custom-reference", "unknown-intent", "expired-intent", "intent-used"];
const TOKEN_CREATED: &str = "token_created";

/// What may be done with it, and by this operator.
pub fn movable(delivery: &DeliveryRecord, viewer: &Viewer) -> Movable {
    if authorize(viewer, Action::ReplayDelivery).is_err() {
        return Movable { is_closed: delivery.closed_at.is_some(), ..Movable::default() };
    }
    let reason = delivery.reason.as_str();
    let doubted = matches!(delivery.verdict, Verdict::Held | Verdict::Quarantined | Verdict::Rejected);
    let replay = delivery.body.is_some() && delivery.next_at.is_none();
    let readable = replay && doubted && !delivery.reference.is_empty();
    let unproven = UNPROVEN.contains(&reason);
    Movable {
        replay,
        release: readable && (unproven || UNTIMELY.contains(&reason)),
        attach: readable
            && delivery.event_name == TOKEN_CREATED
            && (NOBODYS.contains(&reason) || unproven || UNTIMELY.contains(&reason)),
        ask: replay && delivery.verdict == Verdict::Held,
        close: doubted || matches!(delivery.state, DeliveryState::Parked | DeliveryState::Dead),
        is_closed: delivery.closed_at.is_some(),
        takes_two: unproven,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use domain::ids::UserId;
    use domain::viewer::Role;

    fn delivery(verdict: Verdict, reason: &str, event_name: &str) -> DeliveryRecord {
        DeliveryRecord {
            id: 1,
            received_at: Moment(0),
            reference: "d".repeat(40),
            event_name: event_name.to_owned(),
            verdict,
            reason: reason.to_owned(),
            state: DeliveryState::Done,
            current_try: Some(1),
            max_tries: Some(3),
            peer: "185.8.76.132".to_owned(),
            content_type: String::new(),
            trust: "[]".to_owned(),
            body_key: Some("inbox:1".to_owned()),
            body: Some(vec![1]),
            core_mac: String::new(),
            user_id: None,
            card_ref: None,
            attempts: 0,
            next_at: None,
            txid: None,
            ask_at: None,
            answered: 200,
            closed_at: None,
        }
    }

    fn by(role: Role, delivery: &DeliveryRecord) -> Movable {
        let user_id = UserId::parse("0".repeat(32)).unwrap();
        movable(delivery, &Viewer { user_id, name: "O".into(), email: "o@example.test".into(), role })
    }

    #[test]
    fn what_did_not_prove_itself_takes_two_people() {
        for (reason, release, attach, takes_two) in [
            ("hash-mismatch", true, true, true),
            ("foreign-address", true, true, true),
            ("reused-hash", true, true, true),
            ("too-old", true, true, false),
            ("expired-intent", false, true, false),
            ("conflicting-content", false, false, false),
            ("contested-token", false, false, false),
            ("bad-token", false, false, false),
            ("erased", false, false, false),
        ] {
            let may = by(Role::Operator, &delivery(Verdict::Quarantined, reason, TOKEN_CREATED));
            assert_eq!((may.release, may.attach, may.takes_two), (release, attach, takes_two), "{reason}");
            assert!(may.replay && may.close, "{reason}");
        }
        let payment = delivery(Verdict::Quarantined, "hash-mismatch", "card_transaction_received");
        assert!(!by(Role::Admin, &payment).attach, "whose a card is, the bank alone says");
    }

    #[test]
    fn what_has_had_its_effect_is_not_let_in_again() {
        let may = by(Role::Operator, &delivery(Verdict::Accepted, "", TOKEN_CREATED));
        assert_eq!(may, Movable { replay: true, ..Movable::default() });
        let under_way = DeliveryRecord { next_at: Some(Moment(1)), ..delivery(Verdict::Held, "too-old", "") };
        let may = by(Role::Operator, &under_way);
        assert!(!may.replay && !may.release && !may.ask);
    }

    #[test]
    fn viewers_only_see() {
        let held = delivery(Verdict::Held, "too-old", TOKEN_CREATED);
        assert_eq!(by(Role::Viewer, &held), Movable::default());
    }
}
