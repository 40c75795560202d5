//! Effects are paused; acknowledgements are not.

use super::world::World;
use server::store::{DeliveryRecord, PaymentRow};
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
