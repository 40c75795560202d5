//! A disk that is full, broken or read-only.

use crate::world::{PATIENCE, World};
use faults::cut::Cut;
use faults::disk::{IO_ERROR, NO_SPACE, READ_ONLY, Word};
use faults::{Dice, Start};
use std::time::{Duration, Instant};

/// More than there are connections: by then every answer that was under way when it began has come.
const CERTAINLY: u64 = 20;

/// It takes some milliseconds, so a slow machine keeps the promise too.
const PROMISED: Duration = Duration::from_secs(5);

/// Waits until it says so: a proof to the contrary is good for a moment.
async fn not_ready(world: &World) {
    let begin = Instant::now();
    while world.product.get("/readyz", "").await.unwrap().status != 503 {
        assert!(begin.elapsed() < PATIENCE, "it says that it is ready");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Notifications come while the disk refuses: not one is acknowledged, pages go on, and once it obeys again so do we. In the
/// end the power goes, too.
async fn refuses(what: Word, error: u32) {
    let mut world = World::start(&Start::default()).await;
    world.begin(200);
    world.until_acknowledged(CERTAINLY).await;
    world.product.disk.set(what, error);
    let unavailable = |sum: &faults::load::Sum| sum.statuses.get(&503).copied().unwrap_or_default();
    let first = world.until(|sum| unavailable(sum) >= CERTAINLY).await;
    assert_eq!(world.read().await, 200);
    not_ready(&world).await;
    assert_eq!(world.product.get("/healthz", "").await.unwrap().status, 200);
    let later = world.until(|sum| unavailable(sum) >= unavailable(&first) + CERTAINLY).await;
    assert_eq!(later.acknowledged, first.acknowledged, "acknowledged although it could not be written");
    assert_eq!(later.not_asked_back, 0, "503 without Retry-After");
    assert_eq!(later.statuses.keys().copied().collect::<Vec<_>>(), [200, 503]);
    assert!(world.product.disk.get(Word::Refused) > 0);

    world.product.disk.set(what, 0);
    let healed = world.until_acknowledged(1).await;
    assert!(healed < PROMISED, "{healed:?}");
    world.until_acknowledged(CERTAINLY).await;
    // One that does not read its own writes any more would be found out here.
    world.product.kill().await;
    world.pause().await;
    world.product.disk.cut(Cut::Torn, &mut Dice::seeded(1));
    world.product.disk.settle();
    world.product.start(&Start::default()).await.unwrap();
    world.begin(200);
    world.until(|sum| sum.waiting == 0).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_a_full_disk_acknowledges_nothing_loses_nothing_and_heals() {
    refuses(Word::WriteError, NO_SPACE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f3_a_sync_that_fails_acknowledges_nothing_and_the_process_goes_on() {
    refuses(Word::SyncError, IO_ERROR).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f4_a_disk_that_turns_read_only_acknowledges_nothing_and_heals() {
    refuses(Word::WriteError, READ_ONLY).await;
}

/// It can show what it has, and says that it is not ready.
#[tokio::test(flavor = "multi_thread")]
async fn f2_a_disk_that_is_full_from_the_start_is_waited_for() {
    let mut world = World::start(&Start::default()).await;
    world.begin(200);
    world.until_acknowledged(CERTAINLY).await;
    world.pause().await;
    world.product.kill().await;
    world.product.disk.settle();
    world.product.disk.set(Word::WriteError, NO_SPACE);
    world.product.launch(&Start::default());
    let begin = Instant::now();
    while world.read_or_nothing().await != Some(200) {
        assert!(begin.elapsed() < PATIENCE, "{}", world.product.log());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    not_ready(&world).await;
    world.product.disk.set(Word::WriteError, 0);
    world.begin(200);
    world.until_acknowledged(CERTAINLY).await;
    world.end().await;
}
