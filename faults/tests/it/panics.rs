//! Mistakes of ours.

use crate::world::{PATIENCE, World};
use faults::Start;
use std::time::{Duration, Instant};

fn failing(failpoints: &str) -> Start {
    Start { failpoints: failpoints.to_owned(), ..Start::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn f16_a_handler_that_panics_is_500_and_the_bank_comes_again() {
    let mut world = World::start(&failing("webhook.judged=3*panic")).await;
    world.begin(50);
    let sum = world.until(|sum| sum.acknowledged >= 20 && sum.waiting == 0).await;
    assert_eq!(sum.statuses.get(&500), Some(&3), "{sum:?}");
    assert!(world.product.is_running());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f16_a_writer_that_panics_acknowledges_nothing_and_goes_on() {
    let mut world = World::start(&failing("inbox.committed=3*panic")).await;
    world.begin(50);
    let sum = world.until(|sum| sum.acknowledged >= 20 && sum.waiting == 0).await;
    assert!(sum.statuses.get(&503).is_some_and(|count| *count >= 3), "{sum:?}");
    assert_eq!(sum.not_asked_back, 0);
    world.end().await;
}

/// Wherever the worker panics, it goes on, and what it was about is done all the same.
#[tokio::test(flavor = "multi_thread")]
async fn f16_a_worker_that_panics_goes_on() {
    for place in ["worker.picked", "effect.claimed", "effect.written", "effect.committed"] {
        let mut world = World::start(&failing(&format!("{place}=3*panic"))).await;
        world.begin(50);
        world.until_acknowledged(20).await;
        world.pause().await;
        let mut watch = faults::watch::Watch::default();
        let begin = Instant::now();
        while watch.seen.len() < 15 {
            assert!(begin.elapsed() < PATIENCE, "{place}: {watch:?}\n{}", world.product.log());
            watch.follow(world.product.address, &world.person.cookie, true).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(watch.faults.is_empty(), "{place}: {watch:?}");
        assert!(world.product.log().contains("panicked"), "{place} was not reached");
        world.end().await;
    }
}
