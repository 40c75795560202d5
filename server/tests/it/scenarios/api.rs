//! An API that refuses, breaks off, or speaks of other customers.

use super::world::{ALICE, BRUNO, World};

/// Links and pays while the API misbehaves; the books agree once it does not any more.
async fn linked_under(scenario: &'static str, wrong: &[&str]) -> World {
    let mut world = World::start(BRUNO).await;
    world.play(scenario).await;
    let link = world.link().await;
    world.script.play(&world.bank, 10).await;
    world.until_wrong(wrong).await;
    world.clear_up().await;
    world.until("the link is proven", async || world.link_status(&link).await == "linked").await;
    world.script.last_word(&world.bank).await;
    world.agree().await;
    world
}

#[tokio::test]
async fn an_api_that_asks_to_slow_down_is_asked_again() {
    World::through("api-too-many", ALICE, 12, &["too_many", "too_many_for_now"]).await.end().await;
}

#[tokio::test]
async fn linking_waits_for_an_api_that_asks_to_slow_down() {
    linked_under("api-too-many", &["too_many"]).await.end().await;
}

#[tokio::test]
async fn half_an_answer_is_none() {
    World::through("api-broken", ALICE, 12, &["error", "half_json", "silence"]).await.end().await;
}

#[tokio::test]
async fn linking_waits_for_an_api_that_breaks_off() {
    linked_under("api-broken", &["error"]).await.end().await;
}

#[tokio::test]
async fn an_answer_about_another_customer_is_not_taken() {
    World::through("mixed-up-customers", ALICE, 12, &["other_card"]).await.end().await;
}

#[tokio::test]
async fn linking_learns_no_cards_of_another_customer() {
    linked_under("mixed-up-customers", &["other_account"]).await.end().await;
}
