//! Payments as programs read them.

use super::world::World;

#[tokio::test]
async fn a_new_user_has_no_payments() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    let answer = world.get("/transactions.json", &cookie).await;
    assert_eq!(answer.json(), serde_json::json!({ "transactions": [], "next": null }));
    world.end().await;
}

#[tokio::test]
async fn what_a_program_asks_wrongly_is_refused() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    for query in ["from=yesterday", "min=much", "card=x", "before=nonsense", "after=%00", "status=?"] {
        let answer = world.get(&format!("/transactions.json?{query}"), &cookie).await;
        assert_eq!((answer.status, answer.header("content-type")), (400, Some("application/problem+json")), "{query}");
    }
    world.end().await;
}
