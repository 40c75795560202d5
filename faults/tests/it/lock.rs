//! Another process holds the database.

use crate::world::World;
use faults::Start;
use sqlx::{Connection as _, SqliteConnection};
use std::time::{Duration, Instant};

/// It gives up after five seconds, also on who waits behind another; the rest is for a slow machine. After ten seconds many a
/// sender has hung up.
const LONGEST_ANSWER: Duration = Duration::from_secs(10);

async fn lock(world: &World) -> SqliteConnection {
    let mut other = SqliteConnection::connect(world.product.database()).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    other
}

async fn unlock(mut other: SqliteConnection) {
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn f5_a_lock_of_a_second_is_waited_for() {
    let mut world = World::start(&Start { real_disk: true, ..Start::default() }).await;
    let other = lock(&world).await;
    world.begin(20);
    // Reading goes on. What was posted meanwhile waits.
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(1) {
        assert_eq!(world.read().await, 200);
    }
    assert_eq!(world.load.sum().acknowledged, 0);
    unlock(other).await;
    world.until_acknowledged(10).await;
    world.pause().await;
    let sum = world.load.sum();
    assert_eq!(sum.statuses.keys().collect::<Vec<_>>(), [&200], "{sum:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f5_a_longer_lock_is_503_in_time_and_the_retry_lands() {
    let mut world = World::start(&Start { real_disk: true, ..Start::default() }).await;
    let other = lock(&world).await;
    world.begin(2);
    let begin = Instant::now();
    let sum = world.until(|sum| sum.statuses.get(&503).is_some_and(|count| *count >= 8)).await;
    assert_eq!((sum.acknowledged, sum.not_asked_back), (0, 0));
    assert!(sum.slowest < LONGEST_ANSWER, "{sum:?} after {:?}", begin.elapsed());
    assert_eq!(world.read().await, 200);
    // By now the last proof to the contrary is old.
    assert_eq!(world.product.get("/readyz", "").await.unwrap().status, 503);
    unlock(other).await;
    world.until_acknowledged(8).await;
    world.until(|sum| sum.waiting == 0).await;
    world.end().await;
}
