//! Payments and their lists.

use super::cast::Cast;
use domain::filter::Filter;
use domain::ids::{PaymentKey, UserId};
use domain::transaction::{Transaction, TxStatus};
use server::store::{Applied, Changed, NewPayment, PaymentPlace, PaymentRow, PaymentsQuery};

pub(super) fn query(user: &UserId) -> PaymentsQuery {
    PaymentsQuery { user_id: user.clone(), filter: Filter::default(), before: None, after: None, limit: 1_000 }
}

pub(super) async fn list(cast: &Cast, user: &UserId) -> Vec<Transaction> {
    cast.store.payments(&query(user)).await.unwrap().into_iter().map(|row| row.payment).collect()
}

pub(super) async fn a_payment_moves_forward_only(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let settled = linked.payment("77", cast.at(100));
    let authorised = NewPayment { status: TxStatus::Authorised, balance_after_minor: Some(5_000), ..settled.clone() };
    let refused = NewPayment { status: TxStatus::Refused, ..settled.clone() };
    let confirmed = NewPayment { confirmed_at: Some(cast.at(103)), ..settled.clone() };
    let before = store.last_seq(&linked.user).await.unwrap().0;

    // All of it in one call: each entry is judged by what the ones before it left.
    let told = [&authorised, &settled, &settled, &authorised, &refused].map(Clone::clone);
    let applied = store.apply_payments(&told, true, cast.at(101)).await.unwrap();
    let (new, changed, same, backwards) = (Applied::New, Applied::Changed, Applied::Same, Applied::Backwards);
    assert_eq!(applied, [new, changed, same, backwards, Applied::Contested]);
    assert_eq!(cast.woken(), std::slice::from_ref(&linked.user));
    let key = PaymentKey { card_ref: linked.card.clone(), txid: settled.txid.clone() };
    let record = store.payment(&linked.user, &key).await.unwrap().unwrap();
    assert_eq!((record.told_at, record.confirmed_at, record.contested_at), (cast.at(101), None, Some(cast.at(101))));
    let payment = record.payment;
    assert_eq!((payment.status, payment.seq.0, payment.confirmed), (TxStatus::Settled, before + 1, false));
    assert!(payment.contested, "settled and refused cannot both be");
    assert_eq!((payment.amount.as_str(), payment.balance_after.as_deref()), ("-98.32", Some("50.00")));
    assert_eq!(payment.booked_at, cast.at(100).bank_text());
    assert_eq!(store.payment(&cast.somebody().await, &key).await.unwrap(), None, "nobody else's");

    // The same in calls of their own.
    let calls = [
        (authorised, backwards),
        (settled.clone(), same),
        (confirmed.clone(), changed),
        (settled, same),
        (confirmed, same),
    ];
    for (call, (payment, expected)) in calls.into_iter().enumerate() {
        assert_eq!(store.apply_payments(&[payment], true, cast.at(103)).await.unwrap(), [expected], "call {call}");
    }
    let payment = store.payment(&linked.user, &key).await.unwrap().unwrap().payment;
    assert!(payment.confirmed && !payment.contested, "the statement decides, and it stays so");
    let forged = NewPayment { amount_minor: -1, ..linked.payment("77", cast.at(100)) };
    assert_eq!(store.apply_payments(&[forged], true, cast.at(104)).await.unwrap(), [Applied::Contested]);
    let payment = store.payment(&linked.user, &key).await.unwrap().unwrap().payment;
    assert_eq!((payment.amount.as_str(), payment.confirmed, payment.contested), ("-98.32", true, true));
    assert_eq!(store.apply_payments(&[], true, cast.at(103)).await.unwrap(), []);
    assert_eq!(list(cast, &linked.user).await, [payment]);
    balances_follow_the_newest_payment(cast).await;
}

async fn balances_follow_the_newest_payment(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let paid = |txid: &str, seconds, balance, status| NewPayment {
        balance_after_minor: Some(balance),
        status,
        ..linked.payment(txid, cast.at(seconds))
    };
    let told = [
        paid("1", 20, 2_000, TxStatus::Settled),
        paid("2", 10, 1_000, TxStatus::Settled),
        paid("3", 30, 3_000, TxStatus::Refused),
    ];
    let seen = store.last_seq(&linked.user).await.unwrap();
    store.apply_payments(&told, true, cast.at(40)).await.unwrap();
    let card = store.cards_of_link(&linked.link).await.unwrap().remove(0);
    assert_eq!((card.balance_minor, card.balance_at), (Some(2_000), Some(cast.at(20))));
    let events = store.live_events(&linked.user, seen, 10).await.unwrap();
    assert_eq!(events.len(), 4);
    assert_eq!(events[3].1, Changed::Card(card.clone()));

    // An older one that comes late, and what the past says, leave the balance.
    store.apply_payments(&[paid("4", 19, 1, TxStatus::Settled)], true, cast.at(41)).await.unwrap();
    store.apply_payments(&[paid("5", 18, 1, TxStatus::Settled)], false, cast.at(42)).await.unwrap();
    assert_eq!(store.cards_of_link(&linked.link).await.unwrap(), [card]);
    assert_eq!(store.link(&linked.link).await.unwrap().unwrap().last_news_at, Some(cast.at(41)));

    // A payment that the history told first, before its notification, is the newest all the same.
    let newest = paid("6", 50, 6_000, TxStatus::Settled);
    store.apply_payments(&[newest.clone()], false, cast.at(51)).await.unwrap();
    store.apply_payments(&[newest], true, cast.at(52)).await.unwrap();
    let balance = async || store.cards_of_link(&linked.link).await.unwrap().remove(0).balance_minor;
    assert_eq!(balance().await, Some(6_000));

    // Of two in one second the bank's last one counts, also when the other one is settled, or comes, afterwards.
    store.apply_payments(&[paid("71", 60, 7_100, TxStatus::Authorised)], true, cast.at(60)).await.unwrap();
    store.apply_payments(&[paid("73", 60, 7_300, TxStatus::Settled)], true, cast.at(60)).await.unwrap();
    store.apply_payments(&[paid("71", 60, 7_100, TxStatus::Settled)], true, cast.at(61)).await.unwrap();
    store.apply_payments(&[paid("72", 60, 7_200, TxStatus::Settled)], true, cast.at(61)).await.unwrap();
    assert_eq!(balance().await, Some(7_300));
}

pub(super) async fn a_notification_does_not_overrule_the_statement(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let told = linked.payment("1", cast.at(1));
    let confirmed = NewPayment { confirmed_at: Some(cast.at(2)), mcc: String::new(), ..told.clone() };
    let wrong = NewPayment { amount_minor: told.amount_minor - 1, ..told.clone() };
    store.apply_payments(&[confirmed], true, cast.at(3)).await.unwrap();
    assert_eq!(store.apply_payments(&[wrong.clone()], true, cast.at(3)).await.unwrap(), [Applied::Contested]);
    let shown = list(cast, &linked.user).await.remove(0);
    assert_eq!((shown.amount_minor, shown.confirmed, shown.contested), (told.amount_minor, true, true));
    assert_eq!(shown.mcc, "", "who contradicts the statement tells nothing");
    store.apply_payments(&[told.clone()], true, cast.at(3)).await.unwrap();
    let shown = list(cast, &linked.user).await.remove(0);
    assert_eq!(shown.mcc, told.mcc, "what the statement leaves out, the notification may tell");
    let before = store.last_seq(&linked.user).await.unwrap();
    assert_eq!(store.apply_payments(&[wrong], true, cast.at(4)).await.unwrap(), [Applied::Contested]);
    assert_eq!(store.last_seq(&linked.user).await.unwrap(), before, "nothing new in that");
}

pub(super) async fn gaps_are_marked_and_closed(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let paid = |txid: &str, seconds, status| NewPayment { status, ..linked.payment(txid, cast.at(seconds)) };
    let told = [
        paid("8", 10, TxStatus::Settled),
        paid("9", 20, TxStatus::Settled),
        paid("10", 20, TxStatus::Refused),
        paid("11", 30, TxStatus::Authorised),
    ];
    store.apply_payments(&told, true, cast.at(40)).await.unwrap();
    let card = store.cards_of_link(&linked.link).await.unwrap().remove(0);
    assert_eq!(card.covered_at, None);
    let card = card.chain();
    let chain = store.chain(&card, cast.at(20), 2).await.unwrap();
    let txids: Vec<_> = chain.iter().map(|payment| payment.txid.as_str()).collect();
    assert_eq!(txids, ["8", "9", "10"], "the one before, then so many, in the bank's order within a second");
    assert!(chain.iter().all(|payment| payment.missing_minor.is_none() && !payment.confirmed));

    let seen = store.last_seq(&linked.user).await.unwrap();
    store.mark_missing(&card, &[], cast.at(41)).await.unwrap();
    store.mark_missing(&card, &[(chain[1].id, Some(-1_240))], cast.at(41)).await.unwrap();
    let events = store.live_events(&linked.user, seen, 10).await.unwrap();
    let [(seq, Changed::Payment(payment))] = &events[..] else { panic!("one payment") };
    assert_eq!((payment.missing.as_deref(), payment.seq), (Some("-12.40"), *seq));
    assert_eq!(store.count_missing(10).await.unwrap(), 1);
    let marked = store.marked_missing(&card).await.unwrap();
    assert_eq!(marked.iter().map(|payment| payment.missing_minor).collect::<Vec<_>>(), [Some(-1_240)]);
    // A telling of the payment leaves the mark.
    let confirmed = NewPayment { confirmed_at: Some(cast.at(42)), ..paid("9", 20, TxStatus::Settled) };
    store.apply_payments(&[confirmed], true, cast.at(42)).await.unwrap();
    assert_eq!(list(cast, &linked.user).await.iter().filter(|payment| payment.missing.is_some()).count(), 1);
    assert_eq!(store.count_payments(&card).await.unwrap(), 1, "told by the statement");
    let bookings = store.newest_bookings(&card, 100).await.unwrap();
    assert!(bookings.len() > 2 && bookings.is_sorted_by(|a, b| a >= b), "{bookings:?}");
    assert_eq!(store.newest_bookings(&card, 2).await.unwrap(), bookings[..2]);
    store.mark_missing(&card, &[(chain[1].id, None)], cast.at(43)).await.unwrap();
    assert_eq!(store.count_missing(10).await.unwrap(), 0);

    store.note_covered(&card, cast.at(30)).await.unwrap();
    store.note_covered(&card, cast.at(20)).await.unwrap();
    assert_eq!(store.cards_of_link(&linked.link).await.unwrap()[0].covered_at, Some(cast.at(30)), "it never goes back");
}

pub(super) async fn history_and_notification_of_one_payment_make_one_row(cast: &Cast) {
    let store = &cast.store;
    for live_first in [true, false] {
        let linked = cast.linked().await;
        let seen = store.last_seq(&linked.user).await.unwrap();
        let payment = linked.payment("1", cast.at(1));
        let past: Vec<NewPayment> = (1..=300).map(|n| linked.payment(&n.to_string(), cast.at(n))).collect();
        if live_first {
            assert_eq!(store.apply_payments(&[payment], true, cast.at(2)).await.unwrap(), [Applied::New]);
            let applied = store.apply_payments(&past, false, cast.at(3)).await.unwrap();
            assert_eq!((applied[0], applied[1]), (Applied::Same, Applied::New));
        } else {
            store.apply_payments(&past, false, cast.at(2)).await.unwrap();
            assert_eq!(store.apply_payments(&[payment], true, cast.at(3)).await.unwrap(), [Applied::Same]);
        }
        let rows = list(cast, &linked.user).await;
        assert_eq!(rows.len(), 300);
        assert!(rows.is_sorted_by(|newer, older| newer.booked_at >= older.booked_at));
        // The past moves the feed by one number and tells nothing.
        let told = store.live_events(&linked.user, seen, 1_000).await.unwrap();
        assert_eq!(told.len(), usize::from(live_first));
        let moved = store.last_seq(&linked.user).await.unwrap().0 - seen.0;
        assert_eq!(moved, 1 + i64::from(live_first));
    }
    // Two at once: one row, and one of them found it.
    let linked = cast.linked().await;
    let payment = [linked.payment("9", cast.at(1))];
    let (live, past) = tokio::join!(
        store.apply_payments(&payment, true, cast.at(2)),
        store.apply_payments(&payment, false, cast.at(2))
    );
    let mut both = [live.unwrap()[0], past.unwrap()[0]];
    both.sort_by_key(|applied| *applied != Applied::New);
    assert_eq!(both, [Applied::New, Applied::Same]);
    assert_eq!(list(cast, &linked.user).await.len(), 1);
}

pub(super) async fn pages_go_both_ways_over_equal_times(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    // Seven moments with several payments each.
    let payments: Vec<NewPayment> = (0..25).map(|n| linked.payment(&n.to_string(), cast.at(n % 7))).collect();
    store.apply_payments(&payments, false, cast.at(10)).await.unwrap();
    for filter in [Filter::default(), Filter { card: Some(linked.card.clone()), ..Filter::default() }] {
        let base = PaymentsQuery { filter, ..query(&linked.user) };
        let all = store.payments(&base).await.unwrap();
        assert_eq!(all.len(), 25);
        assert!(all.is_sorted_by(|newer, older| newer.place() > older.place()));

        let mut place: Option<PaymentPlace> = None;
        let mut forwards = Vec::new();
        loop {
            let page = store.payments(&PaymentsQuery { before: place, limit: 4, ..base.clone() }).await.unwrap();
            let Some(last) = page.last() else { break };
            place = Some(last.place());
            forwards.push(page);
        }
        assert_eq!(forwards.concat(), all);

        let mut place = forwards.last().and_then(|page| page.last()).map(PaymentRow::place);
        let mut backwards = vec![all[24..].to_vec()];
        loop {
            let page = store.payments(&PaymentsQuery { after: place, limit: 4, ..base.clone() }).await.unwrap();
            let Some(first) = page.first() else { break };
            place = Some(first.place());
            backwards.push(page);
        }
        backwards.reverse();
        assert_eq!(backwards.concat(), all);
    }
    let record = store.dashboard(&PaymentsQuery { limit: 3, ..query(&linked.user) }).await.unwrap();
    assert_eq!(record.payments, store.payments(&PaymentsQuery { limit: 3, ..query(&linked.user) }).await.unwrap());
    assert_eq!(record.links, store.links_of(&linked.user).await.unwrap());
    assert_eq!(record.cards, store.cards_of_user(&linked.user).await.unwrap());
    assert_eq!(record.seq, store.last_seq(&linked.user).await.unwrap());
    let nobody = cast.somebody().await;
    let empty = store.dashboard(&query(&nobody)).await.unwrap();
    assert_eq!((empty.links.len(), empty.cards.len(), empty.payments.len(), empty.seq.0), (0, 0, 0, 0));
}
