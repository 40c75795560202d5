//! What users want to be told of, and what they were told.

use super::cast::{Cast, Linked};
use domain::alerts::{AlertView, Condition, MOST_RULES, Rule, RuleKind, RuleView, Ways};
use domain::ids::{RuleId, UserId};
use domain::lang::Lang;
use domain::live::Seq;
use domain::money::{Currency, Money};
use domain::transaction::TxStatus;
use server::clock::Moment;
use server::store::{Changed, HistoryStep, NewPayment, RuleOutcome, Unread};
use std::time::Duration;

const NO_WAY: Ways = Ways { mail: false, push: false };

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn everywhere(condition: Condition) -> Rule {
    Rule { condition, card: None }
}

pub(super) fn rule_id(cast: &Cast) -> RuleId {
    RuleId::parse(format!("{:032x}", cast.number())).unwrap()
}

/// Keeps a rule for all cards; its name.
pub(super) async fn rule(cast: &Cast, user: &UserId, condition: Condition, ways: Ways) -> RuleId {
    let id = rule_id(cast);
    let kept = cast.store.add_alert_rule(user, &id, &everywhere(condition), ways, Lang::En, cast.at(0)).await.unwrap();
    assert_eq!(kept, RuleOutcome::Kept);
    id
}

/// Somebody whose past has been fetched.
pub(super) async fn settled(cast: &Cast) -> Linked {
    let linked = cast.linked().await;
    let step = HistoryStep {
        link_id: linked.link.clone(),
        card_ref: linked.card.clone(),
        total: 0,
        fetched: 0,
        complete: true,
        turn: 0,
        at: cast.at(2),
    };
    cast.store.note_history(&step).await.unwrap();
    linked
}

async fn pay(cast: &Cast, payment: &NewPayment, at: Moment) {
    cast.store.apply_payments(std::slice::from_ref(payment), true, at).await.unwrap();
}

/// Kind and payment of everything that was told, oldest first.
async fn told(cast: &Cast, user: &UserId) -> Vec<(RuleKind, String)> {
    let alerts = cast.store.alerts_after(user, 0, 100).await.unwrap();
    alerts.iter().rev().map(|alert| (alert.kind, alert.txid.to_string())).collect()
}

fn told_of(kinds: &[(RuleKind, &str)]) -> Vec<(RuleKind, String)> {
    kinds.iter().map(|(kind, txid)| (*kind, (*txid).to_owned())).collect()
}

pub(super) async fn rules_are_kept_within_bounds(cast: &Cast) {
    let store = &cast.store;
    let (user, stranger) = (cast.somebody().await, cast.somebody().await);
    assert_eq!(store.alert_rules(&user).await.unwrap(), []);
    let mut ids = Vec::new();
    for n in 0..MOST_RULES {
        ids.push(rule(cast, &user, Condition::AmountOver(eur(i64::try_from(n).unwrap())), NO_WAY).await);
    }
    let one_more = everywhere(Condition::Refused);
    let add = |rule: Rule| {
        let id = rule_id(cast);
        let user = user.clone();
        async move { cast.store.add_alert_rule(&user, &id, &rule, NO_WAY, Lang::En, cast.at(0)).await.unwrap() }
    };
    assert_eq!(add(one_more.clone()).await, RuleOutcome::TooMany);
    assert_eq!(add(everywhere(Condition::AmountOver(eur(0)))).await, RuleOutcome::Known);

    let ways = Ways { mail: true, push: true };
    let change = |owner: &UserId, id: &RuleId, rule: &Rule| {
        let (owner, id, rule) = (owner.clone(), id.clone(), rule.clone());
        async move { cast.store.change_alert_rule(&owner, &id, &rule, ways, Lang::Fr).await.unwrap() }
    };
    assert_eq!(change(&stranger, &ids[0], &one_more).await, RuleOutcome::Missing);
    assert_eq!(change(&user, &ids[0], &everywhere(Condition::AmountOver(eur(1)))).await, RuleOutcome::Known);
    assert_eq!(change(&user, &ids[0], &one_more).await, RuleOutcome::Kept);
    assert!(!store.switch_alert_rule(&stranger, &ids[0], false).await.unwrap());
    assert!(store.switch_alert_rule(&user, &ids[0], false).await.unwrap());
    assert!(!store.stop_alert_mails(&stranger, &ids[0]).await.unwrap());
    assert!(store.stop_alert_mails(&user, &ids[0]).await.unwrap());
    let rules = store.alert_rules(&user).await.unwrap();
    let kept = RuleView { id: ids[0].clone(), rule: one_more, ways: Ways { mail: false, push: true }, is_on: false };
    assert!(rules.contains(&kept) && rules.len() == MOST_RULES, "{rules:?}");

    assert!(!store.remove_alert_rule(&stranger, &ids[0]).await.unwrap());
    for id in &ids {
        assert!(store.remove_alert_rule(&user, id).await.unwrap());
    }
    assert!(!store.remove_alert_rule(&user, &ids[0]).await.unwrap());
    assert_eq!(store.alert_rules(&user).await.unwrap(), []);
}

pub(super) async fn a_payment_is_told_of_once_for_each_rule(cast: &Cast) {
    let store = &cast.store;
    let (linked, other) = (settled(cast).await, settled(cast).await);
    let user = &linked.user;
    rule(cast, user, Condition::AmountOver(eur(5_000)), NO_WAY).await;
    rule(cast, user, Condition::Abroad, NO_WAY).await;
    rule(cast, user, Condition::Refused, NO_WAY).await;
    let not_hers = Rule { condition: Condition::AmountOver(eur(1)), card: Some(other.card.clone()) };
    store.add_alert_rule(user, &rule_id(cast), &not_hers, NO_WAY, Lang::En, cast.at(0)).await.unwrap();

    let authorised = NewPayment { status: TxStatus::Authorised, ..linked.payment("1", cast.at(10)) };
    let before = store.last_seq(user).await.unwrap();
    pay(cast, &authorised, cast.at(11)).await;
    // Once more, then settled, then confirmed by the statement, then with another amount.
    pay(cast, &authorised, cast.at(12)).await;
    let settled = NewPayment { status: TxStatus::Settled, ..authorised };
    pay(cast, &settled, cast.at(13)).await;
    pay(cast, &NewPayment { confirmed_at: Some(cast.at(14)), amount_minor: -99_999, ..settled }, cast.at(14)).await;
    assert_eq!(told(cast, user).await, told_of(&[(RuleKind::Amount, "1")]));
    let events = store.live_events(user, before, 50).await.unwrap();
    let news: Vec<_> = events.iter().filter(|(_, changed)| matches!(changed, Changed::Alert(_))).collect();
    let [(_, Changed::Alert(news))] = news[..] else { panic!("one event: {events:?}") };
    assert_eq!((news.unread, news.alert.kind, news.alert.amount), (1, RuleKind::Amount, eur(-9_832)));
    assert_eq!((news.alert.limit, news.alert.balance), (Some(eur(5_000)), None));

    // One payment, three reasons; and one that is refused later.
    let rome = NewPayment { country: Some("ITA".to_owned()), ..linked.payment("2", cast.at(20)) };
    let waiting = NewPayment { amount_minor: -100, status: TxStatus::Authorised, ..linked.payment("3", cast.at(21)) };
    pay(cast, &rome, cast.at(22)).await;
    pay(cast, &waiting, cast.at(22)).await;
    pay(cast, &NewPayment { status: TxStatus::Refused, ..waiting }, cast.at(23)).await;
    let mut all = told(cast, user).await;
    all.sort_by_key(|(kind, txid)| (txid.clone(), kind.code()));
    let expected =
        [(RuleKind::Amount, "1"), (RuleKind::Abroad, "2"), (RuleKind::Amount, "2"), (RuleKind::Refused, "3")];
    assert_eq!(all, told_of(&expected));
    assert_eq!(store.unread_alerts(user).await.unwrap(), Unread { count: 4, seen: 0 });

    // Somebody without rules pays as before.
    let before = store.last_seq(&other.user).await.unwrap();
    pay(cast, &other.payment("1", cast.at(30)), cast.at(31)).await;
    assert_eq!(store.last_seq(&other.user).await.unwrap(), Seq(before.0 + 1));
    assert_eq!(told(cast, &other.user).await, []);
    assert_eq!(store.unread_alerts(&other.user).await.unwrap(), Unread::default());
}

pub(super) async fn what_is_past_or_was_known_before_is_not_told(cast: &Cast) {
    let store = &cast.store;
    let linked = settled(cast).await;
    let user = &linked.user;
    let known = NewPayment { status: TxStatus::Authorised, ..linked.payment("1", cast.at(5)) };
    pay(cast, &known, cast.at(6)).await;
    let over = rule(cast, user, Condition::AmountOver(eur(5_000)), NO_WAY).await;
    pay(cast, &NewPayment { status: TxStatus::Settled, ..known }, cast.at(7)).await;

    store.apply_payments(&[linked.payment("2", cast.at(8))], false, cast.at(9)).await.unwrap();
    pay(cast, &NewPayment { confirmed_at: Some(cast.at(10)), ..linked.payment("2", cast.at(8)) }, cast.at(10)).await;
    let four_days = Duration::from_hours(96);
    pay(cast, &linked.payment("3", cast.at(11).minus(four_days)), cast.at(11)).await;

    store.switch_alert_rule(user, &over, false).await.unwrap();
    pay(cast, &linked.payment("4", cast.at(12)), cast.at(12)).await;
    assert_eq!(told(cast, user).await, []);
    store.switch_alert_rule(user, &over, true).await.unwrap();
    pay(cast, &linked.payment("5", cast.at(13)), cast.at(13)).await;
    assert_eq!(told(cast, user).await, told_of(&[(RuleKind::Amount, "5")]));
    store.remove_alert_rule(user, &over).await.unwrap();
    pay(cast, &linked.payment("6", cast.at(14)), cast.at(14)).await;
    assert_eq!(told(cast, user).await, told_of(&[(RuleKind::Amount, "5")]), "what was told outlives the rule");
}

pub(super) async fn a_low_balance_is_told_until_it_has_recovered(cast: &Cast) {
    let linked = settled(cast).await;
    let user = &linked.user;
    let low = rule(cast, user, Condition::BalanceUnder(eur(1_000)), NO_WAY).await;
    let paid = |n: u64, amount_minor: i64, left: i64| NewPayment {
        amount_minor,
        balance_after_minor: Some(left),
        ..linked.payment(&n.to_string(), cast.at(100 + n))
    };
    for (payment, expected) in [
        (paid(1, -500, 1_500), &[][..]),
        (paid(2, -600, 900), &["2"]),
        (paid(3, -100, 800), &["2"]),
        (paid(4, 9_200, 10_000), &["2"]),
        (paid(5, -9_100, 900), &["2", "5"]),
        // What came in between was never told.
        (paid(6, -5_000, 400), &["2", "5", "6"]),
        (paid(7, -100, 300), &["2", "5", "6"]),
    ] {
        pay(cast, &payment, payment.booked_at).await;
        pay(cast, &payment, payment.booked_at).await;
        let txids: Vec<String> = told(cast, user).await.into_iter().map(|(_, txid)| txid).collect();
        assert_eq!(txids, expected);
    }
    let newest: AlertView = cast.store.alerts_before(user, i64::MAX, 1).await.unwrap().remove(0);
    assert_eq!((newest.kind, newest.balance, newest.amount), (RuleKind::Balance, Some(eur(400)), eur(-5_000)));

    // With another limit it tells anew.
    let lower = everywhere(Condition::BalanceUnder(eur(250)));
    cast.store.change_alert_rule(user, &low, &lower, NO_WAY, Lang::Fr).await.unwrap();
    pay(cast, &paid(8, -100, 200), cast.at(108)).await;
    // A payment that was booked before moves no balance.
    pay(cast, &NewPayment { booked_at: cast.at(90), ..paid(9, -100, 100) }, cast.at(109)).await;
    assert_eq!(told(cast, user).await.len(), 4);
}

pub(super) async fn a_merchant_is_new_once(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let user = &linked.user;
    let at = |n: u64, merchant: &str| NewPayment {
        merchant: merchant.to_owned(),
        ..linked.payment(&n.to_string(), cast.at(100 + n))
    };
    store.apply_payments(&[at(1, "FNAC")], false, cast.at(101)).await.unwrap();
    rule(cast, user, Condition::NewMerchant, NO_WAY).await;
    // While the past is being fetched nobody can say.
    pay(cast, &at(2, "SNCF"), cast.at(102)).await;
    let step = HistoryStep {
        link_id: linked.link.clone(),
        card_ref: linked.card.clone(),
        total: 2,
        fetched: 2,
        complete: true,
        turn: 0,
        at: cast.at(103),
    };
    store.note_history(&step).await.unwrap();
    store.apply_payments(&[at(3, "IKEA")], false, cast.at(103)).await.unwrap();
    for (n, merchant) in [(4, "FNAC"), (5, "SNCF"), (6, "IKEA"), (7, ""), (8, "TRENITALIA"), (9, "TRENITALIA")] {
        pay(cast, &at(n, merchant), cast.at(100 + n)).await;
    }
    let both = [at(10, "PAUL"), at(11, "PAUL")];
    store.apply_payments(&both, true, cast.at(111)).await.unwrap();
    assert_eq!(told(cast, user).await, told_of(&[(RuleKind::NewMerchant, "8"), (RuleKind::NewMerchant, "10")]));
}

pub(super) async fn what_was_told_is_seen_listed_and_removed(cast: &Cast) {
    let store = &cast.store;
    let linked = settled(cast).await;
    let user = &linked.user;
    rule(cast, user, Condition::AmountOver(eur(0)), NO_WAY).await;
    let payments: Vec<_> = (1..=5_u64).map(|n| linked.payment(&n.to_string(), cast.at(100 + n))).collect();
    store.apply_payments(&payments, true, cast.at(200)).await.unwrap();
    let ids: Vec<i64> =
        store.alerts_before(user, i64::MAX, 10).await.unwrap().into_iter().map(|alert| alert.id).collect();
    assert!(ids.len() == 5 && ids.is_sorted_by(|a, b| a > b), "{ids:?}");
    let page = |alerts: Vec<AlertView>| alerts.into_iter().map(|alert| alert.id).collect::<Vec<_>>();
    assert_eq!(page(store.alerts_before(user, ids[1], 2).await.unwrap()), ids[2..4]);
    assert_eq!(page(store.alerts_after(user, ids[4], 2).await.unwrap()), ids[2..4]);

    assert_eq!(store.unread_alerts(user).await.unwrap(), Unread { count: 5, seen: 0 });
    let before = store.last_seq(user).await.unwrap();
    let stranger = cast.somebody().await;
    store.see_alerts(&stranger, ids[0], cast.at(201)).await.unwrap();
    store.see_alerts(user, ids[1], cast.at(201)).await.unwrap();
    store.see_alerts(user, ids[3], cast.at(202)).await.unwrap();
    assert_eq!(store.unread_alerts(user).await.unwrap(), Unread { count: 1, seen: ids[1] }, "never backwards");
    let events = store.live_events(user, before, 10).await.unwrap();
    let [(_, Changed::Alert(news))] = &events[..] else { panic!("her other pages hear of it: {events:?}") };
    assert_eq!((news.alert.id, news.unread), (ids[1], 1));
    store.see_alerts(user, i64::MAX, cast.at(203)).await.unwrap();
    assert_eq!(store.unread_alerts(user).await.unwrap(), Unread { count: 0, seen: ids[0] });
    store.create_session("with-alerts", user, "", cast.at(0), cast.at(900)).await.unwrap();
    assert_eq!(store.session("with-alerts").await.unwrap().unwrap().unread, 0);
    pay(cast, &linked.payment("6", cast.at(210)), cast.at(210)).await;
    let session = store.session("with-alerts").await.unwrap().unwrap();
    assert_eq!((session.unread, session.feed), (1, store.last_seq(user).await.unwrap()));

    while store.remove_alerts(cast.at(205), 2).await.unwrap() > 0 {}
    assert_eq!(store.alerts_before(user, i64::MAX, 10).await.unwrap().len(), 1);
    while store.remove_alerts(cast.at(300), 2).await.unwrap() > 0 {}
    assert_eq!(store.unread_alerts(user).await.unwrap().count, 0, "what is gone does not wait to be seen");
}

pub(super) async fn erasing_a_history_erases_what_was_told_of_it(cast: &Cast) {
    let store = &cast.store;
    for erase in [true, false] {
        let linked = settled(cast).await;
        let user = &linked.user;
        rule(cast, user, Condition::NewMerchant, NO_WAY).await;
        pay(cast, &linked.payment("1", cast.at(100)), cast.at(100)).await;
        assert_eq!(told(cast, user).await.len(), 1);
        assert!(store.forget_link(&linked.link, user, erase, cast.at(101)).await.unwrap());
        assert_eq!(told(cast, user).await.len(), usize::from(!erase));
        assert_eq!(store.unread_alerts(user).await.unwrap().count, i64::from(!erase));
        // The same card by a new link: the merchant is new again where nothing of it is left.
        let token = cast.token();
        let again =
            Linked { user: user.clone(), link: cast.pending(user, &token, 102).await, card: linked.card.clone() };
        cast.prove(&again.link, &token, &format!("acc-{}", cast.number()), std::slice::from_ref(&again.card), 103)
            .await;
        let step = HistoryStep {
            link_id: again.link.clone(),
            card_ref: again.card.clone(),
            total: 0,
            fetched: 0,
            complete: true,
            turn: 0,
            at: cast.at(104),
        };
        store.note_history(&step).await.unwrap();
        pay(cast, &again.payment("2", cast.at(105)), cast.at(105)).await;
        let newest = told(cast, user).await.pop();
        assert_eq!(newest, Some((RuleKind::NewMerchant, if erase { "2" } else { "1" }.to_owned())));
    }
}
