//! The same notification again: repeated, tried again, copied, and all at once.

use super::notice::{Notice, arrived, purchase, settled, token};
use super::world::World;
use domain::ids::UserId;
use domain::link::LinkStatus;
use futures::StreamExt as _;
use server::store::{Claimant, DeliveriesQuery, Lease};
use std::collections::HashMap;
use std::time::Duration;

const JSON: &str = "application/json";
const DAY: Duration = Duration::from_hours(24);

/// A user who has linked, and one of her cards.
async fn linked(world: &World) -> (UserId, String) {
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    (alice, world.first_card("alice@example.test"))
}

async fn rows(world: &World, user: &UserId, txid: &str) -> usize {
    world.payments(user, 10_000).await.iter().filter(|row| row.payment.txid.as_str() == txid).count()
}

/// How many arrivals came to which verdict.
async fn verdicts(world: &World) -> HashMap<&'static str, usize> {
    let all = DeliveriesQuery { limit: 10_000, ..DeliveriesQuery::default() };
    let mut count = HashMap::new();
    for delivery in world.store.deliveries(&all).await.unwrap() {
        *count.entry(delivery.verdict.code()).or_default() += 1;
    }
    count
}

#[tokio::test]
async fn rp_01_rp_05_repeats_and_retries_have_one_effect() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    let first = Notice::new(&world, purchase(&card, "555", &[]));
    assert_eq!(settled(&world, &first).await, (200, "accepted", String::new()));
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(settled(&world, &first).await, (200, "duplicate", String::new()), "byte for byte");
    for current_try in [2, 3] {
        let retry = first.retried(&world, current_try);
        assert_ne!(retry.hash, first.hash);
        assert_eq!(settled(&world, &retry).await, (200, "duplicate", String::new()), "try {current_try}");
    }
    assert_eq!(rows(&world, &alice, "555").await, 1);
}

#[tokio::test]
async fn rp_02_a_thousand_at_once_have_one_effect() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    let before = verdicts(&world).await;
    let body = Notice::new(&world, purchase(&card, "555", &[])).json();
    let storm = futures::future::join_all((0..1_000).map(|_| world.post_as(JSON, &body)));
    // The worker is at it while they arrive.
    let (answers, ()) = tokio::join!(storm, async {
        for _ in 0..20 {
            world.settle().await;
            tokio::task::yield_now().await;
        }
    });
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    world.settle().await;
    assert_eq!(rows(&world, &alice, "555").await, 1);
    let after = verdicts(&world).await;
    assert_eq!(after["accepted"] - before["accepted"], 1);
    assert_eq!(after["duplicate"], 999);
}

#[tokio::test]
async fn rp_04_what_is_repeated_much_later_has_no_second_effect() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    let first = Notice::new(&world, purchase(&card, "555", &[]));
    settled(&world, &first).await;
    world.clock.advance(30 * DAY);
    world.upkeep.step().await.unwrap();
    let (status, verdict, _) = settled(&world, &first).await;
    assert_eq!((status, verdict == "accepted"), (200, false), "a month later it is {verdict}");
    world.clock.advance(369 * DAY);
    world.upkeep.step().await.unwrap();
    let retry = first.retried(&world, 2);
    assert_eq!(settled(&world, &retry).await, (200, "duplicate", String::new()), "its reference is still known");
    assert_eq!(rows(&world, &alice, "555").await, 1);
}

#[tokio::test]
async fn rp_06_a_retry_while_the_first_try_is_at_work_waits_for_it() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    let first = Notice::new(&world, purchase(&card, "555", &[]));
    world.post_as(JSON, &first.json()).await;
    let due = world.store.due_deliveries(world.now(), 10).await.unwrap();
    let claims: Vec<_> = due
        .iter()
        .map(|d| Claimant { id: d.id, reference: d.reference.clone(), core_mac: d.core_mac.clone(), hash: None })
        .collect();
    assert_eq!(claims.len(), 1);
    let lease = Lease { holder: "somebody else", until: world.now().plus(Duration::from_secs(30)) };
    world.store.claim_effects(&claims, lease, world.now()).await.unwrap();
    assert_eq!(settled(&world, &first.retried(&world, 2)).await, (200, "duplicate", String::new()));
    assert_eq!(rows(&world, &alice, "555").await, 0, "the first one has it, and is not through");
    world.settle_after(Duration::from_secs(30)).await;
    assert_eq!(rows(&world, &alice, "555").await, 1);
}

#[tokio::test]
async fn rp_08_rp_09_the_same_reference_for_something_else_is_a_conflict() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    let conflict = (200, "quarantined", "conflicting-content".to_owned());
    let paid = Notice::new(&world, purchase(&card, "555", &[]));
    settled(&world, &paid).await;
    let dearer = Notice { data: purchase(&card, "555", &[("amount", "99.99")]), ..paid.retried(&world, 2) };
    assert_eq!(settled(&world, &dearer).await, conflict);

    let reference = world.intent(&alice).await;
    let key = world.grant("bruno@example.test", &reference);
    let created = Notice::new(&world, token("token_created", key.expose(), &reference));
    assert_eq!(settled(&world, &created).await, (200, "accepted", String::new()));
    let revoked = token("token_revoked", key.expose(), &reference);
    let flipped = Notice { data: revoked, ..created.retried(&world, 2) };
    assert_eq!(settled(&world, &flipped).await, conflict);
    assert_eq!(world.statuses(&alice).await, [LinkStatus::Linked; 2]);
    assert_eq!(world.alarms().await, ["conflict", "conflict"]);
}

#[tokio::test]
async fn rp_12_a_copied_hash_is_let_through_ten_times_a_minute_and_held() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    let genuine = Notice::new(&world, purchase(&card, "555", &[]));
    settled(&world, &genuine).await;
    let forged = |n: usize| Notice {
        reference: Notice::new(&world, "").reference,
        data: purchase(&card, &format!("666{n}"), &[]),
        ..genuine.clone()
    };
    for n in 0..9 {
        let came = settled(&world, &forged(n)).await;
        assert_eq!(came, (200, "held", "reused-hash".to_owned()), "{n}");
    }
    for n in 9..30 {
        assert_eq!(arrived(&world, JSON, &forged(n).json()).await.0, 429, "{n}");
    }
    assert!(world.alarms().await.contains(&"reused-hash".to_owned()));
    world.clock.advance(Duration::from_mins(1));
    assert_eq!(arrived(&world, JSON, &forged(30).json()).await.0, 200, "a minute later");
    assert!(world.payments(&alice, 10_000).await.iter().all(|row| !row.payment.txid.as_str().starts_with("666")));
}

#[tokio::test]
async fn rp_13_a_reference_that_is_none_is_kept_and_not_acted_on() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    let letters = "d5ec5399f34be7fcaaeadb64ad6236550a4c19ea";
    for bad in [
        r#""""#.to_owned(),
        "null".to_owned(),
        "7".to_owned(),
        "{}".to_owned(),
        format!("\"{}\"", &letters[1..]),
        format!("\"{letters}0\""),
        format!("\"{}g\"", &letters[1..]),
        r#""'; DROP TABLE deliveries; --0000000000000""#.to_owned(),
    ] {
        let notice = Notice { reference: bad.clone(), ..Notice::new(&world, purchase(&card, "555", &[])) };
        assert_eq!(settled(&world, &notice).await, (200, "quarantined", "bad-reference".to_owned()), "{bad}");
    }
    assert_eq!(rows(&world, &alice, "555").await, 0);
}

#[tokio::test]
async fn rp_14_a_reference_in_capitals_is_the_same() {
    let world = World::start().await;
    let (_, card) = linked(&world).await;
    let small = Notice {
        reference: r#""d5ec5399f34be7fcaaeadb64ad6236550a4c19ea""#.to_owned(),
        ..Notice::new(&world, purchase(&card, "555", &[]))
    };
    settled(&world, &small).await;
    let retry = small.retried(&world, 2);
    let capitals = Notice { reference: retry.reference.to_uppercase(), ..retry };
    assert_eq!(settled(&world, &capitals).await, (200, "duplicate", String::new()));
    let other = Notice { data: purchase(&card, "556", &[]), ..capitals.retried(&world, 3) };
    assert_eq!(settled(&world, &other).await.1, "quarantined");
}

#[tokio::test]
async fn rp_22_rp_25_a_payment_is_known_by_its_card_and_its_name() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    let cards: Vec<String> = {
        let bank = world.bank.bank.world();
        let customer = bank.customer("alice@example.test").unwrap();
        bank.cards_of(customer).map(|card| card.card_ref.clone()).collect()
    };
    for _ in 0..2 {
        let told = Notice::new(&world, purchase(&card, "555", &[]));
        assert_eq!(settled(&world, &told).await, (200, "accepted", String::new()));
    }
    assert_eq!(rows(&world, &alice, "555").await, 1, "two references, one payment");
    let other = cards.iter().find(|other| **other != card).expect("alice has three cards");
    settled(&world, &Notice::new(&world, purchase(other, "555", &[]))).await;
    assert_eq!(rows(&world, &alice, "555").await, 2, "each card counts by itself");
}

#[tokio::test]
async fn rp_26_tries_that_cannot_be_are_taken_and_marked() {
    let world = World::start().await;
    for tries in [
        r#""current_try":0,"max_tries":3,"#,
        r#""current_try":4,"max_tries":3,"#,
        r#""current_try":-1,"max_tries":3,"#,
        r#""current_try":1,"max_tries":1000000000,"#,
        r#""current_try":99999999999999999999,"max_tries":3,"#,
        r#""current_try":"one","max_tries":null,"#,
        "",
    ] {
        let notice = Notice { tries: tries.to_owned(), ..Notice::new(&world, purchase("ANY0000000000", "555", &[])) };
        let came = arrived(&world, JSON, &notice.json()).await;
        assert_eq!(came, (200, "accepted", String::new()), "{tries}");
        let trust = world.deliveries().await.remove(0).trust;
        assert!(trust.contains(r#""name":"tries","good":false"#), "{tries}: {trust}");
    }
    let usual = Notice::new(&world, purchase("ANY0000000000", "555", &[])).json();
    arrived(&world, JSON, &usual).await;
    assert!(!world.deliveries().await.remove(0).trust.contains("tries"));
}

#[tokio::test]
async fn rp_28_a_backlog_comes_in_whole() {
    const BACKLOG: usize = 1_500;
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    let before = world.payments(&alice, 10_000).await.len();
    let bodies: Vec<String> =
        (0..BACKLOG).map(|n| Notice::new(&world, purchase(&card, &format!("b{n}"), &[])).json()).collect();
    let posted = futures::stream::iter(&bodies).map(|body| world.post_as(JSON, body)).buffer_unordered(200);
    let refused = posted.filter(|status| std::future::ready(*status != 200)).count().await;
    assert_eq!(refused, 0);
    world.settle().await;
    assert_eq!(world.payments(&alice, 10_000).await.len(), before + BACKLOG);
}
