//! The inbox.

use super::cast::{Cast, Linked};
use super::payments::list;
use app::backend::Verdict;
use domain::ids::{CardRef, UserId};
use server::store::{
    Applied, Batch, Claim, Claimant, DeliveriesQuery, DeliveryFilter, DeliveryOutcome, DeliveryRecord, DeliveryState,
    DueDelivery, Effects, Engine, Lease, NewDelivery, Proven, Store, StoreError, UsedHash,
};

pub(super) fn arrival(cast: &Cast, reference: &str, seconds: u64) -> NewDelivery {
    NewDelivery {
        received_at: cast.at(seconds),
        reference: reference.to_owned(),
        event_name: "card_transaction".to_owned(),
        verdict: Verdict::Accepted,
        reason: "",
        pending: true,
        current_try: Some(1),
        max_tries: None,
        peer: "185.8.76.132".to_owned(),
        content_type: "application/x-www-form-urlencoded".to_owned(),
        trust: "[]".to_owned(),
        body_key: "inbox:1".to_owned(),
        body: vec![0, 1, 255],
        core_mac: "mac".to_owned(),
        card_ref: None,
        txid: None,
        ask_at: None,
        answered: 200,
    }
}

pub(super) fn outcome(id: i64, state: DeliveryState) -> DeliveryOutcome {
    DeliveryOutcome {
        id,
        verdict: Verdict::Accepted,
        reason: "",
        state,
        next_at: None,
        attempts: 1,
        user_id: None,
        card_ref: None,
        reseal: None,
        ask_at: None,
        trust: None,
        strip: false,
    }
}

pub(super) fn claimant(id: i64, reference: &str, core: &str, hash: Option<UsedHash>) -> Claimant {
    Claimant { id, reference: reference.into(), core_mac: core.into(), hash }
}

fn used(cast: &Cast, mac: &str) -> UsedHash {
    UsedHash { told_at: cast.at(1), mac: mac.to_owned() }
}

async fn stored(cast: &Cast, reference: &str) -> DeliveryRecord {
    cast.store.deliveries_of_reference(reference, 10).await.unwrap().remove(0)
}

async fn add(cast: &Cast, reference: &str, seconds: u64) -> i64 {
    cast.store.add_deliveries(&[arrival(cast, reference, seconds)]).await.unwrap();
    stored(cast, reference).await.id
}

pub(super) async fn arrivals_are_stored_then_due(cast: &Cast) {
    let store = &cast.store;
    store.add_deliveries(&[]).await.unwrap();
    assert_eq!(store.count_due(10).await.unwrap(), 0);
    let mut group: Vec<NewDelivery> = (0..131).map(|n| arrival(cast, &format!("group-{n}"), 100 + n)).collect();
    group[7].pending = false;
    group[7].verdict = Verdict::Rejected;
    group[7].reason = "hash-mismatch";
    group[8].peer = String::from("nul \0 byte");
    group[8].body = Vec::new();
    store.add_deliveries(&group).await.unwrap();
    assert_eq!(store.count_due(1_000).await.unwrap(), 130);
    assert_eq!(store.count_due(5).await.unwrap(), 5);
    let due = store.due_deliveries(cast.at(110), 1_000).await.unwrap();
    assert_eq!(due.len(), 10, "what arrived by then, without the rejected one");
    assert!(due.is_sorted_by_key(|delivery| delivery.id));
    let first = &due[0];
    assert_eq!((first.reference.as_str(), first.received_at, first.attempts), ("group-0", cast.at(100), 0));
    assert_eq!((first.body_key.as_deref(), first.body.as_deref()), (Some("inbox:1"), Some([0, 1, 255].as_slice())));
    assert_eq!((first.verdict, first.event_name.as_str()), (Verdict::Accepted, "card_transaction"));
    assert_eq!((due[7].peer.as_str(), due[7].body.as_deref()), ("nul \u{fffd} byte", Some([].as_slice())));
    let rejected = stored(cast, "group-7").await;
    assert_eq!(
        (rejected.state, rejected.next_at, rejected.reason.as_str()),
        (DeliveryState::Done, None, "hash-mismatch")
    );

    // Retried later, then done: all of them in one call.
    let later: Vec<DeliveryOutcome> = due
        .iter()
        .map(|delivery| DeliveryOutcome { next_at: Some(cast.at(500)), ..outcome(delivery.id, DeliveryState::Pending) })
        .collect();
    store.finish_deliveries(&later).await.unwrap();
    assert_eq!(store.due_deliveries(cast.at(110), 1_000).await.unwrap(), []);
    let due = store.due_deliveries(cast.at(500), 1_000).await.unwrap();
    assert_eq!((due.len(), due[0].attempts), (130, 1));
    let done: Vec<_> = due.iter().map(|delivery| outcome(delivery.id, DeliveryState::Done)).collect();
    store.finish_deliveries(&done).await.unwrap();
    assert_eq!(store.count_due(10).await.unwrap(), 0);
    let nowhere =
        store.finish_deliveries(&[outcome(due[0].id, DeliveryState::Dead), outcome(-1, DeliveryState::Done)]).await;
    assert!(matches!(nowhere, Err(StoreError::Missing(_))));
    assert_eq!(store.delivery(due[0].id).await.unwrap().unwrap().state, DeliveryState::Done, "all or nothing");
}

pub(super) async fn one_arrival_of_a_reference_has_the_effect(cast: &Cast) {
    let store = &cast.store;
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(add(cast, &format!("claimed-{n}"), 1).await);
    }
    let claimants = [
        claimant(ids[1], "r1", "a", None),
        claimant(ids[0], "r1", "a", None),
        claimant(ids[2], "r1", "b", None),
        claimant(ids[3], "r2", "c", None),
    ];
    let lease = |holder, seconds| Lease { holder, until: cast.at(seconds) };
    let claims = store.claim_effects(&claimants, lease("one", 31), cast.at(1)).await.unwrap();
    assert_eq!(claims, [Claim::Duplicate, Claim::First, Claim::Conflict, Claim::First]);
    let other = store.claim_effects(&claimants, lease("other", 32), cast.at(2)).await.unwrap();
    assert_eq!(other, [Claim::Taken; 4], "somebody has them");
    assert_eq!(store.due_deliveries(cast.at(30), 1_000).await.unwrap(), []);
    store.release_leases().await.unwrap();
    let alone = store.engine() == Engine::Sqlite;
    assert_eq!(store.due_deliveries(cast.at(30), 1_000).await.unwrap().len(), if alone { 4 } else { 0 });
    let lease_of_one = store.claim_effects(&claimants, lease("one", 31), cast.at(31)).await.unwrap();
    assert_eq!(lease_of_one, claims);
    let again = store.claim_effects(&claimants, lease("one", 33), cast.at(3)).await.unwrap();
    assert_eq!(again, claims, "who has them may try again");
    let later = store.claim_effects(&claimants, lease("other", 90), cast.at(33)).await.unwrap();
    assert_eq!(later, claims, "after a crash whoever comes finds the same");
    assert_eq!(store.claim_effects(&[], lease("one", 99), cast.at(2)).await.unwrap(), []);
    let done: Vec<_> = ids.iter().map(|id| outcome(*id, DeliveryState::Done)).collect();
    assert!(matches!(store.finish_leased(&done, "one").await, Err(StoreError::LeaseLost)));
    store.finish_leased(&done, "other").await.unwrap();
    assert!(matches!(store.finish_leased(&done, "other").await, Err(StoreError::LeaseLost)), "once only");
    assert_eq!(store.claim_effect(&claimant(77, "r1", "a", None), cast.at(40)).await.unwrap(), Claim::Duplicate);
    assert_eq!(store.claim_effect(&claimant(77, "r77", "a", None), cast.at(40)).await.unwrap(), Claim::First);
    two_claim_at_once(cast).await;
    a_copied_hash_claims_nothing(cast).await;
}

/// The same hundred references at once, in opposite order.
async fn two_claim_at_once(cast: &Cast) {
    let store = &cast.store;
    let group = async |name: &str| -> Vec<i64> {
        let group: Vec<_> = (0..100).map(|n| arrival(cast, &format!("{name}-{n}"), 1)).collect();
        store.add_deliveries(&group).await.unwrap();
        store.due_deliveries(cast.at(1), 1_000).await.unwrap().iter().map(|delivery| delivery.id).collect()
    };
    let one = group("one").await;
    let two: Vec<_> = group("two").await.into_iter().filter(|id| !one.contains(id)).collect();
    let claimants = |ids: &[i64]| -> Vec<_> {
        ids.iter()
            .enumerate()
            .map(|(n, id)| claimant(*id, &format!("both-{n}"), "m", Some(used(cast, &format!("h{n}")))))
            .collect()
    };
    let (of_one, mut of_two) = (claimants(&one), claimants(&two));
    of_two.reverse();
    let (first, second) = tokio::join!(
        store.claim_effects(&of_one, Lease { holder: "1", until: cast.at(31) }, cast.at(3)),
        store.claim_effects(&of_two, Lease { holder: "2", until: cast.at(31) }, cast.at(3))
    );
    let (first, mut second) = (first.unwrap(), second.unwrap());
    second.reverse();
    assert!(
        first
            .iter()
            .zip(&second)
            .all(|pair| matches!(pair, (Claim::First, Claim::Duplicate) | (Claim::Duplicate, Claim::First)))
    );
    let done: Vec<_> = one.iter().chain(&two).map(|id| outcome(*id, DeliveryState::Done)).collect();
    store.finish_deliveries(&done).await.unwrap();
}

async fn a_copied_hash_claims_nothing(cast: &Cast) {
    let store = &cast.store;
    let (one, two) = (add(cast, "hash-1", 1).await, add(cast, "hash-2", 1).await);
    add(cast, "hash-1", 1).await;
    let three = store.deliveries_of_reference("hash-1", 10).await.unwrap()[1].id;
    let claimants = [
        claimant(one, "hash-1", "a", Some(used(cast, "the hash"))),
        claimant(two, "hash-2", "b", Some(used(cast, "the hash"))),
        claimant(three, "hash-1", "a", Some(used(cast, "the hash"))),
    ];
    let lease = Lease { holder: "hashes", until: cast.at(31) };
    let claims = store.claim_effects(&claimants, lease, cast.at(1)).await.unwrap();
    assert_eq!(claims, [Claim::First, Claim::Reused, Claim::Duplicate], "a retry may repeat its own hash");
    let vouched = claimant(two, "hash-2", "b", None);
    assert_eq!(store.claim_effect(&vouched, cast.at(2)).await.unwrap(), Claim::First, "it had claimed nothing");

    // Held: put to the bank, again and again, until it has an answer.
    let trust = Some(r#"[{"name":"new","good":false,"detail":"reused-hash"}]"#.to_owned());
    let held = DeliveryOutcome {
        verdict: Verdict::Held,
        reason: "reused-hash",
        ask_at: Some(cast.at(5)),
        trust: trust.clone(),
        ..outcome(two, DeliveryState::Done)
    };
    store
        .finish_deliveries(&[outcome(one, DeliveryState::Done), held, outcome(three, DeliveryState::Done)])
        .await
        .unwrap();
    assert_eq!(store.due_asks(cast.at(4), 10).await.unwrap(), []);
    let asks = store.due_asks(cast.at(5), 10).await.unwrap();
    assert_eq!(
        asks.iter().map(|delivery| (delivery.id, delivery.reason.as_str())).collect::<Vec<_>>(),
        [(two, "reused-hash")]
    );
    assert_eq!(Some(asks[0].trust.clone()), trust);
    an_ask_is_leased(cast, &asks[0]).await;
    store.finish_deliveries(&[outcome(two, DeliveryState::Done)]).await.unwrap();
    assert_eq!(store.due_asks(cast.at(99), 10).await.unwrap(), []);
    assert_eq!(store.remove_used_hashes(cast.at(1), 1_000).await.unwrap(), 0);
    assert!(store.remove_used_hashes(cast.at(4), 1_000).await.unwrap() > 0);
}

pub(super) async fn arrivals_are_kept_for_a_while(cast: &Cast) {
    let store = &cast.store;
    let (old, new, due) = (add(cast, "old", 10).await, add(cast, "new", 20).await, add(cast, "due", 10).await);
    store.finish_deliveries(&[outcome(old, DeliveryState::Done), outcome(new, DeliveryState::Done)]).await.unwrap();
    while store.remove_bodies(cast.at(15), 7).await.unwrap() > 0 {}
    let body = async |id| store.delivery(id).await.unwrap().unwrap().body;
    assert_eq!((body(old).await, body(new).await.is_some(), body(due).await.is_some()), (None, true, true));
    store.finish_deliveries(&[outcome(due, DeliveryState::Done)]).await.unwrap();

    let refused = |n: u64| NewDelivery {
        pending: false,
        verdict: Verdict::Quarantined,
        answered: 401,
        ..arrival(cast, &format!("refused-{n}"), 30 + n)
    };
    store.add_deliveries(&(0..10).map(refused).collect::<Vec<_>>()).await.unwrap();
    assert_eq!(store.last_news().await.unwrap(), Some(cast.at(10)), "refusals are no news");
    assert_eq!(store.remove_refused(4, 5).await.unwrap(), 5);
    assert_eq!(store.remove_refused(4, 5).await.unwrap(), 1);
    assert_eq!(store.remove_refused(4, 5).await.unwrap(), 0);
    assert!(store.deliveries_of_reference("refused-5", 1).await.unwrap().is_empty(), "the oldest go");
    assert_eq!(stored(cast, "refused-6").await.answered, 401);
}

fn parked(id: i64, card: &CardRef) -> DeliveryOutcome {
    DeliveryOutcome { card_ref: Some(card.clone()), ..outcome(id, DeliveryState::Parked) }
}

pub(super) async fn parked_arrivals_come_alive_when_their_card_is_learned(cast: &Cast) {
    let store = &cast.store;
    let (user, token, card) = (cast.somebody().await, cast.token(), cast.card_ref());
    let id = add(cast, "parked-1", 10).await;
    store.finish_deliveries(&[parked(id, &card)]).await.unwrap();
    let waiting = store.delivery(id).await.unwrap().unwrap();
    assert_eq!(
        (waiting.state, waiting.next_at, waiting.card_ref.as_deref()),
        (DeliveryState::Parked, None, Some(card.as_str()))
    );
    assert_eq!(store.due_deliveries(cast.at(10_000), 10).await.unwrap(), []);

    let link = cast.pending(&user, &token, 20).await;
    assert_eq!(
        cast.prove(&link, &token, &format!("acc-{token}"), &[cast.card_ref()], 21).await,
        Proven::Linked(link.clone())
    );
    assert_eq!(store.due_deliveries(cast.at(10_000), 10).await.unwrap(), [], "another card");
    cast.prove(&link, &token, &format!("acc-{token}"), std::slice::from_ref(&card), 22).await;
    let due = store.due_deliveries(cast.at(22), 10).await.unwrap();
    assert_eq!(due.iter().map(|delivery| delivery.id).collect::<Vec<_>>(), [id]);
    store.finish_deliveries(&[outcome(id, DeliveryState::Done)]).await.unwrap();

    // Too late to park: the card is known by now.
    let late = add(cast, "parked-2", 30).await;
    store.finish_deliveries(&[parked(late, &card)]).await.unwrap();
    let alive = store.delivery(late).await.unwrap().unwrap();
    assert_eq!((alive.state, alive.next_at), (DeliveryState::Pending, Some(cast.at(30))));
    store.finish_deliveries(&[outcome(late, DeliveryState::Done)]).await.unwrap();

    // In the same instant: whoever is first, it is alive in the end.
    for round in 0..10 {
        let (card, id) = (cast.card_ref(), add(cast, &format!("instant-{round}"), 40).await);
        let outcomes = [parked(id, &card)];
        let account = format!("acc-{token}");
        let cards = [card];
        let (parking, _) =
            tokio::join!(store.finish_deliveries(&outcomes), cast.prove(&link, &token, &account, &cards, 41));
        parking.unwrap();
        assert_eq!(store.delivery(id).await.unwrap().unwrap().state, DeliveryState::Pending, "round {round}");
        store.finish_deliveries(&[outcome(id, DeliveryState::Done)]).await.unwrap();
    }
}

/// Asking takes time, and whoever is too late must not overrule who has asked since.
async fn an_ask_is_leased(cast: &Cast, ask: &DueDelivery) {
    let store = &cast.store;
    let (one, two) = tokio::join!(store.lease_ask(ask, cast.at(65)), store.lease_ask(ask, cast.at(66)));
    assert!(one.unwrap() != two.unwrap(), "one of two has it");
    assert_eq!(store.due_asks(cast.at(64), 10).await.unwrap(), []);
    let again = store.due_asks(cast.at(66), 10).await.unwrap().remove(0);
    assert!(store.lease_ask(&again, cast.at(126)).await.unwrap());
    let word = |reason| DeliveryOutcome { reason, ..outcome(ask.id, DeliveryState::Done) };
    for late in [65, 66] {
        assert!(matches!(store.finish_asked(&word("late"), cast.at(late)).await, Err(StoreError::LeaseLost)));
    }
    store.finish_asked(&word("vouched-for"), cast.at(126)).await.unwrap();
    assert!(matches!(store.finish_asked(&word("late"), cast.at(126)).await, Err(StoreError::LeaseLost)), "once only");
    assert_eq!(store.delivery(ask.id).await.unwrap().unwrap().reason, "vouched-for");
}

/// Deliveries that could not be processed are put off by who has tried, and by nobody who was frozen meanwhile.
pub(super) async fn who_comes_back_too_late_puts_nothing_off(cast: &Cast) {
    let store = &cast.store;
    let id = add(cast, "too-late", 10).await;
    let failed =
        |at| DeliveryOutcome { attempts: 1, next_at: Some(cast.at(at)), ..outcome(id, DeliveryState::Pending) };
    assert!(matches!(store.finish_failed(&failed(20), "one", cast.at(9)).await, Err(StoreError::LeaseLost)));
    store.finish_failed(&failed(20), "one", cast.at(10)).await.unwrap();
    assert!(matches!(store.finish_failed(&failed(30), "one", cast.at(10)).await, Err(StoreError::LeaseLost)));
    let lease = Lease { holder: "one", until: cast.at(40) };
    let claims = store.claim_effects(&[claimant(id, "too-late", "m", None)], lease, cast.at(20)).await.unwrap();
    assert_eq!(claims, [Claim::First]);
    assert!(matches!(store.finish_failed(&failed(50), "other", cast.at(20)).await, Err(StoreError::LeaseLost)));
    store.finish_failed(&failed(50), "one", cast.at(20)).await.unwrap();
    store.finish_deliveries(&[outcome(id, DeliveryState::Done)]).await.unwrap();
    assert!(matches!(store.finish_failed(&failed(60), "one", cast.at(20)).await, Err(StoreError::LeaseLost)));
    assert_eq!(store.delivery(id).await.unwrap().unwrap().state, DeliveryState::Done);
}

pub(super) async fn effects_and_outcomes_are_settled_together(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let id = add(cast, "settled", 10).await;
    add(cast, "settled", 10).await;
    let again = store.deliveries_of_reference("settled", 10).await.unwrap()[1].id;
    let first = claimant(id, "settled", "m", Some(used(cast, "s")));
    let batch = |claimants: Vec<Claimant>, seconds| Batch {
        claimants,
        users: vec![linked.user.clone()],
        may_park: true,
        confirm_at: cast.at(13),
        at: cast.at(seconds),
    };
    let effects = Effects {
        payments: vec![linked.payment("1", cast.at(9)), linked.payment("2", cast.at(9))],
        outcomes: vec![
            DeliveryOutcome { user_id: Some(linked.user.clone()), ..outcome(id, DeliveryState::Done) },
            DeliveryOutcome { verdict: Verdict::Duplicate, ..outcome(again, DeliveryState::Done) },
        ],
    };
    store.take_link(&linked.link, cast.at(100), cast.at(9)).await.unwrap().expect("its history is due");
    let pair = || vec![first.clone(), claimant(again, "settled", "m", Some(used(cast, "s")))];
    let told = effects.clone();
    let early = store.settle(batch(pair(), 9), move |_| told).await;
    assert!(matches!(early, Err(StoreError::LeaseLost)), "neither is due yet");
    let told = effects.clone();
    let settled = store.settle(batch(pair(), 11), move |claims| {
        assert_eq!(claims, [Claim::First, Claim::Duplicate]);
        told
    });
    let (claims, applied) = settled.await.unwrap();
    assert_eq!((claims, applied), (vec![Claim::First, Claim::Duplicate], vec![Applied::New, Applied::New]));
    assert_eq!(store.link(&linked.link).await.unwrap().unwrap().next_try_at, Some(cast.at(13)), "to be confirmed");
    assert_eq!(cast.woken(), std::slice::from_ref(&linked.user));
    let delivery = store.delivery(id).await.unwrap().unwrap();
    assert_eq!((delivery.state, delivery.user_id.as_ref()), (DeliveryState::Done, Some(&linked.user)));
    assert_eq!(store.delivery(again).await.unwrap().unwrap().verdict, Verdict::Duplicate);
    let told = effects.clone();
    assert!(matches!(store.settle(batch(pair(), 12), move |_| told).await, Err(StoreError::LeaseLost)), "once only");
    store
        .finish_deliveries(&[DeliveryOutcome {
            reseal: Some((format!("user:{}", linked.user), vec![9, 9])),
            ..outcome(id, DeliveryState::Done)
        }])
        .await
        .unwrap();
    let resealed = store.delivery(id).await.unwrap().unwrap();
    assert_eq!((resealed.body_key, resealed.body), (Some(format!("user:{}", linked.user)), Some(vec![9, 9])));
    undone_as_one(cast, &linked, batch(vec![claimant(again, "undone", "m", None)], 12)).await;
    let tries = store.deliveries_of_reference("settled", 10).await.unwrap();
    assert_eq!(tries.iter().map(|delivery| delivery.id).collect::<Vec<_>>(), [id, again]);
    assert_eq!(seen_by(cast, &linked.user).await, [id]);
    assert!(seen_by(cast, &cast.somebody().await).await.is_empty());
    assert_eq!([0, 1, 13, 128, 300].map(Store::best_group), [0, 1, 8, 128, 128]);
}

/// If one half fails, so does the other.
async fn undone_as_one(cast: &Cast, linked: &Linked, batch: Batch) {
    let store = &cast.store;
    let failing =
        Effects { payments: vec![linked.payment("3", cast.at(9))], outcomes: vec![outcome(-1, DeliveryState::Done)] };
    assert!(store.settle(batch, move |_| failing).await.is_err());
    assert_eq!(store.claim_effect(&claimant(77, "undone", "m", None), cast.at(12)).await.unwrap(), Claim::First);
    assert_eq!(list(cast, &linked.user).await.len(), 2);
    assert_eq!(cast.woken(), []);
}

async fn seen_by(cast: &Cast, user: &UserId) -> Vec<i64> {
    let deliveries = cast.store.deliveries_of_user(user, i64::MAX, 10).await.unwrap();
    deliveries.into_iter().map(|delivery| delivery.id).collect()
}

pub(super) async fn operators_look_at_the_inbox(cast: &Cast) {
    let store = &cast.store;
    let mut shown = Vec::new();
    for n in 0..6 {
        let delivery = NewDelivery {
            event_name: if n % 2 == 0 { "console_even" } else { "console_odd" }.to_owned(),
            verdict: if n < 3 { Verdict::Held } else { Verdict::Quarantined },
            ..arrival(cast, &format!("console-{}", n / 2), 50)
        };
        store.add_deliveries(&[delivery]).await.unwrap();
        shown.push(store.deliveries(&DeliveriesQuery { limit: 1, ..DeliveriesQuery::default() }).await.unwrap()[0].id);
    }
    let ids = async |query: DeliveriesQuery| -> Vec<usize> {
        let rows = store.deliveries(&query).await.unwrap();
        rows.iter().filter_map(|row| shown.iter().position(|id| *id == row.id)).collect()
    };
    let all = || DeliveriesQuery { limit: 6, ..DeliveriesQuery::default() };
    let of = |filter: DeliveryFilter| DeliveriesQuery { filter, limit: 6, ..DeliveriesQuery::default() };
    let none = DeliveryFilter::default;
    let (even, held) = (Some("console_even".to_owned()), Some(Verdict::Held));
    assert_eq!(ids(all()).await, [5, 4, 3, 2, 1, 0]);
    assert_eq!(ids(of(DeliveryFilter { event_name: even.clone(), ..none() })).await, [4, 2, 0]);
    assert_eq!(ids(of(DeliveryFilter { verdict: held, ..none() })).await, [2, 1, 0]);
    assert_eq!(ids(of(DeliveryFilter { event_name: even.clone(), verdict: held, ..none() })).await, [2, 0]);
    let reference = Some("console-1".to_owned());
    assert_eq!(ids(of(DeliveryFilter { reference: reference.clone(), ..none() })).await, [3, 2]);
    assert_eq!(ids(of(DeliveryFilter { reference, verdict: held, event_name: even, ..none() })).await, [2]);
    assert_eq!(ids(DeliveriesQuery { before: Some(shown[3]), limit: 2, ..all() }).await, [2, 1]);
    assert_eq!(
        ids(DeliveriesQuery { after: Some(shown[1]), limit: 2, ..all() }).await,
        [3, 2],
        "the nearest, newest first"
    );

    let tries = store.deliveries_of_reference("console-2", 10).await.unwrap();
    assert_eq!(tries.iter().map(|delivery| delivery.id).collect::<Vec<_>>(), shown[4..]);
    assert_eq!(store.delivery(shown[0]).await.unwrap().unwrap().core_mac, "mac");
    assert_eq!(store.delivery(-1).await.unwrap(), None);
}

pub(super) async fn nothing_is_due_while_effects_are_paused(cast: &Cast) {
    let store = &cast.store;
    let olga = cast.user("pauses@example.test").await;
    let held = NewDelivery { verdict: Verdict::Held, pending: false, ..arrival(cast, "paused-ask", 1) };
    let paused_asks = NewDelivery { ask_at: Some(cast.at(1)), ..held };
    store.add_deliveries(&[arrival(cast, "paused", 1), paused_asks]).await.unwrap();
    let due = async || {
        let worker = store.due_deliveries(cast.at(100_000), 1_000).await.unwrap();
        let asker = store.due_asks(cast.at(100_000), 1_000).await.unwrap();
        let holds = |due: &[DueDelivery], reference: &str| due.iter().any(|one| one.reference == reference);
        (holds(&worker, "paused"), holds(&asker, "paused-ask"), worker.len() + asker.len())
    };
    let (worker, asker, before) = due().await;
    assert!(worker && asker);
    assert_eq!(store.effects_paused().await.unwrap(), None);

    assert!(store.pause_effects(&olga, cast.at(5)).await.unwrap());
    assert!(!store.pause_effects(&olga, cast.at(6)).await.unwrap(), "it is paused already");
    let pause = store.effects_paused().await.unwrap().unwrap();
    assert_eq!((pause.since, pause.name.is_some()), (cast.at(5), true));
    assert_eq!(due().await.2, 0);
    assert!(store.count_due(1_000).await.unwrap() > 0, "they are waiting all the same");

    assert!(store.resume_effects().await.unwrap());
    assert!(!store.resume_effects().await.unwrap());
    assert_eq!(due().await, (true, true, before));
    // Somebody who is gone has paused it all the same.
    let gone = UserId::parse("f".repeat(32)).unwrap();
    store.pause_effects(&gone, cast.at(7)).await.unwrap();
    assert_eq!(store.effects_paused().await.unwrap().unwrap().name, None);
    store.resume_effects().await.unwrap();
    for (reference, state) in [("paused", DeliveryState::Done), ("paused-ask", DeliveryState::Done)] {
        let id = stored(cast, reference).await.id;
        store.finish_deliveries(&[outcome(id, state)]).await.unwrap();
    }
}
