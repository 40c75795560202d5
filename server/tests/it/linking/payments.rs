//! Payments: live, repeated, early, contradictory, and after a crash.

use super::world::World;
use domain::transaction::TxStatus;
use server::store::{Claimant, Lease};
use std::time::Duration;

#[tokio::test]
async fn a_payment_is_entered_once_however_often_it_is_told() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    let card = world.first_card("alice@example.test");
    let before = world.payments(&alice, 2_000).await.len();
    let body = world.payment_form(world.next_reference(), &card, "555", "S", "98.319999999999993");
    for _ in 0..3 {
        assert_eq!(world.post(&body).await, 200);
    }
    world.settle().await;
    let verdicts: Vec<_> = world.deliveries().await.iter().take(3).map(|delivery| delivery.verdict.code()).collect();
    assert_eq!(verdicts, ["duplicate", "duplicate", "accepted"]);
    let payments = world.payments(&alice, 2_000).await;
    assert_eq!(payments.len(), before + 1);
    let payment = payments.iter().find(|row| row.payment.txid.as_str() == "555").unwrap();
    assert_eq!((payment.payment.amount_minor, payment.payment.confirmed), (-9832, false));
}

#[tokio::test]
async fn rp_08_the_same_reference_with_other_content_is_a_conflict_and_the_first_wins() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    let card = world.first_card("alice@example.test");
    let reference = world.next_reference();
    world.post(&world.payment_form(reference, &card, "555", "S", "1.00")).await;
    world.post(&world.payment_form(reference, &card, "555", "S", "100.00")).await;
    world.settle().await;
    assert_eq!(world.newest().await, ("quarantined", "conflicting-content".into(), "done"));
    let payments = world.payments(&alice, 2_000).await;
    assert_eq!(payments.iter().find(|row| row.payment.txid.as_str() == "555").unwrap().payment.amount_minor, -100);
}

#[tokio::test]
async fn rp_21_a_payment_for_an_unknown_card_waits_until_the_card_is_learned() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    let card = world.first_card("alice@example.test");
    assert_eq!(world.notify_payment(&card, "555", "S").await, 200);
    world.settle().await;
    assert_eq!(world.newest().await, ("accepted", "unknown-card".into(), "parked"));
    world.linked(&alice, "alice@example.test").await;
    let payments = world.payments(&alice, 2_000).await;
    assert_eq!(payments.iter().filter(|row| row.payment.txid.as_str() == "555").count(), 1);
    let parked = world.deliveries().await.into_iter().find(|delivery| delivery.card_ref.is_some()).unwrap();
    assert_eq!((parked.state.code(), parked.user_id), ("done", Some(alice)));
}

#[tokio::test]
async fn rp_24_a_status_that_goes_back_changes_nothing() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    let card = world.first_card("alice@example.test");
    for (status, expected) in [("A", TxStatus::Authorised), ("S", TxStatus::Settled), ("A", TxStatus::Settled)] {
        world.notify_payment(&card, "555", status).await;
        world.settle().await;
        let payments = world.payments(&alice, 2_000).await;
        let payment = payments.iter().find(|row| row.payment.txid.as_str() == "555").unwrap();
        assert_eq!(payment.payment.status, expected);
    }
}

#[tokio::test]
async fn the_same_payment_told_twice_at_once_under_two_references_stands_once() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    let card = world.first_card("alice@example.test");
    world.notify_payment(&card, "555", "A").await;
    world.notify_payment(&card, "555", "S").await;
    world.settle().await;
    let payments = world.payments(&alice, 2_000).await;
    let statuses: Vec<_> =
        payments.iter().filter(|row| row.payment.txid.as_str() == "555").map(|row| row.payment.status).collect();
    assert_eq!(statuses, [TxStatus::Settled]);
}

#[tokio::test]
async fn the_banks_statement_confirms_what_a_notification_told() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    let newest = world.payments(&alice, 1).await.remove(0).payment;
    assert!(newest.confirmed, "what the statement told needs no confirmation");
    let card = world.first_card("alice@example.test");
    world.notify_payment(&card, "555", "S").await;
    world.settle().await;
    // The bank's books do not hold this one, so it stays unconfirmed however often they are read.
    world.settle_after(Duration::from_secs(3)).await;
    let payments = world.payments(&alice, 2_000).await;
    assert!(!payments.iter().find(|row| row.payment.txid.as_str() == "555").unwrap().payment.confirmed);
}

#[tokio::test]
async fn after_a_crash_between_claim_and_effect_the_effect_happens_once() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    let card = world.first_card("alice@example.test");
    world.notify_payment(&card, "555", "S").await;
    let due = world.store.due_deliveries(world.now(), 10).await.unwrap();
    let claims: Vec<_> = due
        .iter()
        .map(|d| Claimant { id: d.id, reference: d.reference.clone(), core_mac: d.core_mac.clone(), hash: None })
        .collect();
    let lease = Lease { holder: "it will crash", until: world.now().plus(Duration::from_secs(30)) };
    world.store.claim_effects(&claims, lease, world.now()).await.unwrap();
    world.settle().await;
    assert!(world.payments(&alice, 2_000).await.iter().all(|row| row.payment.txid.as_str() != "555"), "still leased");
    world.settle_after(Duration::from_secs(30)).await;
    let payments = world.payments(&alice, 2_000).await;
    assert_eq!(payments.iter().filter(|row| row.payment.txid.as_str() == "555").count(), 1);
}

#[tokio::test]
async fn history_equals_the_banks_books_to_the_cent() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    let ours = world.payments(&alice, 10_000).await;
    let bank = world.bank.bank.world();
    let customer = bank.customer("alice@example.test").unwrap();
    let books: usize = bank.cards_of(customer).map(|card| card.book.transactions().len()).sum();
    assert_eq!(ours.len(), books);
}

#[tokio::test]
async fn a_multipart_body_is_read_again_by_the_longest_boundary_there_is() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    let card = world.first_card("alice@example.test");
    let form = world.payment_form(world.next_reference(), &card, "555", "S", "12.40");
    let boundary = "-".repeat(54) + "0123456789abcdef";
    let mut body = String::new();
    for pair in form.split('&') {
        let (name, value) = pair.split_once('=').unwrap();
        let plain = |text: &str| {
            let mut parts = text.split('%');
            let head = parts.next().unwrap().to_owned();
            parts.fold(head, |out, part| {
                out + &char::from(u8::from_str_radix(&part[..2], 16).unwrap()).to_string() + &part[2..]
            })
        };
        let (name, value) = (plain(name), plain(value));
        body += &format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += &format!("--{boundary}--\r\n");
    assert_eq!(world.post_as(&format!("multipart/form-data; boundary={boundary}"), &body).await, 200);
    world.settle().await;
    assert_eq!(world.newest().await, ("accepted", String::new(), "done"));
}
