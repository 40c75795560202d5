//! A receiver that is away while the bank wants to speak.

use super::world::{ALICE, GLANCE, World};
use std::cell::Cell;
use std::time::Duration;

#[tokio::test]
async fn a_receiver_that_restarts_in_mid_delivery_loses_nothing() {
    let mut world = World::linked_with(ALICE, Duration::from_millis(250)).await;
    world.play("cut-connections").await;
    world.script.play(&world.bank, 6).await;
    let before = world.bank.unanswered().await;
    let (bank, script, product) = (&world.bank, &mut world.script, &mut world.product);
    let away = Cell::new(true);
    // Some of what comes now still meets the old server, some nobody, and the rest the new one.
    let restarting = async {
        product.stop().await;
        while bank.unanswered().await == before {
            tokio::time::sleep(GLANCE).await;
        }
        product.start().await;
        away.set(false);
    };
    let playing = async {
        script.play(bank, 12).await;
        while away.get() {
            script.play(bank, 1).await;
        }
    };
    tokio::join!(playing, restarting);
    world.clear_up().await;
    world.script.last_word(&world.bank).await;
    world.agree().await;
    world.end().await;
}

#[tokio::test]
async fn what_happened_while_the_receiver_was_away_is_found_after_its_start() {
    let mut world = World::at_rest(ALICE).await;
    world.product.stop().await;
    world.play_text("[notifications]\ndrop = 1").await;
    world.script.play(&world.bank, 10).await;
    world.clear_up().await;
    world.product.start().await;
    world.agree().await;
    world.end().await;
}
