//! No more file descriptors.

use crate::world::{PATIENCE, World};
use faults::{Connection, Start};
use std::time::{Duration, Instant};

const REFUSED: &str = "a connection could not be accepted";

#[tokio::test(flavor = "multi_thread")]
async fn f14_without_descriptors_it_waits_between_tries_and_recovers() {
    let mut world = World::start(&Start { files: Some(256), ..Start::default() }).await;
    world.begin(50);
    world.until_acknowledged(5).await;
    // An address gets 200 places at most, so they come from several.
    let mut held = Vec::new();
    for source in 2..4 {
        for _ in 0..150 {
            held.push(Connection::open_from([127, 0, 0, source], world.product.address).await.unwrap());
        }
    }
    let refusals = |world: &World| world.product.log().matches(REFUSED).count();
    let begin = Instant::now();
    while refusals(&world) == 0 {
        assert!(begin.elapsed() < PATIENCE, "descriptors do not run out:\n{}", world.product.log());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (begin, before) = (Instant::now(), refusals(&world));
    // Who is connected already is served as ever.
    world.until_acknowledged(20).await;
    let tries = refusals(&world) - before;
    let most = begin.elapsed().as_millis() / 40 + 2;
    assert!((tries as u128) <= most, "{tries} tries in {:?}", begin.elapsed());
    drop(held);
    let begin = Instant::now();
    while world.read_or_nothing().await != Some(200) {
        assert!(begin.elapsed() < PATIENCE, "it does not recover:\n{}", world.product.log());
    }
    world.end().await;
}
