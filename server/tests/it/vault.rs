//! Servers that share a database, and a key ring that changes under them.

use domain::ids::UserId;
use server::alarms::Alarms;
use server::clock::{Clock as _, ManualClock, Moment};
use server::nodes::Duty;
use server::secret::Secret;
use server::store::Store;
use server::vault::{KeyRing, MOST_USES, RetireError, Rotation, Vault, VaultError};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

struct World {
    store: Store,
    clock: Arc<ManualClock>,
    ring: PathBuf,
    _folder: TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("a.db").display());
        let store = Store::open(&Secret::new(url)).await.unwrap();
        store.migrate().await.unwrap();
        let ring = folder.path().join("keyring");
        KeyRing::create(&ring).unwrap();
        let clock = Arc::new(ManualClock::at(Moment::from_rfc3339("2026-11-23T12:00:00Z").unwrap()));
        Self { store, clock, ring, _folder: folder }
    }

    /// As each server opens it.
    async fn open(&self) -> Vault {
        let ring = KeyRing::read(&self.ring).unwrap();
        Vault::open(ring, self.store.clone(), self.clock.clone(), "partner").await.unwrap()
    }
}

fn user(n: u8) -> UserId {
    UserId::parse(hex::encode([n; 16])).unwrap()
}

#[tokio::test]
async fn a_server_that_has_not_heard_of_a_new_key_reads_what_is_under_it() {
    let world = World::new().await;
    let (quick, slow) = (world.open().await, world.open().await);
    let sealed = quick.user_key(&user(1)).await.unwrap().seal("token", "row", b"secret");
    quick.add_key().await.unwrap();
    let moved = quick.rewrap_some().await.unwrap();
    assert_eq!(moved, 2, "hers, and that of fingerprints");
    assert_eq!(quick.rewrap_some().await.unwrap(), 0);
    assert_eq!(slow.kids().len(), 1);
    assert_eq!(slow.user_key(&user(1)).await.unwrap().open("token", "row", &sealed).unwrap(), b"secret");
    assert_eq!(slow.kids(), quick.kids());
}

#[tokio::test]
async fn what_an_older_server_still_wraps_is_moved_and_what_a_retired_key_would_wrap_is_refused() {
    let world = World::new().await;
    let (quick, slow) = (world.open().await, world.open().await);
    let old = quick.kids().remove(0);
    quick.add_key().await.unwrap();
    while quick.rewrap_some().await.unwrap() > 0 {}
    slow.user_key(&user(1)).await.unwrap();
    let used = quick.retire(&old).await;
    assert!(matches!(used, Err(RetireError::Fresh(..))), "{used:?}");
    world.clock.advance(Duration::from_mins(30));
    let used = quick.retire(&old).await;
    assert!(matches!(used, Err(RetireError::Used(_, 1))), "{used:?}");
    assert_eq!(quick.rewrap_some().await.unwrap(), 1);
    quick.retire(&old).await.unwrap();
    let late = slow.user_key(&user(2)).await.err().expect("its key is gone");
    assert!(matches!(late, VaultError::Store(_)), "{late}");
    slow.read_ring().await.unwrap();
    slow.user_key(&user(2)).await.unwrap();
}

#[tokio::test]
async fn a_ring_that_is_wrong_is_refused_and_the_one_before_goes_on() {
    let world = World::new().await;
    let vault = world.open().await;
    let kids = vault.kids();
    let good = std::fs::read_to_string(&world.ring).unwrap();
    for bad in ["nonsense", "", "k9/AAAA"] {
        std::fs::write(&world.ring, bad).unwrap();
        assert!(vault.read_ring().await.is_err(), "{bad}");
    }
    // Another key under the same name.
    let other = good.replace(|c: char| c.is_ascii_lowercase(), "a");
    std::fs::write(&world.ring, other.replacen(other.split('/').next().unwrap(), &kids[0], 1)).unwrap();
    assert!(vault.read_ring().await.is_err());
    assert_eq!(vault.kids(), kids);
    vault.user_key(&user(1)).await.unwrap();
}

#[tokio::test]
async fn uses_are_counted_and_a_worn_key_raises_an_alarm() {
    let world = World::new().await;
    let vault = world.open().await;
    let (alarms, mut keeper) = Alarms::new(world.store.clone(), world.clock.clone());
    let duty = Duty::new("rotation", world.store.clone(), world.clock.clone());
    let rotation = Rotation::new(vault.clone(), alarms, duty);
    rotation.step().await.unwrap();
    let uses = async || vault.ring_keys().await.unwrap().remove(0).1.unwrap().uses;
    let before = uses().await;
    let intent = domain::ids::IntentId::parse(hex::encode([7; 16])).unwrap();
    let reference = vault.seal_reference(&intent);
    assert_eq!(vault.open_reference(&reference), Ok(intent));
    vault.user_key(&user(1)).await.unwrap();
    rotation.step().await.unwrap();
    assert_eq!(uses().await, before + 2, "a reference and a data key");

    keeper.step().await;
    assert_eq!(world.store.open_alarms(9).await.unwrap(), []);
    world.store.add_key_uses(&vault.kids()[0], MOST_USES).await.unwrap();
    rotation.step().await.unwrap();
    keeper.step().await;
    let open = world.store.open_alarms(9).await.unwrap();
    assert_eq!(
        (open.len(), open[0].kind.as_str(), open[0].subject.as_str()),
        (1, "worn-key", vault.kids()[0].as_str())
    );
    assert!(world.clock.now() > Moment(0));
}
