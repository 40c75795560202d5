//! The key ring, changed by operators while everything goes on.

use super::hooks::{hook, notification, stored};
use super::world::World;
use domain::viewer::Role;
use server::vault::{self, KeyRing};
use std::time::Duration;

const ROTATE: &str = "/operator/keys/rotate";

#[tokio::test]
async fn an_admin_replaces_the_key_and_what_was_sealed_is_read_as_before() {
    let world = World::new().await;
    let vault = &world.services.vault;
    assert_eq!(world.send(hook(notification(1, 0))).await.status, 200);
    let admin = world.operator("ada@example.test", Role::Admin).await;
    let old = vault.kids().remove(0);
    let retire = format!("/operator/keys/{old}/retire");

    let answer = world.post(&retire, &[], &admin).await;
    assert_eq!((answer.status, answer.location()), (303, "/operator/keys?refused=used"), "it is the active one");
    let answer = world.post(ROTATE, &[], &admin).await;
    assert_eq!((answer.status, answer.location()), (303, "/operator/keys?done=rotate"));
    let new = vault.kids().remove(0);
    assert_ne!(new, old);
    while under(&world, &old).await > 0 {
        tokio::task::yield_now().await;
    }
    assert!(under(&world, &new).await > 0);
    let page = world.get("/operator/keys?done=rotate", &admin).await.text();
    assert!(page.contains(&old) && page.contains(&new) && page.contains(&retire), "{page}");

    assert_eq!(world.post(&retire, &[], &admin).await.location(), "/operator/keys?refused=fresh");
    world.clock.advance(Duration::from_mins(30));
    let admin = world.sign_in("ada@example.test").await;
    assert_eq!(world.post(&retire, &[], &admin).await.location(), "/operator/keys?done=retire");
    assert_eq!(world.post(&retire, &[], &admin).await.status, 404);
    assert_eq!(vault.kids(), [new.as_str()]);

    let acts = world.services.store.acts(None, None, 9).await.unwrap();
    let told: Vec<_> = acts.iter().map(|act| (act.act.as_str(), act.subject.as_str())).collect();
    let (made, retired) = (format!("key:{new}"), format!("key:{old}"));
    assert_eq!(told, [("retire-key", retired.as_str()), ("rotate-key", made.as_str())]);
    assert!(world.get("/operator/audit", &admin).await.text().contains(&retired));

    let delivery = stored(&world).await.remove(0).id;
    let page = world.get(&format!("/operator/deliveries/{delivery}"), &admin).await.text();
    assert!(page.contains("card_transaction_received"), "{page}");
    assert_eq!(world.send(hook(notification(2, 0))).await.status, 200);
    let ring = KeyRing::read(&world.services.config.keyring).unwrap();
    vault::check(&ring, &world.services.store).await.unwrap();
    world.end().await;
}

#[tokio::test]
async fn nobody_below_an_admin_changes_the_ring() {
    let world = World::new().await;
    let before = std::fs::read(&world.services.config.keyring).unwrap();
    let user = world.sign_up("alice@example.test").await;
    assert_eq!(world.get("/operator/keys", &user).await.status, 404);
    for (email, role) in [("vera@example.test", Role::Viewer), ("olga@example.test", Role::Operator)] {
        let cookie = world.operator(email, role).await;
        let page = world.get("/operator/keys", &cookie).await;
        assert_eq!(page.status, 200);
        assert!(!page.text().contains(ROTATE));
        assert_eq!(world.post(ROTATE, &[], &cookie).await.status, 404);
        assert_eq!(world.post("/operator/keys/x/retire", &[], &cookie).await.status, 404);
    }
    assert_eq!(std::fs::read(&world.services.config.keyring).unwrap(), before);
    world.end().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_changed_is_told_of() {
    let world = World::new().await;
    let admin = world.operator("ada@example.test", Role::Admin).await;
    // As if somebody else was at it.
    let mut other = world.services.config.keyring.clone().into_os_string();
    other.push(".new");
    std::fs::write(&other, "").unwrap();
    assert_eq!(world.post(ROTATE, &[], &admin).await.location(), "/operator/keys?refused=file");
    let page = world.get("/operator/keys?refused=file", &admin).await.text();
    assert!(page.contains("role=\"alert\""), "{page}");
    world.end().await;
}

async fn under(world: &World, kid: &str) -> i64 {
    let keys = world.services.vault.ring_keys().await.unwrap();
    keys.into_iter().find(|(name, _)| name == kid).and_then(|(_, key)| key).map_or(0, |key| key.data_keys)
}
