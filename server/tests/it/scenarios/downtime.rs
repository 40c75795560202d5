//! A receiver that is away while the bank wants to speak.

use super::world::{ALICE, World};

#[tokio::test]
async fn a_receiver_that_restarts_in_mid_delivery_loses_nothing() {
    let mut world = World::linked(ALICE).await;
    world.play("cut-connections").await;
    world.script.play(&world.bank, 8).await;
    // Half of what comes next meets the old server, the rest finds nobody until the new one is there.
    let (bank, script) = (&world.bank, &mut world.script);
    let product = &mut world.product;
    let playing = script.play(bank, 16);
    let restarting = async {
        product.stop().await;
        product.start().await;
    };
    tokio::join!(playing, restarting);
    world.clear_up().await;
    world.script.last_word(&world.bank).await;
    world.agree().await;
    world.end().await;
}

#[tokio::test]
#[ignore = "needs reconciliation"]
async fn what_happened_while_the_receiver_was_away_is_found_after_its_start() {
    let mut world = World::linked(ALICE).await;
    world.product.stop().await;
    world.bank.control("scenario", serde_json::json!({ "toml": "[notifications]\ndrop = 1" })).await;
    world.script.play(&world.bank, 10).await;
    world.clear_up().await;
    world.product.start().await;
    world.agree().await;
    world.end().await;
}
