//! Nearly everything at once.

use super::world::{ALICE, World};

#[tokio::test]
async fn after_the_storm_the_books_agree() {
    World::through("storm", ALICE, 40, &["duplicate", "delay", "flip_hash", "cut"]).await.end().await;
}
