//! From `SQLite` to `PostgreSQL` under load: a copy follows, dies now and then, and takes over when the server ends.

use crate::world::{PATIENCE, World};
use faults::nodes::Postgres;
use faults::{Dice, Start};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Child;

/// What is said once everything is in both.
const READY: &str = "Stop the server now";
const KILLS: u64 = 4;

/// Reads what a copy says until it waits for the server's end.
async fn until_ready(copy: &mut Child) {
    let mut lines = BufReader::new(copy.stderr.take().unwrap()).lines();
    let mut said = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains(READY) {
            return;
        }
        said += &line;
    }
    panic!("the copy has ended: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_moves_to_postgres_under_load_and_loses_nothing() {
    let mut world = World::start(&Start { real_disk: true, ..Start::default() }).await;
    let postgres = Postgres::start().await;
    let (from, to) = (world.product.database().to_owned(), postgres.url());
    let follow = ["copy", "--from", from.as_str(), "--to", to.as_str(), "--follow"];
    world.begin(100);
    world.until_acknowledged(300).await;

    let mut dice = Dice::seeded(7);
    for _ in 0..KILLS {
        let mut copy = world.product.command(&follow);
        // Anywhere on its way.
        tokio::time::sleep(Duration::from_millis(dice.below(1_500))).await;
        copy.kill().await.unwrap();
    }
    let mut copy = world.product.command(&follow);
    tokio::time::timeout(PATIENCE, until_ready(&mut copy)).await.expect("it catches up with the server");
    world.until_acknowledged(100).await;

    // The bank goes on trying while nobody answers.
    world.product.stop().await;
    let ended = tokio::time::timeout(PATIENCE, copy.wait()).await.expect("the copy ends when the server has ended");
    assert!(ended.unwrap().success());
    world.pause().await;
    let moved = world.product.moved_to(&to);
    let mut old = std::mem::replace(&mut world.product, moved);
    assert_eq!(old.start(&Start { real_disk: true, ..Start::default() }).await.unwrap_err().0.code(), Some(1));
    assert!(old.log().contains("this database was moved"), "{}", old.log());

    world.product.start(&Start::default()).await.unwrap();
    assert_eq!(world.read().await, 200, "who was signed in is signed in");
    world.begin(100);
    world.until_acknowledged(100).await;
    world.end().await;
}
