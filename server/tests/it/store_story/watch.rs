//! What is watched.

use super::cast::Cast;
use app::backend::FunnelStep;
use domain::filter::Filter;
use domain::ids::{IntentId, Txid, UserId};
use domain::lang::Lang;
use domain::transaction::TxStatus;
use server::store::{AnybodysPayments, AnybodysQuery, Channel};

pub(super) async fn alarms_are_raised_once_and_ended(cast: &Cast) {
    let store = &cast.store;
    assert!(store.raise_alarm("silence", "", "since:then", cast.at(1)).await.unwrap());
    assert!(!store.raise_alarm("silence", "", "since:now", cast.at(5)).await.unwrap(), "it is open already");
    assert!(store.raise_alarm("last-try", "abc", "answered:401", cast.at(2)).await.unwrap());
    let open = store.open_alarms(10).await.unwrap();
    assert_eq!(open.iter().map(|alarm| alarm.kind.as_str()).collect::<Vec<_>>(), ["last-try", "silence"]);
    let silence = &open[1];
    assert_eq!((silence.times, silence.first_at, silence.last_at), (2, cast.at(1), cast.at(5)));
    assert_eq!((silence.detail.as_str(), silence.ended_at), ("since:now", None));

    assert!(store.end_alarm("silence", "", cast.at(6)).await.unwrap());
    assert!(!store.end_alarm("silence", "", cast.at(7)).await.unwrap());
    assert!(store.raise_alarm("silence", "", "since:again", cast.at(8)).await.unwrap(), "a new one");
    assert!(store.end_alarm_by_id(open[0].id, cast.at(9)).await.unwrap());
    assert!(!store.end_alarm_by_id(open[0].id, cast.at(9)).await.unwrap());
    assert_eq!(store.open_alarms(10).await.unwrap().len(), 1);
    assert_eq!(store.remove_ended_alarms(cast.at(9), 10).await.unwrap(), 1);
    assert_eq!(store.remove_ended_alarms(cast.at(10), 10).await.unwrap(), 1);
    assert_eq!(store.open_alarms(10).await.unwrap().len(), 1);
}

pub(super) async fn marks_are_the_newest(cast: &Cast) {
    let store = &cast.store;
    assert_eq!(store.marked("alive").await.unwrap(), None);
    store.mark("alive", cast.at(1)).await.unwrap();
    store.mark("alive", cast.at(2)).await.unwrap();
    assert_eq!(store.marked("alive").await.unwrap(), Some(cast.at(2)));
    assert!(!store.mark_after("alive", None, cast.at(3)).await.unwrap());
    assert!(!store.mark_after("alive", Some(cast.at(1)), cast.at(3)).await.unwrap(), "somebody was there since");
    assert!(store.mark_after("alive", Some(cast.at(2)), cast.at(3)).await.unwrap());
    assert!(!store.mark_after("alive", Some(cast.at(2)), cast.at(3)).await.unwrap(), "one of two");
    assert_eq!(store.marked("alive").await.unwrap(), Some(cast.at(3)));
    assert!(store.mark_after("first", None, cast.at(4)).await.unwrap());
    assert!(!store.mark_after("first", None, cast.at(5)).await.unwrap());
}

pub(super) async fn the_database_tells_how_it_is(cast: &Cast) {
    let store = &cast.store;
    assert!(store.size().await.unwrap() > 100_000);
    assert!(store.schema() >= 20);
    let now = cast.at(100_000);
    let waits = store.due_deliveries(now, 1_000).await.unwrap();
    let next = store.next_due().await.unwrap();
    assert!(next.is_some() || waits.is_empty(), "{waits:?}");
    store.add_canary("k-health", b"known", cast.at(3)).await.unwrap();
    store.add_key_uses("k-health", 7).await.unwrap();
    assert_eq!(store.ring_key_use("k-health").await.unwrap(), Some((cast.at(3), 7)));
    assert!(store.retire_key("k-health").await.unwrap());
    assert_eq!(store.ring_key_use("k-health").await.unwrap(), None);
}

pub(super) async fn an_attempt_is_counted_once_for_each_step(cast: &Cast) {
    let store = &cast.store;
    let (user, other) = (cast.somebody().await, cast.somebody().await);
    let day = cast.at(0).bank_day();
    let count = async |step: FunnelStep, browser: &str, lang: &str| {
        let counts = store.funnel(&day, &day, browser, lang).await.unwrap();
        counts.iter().find(|count| count.step == step).map_or(0, |count| count.attempts)
    };
    let before = count(FunnelStep::Shown, "Firefox", "en").await;
    let (one, two) = (cast.intent(&user).await, cast.intent(&user).await);
    assert_eq!(count(FunnelStep::Shown, "Firefox", "en").await, before + 2);
    assert_eq!(count(FunnelStep::Shown, "Firefox", "fr").await, 0);

    let scopes = count(FunnelStep::Scope, "Firefox", "en").await;
    let popups = count(FunnelStep::Popup, "", "").await;
    let tell = async |user: &UserId, intent: &IntentId, event: &str| {
        store.add_link_event(user, Some(intent), event, cast.at(1), Lang::Fr, "Chrome").await.unwrap();
    };
    tell(&user, &one, "onDisplayScopeAcceptanceScreen").await;
    tell(&user, &one, "onDisplayScopeAcceptanceScreen").await;
    tell(&user, &one, "onDisplayPopup").await;
    tell(&other, &two, "onDisplayScopeAcceptanceScreen").await;
    assert_eq!(count(FunnelStep::Scope, "Firefox", "en").await, scopes + 1, "once, and not by somebody else");
    assert_eq!(count(FunnelStep::Popup, "", "").await, popups + 1, "who saw the scope page has had the popup");
    assert_eq!(count(FunnelStep::Scope, "Chrome", "").await, 0, "under what it began with");

    let kept = count(FunnelStep::Kept, "Firefox", "en").await;
    let failed = count(FunnelStep::LoginFailed, "Firefox", "en").await;
    let token = cast.token();
    for channel in [Channel::Browser, Channel::Notification] {
        cast.offer_for(&user, &token, channel, Some(&two), 2).await;
    }
    tell(&user, &two, "onLoginFailed").await;
    assert_eq!(count(FunnelStep::Kept, "Firefox", "en").await, kept + 1);
    assert_eq!(count(FunnelStep::LoginFailed, "Firefox", "en").await, failed + 1);
    assert!(store.funnel("2000-01-01", "2000-01-02", "", "").await.unwrap().is_empty());
}

pub(super) async fn everybodys_payments_are_found_by_time_card_and_name(cast: &Cast) {
    let store = &cast.store;
    let (one, two) = (cast.linked().await, cast.linked().await);
    // Later than all that the story has.
    let at = |n: u64| cast.at(90_000_000 + n);
    for n in 0..4 {
        let linked = if n % 2 == 0 { &one } else { &two };
        let mut payment = linked.payment(&format!("9900000000{n}"), at(n));
        payment.amount_minor = -1_000 * (i64::try_from(n).unwrap() + 1);
        payment.status = if n == 0 { TxStatus::Refused } else { TxStatus::Settled };
        store.apply_payments(&[payment], true, at(n)).await.unwrap();
    }
    let txids = |found: &AnybodysPayments| found.rows.iter().map(|row| row.txid[10..].to_owned()).collect::<Vec<_>>();
    let recent = Filter { from: Some(at(0).bank_day()), ..Filter::default() };
    let query =
        |filter: &Filter| AnybodysQuery { filter: filter.clone(), limit: 10, look: 1_000, ..AnybodysQuery::default() };
    let all = store.anybodys_payments(&query(&recent)).await.unwrap();
    assert_eq!((txids(&all), all.looked_to.clone()), (vec!["3".into(), "2".into(), "1".into(), "0".into()], None));
    assert_eq!(all.rows[0].user_id, two.user);

    let place = |n: usize| Some(all.rows[n].place());
    let older = AnybodysQuery { before: place(1), limit: 1, ..query(&recent) };
    assert_eq!(txids(&store.anybodys_payments(&older).await.unwrap()), ["1"]);
    let newer = AnybodysQuery { after: place(3), limit: 2, ..query(&recent) };
    assert_eq!(txids(&store.anybodys_payments(&newer).await.unwrap()), ["2", "1"], "the nearest ones");

    let card = Filter { card: Some(one.card.clone()), ..Filter::default() };
    assert_eq!(txids(&store.anybodys_payments(&query(&card)).await.unwrap()), ["2", "0"]);
    let named = AnybodysQuery { txid: Some(Txid::parse("99000000001").unwrap()), ..query(&Filter::default()) };
    assert_eq!(txids(&store.anybodys_payments(&named).await.unwrap()), ["1"]);
    let of_other_card = AnybodysQuery { filter: card, ..named };
    assert!(store.anybodys_payments(&of_other_card).await.unwrap().rows.is_empty());

    let large = Filter { min: Some(2_500), ..recent.clone() };
    assert_eq!(txids(&store.anybodys_payments(&query(&large)).await.unwrap()), ["3", "2"]);
    let refused = Filter { status: Some(TxStatus::Refused), ..Filter::default() };
    let short = AnybodysQuery { look: 2, limit: 1, ..query(&refused) };
    let first = store.anybodys_payments(&short).await.unwrap();
    assert_eq!((txids(&first).len(), first.looked_to.clone()), (0, place(1)), "two were looked at");
    let on = store.anybodys_payments(&AnybodysQuery { before: first.looked_to, ..short }).await.unwrap();
    assert_eq!((txids(&on), on.looked_to), (vec!["0".to_owned()], None));
    cast.woken();
}
