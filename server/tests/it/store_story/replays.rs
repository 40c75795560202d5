//! What operators do with arrivals.

use super::cast::{Cast, Linked};
use super::deliveries::{arrival, claimant, outcome};
use super::payments::list;
use app::backend::{ReplayState, Verdict};
use domain::ids::UserId;
use domain::link::LinkStatus;
use server::audit;
use server::secret::Secret;
use server::store::{
    Actor, Again, Applied, Channel, DeliveriesQuery, DeliveryFilter, DeliveryOutcome, DeliveryState, GroupDone,
    KeptOffer, Lease, NewAct, NewDelivery, NewPayment, NewReplay, Planned, ReplayAct, ReplayGroup, Store, StoreError,
    TokenOffer,
};
use std::time::Duration;

async fn add(cast: &Cast, delivery: NewDelivery) -> i64 {
    cast.store.add_deliveries(&[delivery]).await.unwrap();
    cast.store.newest_delivery().await.unwrap()
}

/// One that was refused.
fn refused(cast: &Cast, reference: &str, seconds: u64) -> NewDelivery {
    NewDelivery {
        verdict: Verdict::Quarantined,
        reason: "hash-mismatch",
        pending: false,
        answered: 401,
        ..arrival(cast, reference, seconds)
    }
}

fn olga(user: &UserId) -> Actor {
    Actor { user_id: Some(user.clone()), name: "Olga".into() }
}

fn asked(cast: &Cast, by: &UserId, dry: bool, filter: DeliveryFilter, upto: i64) -> NewReplay {
    NewReplay {
        by: olga(by),
        reason: if dry { String::new() } else { "the reference was missing".into() },
        act: ReplayAct::Replay,
        dry,
        filter,
        upto,
        total: 2,
        proposed: false,
        at: cast.at(1_000),
    }
}

fn of_reference(reference: &str) -> DeliveryFilter {
    DeliveryFilter { reference: Some(reference.into()), ..DeliveryFilter::default() }
}

pub(super) async fn lists_are_filtered_by_everything(cast: &Cast) {
    let store = &cast.store;
    let first = add(cast, NewDelivery { peer: "203.0.113.9".into(), ..refused(cast, "filter-1", 5_000) }).await;
    let again = NewDelivery { current_try: Some(2), max_tries: Some(3), ..refused(cast, "filter-2", 5_010) };
    let second = add(cast, again).await;
    let third = add(cast, NewDelivery { current_try: Some(3), ..arrival(cast, "filter-3", 5_020) }).await;
    let ids = async |filter: DeliveryFilter| -> Vec<i64> {
        let query = DeliveriesQuery { filter, after: Some(first - 1), limit: 10, ..DeliveriesQuery::default() };
        store.deliveries(&query).await.unwrap().iter().map(|row| row.id).collect()
    };
    let none = DeliveryFilter::default;
    assert_eq!(ids(none()).await, [third, second, first]);
    assert_eq!(ids(DeliveryFilter { peer: Some("203.0.113.9".into()), ..none() }).await, [first]);
    assert_eq!(ids(DeliveryFilter { current_try: Some(2), ..none() }).await, [second]);
    assert_eq!(ids(DeliveryFilter { current_try: Some(1), ..none() }).await, [first]);
    assert_eq!(ids(DeliveryFilter { id: Some(second), ..none() }).await, [second]);
    let time = |since, until| DeliveryFilter { since: Some(cast.at(since)), until: Some(cast.at(until)), ..none() };
    assert_eq!(ids(time(5_000, 5_020)).await, [second, first]);
    assert_eq!(ids(time(5_010, 5_011)).await, [second]);
    assert_eq!(ids(time(9_000, 9_001)).await, Vec::<i64>::new());
    let quarantined = DeliveryFilter { verdict: Some(Verdict::Quarantined), ..time(5_000, 5_100) };
    assert_eq!(store.count_deliveries(&quarantined, third, 10).await.unwrap(), 2);
    assert_eq!(store.count_deliveries(&quarantined, first, 10).await.unwrap(), 1, "up to a row");
    assert_eq!(store.count_deliveries(&quarantined, third, 1).await.unwrap(), 1, "and no further than that");
    assert_eq!(store.count_deliveries(&of_reference("filter-2"), third, 10).await.unwrap(), 1);
    let between = store.deliveries_between(&none(), first, third, 10).await.unwrap();
    assert_eq!(between.iter().map(|row| row.id).collect::<Vec<_>>(), [second, third]);

    let parked = DeliveryOutcome { card_ref: Some(cast.card_ref()), ..outcome(third, DeliveryState::Parked) };
    store.finish_deliveries(&[parked]).await.unwrap();
    assert_eq!(ids(DeliveryFilter { parked: true, ..none() }).await, [third]);
    store.finish_deliveries(&[outcome(third, DeliveryState::Done)]).await.unwrap();
}

pub(super) async fn what_is_doubted_is_asked_for_or_put_aside(cast: &Cast) {
    let store = &cast.store;
    let held = NewDelivery { verdict: Verdict::Held, pending: false, ..arrival(cast, "doubted", 6_000) };
    let id = add(cast, held).await;
    assert!(store.ask_now(id, cast.at(6_001)).await.unwrap());
    assert_eq!(store.due_asks(cast.at(6_001), 10).await.unwrap().len(), 1);
    let filter = DeliveryFilter { verdict: Some(Verdict::Held), open: true, ..DeliveryFilter::default() };
    let open = async || store.count_deliveries(&filter, i64::MAX, 100).await.unwrap();
    let before = open().await;
    assert!(store.close_delivery(id, Some(cast.at(6_002))).await.unwrap());
    assert!(!store.close_delivery(id, Some(cast.at(6_003))).await.unwrap(), "it is put aside already");
    assert_eq!(open().await, before - 1);
    assert_eq!(store.delivery(id).await.unwrap().unwrap().closed_at, Some(cast.at(6_002)));
    assert!(store.close_delivery(id, None).await.unwrap());
    assert_eq!(open().await, before);
    store.finish_deliveries(&[outcome(id, DeliveryState::Done)]).await.unwrap();
    assert!(!store.ask_now(id, cast.at(6_004)).await.unwrap(), "it is not held any more");
}

/// Both tries of a payment, planned.
fn planned(linked: &Linked, tries: [i64; 2], reference: &str, cast: &Cast) -> Vec<Again> {
    let again = |id| Again {
        claimant: claimant(id, reference, "m", None),
        planned: Planned::Pay { payments: vec![linked.payment(reference, cast.at(900))], had: false },
        outcome: DeliveryOutcome { user_id: Some(linked.user.clone()), ..outcome(id, DeliveryState::Done) },
    };
    tries.map(again).into()
}

fn group(cast: &Cast, replay: i64, trial: bool, arrivals: Vec<Again>, last: bool) -> ReplayGroup {
    ReplayGroup {
        replay,
        trial,
        holder: "one".into(),
        reached: arrivals.last().map_or(0, |again| again.claimant.id),
        arrivals,
        last,
        confirm_at: cast.at(2_000),
        at: cast.at(1_001),
    }
}

async fn take(cast: &Cast, replay: i64) {
    let lease = Lease { holder: "one", until: cast.at(1_500) };
    let taken = cast.store.lease_replay(lease, cast.at(1_400)).await.unwrap().unwrap();
    assert_eq!((taken.id, taken.attempts), (replay, 1));
}

pub(super) async fn a_trial_tells_what_it_would_change_and_changes_nothing(cast: &Cast) {
    let store = &cast.store;
    let (linked, operator) = (cast.linked().await, cast.somebody().await);
    let tries = [add(cast, refused(cast, "5001", 950)).await, add(cast, refused(cast, "5001", 960)).await];
    let filter = of_reference("5001");
    let trial = store.add_replay(asked(cast, &operator, true, filter.clone(), tries[1])).await.unwrap();
    assert!(store.replay_is_due(cast.at(1_000)).await.unwrap());
    take(cast, trial).await;
    cast.woken();

    // One at a time, so that the second group has to know of the first.
    let plan = planned(&linked, tries, "5001", cast);
    let first = store.replay_group(group(cast, trial, true, vec![plan[0].clone()], false)).await.unwrap();
    assert_eq!(first, GroupDone { seen: 1, changed: 1, doubtful: 0 });
    take(cast, trial).await;
    let second = store.replay_group(group(cast, trial, true, vec![plan[1].clone()], true)).await.unwrap();
    assert_eq!(second, GroupDone { seen: 1, changed: 1, doubtful: 0 });
    assert!(list(cast, &linked.user).await.is_empty());
    assert_eq!(cast.woken(), []);
    for id in tries {
        assert_eq!(store.delivery(id).await.unwrap().unwrap().reason, "hash-mismatch");
    }
    let ended = store.replay(trial).await.unwrap().unwrap();
    assert_eq!((ended.state, ended.seen, ended.changed), (ReplayState::Done, 2, 2));
    assert!(!store.replay_is_due(cast.at(9_999)).await.unwrap());
    let items = store.replay_items(trial, 0, 10).await.unwrap();
    let told = |n: usize, field: &str| {
        let change = items[n].changes.iter().find(|change| change.field == field);
        change.map(|change| (change.before.clone(), change.after.clone()))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(told(0, "verdict"), Some((some("quarantined"), some("accepted"))));
    assert_eq!(told(0, "amount"), Some((None, some("-98.32 EUR"))));
    assert_eq!(
        told(1, "verdict"),
        Some((some("quarantined"), some("duplicate"))),
        "the first group would have claimed"
    );
    assert_eq!(told(1, "amount"), None);

    // For good: both in one group, and once only.
    let real = store.add_replay(asked(cast, &operator, false, filter.clone(), tries[1])).await.unwrap();
    take(cast, real).await;
    let done = store.replay_group(group(cast, real, false, plan.clone(), true)).await.unwrap();
    assert_eq!(done, GroupDone { seen: 2, changed: 2, doubtful: 0 });
    assert_eq!(list(cast, &linked.user).await.len(), 1);
    assert_eq!(cast.woken(), std::slice::from_ref(&linked.user));
    let verdicts = async || {
        let rows = store.deliveries_of_reference("5001", 10).await.unwrap();
        rows.iter().map(|row| row.verdict.code()).collect::<Vec<_>>()
    };
    assert_eq!(verdicts().await, ["accepted", "duplicate"]);
    let once_more = store.add_replay(asked(cast, &operator, false, filter, tries[1])).await.unwrap();
    take(cast, once_more).await;
    let done = store.replay_group(group(cast, once_more, false, plan, true)).await.unwrap();
    assert_eq!(done, GroupDone { seen: 2, changed: 0, doubtful: 0 });
    assert_eq!(cast.woken(), []);
    assert_eq!(store.replay_items(once_more, 0, 10).await.unwrap(), []);
}

pub(super) async fn a_replay_goes_on_where_another_stopped(cast: &Cast) {
    let store = &cast.store;
    let (linked, operator) = (cast.linked().await, cast.somebody().await);
    let tries = [add(cast, refused(cast, "5002", 950)).await, add(cast, refused(cast, "5003", 960)).await];
    let filter = DeliveryFilter { since: Some(cast.at(950)), until: Some(cast.at(961)), ..DeliveryFilter::default() };
    let id = store.add_replay(asked(cast, &operator, false, filter.clone(), tries[1])).await.unwrap();
    let stored = store.replay(id).await.unwrap().unwrap();
    assert_eq!((stored.filter.clone(), stored.upto), (filter, tries[1]), "as it was asked for");

    // Whoever has it keeps it for a while; after that it is anybody's.
    take(cast, id).await;
    let other = Lease { holder: "two", until: cast.at(1_700) };
    assert_eq!(store.lease_replay(other, cast.at(1_450)).await.unwrap(), None);
    assert_eq!(store.lease_replay(other, cast.at(1_500)).await.unwrap().unwrap().attempts, 2);
    let plan = planned(&linked, [tries[0], tries[0]], "5002", cast);
    let late = store.replay_group(group(cast, id, false, vec![plan[0].clone()], false)).await;
    assert!(matches!(late, Err(StoreError::LeaseLost)));
    assert!(list(cast, &linked.user).await.is_empty(), "all of it is undone");
    let mine = ReplayGroup { holder: "two".into(), ..group(cast, id, false, vec![plan[0].clone()], false) };
    store.replay_group(mine).await.unwrap();
    let stands = store.replay(id).await.unwrap().unwrap();
    assert_eq!((stands.reached, stands.seen, stands.state), (tries[0], 1, ReplayState::Running));

    // One that is under way is left to who has it; a pause stops what is for good, and a trial may go on.
    let pending = add(cast, arrival(cast, "5004", 970)).await;
    let again = planned(&linked, [pending, pending], "5004", cast).remove(0);
    store.pause_effects(&operator, cast.at(1_500)).await.unwrap();
    assert_eq!(store.lease_replay(Lease { holder: "one", until: cast.at(1_800) }, cast.at(1_600)).await.unwrap(), None);
    store.resume_effects().await.unwrap();
    take_at(cast, id, 1_600).await;
    let done = store.replay_group(group(cast, id, false, vec![again], false)).await.unwrap();
    assert_eq!(done, GroupDone { seen: 1, changed: 0, doubtful: 1 });
    store.finish_deliveries(&[outcome(pending, DeliveryState::Done)]).await.unwrap();

    // Ended in the middle: what was done stays, what is under way is undone.
    take_at(cast, id, 1_600).await;
    assert!(store.cancel_replay(id, olga(&operator), cast.at(1_601)).await.unwrap());
    assert!(!store.cancel_replay(id, olga(&operator), cast.at(1_602)).await.unwrap());
    let plan = planned(&linked, [tries[1], tries[1]], "5003", cast).remove(0);
    let cancelled = store.replay_group(group(cast, id, false, vec![plan], true)).await;
    assert!(matches!(cancelled, Err(StoreError::LeaseLost)));
    assert_eq!(list(cast, &linked.user).await.len(), 1);
    assert_eq!(store.replay(id).await.unwrap().unwrap().state, ReplayState::Cancelled);

    let broken = store.add_replay(asked(cast, &operator, false, of_reference("5003"), tries[1])).await.unwrap();
    take_at(cast, broken, 1_600).await;
    store.fail_replay(broken, "somebody else", cast.at(1_601)).await.unwrap();
    assert_eq!(store.replay(broken).await.unwrap().unwrap().state, ReplayState::Running);
    store.fail_replay(broken, "one", cast.at(1_601)).await.unwrap();
    assert_eq!(store.replay(broken).await.unwrap().unwrap().state, ReplayState::Failed);
}

async fn take_at(cast: &Cast, replay: i64, seconds: u64) {
    let lease = Lease { holder: "one", until: cast.at(seconds).plus(Duration::from_mins(1)) };
    assert_eq!(cast.store.lease_replay(lease, cast.at(seconds)).await.unwrap().unwrap().id, replay);
}

pub(super) async fn a_token_is_linked_and_revoked_again(cast: &Cast) {
    let store = &cast.store;
    let (user, operator, token) = (cast.somebody().await, cast.somebody().await, cast.token());
    let created = add(cast, refused(cast, "created", 1_000)).await;
    let revoked = add(cast, refused(cast, "revoked", 1_010)).await;
    let offer = KeptOffer::from(&TokenOffer {
        new_link_id: &cast.link_id(),
        user_id: &user,
        token_fp: &token,
        token_sealed: b"sealed",
        channel: Channel::Notification,
        intent_id: None,
        at: cast.at(1_000),
    });
    let reseal = Some((format!("user:{user}"), vec![7]));
    let link = Again {
        claimant: claimant(created, "created", "m", None),
        planned: Planned::Link(offer),
        outcome: DeliveryOutcome { user_id: Some(user.clone()), reseal, ..outcome(created, DeliveryState::Done) },
    };
    let end = Again {
        claimant: claimant(revoked, "revoked", "m", None),
        planned: Planned::Revoke { token_fp: token.clone(), check_at: cast.at(1_020), at: cast.at(1_010) },
        outcome: outcome(revoked, DeliveryState::Done),
    };
    let gone = Again {
        claimant: claimant(created - 1_000_000, "gone", "m", None),
        planned: Planned::Gone("no-body"),
        outcome: outcome(created - 1_000_000, DeliveryState::Done),
    };
    let filter = DeliveryFilter { since: Some(cast.at(1_000)), ..DeliveryFilter::default() };
    for (dry, links) in [(true, 0), (false, 1)] {
        let replay = store.add_replay(asked(cast, &operator, dry, filter.clone(), revoked)).await.unwrap();
        take(cast, replay).await;
        let arrivals = vec![gone.clone(), link.clone(), end.clone()];
        let done = store.replay_group(group(cast, replay, dry, arrivals, true)).await.unwrap();
        assert_eq!(done, GroupDone { seen: 3, changed: 2, doubtful: 1 });
        assert_eq!(store.links_of(&user).await.unwrap().len(), links, "dry: {dry}");
    }
    let made = store.link_by_token(&token).await.unwrap().unwrap();
    assert_eq!(made.status(), LinkStatus::Revoked);
    let delivery = store.delivery(created).await.unwrap().unwrap();
    assert_eq!((delivery.verdict, delivery.user_id), (Verdict::Accepted, Some(user.clone())));
    assert_eq!(delivery.body_key, Some(format!("user:{user}")));
}

pub(super) async fn a_proposal_takes_a_second_person(cast: &Cast) {
    let store = &cast.store;
    let (one, two) = (cast.somebody().await, cast.somebody().await);
    let id = add(cast, refused(cast, "proposed", 1_100)).await;
    let filter = DeliveryFilter { id: Some(id), ..DeliveryFilter::default() };
    let proposal = || NewReplay {
        act: ReplayAct::Attach(Some(one.clone())),
        proposed: true,
        ..asked(cast, &one, false, filter.clone(), id)
    };
    let first = store.add_replay(proposal()).await.unwrap();
    assert_eq!(store.proposed_replays(10).await.unwrap().iter().map(|replay| replay.id).collect::<Vec<_>>(), [first]);
    assert!(!store.replay_is_due(cast.at(9_999)).await.unwrap());
    let why = || "I have asked the bank".to_owned();
    assert!(!store.answer_replay(first, true, olga(&one), why(), cast.at(1_101)).await.unwrap(), "she cannot herself");
    assert!(store.answer_replay(first, true, olga(&two), why(), cast.at(1_101)).await.unwrap());
    assert!(!store.answer_replay(first, false, olga(&two), why(), cast.at(1_102)).await.unwrap(), "once only");
    let agreed = store.replay(first).await.unwrap().unwrap();
    assert_eq!((agreed.state, agreed.second_name.as_str()), (ReplayState::Running, "Olga"));
    assert_eq!(agreed.act, ReplayAct::Attach(Some(one.clone())));
    assert!(store.cancel_replay(first, olga(&two), cast.at(1_103)).await.unwrap());

    let second = store.add_replay(proposal()).await.unwrap();
    assert!(store.answer_replay(second, false, olga(&two), why(), cast.at(1_104)).await.unwrap());
    assert_eq!(store.replay(second).await.unwrap().unwrap().state, ReplayState::Declined);
    let of_delivery = store.replays_of_delivery(id, 10).await.unwrap();
    assert_eq!(of_delivery.iter().map(|replay| replay.id).collect::<Vec<_>>(), [second, first]);
}

pub(super) async fn what_has_ended_is_removed_and_acts_stay(cast: &Cast) {
    let store = &cast.store;
    let all = store.replays(None, None, 100).await.unwrap();
    let ids: Vec<i64> = all.iter().map(|replay| replay.id).collect();
    assert!(ids.len() > 5 && ids.is_sorted_by(|a, b| a > b), "newest first: {ids:?}");
    let middle = store.replays(Some(ids[1]), None, 1).await.unwrap();
    assert_eq!(middle[0].id, ids[2]);
    assert_eq!(store.replays(None, Some(ids[3]), 1).await.unwrap()[0].id, ids[2], "the nearest");
    while store.remove_replays(cast.at(9_999), 2).await.unwrap() > 0 {}
    assert!(store.replays(None, None, 100).await.unwrap().iter().all(|replay| replay.ended_at.is_none()));

    let by = Actor { user_id: None, name: "command line".into() };
    let act = NewAct { by, act: "close", subject: "delivery:1".into(), reason: "spam".into(), at: cast.at(2_000) };
    store.note_act(act).await.unwrap();
    let acts = store.acts(None, None, 100).await.unwrap();
    assert_eq!(
        (acts[0].name.as_str(), acts[0].act.as_str(), acts[0].reason.as_str()),
        ("command line", "close", "spam")
    );
    let kinds: Vec<&str> = acts.iter().map(|act| act.act.as_str()).collect();
    for expected in ["trial", "replay", "propose-attach", "agree", "decline", "cancel"] {
        assert!(kinds.contains(&expected), "{expected} in {kinds:?}");
    }
    assert_eq!(store.acts(Some(acts[0].id), None, 1).await.unwrap(), acts[1..2]);
    assert_eq!(store.acts(None, Some(acts[1].id), 5).await.unwrap(), acts[..1]);
}

pub(super) async fn acts_follow_from_each_other_also_when_many_are_noted_at_once(cast: &Cast) {
    let store = &cast.store;
    let before = store.end_of_acts().await.unwrap();
    let noted = (0..12).map(|n| {
        let by = Actor { user_id: None, name: "Olga \0".into() };
        store.note_act(NewAct { by, act: "ask", subject: format!("delivery:{n}"), reason: "é".into(), at: cast.at(n) })
    });
    futures::future::try_join_all(noted).await.unwrap();
    let end = store.end_of_acts().await.unwrap();
    assert_eq!(end.number, before.number + 12);
    let last = store.acts(None, None, 1).await.unwrap().remove(0);
    assert_eq!(last.link.as_ref(), Some(&end));
    let verified = audit::verify(store, Some(&before.hash)).await.unwrap().unwrap();
    assert_eq!((verified.end, verified.unchained, verified.has_kept), (end, 0, Some(true)));
    let elsewhere = audit::verify(store, Some("0000")).await.unwrap().unwrap();
    assert_eq!(elsewhere.has_kept, Some(false));
    let mut lines = Vec::new();
    let taken = audit::write_lines(store, |line| {
        lines.push(line.clone());
        Ok::<_, StoreError>(())
    });
    taken.await.unwrap();
    assert_eq!(lines.last().unwrap()["hash"], last.link.unwrap().hash);
    assert!(lines.iter().enumerate().all(|(place, line)| line["number"] == place + 1), "oldest first, without gaps");
}

pub(super) async fn what_comes_is_told_to_who_watches(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let (delivery, payment) = (store.newest_delivery().await.unwrap(), store.newest_payment().await.unwrap());
    let id = add(cast, refused(cast, "watched", 1_200)).await;
    add(cast, refused(cast, "watched", 1_201)).await;
    let arrived = store.arrived_after(delivery, 10).await.unwrap();
    assert_eq!((arrived.len(), arrived[0].id, arrived[0].verdict.as_str()), (2, id, "quarantined"));
    assert_eq!(store.arrived_after(delivery, 1).await.unwrap()[0].id, id + 1, "the newest");
    store.apply_payments(&[linked.payment("7001", cast.at(1_200))], true, cast.at(1_200)).await.unwrap();
    let paid = store.paid_after(payment, 10).await.unwrap();
    assert_eq!(paid.iter().map(|row| row.txid.as_str()).collect::<Vec<_>>(), ["7001"]);
}

pub(super) async fn another_database_takes_over_what_is_not_of_the_log(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite://{}", folder.path().join("anew.db").display());
    let target = Store::open(&Secret::new(address)).await.unwrap();
    target.migrate().await.unwrap();
    store.take_over_into(&target).await.unwrap();
    let link = target.link(&linked.link).await.unwrap().unwrap();
    assert_eq!((link.status(), link.user_id), (LinkStatus::Linked, linked.user.clone()));
    assert_eq!(target.card_owners(std::slice::from_ref(&linked.card)).await.unwrap().len(), 1);

    let kept = store.delivery(add(cast, arrival(cast, "kept", 1_300)).await).await.unwrap().unwrap();
    let anew = store.delivery(add(cast, arrival(cast, "anew", 1_301)).await).await.unwrap().unwrap();
    let claim = claimant(kept.id, "kept", "m", None);
    store.claim_effect(&claim, cast.at(1_302)).await.unwrap();
    let effects = store.effects_of(&[kept.clone(), anew.clone()]).await.unwrap();
    assert_eq!(effects, [claim]);
    target.take_arrivals(vec![(kept.clone(), false), (anew.clone(), true)], effects.clone()).await.unwrap();
    assert_eq!(target.effects_of(std::slice::from_ref(&kept)).await.unwrap(), effects);
    let stands = async |id| target.delivery(id).await.unwrap().unwrap().verdict;
    assert_eq!((stands(kept.id).await, stands(anew.id).await), (Verdict::Accepted, Verdict::Rejected));

    let payment = linked.payment("9001", cast.at(1_300));
    let would = async |payments: Vec<NewPayment>| store.would_apply(payments, cast.at(1_303)).await.unwrap();
    assert_eq!(would(vec![payment.clone(), payment.clone()]).await, [Applied::New, Applied::Same]);
    assert!(list(cast, &linked.user).await.is_empty());
    target.apply_payments(std::slice::from_ref(&payment), true, cast.at(1_303)).await.unwrap();
    let (payments, last) = target.payments_from(0, 10).await.unwrap();
    assert_eq!(payments, [payment]);
    assert_eq!(target.payments_from(last, 10).await.unwrap().0, []);
    target.close().await;
    store.finish_deliveries(&[kept.id, anew.id].map(|id| outcome(id, DeliveryState::Done))).await.unwrap();
}
