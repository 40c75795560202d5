//! Effects are paused, acknowledgements are not; and an account is paused, what is told of it is not.

use super::world::{RECONCILE_EVERY, World};
use server::store::{Actor, DeliveryRecord, NewDeed, PaymentRow, Undertaking};
use std::time::Duration;

#[tokio::test]
async fn while_effects_are_paused_notifications_are_acknowledged_and_wait_for_them() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    let card = world.first_card("alice@example.test");
    let is_new = |row: &PaymentRow| row.payment.txid.as_str() == "777";

    world.store.pause_effects(&alice, world.now()).await.unwrap();
    assert_eq!(world.notify_payment(&card, "777", "S").await, 200);
    let held =
        world.token_form_sent(Duration::from_hours(73), "token_revoked", &world.grant("alice@example.test", ""), "");
    assert_eq!(world.post(&held).await, 200);
    let before: Vec<DeliveryRecord> = world.deliveries().await;
    world.settle_after(Duration::from_mins(1)).await;
    assert_eq!(world.deliveries().await, before, "neither the worker nor the asker has touched them");
    assert!(!world.payments(&alice, 10_000).await.iter().any(is_new));

    world.store.resume_effects().await.unwrap();
    world.settle().await;
    assert_eq!(world.payments(&alice, 10_000).await.iter().filter(|row| is_new(row)).count(), 1);
    assert_ne!(world.deliveries().await, before);
}

#[tokio::test]
async fn for_a_paused_account_the_bank_is_not_asked_and_what_it_tells_has_its_effect() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    let link = world.linked(&alice, "alice@example.test").await;
    let card = world.first_card("alice@example.test");
    let about = async |what: Undertaking| {
        let (by, at) = (Actor::command_line(), world.now());
        let deed = NewDeed { by, user_id: alice.clone(), what, reason: "lost telephone".to_owned(), at };
        assert!(world.store.do_about_user(deed).await.unwrap());
    };
    let knows =
        async |txid: &str| world.payments(&alice, 10_000).await.iter().any(|row| row.payment.txid.as_str() == txid);

    about(Undertaking::Pause).await;
    let booked = world.bank_books(&card, "12.00");
    assert_eq!(world.notify_payment(&card, "777", "S").await, 200);
    world.settle_after(2 * RECONCILE_EVERY).await;
    assert!(knows("777").await, "it was told");
    assert!(!knows(&booked).await, "it would have been read from the statement");
    assert!(world.link(&link).await.next_try_at.is_some_and(|at| at <= world.now()), "the link is due, and waits");

    about(Undertaking::Resume).await;
    world.settle().await;
    assert!(knows(&booked).await);
}
