//! What others are told.

use super::cast::Cast;
use domain::ids::{PaymentKey, UserId};
use domain::own::Writing;
use server::store::{
    EndpointRecord, EventKind, NewPayment, SendFilter, SendRecord, SendState, SendsQuery, UnnamedEvent, Wording,
};

fn endpoint(cast: &Cast, id: &str, events: &str) -> EndpointRecord {
    EndpointRecord {
        id: id.to_owned(),
        url: format!("https://partner.example.com/{id}"),
        events: events.to_owned(),
        secret_key: "house".to_owned(),
        secret: b"sealed".to_vec(),
        old_secret: None,
        old_until: None,
        created_at: cast.at(0),
        ended_at: None,
        ended_by: String::new(),
    }
}

fn wording(id: &str) -> Wording {
    Wording { message_id: id.to_owned(), body_key: "house".to_owned(), body: b"sealed".to_vec() }
}

pub(super) async fn an_event_is_written_where_it_is_wanted_and_sent_until_it_is_taken(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let pay = async |payment: NewPayment, live: bool, seconds: u64| {
        store.apply_payments(&[payment], live, cast.at(seconds)).await.unwrap();
    };
    let payment = |n: u64| linked.payment(&format!("8800000000{n}"), cast.at(n));
    assert!(store.look_at_endpoints().await.unwrap().is_empty());
    pay(payment(1), true, 1).await;
    assert!(store.unnamed_events(10).await.unwrap().is_empty(), "nobody wants to know");

    store.put_endpoint(&endpoint(cast, "one", "transaction")).await.unwrap();
    assert_eq!(store.look_at_endpoints().await.unwrap().len(), 1);
    pay(payment(2), true, 2).await;
    pay(NewPayment { confirmed_at: Some(cast.at(3)), ..payment(2) }, true, 3).await;
    // What is past is not news, what she writes is hers, and of links nobody wants to know.
    pay(payment(3), false, 4).await;
    let key = PaymentKey { card_ref: linked.card.clone(), txid: payment(2).txid };
    let writing = Writing { note: Some("hers".into()), ..Writing::default() };
    assert!(store.write_own(&linked.user, &key, &writing, cast.at(5)).await.unwrap());
    cast.linked().await;
    let events = store.unnamed_events(10).await.unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::TransactionCreated, EventKind::TransactionUpdated]);
    assert_eq!((events[0].user_id.as_ref(), events[0].at), (Some(&linked.user), cast.at(2)));
    assert_eq!(events[0].subject, events[1].subject);

    let one = || vec!["one".to_owned()];
    assert!(store.name_event(events[0].id, wording("m1"), one(), cast.at(10)).await.unwrap());
    assert!(!store.name_event(events[0].id, wording("m2"), one(), cast.at(10)).await.unwrap(), "it has a name");
    store.drop_event(events[1].id).await.unwrap();
    assert!(store.unnamed_events(10).await.unwrap().is_empty());

    let due = store.due_sends("one", cast.at(10), 5).await.unwrap().remove(0);
    assert_eq!((due.message_id.as_str(), due.kind, due.tries), ("m1", EventKind::TransactionCreated, 0));
    assert!(store.lease_send(&due, cast.at(20)).await.unwrap());
    assert!(!store.lease_send(&due, cast.at(20)).await.unwrap(), "somebody is at it");
    let again = Some(cast.at(30));
    let failed = (Some(500), "refused");
    assert!(store.note_send(due.id, cast.at(20), SendState::Waiting, failed, again, cast.at(11)).await.unwrap());
    assert!(!store.note_send(due.id, cast.at(20), SendState::Sent, (None, ""), None, cast.at(11)).await.unwrap());
    assert!(store.due_sends("one", cast.at(29), 5).await.unwrap().is_empty());
    let due = store.due_sends("one", cast.at(30), 5).await.unwrap().remove(0);
    assert_eq!(due.tries, 1);
    assert!(!store.send_again(due.id, cast.at(30)).await.unwrap(), "it is on its way");
    assert!(store.lease_send(&due, cast.at(40)).await.unwrap());
    let taken = (Some(204), "");
    assert!(store.note_send(due.id, cast.at(40), SendState::Sent, taken, None, cast.at(31)).await.unwrap());
    let sent = store.send(due.id).await.unwrap().unwrap();
    assert_eq!((sent.state, sent.tries, sent.status, sent.next_at), (SendState::Sent, 2, Some(204), None));
    assert_eq!(sent.tried_at, Some(cast.at(31)));
    let page = async |before, after| {
        store.sends(&SendsQuery { before, after, limit: 1, look: 10, ..SendsQuery::default() }).await.unwrap().rows
    };
    assert_eq!(page(None, None).await, [sent.clone()]);
    assert_eq!(page(Some(sent.id), None).await, []);
    assert_eq!(page(None, Some(sent.id - 1)).await, [sent.clone()]);

    an_endpoint_that_has_ended_is_told_nothing(cast, &sent).await;
    cast.woken();
}

async fn an_endpoint_that_has_ended_is_told_nothing(cast: &Cast, sent: &SendRecord) {
    let store = &cast.store;
    assert!(store.change_secret("one", b"new".to_vec(), cast.at(99)).await.unwrap());
    let changed = store.endpoints().await.unwrap().remove(0);
    assert_eq!((changed.secret, changed.old_secret), (b"new".to_vec(), Some(b"sealed".to_vec())));
    assert!(store.send_again(sent.id, cast.at(50)).await.unwrap());
    assert!(store.end_endpoint("one", "removed", cast.at(51)).await.unwrap());
    assert!(!store.end_endpoint("one", "removed", cast.at(51)).await.unwrap());
    assert!(!store.change_secret("one", b"new".to_vec(), cast.at(99)).await.unwrap());
    let dead = store.send(sent.id).await.unwrap().unwrap();
    assert_eq!((dead.state, dead.reason.as_str(), dead.endpoint_ended), (SendState::Dead, "endpoint-ended", true));
    assert!(!store.send_again(sent.id, cast.at(52)).await.unwrap(), "nobody is there");
    assert!(store.look_at_endpoints().await.unwrap().is_empty());
    assert_eq!(store.remove_events(cast.at(2), 10).await.unwrap(), 0);
    assert_eq!(store.remove_events(cast.at(3), 10).await.unwrap(), 1);
    assert_eq!(store.send(sent.id).await.unwrap(), None);
}

pub(super) async fn alarms_are_told_once(cast: &Cast) {
    let store = &cast.store;
    let untold = async || {
        let (opened, ended) = (store.untold_alarms(100).await.unwrap(), store.untold_ends(100).await.unwrap());
        let ids = |alarms: Vec<server::store::AlarmRecord>| alarms.iter().map(|alarm| alarm.id).collect::<Vec<_>>();
        (ids(opened), ids(ended))
    };
    // What the story has raised before.
    let (opened, ended) = untold().await;
    assert!(store.tell_alarms(opened, ended, None, cast.at(1)).await.unwrap());
    store.raise_alarm("flood", "", "", cast.at(2)).await.unwrap();
    store.put_endpoint(&endpoint(cast, "watch", "alarm")).await.unwrap();
    let (opened, ended) = untold().await;
    assert_eq!((opened.len(), ended.len()), (1, 0));
    let telling = || Some((wording("a1"), vec!["watch".to_owned()]));
    assert!(store.tell_alarms(opened.clone(), vec![], telling(), cast.at(3)).await.unwrap());
    assert!(!store.tell_alarms(opened, vec![], telling(), cast.at(3)).await.unwrap(), "somebody was quicker");
    assert_eq!(store.due_sends("watch", cast.at(3), 9).await.unwrap().len(), 1);
    let newest = store.sends(&SendsQuery { limit: 1, ..SendsQuery::default() }).await.unwrap().rows.remove(0);
    assert_eq!(newest.kind, "alarms.changed");
    store.end_alarm("flood", "", cast.at(4)).await.unwrap();
    let (opened, ended) = untold().await;
    assert_eq!((opened.len(), ended.len()), (0, 1));
    assert!(store.tell_alarms(opened, ended, None, cast.at(5)).await.unwrap());
    assert_eq!(untold().await, (vec![], vec![]));
    assert!(store.end_endpoint("watch", "gone", cast.at(6)).await.unwrap());
    store.look_at_endpoints().await.unwrap();
}

/// Six events, a second apart, of two people, each to two endpoints: the events, and one of the two people.
async fn six_events(cast: &Cast) -> (Vec<UnnamedEvent>, UserId) {
    let store = &cast.store;
    let (alice, bruno) = (cast.linked().await, cast.linked().await);
    for id in ["left", "right"] {
        store.put_endpoint(&endpoint(cast, id, "transaction")).await.unwrap();
    }
    store.look_at_endpoints().await.unwrap();
    let places = || vec!["left".to_owned(), "right".to_owned()];
    let mut events = Vec::new();
    for n in 0..6_u64 {
        let who = if n % 3 == 0 { &bruno } else { &alice };
        let payment = who.payment(&format!("8900000000{}", n / 2), cast.at(n));
        let settled = NewPayment { confirmed_at: Some(cast.at(n)), ..payment.clone() };
        let told = if n % 2 == 0 { payment } else { settled };
        store.apply_payments(&[told], true, cast.at(100 + n)).await.unwrap();
        let event = store.unnamed_events(10).await.unwrap().remove(0);
        assert!(store.name_event(event.id, wording(&format!("found-{n}")), places(), cast.at(200)).await.unwrap());
        events.push(event);
    }
    (events, bruno.user)
}

pub(super) async fn what_was_sent_is_found_by_everything(cast: &Cast) {
    let store = &cast.store;
    let (events, bruno) = six_events(cast).await;
    let find = async |filter: SendFilter, look: i64| {
        store.sends(&SendsQuery { filter, limit: 100, look, ..SendsQuery::default() }).await.unwrap()
    };
    let count = async |filter: SendFilter| find(filter, 1_000).await.rows.len();
    let any = SendFilter::default;
    let of = |kind: EventKind| events.iter().filter(|event| event.kind == kind).count() * 2;
    for kind in [EventKind::TransactionCreated, EventKind::TransactionUpdated] {
        assert_eq!(
            count(SendFilter { kind: Some(kind), since: Some(cast.at(100)), ..any() }).await,
            of(kind),
            "{kind:?}"
        );
    }
    assert_eq!(count(SendFilter { endpoint: Some("left".into()), ..any() }).await, 6);
    assert_eq!(count(SendFilter { endpoint: Some("nobody".into()), ..any() }).await, 0);
    assert_eq!(count(SendFilter { user_id: Some(bruno.clone()), ..any() }).await, 4);
    assert_eq!(count(SendFilter { since: Some(cast.at(102)), until: Some(cast.at(104)), ..any() }).await, 4);
    let one = store.due_sends("right", cast.at(200), 1).await.unwrap().remove(0);
    assert!(store.lease_send(&one, cast.at(300)).await.unwrap());
    assert!(
        store.note_send(one.id, cast.at(300), SendState::Dead, (None, "timeout"), None, cast.at(201)).await.unwrap()
    );
    let dead = find(SendFilter { state: Some(SendState::Dead), ..any() }, 1).await;
    assert_eq!((dead.rows.iter().map(|row| row.id).collect::<Vec<_>>(), dead.looked_to), (vec![one.id], None));
    let state = |state| SendFilter { state: Some(state), endpoint: Some("right".into()), ..any() };
    assert_eq!((count(state(SendState::Waiting)).await, count(state(SendState::Sent)).await), (5, 0));

    // Looking ends after so many, and goes on from there, either way.
    let left = || SendFilter { endpoint: Some("left".into()), ..any() };
    let first = find(left(), 4).await;
    assert_eq!(first.rows.len(), 2);
    let (end, at) = first.looked_to.unwrap();
    assert_eq!(at, cast.at(104));
    let page = async |before: Option<i64>, after: Option<i64>| {
        let query = SendsQuery { filter: left(), before, after, limit: 100, look: 4 };
        store.sends(&query).await.unwrap().rows.iter().map(|row| row.at).collect::<Vec<_>>()
    };
    assert_eq!(page(Some(end), None).await, [cast.at(103), cast.at(102)]);
    assert_eq!(page(None, Some(end - 1)).await, [cast.at(105), cast.at(104)]);
    for id in ["left", "right"] {
        assert!(store.end_endpoint(id, "removed", cast.at(400)).await.unwrap());
    }
    store.look_at_endpoints().await.unwrap();
    assert!(store.remove_events(cast.at(200), 100).await.unwrap() >= 6);
    cast.woken();
}
