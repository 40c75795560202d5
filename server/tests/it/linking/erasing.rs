//! What the bank still tells about somebody who has gone.

use super::world::World;
use domain::ids::{CardRef, UserId};
use server::accounts::Eraser;
use server::nodes::Duty;
use server::store::{DeliveryRecord, NewErasure};
use server::vault::Vault;
use std::sync::Arc;

async fn erase(world: &World, user: &UserId) {
    let vault = world.vault.clone();
    let erasure = NewErasure {
        number: "E-1".to_owned(),
        user_id: user.clone(),
        key_owner: Vault::user_owner(user),
        at: world.now(),
    };
    assert!(world.store.begin_erasure(erasure, move |card| vault.card_mac(card)).await.unwrap());
    world.vault.destroy_user_key(user).await.unwrap();
}

async fn remove_all(world: &World) {
    let eraser = Eraser {
        store: world.store.clone(),
        vault: world.vault.clone(),
        clock: world.links.clock.clone(),
        wake: Arc::default(),
        duty: Duty::new("erasures", world.store.clone(), world.links.clock.clone()),
    };
    while eraser.step().await.unwrap() > 0 {}
}

fn is_empty(delivery: &DeliveryRecord) -> bool {
    delivery.body.is_none() && delivery.card_ref.is_none() && delivery.txid.is_none() && delivery.user_id.is_none()
}

#[tokio::test]
async fn what_comes_later_for_her_cards_is_kept_by_nobody_and_brings_nothing_back() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    let card = world.first_card("alice@example.test");
    assert_eq!(world.notify_payment(&card, "770", "S").await, 200);
    world.settle().await;
    erase(&world, &alice).await;
    // While her rows are being removed, and after.
    assert_eq!(world.notify_payment(&card, "771", "S").await, 200, "the bank hears nothing of it");
    world.settle().await;
    assert_eq!(world.newest().await, ("accepted", "erased".to_owned(), "done"));
    remove_all(&world).await;
    assert_eq!(world.notify_payment(&card, "772", "S").await, 200);
    world.settle().await;
    assert_eq!(world.newest().await, ("accepted", "erased".to_owned(), "done"));
    assert!(world.deliveries().await.iter().all(is_empty), "{:?}", world.deliveries().await);
    assert!(world.payments(&alice, 10).await.is_empty());
    assert_eq!(world.store.user_by_id(&alice).await.unwrap(), None);
    assert_eq!(world.store.data_key(&Vault::user_owner(&alice)).await.unwrap(), None);

    // Somebody else links the same card: that is her own, and what was not kept does not come alive.
    let bruno = world.user("b@example.test").await;
    world.linked(&bruno, "alice@example.test").await;
    assert_eq!(world.notify_payment(&card, "773", "S").await, 200);
    world.settle().await;
    let txids: Vec<String> =
        world.payments(&bruno, 10_000).await.into_iter().map(|row| row.payment.txid.to_string()).collect();
    assert!(txids.contains(&"773".to_owned()) && !txids.iter().any(|txid| txid == "771" || txid == "772"));
    assert!(
        world.store.erased_cards(&[world.vault.card_mac(&CardRef::parse(card).unwrap())]).await.unwrap().len() == 1
    );
}

#[tokio::test]
async fn a_card_that_two_people_have_linked_goes_on_for_the_other() {
    let world = World::start().await;
    let (alice, bruno) = (world.user("a@example.test").await, world.user("b@example.test").await);
    world.linked(&alice, "alice@example.test").await;
    world.linked(&bruno, "alice@example.test").await;
    let card = world.first_card("alice@example.test");
    let before = world.payments(&bruno, 10_000).await.len();
    erase(&world, &alice).await;
    remove_all(&world).await;
    assert_eq!(world.payments(&bruno, 10_000).await.len(), before);
    assert_eq!(world.notify_payment(&card, "774", "S").await, 200);
    world.settle().await;
    assert_eq!(world.payments(&bruno, 10_000).await.len(), before + 1);
}

#[tokio::test]
async fn cr_16_the_attempt_of_somebody_who_has_gone_links_nothing() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    let reference = world.intent(&alice).await;
    let token = world.grant("alice@example.test", &reference);
    erase(&world, &alice).await;
    assert_eq!(world.notify_token("token_created", &token, &reference).await, 200);
    world.settle().await;
    assert_eq!(world.newest().await, ("quarantined", "unknown-intent".to_owned(), "done"));
    remove_all(&world).await;
    assert_eq!(world.store.link_by_token(&world.vault.fingerprint(&token)).await.unwrap(), None);
    assert_eq!(world.store.data_key(&Vault::user_owner(&alice)).await.unwrap(), None);
}

#[tokio::test]
async fn a_late_word_about_her_token_brings_no_link_back() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    let reference = world.intent(&alice).await;
    let token = world.grant("alice@example.test", &reference);
    world.browser(&alice, &token, &reference).await;
    erase(&world, &alice).await;
    remove_all(&world).await;
    let bruno = world.user("b@example.test").await;
    let his = world.intent(&bruno).await;
    assert_eq!(world.notify_token("token_created", &token, &his).await, 200);
    world.settle().await;
    assert!(world.statuses(&bruno).await.iter().all(|status| status.code() == "revoked"));
    assert!(world.payments(&bruno, 10).await.is_empty());
}
