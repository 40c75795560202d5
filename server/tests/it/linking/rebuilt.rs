//! The log of notifications tells everything that notifications are the source of: a database that is built from it alone is the same.

use super::notice::{Notice, purchase, quoted, settled};
use super::world::{PARTNER_REF, World};
use crate::http::world::config;
use app::backend::Verdict;
use server::cli::rebuild;
use server::config::{Config, PublicUrl};
use server::secret::Secret;
use server::store::{DeliveryOutcome, DeliveryState};
use std::path::PathBuf;
use std::time::Duration;

fn configured(world: &World) -> Config {
    let mut config = config(&world.folder);
    config.keyring = world.folder.path().join("keyring");
    config.partner.id = "partner".into();
    config.partner.refs = vec![Secret::new(PARTNER_REF)];
    config.public_url = PublicUrl::parse("http://localhost").unwrap();
    config
}

fn file(world: &World, name: &str) -> PathBuf {
    world.folder.path().join(name)
}

/// People link, pay, part and are lied to.
async fn a_busy_day(world: &World) {
    let (alice, bruno) = (world.user("a@example.test").await, world.user("b@example.test").await);
    world.linked(&alice, "alice@example.test").await;
    let card = world.first_card("alice@example.test");
    for n in 0..70 {
        let state = if n % 3 == 0 { r#""A""# } else { r#""S""# };
        let paid = Notice::new(world, purchase(&card, &format!("p{n}"), &[("status", state)]));
        world.post_as("application/json", &paid.json()).await;
    }
    world.settle().await;
    let again = Notice::new(world, purchase(&card, "p0", &[]));
    assert_eq!(settled(world, &again).await.1, "accepted");
    assert_eq!(settled(world, &again.retried(world, 2)).await.1, "duplicate");
    let other = Notice { data: purchase(&card, "p0", &[("amount", r#""9.99""#)]), ..again.retried(world, 3) };
    assert_eq!(settled(world, &other).await.1, "quarantined");
    let forged = Notice { hash: quoted(&"0".repeat(64)), ..Notice::new(world, purchase(&card, "p1", &[])) };
    assert_eq!(settled(world, &forged).await.1, "quarantined");
    let copied = Notice { reference: Notice::new(world, "").reference, data: purchase(&card, "p900", &[]), ..again };
    assert_eq!(settled(world, &copied).await.1, "held");
    assert_eq!(settled(world, &Notice::new(world, purchase("ANY9999999999", "p2", &[]))).await.1, "accepted", "parked");
    // One who links, parts at the bank, and has paid before; and one whom nobody knows.
    world.linked(&bruno, "bruno@example.test").await;
    let reference = world.intent(&bruno).await;
    let key = world.grant("david@example.test", &reference);
    world.notify_token("token_created", &key, &reference).await;
    world.settle().await;
    world.notify_token("token_revoked", &key, &reference).await;
    world.notify_token("token_created", &world.grant("alice@example.test", "nobody's"), "nobody's").await;
    world.notify_token("token_revoked", &Secret::new("a-token-of-nobody"), "").await;
    world.post_as("application/json", "{").await;
    world.settle_after(Duration::from_mins(1)).await;
}

#[tokio::test]
async fn a_database_that_is_rebuilt_from_the_log_is_the_live_one() {
    let world = World::start().await;
    a_busy_day(&world).await;
    let clock = world.clock.clone();
    let rebuilt = rebuild(&world.store, configured(&world), clock, &file(&world, "anew.db")).await.unwrap();
    assert_eq!(rebuilt.differences, Vec::<String>::new());
    assert!(rebuilt.anew > 75, "{rebuilt:?}");

    let clock = world.clock.clone();
    let twice = rebuild(&world.store, configured(&world), clock, &file(&world, "anew.db")).await;
    assert!(twice.unwrap_err().to_string().contains("exists already"));
}

#[tokio::test]
async fn what_does_not_follow_from_the_log_is_told() {
    let world = World::start().await;
    a_busy_day(&world).await;
    let lost = world.deliveries().await.into_iter().find(|row| row.verdict == Verdict::Duplicate).unwrap();
    let outcome = DeliveryOutcome {
        id: lost.id,
        verdict: Verdict::Quarantined,
        reason: "gave-up",
        state: DeliveryState::Dead,
        next_at: None,
        attempts: 5,
        user_id: None,
        card_ref: None,
        reseal: None,
        ask_at: None,
        trust: None,
        strip: false,
    };
    world.store.finish_deliveries(&[outcome]).await.unwrap();
    let clock = world.clock.clone();
    let rebuilt = rebuild(&world.store, configured(&world), clock, &file(&world, "anew.db")).await.unwrap();
    assert_eq!(
        rebuilt.differences,
        [format!("delivery {id} quarantined gave-up dead - -> {id} duplicate  done -", id = lost.id)]
    );
}
