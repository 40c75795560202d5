//! Lines that are slow, break, or lose the answer.

use super::world::{ALICE, World};

#[tokio::test]
async fn half_a_body_counts_for_nothing_and_the_next_try_for_all() {
    let world = World::through("cut-connections", ALICE, 20, &["cut", "lose_answer", "slow"]).await;
    assert!(!world.tried(3).await.is_empty(), "{}", world.circumstances());
    world.end().await;
}
