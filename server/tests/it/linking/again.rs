//! Deliveries that an operator has processed again: what they come to, and that they come to it once.

use super::notice::{Notice, arrived, purchase, quoted, settled, token};
use super::world::{PARTNER_REF, World};
use app::backend::{ReplayState, Verdict};
use domain::ids::UserId;
use domain::link::LinkStatus;
use server::inbox::Replayer;
use server::store::{Actor, DeliveryFilter, NewReplay, ReplayAct, ReplayItem, ReplayRecord};
use sha2::{Digest as _, Sha256};
use std::time::Duration;

const JSON: &str = "application/json";
/// A reference that the bank signs with and our configuration lacks at first.
const MISSING: &str = "a-reference-that-was-missing";

/// As the bank signs with the other reference.
fn signed_otherwise(notice: Notice) -> Notice {
    let stamp: String = serde_json::from_str(&notice.timestamp).unwrap();
    Notice { hash: quoted(&hex::encode(Sha256::digest(format!("{stamp}|{MISSING}")))), ..notice }
}

async fn ask(world: &World, act: ReplayAct, dry: bool, filter: DeliveryFilter) -> i64 {
    let upto = world.store.newest_delivery().await.unwrap();
    let total = world.store.count_deliveries(&filter, upto, 100_000).await.unwrap();
    let new = NewReplay {
        by: Actor { user_id: None, name: "Olga".into() },
        reason: "a reference was missing".into(),
        act,
        dry,
        filter,
        upto,
        total,
        proposed: false,
        at: world.now(),
    };
    world.store.add_replay(new).await.unwrap()
}

async fn through(world: &World, replayer: &Replayer, id: i64) -> (ReplayRecord, Vec<ReplayItem>) {
    while replayer.step().await.unwrap() > 0 {}
    let replay = world.store.replay(id).await.unwrap().unwrap();
    assert_eq!(replay.state, ReplayState::Done);
    (replay, world.store.replay_items(id, 0, 10_000).await.unwrap())
}

async fn replayed(
    world: &World,
    replayer: &Replayer,
    dry: bool,
    filter: DeliveryFilter,
) -> (ReplayRecord, Vec<ReplayItem>) {
    let id = ask(world, ReplayAct::Replay, dry, filter).await;
    through(world, replayer, id).await
}

fn quarantined() -> DeliveryFilter {
    DeliveryFilter { verdict: Some(Verdict::Quarantined), ..DeliveryFilter::default() }
}

/// What users have, as one text: whatever a replay must not change twice.
async fn everything(world: &World, users: &[&UserId]) -> String {
    let mut all = String::new();
    for user in users {
        let links = world.store.links_of(user).await.unwrap();
        let cards = world.store.cards_of_user(user).await.unwrap();
        let payments = world.payments(user, 10_000).await;
        let seq = world.store.last_seq(user).await.unwrap();
        all.push_str(&format!("{links:?}{cards:?}{payments:?}{seq:?}"));
    }
    let deliveries = world.deliveries().await;
    let facts = deliveries.iter().map(|d| (d.id, d.verdict, d.reason.clone(), d.state, d.user_id.clone()));
    all + &format!("{:?}", facts.collect::<Vec<_>>())
}

async fn linked(world: &World) -> (UserId, String) {
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    (alice, world.first_card("alice@example.test"))
}

#[tokio::test]
async fn three_refused_tries_have_one_effect_once_the_missing_reference_is_known() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    let first = Notice::new(&world, purchase(&card, "555", &[]));
    for current_try in 1..=3 {
        let notice = signed_otherwise(first.retried(&world, current_try));
        assert_eq!(arrived(&world, JSON, &notice.json()).await, (401, "quarantined", "hash-mismatch".into()));
    }
    let before = everything(&world, &[&alice]).await;
    let unmended = world.replayer(&[PARTNER_REF]);
    let (unchanged, items) = replayed(&world, &unmended, false, quarantined()).await;
    assert_eq!((unchanged.seen, unchanged.changed, unchanged.doubtful), (3, 0, 3));
    assert!(items.iter().all(|item| item.outcome == "stays:hash-mismatch"), "{items:?}");
    assert_eq!(everything(&world, &[&alice]).await, before);

    let mended = world.replayer(&[PARTNER_REF, MISSING]);
    let (trial, foretold) = replayed(&world, &mended, true, quarantined()).await;
    assert_eq!((trial.seen, trial.changed, trial.doubtful), (3, 3, 0));
    assert_eq!(everything(&world, &[&alice]).await, before, "a trial changes nothing");
    let (done, has) = replayed(&world, &mended, false, quarantined()).await;
    assert_eq!((done.seen, done.changed), (3, 3));
    assert_eq!(foretold, has, "the trial has told what happens");
    let payments = world.payments(&alice, 10_000).await;
    assert_eq!(payments.iter().filter(|row| row.payment.txid.as_str() == "555").count(), 1);
    let verdicts: Vec<_> = world.deliveries().await.iter().take(3).map(|d| d.verdict.code()).collect();
    assert_eq!(verdicts, ["duplicate", "duplicate", "accepted"]);
    let trust = world.deliveries().await.remove(2).trust;
    assert!(trust.contains(r#""name":"hash","good":true"#), "{trust}");
}

#[tokio::test]
async fn what_has_had_its_effect_has_none_twice() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    for n in 0..150 {
        let paid = Notice::new(&world, purchase(&card, &format!("p{n}"), &[("status", r#""A""#)]));
        arrived(&world, JSON, &paid.json()).await;
    }
    world.settle().await;
    let same = Notice::new(&world, purchase(&card, "p1", &[]));
    assert_eq!(settled(&world, &same).await.1, "accepted");
    assert_eq!(settled(&world, &same.retried(&world, 2)).await.1, "duplicate");
    let other = Notice { data: purchase(&card, "p1", &[("amount", r#""9.99""#)]), ..same.retried(&world, 3) };
    assert_eq!(settled(&world, &other).await.1, "quarantined");
    let bruno = world.user("b@example.test").await;
    let reference = world.intent(&bruno).await;
    let key = world.grant("bruno@example.test", &reference);
    world.notify_token("token_created", &key, &reference).await;
    world.settle().await;
    world.notify_token("token_revoked", &key, &reference).await;
    world.settle_after(Duration::from_secs(10)).await;
    // A forgotten link stays forgotten.
    let link = world.store.links_of(&alice).await.unwrap().remove(0).id;
    world.links.forget(&link, &alice, false).await.unwrap();

    let before = everything(&world, &[&alice, &bruno]).await;
    let replayer = world.replayer(&[PARTNER_REF]);
    for dry in [true, false, false] {
        let (replay, items) = replayed(&world, &replayer, dry, DeliveryFilter::default()).await;
        assert_eq!((replay.seen, replay.changed), (replay.total, 0), "{items:?}");
        assert!(replay.total > 150);
        world.settle().await;
        assert_eq!(everything(&world, &[&alice, &bruno]).await, before);
    }
}

#[tokio::test]
async fn what_is_missing_of_an_effect_is_entered_again() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    assert_eq!(settled(&world, &Notice::new(&world, purchase(&card, "555", &[]))).await.1, "accepted");
    // Another person who sees the same card has linked since.
    let twin = world.user("twin@example.test").await;
    world.linked(&twin, "alice@example.test").await;
    let rows = async |user: &UserId| {
        world.payments(user, 10_000).await.iter().filter(|row| row.payment.txid.as_str() == "555").count()
    };
    assert_eq!((rows(&alice).await, rows(&twin).await), (1, 0));
    let replayer = world.replayer(&[PARTNER_REF]);
    let (done, _) = replayed(&world, &replayer, false, DeliveryFilter::default()).await;
    assert_eq!(done.changed, 1);
    assert_eq!((rows(&alice).await, rows(&twin).await), (1, 1));
}

#[tokio::test]
async fn a_token_that_was_refused_is_linked_and_proven_by_the_bank() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    let reference = world.intent(&alice).await;
    let key = world.grant("alice@example.test", &reference);
    let created = signed_otherwise(Notice::new(&world, token("token_created", key.expose(), &reference)));
    arrived(&world, JSON, &created.json()).await;
    // Judged as of its arrival: her attempt was open then.
    world.clock.advance(Duration::from_hours(48));
    let mended = world.replayer(&[MISSING]);
    let (_, foretold) = replayed(&world, &mended, true, quarantined()).await;
    assert_eq!(world.statuses(&alice).await, []);
    assert!(
        foretold[0].changes.iter().any(|change| change.what == "link" && change.after.as_deref() == Some("pending"))
    );
    let (done, _) = replayed(&world, &mended, false, quarantined()).await;
    assert_eq!(done.changed, 1);
    world.settle().await;
    assert_eq!(world.statuses(&alice).await, [LinkStatus::Linked]);
}

#[tokio::test]
async fn an_operators_word_lets_in_what_the_evidence_does_not_carry() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    let forged = signed_otherwise(Notice::new(&world, purchase(&card, "555", &[])));
    arrived(&world, JSON, &forged.json()).await;
    let one = DeliveryFilter { id: Some(world.deliveries().await[0].id), ..DeliveryFilter::default() };
    let replayer = world.replayer(&[PARTNER_REF]);
    let id = ask(&world, ReplayAct::Release, false, one).await;
    let (done, _) = through(&world, &replayer, id).await;
    assert_eq!(done.changed, 1);
    assert!(world.payments(&alice, 10_000).await.iter().any(|row| row.payment.txid.as_str() == "555"));
    assert_eq!(world.newest().await, ("accepted", String::new(), "done"));
    assert!(world.deliveries().await[0].trust.contains(r#""name":"operator","good":true,"detail":"release""#));

    let bruno = world.user("b@example.test").await;
    let key = world.grant("bruno@example.test", "nobody's");
    world.notify_token("token_created", &key, "nobody's").await;
    world.settle().await;
    assert_eq!(world.newest().await.1, "unreadable-custom-reference");
    let orphan = DeliveryFilter { id: Some(world.deliveries().await[0].id), ..DeliveryFilter::default() };
    let id = ask(&world, ReplayAct::Attach(Some(bruno.clone())), false, orphan).await;
    let (done, _) = through(&world, &replayer, id).await;
    assert_eq!(done.changed, 1);
    world.settle().await;
    assert_eq!(world.statuses(&bruno).await, [LinkStatus::Linked], "the bank has proven it");
}

#[tokio::test]
async fn a_replay_survives_a_restart_and_is_not_begun_anew() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    for n in 0..150 {
        let refused = signed_otherwise(Notice::new(&world, purchase(&card, &format!("r{n}"), &[])));
        arrived(&world, JSON, &refused.json()).await;
    }
    let first = world.replayer(&[MISSING]);
    let id = ask(&world, ReplayAct::Replay, false, quarantined()).await;
    assert_eq!(first.step().await.unwrap(), 1);
    let half_way = world.store.replay(id).await.unwrap().unwrap();
    assert_eq!((half_way.state, half_way.seen), (ReplayState::Running, 64));
    drop(first);
    let (done, items) = through(&world, &world.replayer(&[MISSING]), id).await;
    assert_eq!((done.seen, done.changed, items.len()), (150, 150, 150));
    let entered = world.payments(&alice, 10_000).await;
    assert_eq!(entered.iter().filter(|row| row.payment.txid.as_str().starts_with('r')).count(), 150);

    // While effects are paused, a trial may go on and nothing else.
    world.store.pause_effects(&alice, world.now()).await.unwrap();
    let replayer = world.replayer(&[MISSING]);
    let real = ask(&world, ReplayAct::Replay, false, quarantined()).await;
    assert_eq!(replayer.step().await.unwrap(), 0);
    let trial = ask(&world, ReplayAct::Replay, true, quarantined()).await;
    while replayer.step().await.unwrap() > 0 {}
    assert_eq!(world.store.replay(trial).await.unwrap().unwrap().state, ReplayState::Done);
    assert_eq!(world.store.replay(real).await.unwrap().unwrap().state, ReplayState::Running);
    world.store.resume_effects().await.unwrap();
    through(&world, &replayer, real).await;
}

#[tokio::test]
async fn a_body_that_is_gone_leaves_what_was_made_of_it() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    settled(&world, &Notice::new(&world, purchase(&card, "555", &[]))).await;
    arrived(&world, JSON, &signed_otherwise(Notice::new(&world, purchase(&card, "556", &[]))).json()).await;
    while world.store.remove_bodies(world.now().plus(Duration::from_secs(1)), 100).await.unwrap() > 0 {}
    let before = everything(&world, &[&alice]).await;
    let (done, items) = replayed(&world, &world.replayer(&[MISSING]), false, DeliveryFilter::default()).await;
    assert_eq!((done.changed, done.doubtful), (0, 1));
    assert_eq!(items[0].outcome, "stays:no-body");
    assert_eq!(everything(&world, &[&alice]).await, before);
}
