//! A customer who changes her mind while the popup is open.

use super::world::{ALICE, World};

#[tokio::test]
async fn access_that_is_taken_back_in_the_popup_is_not_used_and_may_be_granted_again() {
    let mut world = World::start(ALICE).await;
    world.play("revoked-in-popup").await;
    let link = world.link().await;
    world
        .until("the link has ended", async || ["revoked", "failed"].contains(&world.link_status(&link).await.as_str()))
        .await;
    world.until("both notifications have arrived", async || world.is_quiet().await).await;
    assert_eq!(world.link_status(&link).await, "revoked", "{}", world.circumstances());
    world.clear_up().await;
    let again = world.link().await;
    world.until("she has linked again", async || world.link_status(&again).await == "linked").await;
    world.script.play(&world.bank, 6).await;
    world.agree().await;
    world.end().await;
}
