//! Custom references and keys, as far as people and databases can misuse them.

use super::world::World;
use domain::link::LinkStatus;
use server::clock::SharedClock;
use server::links::{Outcome, link_view};
use server::secret::Secret;
use server::store::Store;
use server::vault::{KeyRing, Vault, VaultError};
use sha2::{Digest as _, Sha256};

#[tokio::test]
async fn cr_17_two_windows_of_one_person_use_each_attempt_once() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    let (one, two) = (world.intent(&alice).await, world.intent(&alice).await);
    let (first, second) = (world.grant("alice@example.test", &one), world.grant("bruno@example.test", &two));
    let outcomes = futures::future::join_all([
        world.browser(&alice, &first, &one),
        world.browser(&alice, &second, &two),
        // The same windows, with the attempt of the other one.
        world.browser(&alice, &second, &one),
        world.browser(&alice, &first, &two),
        world.browser(&alice, &first, &one),
        world.browser(&alice, &second, &two),
    ])
    .await;
    world.settle().await;
    let mut links: Vec<_> = outcomes
        .into_iter()
        .filter_map(|outcome| match outcome {
            Outcome::Link(id) => Some(id),
            Outcome::IntentGone | Outcome::Conflict => None,
        })
        .collect();
    links.sort_unstable();
    links.dedup();
    // Whichever window is first: a token that comes with the other one's attempt may use both up.
    assert!((1..=2).contains(&links.len()), "at most one link for each attempt");
    assert_eq!(world.statuses(&alice).await, vec![LinkStatus::Linked; links.len()]);
    let third = world.grant("alice@example.test", &one);
    assert_eq!(world.browser(&alice, &third, &one).await, Outcome::IntentGone);
    assert_eq!(world.browser(&alice, &third, &two).await, Outcome::IntentGone);
}

/// What remains possible, whatever is checked here: the bank's own page does not say for whom it makes a token.
#[tokio::test]
async fn cr_18_a_link_that_another_persons_page_made_is_shown_as_unseen_and_can_be_undone() {
    let world = World::start().await;
    let attacker = world.user("attacker@example.test").await;
    let in_the_victims_page = world.intent(&attacker).await;
    let token = world.grant("alice@example.test", &in_the_victims_page);
    world.notify_token("token_created", &token, &in_the_victims_page).await;
    world.settle().await;
    let link = world.store.links_of(&attacker).await.unwrap().remove(0);
    assert_eq!(link.status(), LinkStatus::Linked);
    let view = link_view(&link, &world.store.cards_of_link(&link.id).await.unwrap());
    assert!(view.unseen, "the next page says that no browser of ours brought it");
    // The victim's own browser cannot bring it, and then nobody has it.
    let victim = world.user("victim@example.test").await;
    assert_ne!(world.browser(&victim, &token, &in_the_victims_page).await, Outcome::Link(link.id.clone()));
    assert!(world.statuses(&victim).await.is_empty());
    assert!(world.links.forget(&link.id, &attacker, true).await.unwrap());
    assert_eq!(world.link(&link.id).await.token_sealed, None);
    assert!(world.payments(&attacker, 10).await.is_empty());
}

#[test]
fn cr_20_random_bytes_come_from_the_operating_system_at_each_call() {
    let manifest = include_str!("../../../Cargo.toml");
    for cached in ["\nrand.", "\nrand ", "\nfastrand", "\noorandom"] {
        assert!(!manifest.contains(cached), "a generator that a copied machine would repeat: {cached}");
    }
    let source = include_str!("../../../src/randomness.rs");
    assert!(source.contains("getrandom::fill") && !source.contains("static") && !source.contains("thread_local"));
    let bytes: std::collections::HashSet<[u8; 12]> = (0..10_000).map(|_| server::randomness::bytes()).collect();
    assert_eq!(bytes.len(), 10_000);
}

async fn open(ring: &std::path::Path, store: &Store, clock: SharedClock) -> Result<Vault, VaultError> {
    Vault::open(KeyRing::read(ring).unwrap(), store.clone(), clock, "partner").await
}

#[tokio::test]
async fn cr_24_with_the_wrong_keys_nothing_starts() {
    let world = World::start().await;
    let clock: SharedClock = world.clock.clone();
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other");
    KeyRing::create(&other).unwrap();
    let refused = open(&other, &world.store, clock.clone()).await;
    assert!(matches!(refused, Err(VaultError::MissingKey { .. })));
    // Another key under the right name.
    let (kid, _) = world.store.canaries().await.unwrap().remove(0);
    let text = std::fs::read_to_string(&other).unwrap();
    std::fs::write(&other, format!("{kid}/{}", text.split_once('/').unwrap().1)).unwrap();
    let refused = open(&other, &world.store, clock).await;
    assert!(matches!(refused, Err(VaultError::WrongKey { kid: named }) if named == kid));
}

#[tokio::test]
async fn cr_26_the_name_of_a_token_says_nothing_without_our_key() {
    let (world, other) = (World::start().await, World::start().await);
    let token = Secret::new("a-token-of-alice-at-the-bank");
    let name = world.vault.fingerprint(&token);
    assert_eq!(name, world.vault.fingerprint(&token));
    assert_ne!(name, other.vault.fingerprint(&token), "another database, another name");
    assert_ne!(name, hex::encode(Sha256::digest(token.expose())));
}
