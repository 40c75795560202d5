//! Clients that begin and vanish.

use crate::world::{PATIENCE, World};
use faults::product::hook;
use faults::{Connection, Start};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn f10_who_begins_and_falls_silent_costs_nobody_else_anything() {
    let mut world = World::start(&Start::default()).await;
    world.begin(100);
    world.until_acknowledged(10).await;
    let before = world.product.open_files();
    let whole = hook(&"a".repeat(2_000));
    let mut silent = Vec::new();
    for n in 0..150 {
        let mut connection = Connection::open_from([127, 0, 0, 2], world.product.address).await.unwrap();
        // Nothing at all, part of the head, part of the body.
        connection.send(&whole[..[0, 60, 500][n % 3]]).await.unwrap();
        silent.push(connection);
    }
    world.until_acknowledged(100).await;
    let begin = Instant::now();
    while world.product.open_files() > before + 10 {
        assert!(begin.elapsed() < PATIENCE, "{} files instead of {before}", world.product.open_files());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    world.pause().await;
    let sum = world.load.sum();
    assert_eq!(sum.statuses.keys().collect::<Vec<_>>(), [&200], "{sum:?}");
    drop(silent);
    world.end().await;
}
