//! What operators see who watch: health, funnel and everybody's payments.

use super::client::Request;
use super::hooks::{hook, notification};
use super::purse::Purse;
use super::world::World;
use domain::viewer::Role;
use scraper::{Html, Selector};

/// Attributes of the elements that a page has.
fn attributes(page: &str, selector: &str, name: &str) -> Vec<String> {
    let (document, selector) = (Html::parse_document(page), Selector::parse(selector).unwrap());
    document.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
}

fn condition(page: &str, vital: &str) -> String {
    attributes(page, &format!("[data-vital={vital}]"), "data-condition").remove(0)
}

#[tokio::test]
async fn the_page_of_health_says_what_is_well_and_what_is_not() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    let page = world.get("/operator/health", &olga).await;
    assert_eq!(page.status, 200);
    let page = page.text();
    for vital in ["acknowledging", "processing", "effects", "quarantined", "bank", "alarms", "mails"] {
        assert_eq!(condition(&page, vital), "good", "{vital}: {page}");
    }
    assert!(page.contains("SQLite") && page.contains(env!("CARGO_PKG_VERSION")), "{page}");

    assert_eq!(world.send(hook(notification(1, 0).replace("[hash]=", "[hash]=00"))).await.status, 401);
    world.post("/operator/deliveries/pause", &[], &olga).await;
    let page = world.get("/operator/health", &olga).await.text();
    assert_eq!(condition(&page, "quarantined"), "watch");
    assert_eq!(condition(&page, "processing"), "watch");
    assert_eq!(attributes(&page, "[data-testid=health]", "data-condition"), ["watch"]);
    world.end().await;
}

#[tokio::test]
async fn a_database_that_cannot_be_written_to_is_seen_at_once() {
    let world = World::new().await;
    let vera = world.operator("vera@example.test", Role::Viewer).await;
    let first = world.get("/operator/health", &vera).await.text();
    assert_eq!(condition(&first, "acknowledging"), "good");
    let file = world.folder.path().join("test.db");
    let other = sqlx_lock(&file).await;
    // The proof of a moment ago is good for a quarter of a second.
    let seen = loop {
        let page = world.get("/operator/health", &vera).await.text();
        if condition(&page, "acknowledging") == "bad" {
            break page;
        }
    };
    assert_eq!(attributes(&seen, "[data-testid=health]", "data-condition"), ["bad"]);
    drop(other);
    world.end().await;
}

/// Holds the write lock of a database, as another program may.
async fn sqlx_lock(file: &std::path::Path) -> sqlx::AnyConnection {
    use sqlx::{Connection as _, Executor as _};
    sqlx::any::install_default_drivers();
    let mut connection = sqlx::AnyConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    connection.execute("BEGIN IMMEDIATE").await.unwrap();
    connection
}

#[tokio::test]
async fn the_funnel_follows_an_attempt_from_the_button_to_the_token() {
    let world = World::new().await;
    let vera = world.operator("vera@example.test", Role::Viewer).await;
    let alice = world.sign_up("alice@example.test").await;
    let steps = async |query: &str| -> Vec<String> {
        let page = world.get(&format!("/operator/funnel{query}"), &vera).await.text();
        attributes(&page, "[data-testid=step]", "data-attempts").into_iter().take(7).collect()
    };
    assert!(steps("").await.is_empty(), "nobody has tried");
    let connect = world.get("/connect", &alice).await.text();
    let reference = attributes(&connect, "#anytime-connect", "data-custom-ref").remove(0);
    assert_eq!(steps("").await, ["1", "0", "0", "0", "0", "0", "0"]);
    for event in ["onDisplayPopup", "onLoginSucceeded", "onLoginSucceeded"] {
        let body = serde_json::json!({ "event": event, "custom_reference": reference }).to_string();
        let request = Request::new("POST", "/link-events")
            .header("Content-Type", "application/json")
            .header("Origin", world.origin())
            .header("Cookie", &alice)
            .body(body);
        assert_eq!(world.send(request).await.status, 204);
    }
    assert_eq!(steps("").await, ["1", "1", "1", "1", "0", "0", "0"], "the form was passed, though nobody told of it");
    assert_eq!(steps("?browser=other&lang=fr").await.len(), 7);
    assert!(steps("?browser=Firefox").await.is_empty());
    assert!(steps("?to=2026-11-22").await.is_empty(), "it began today");
    world.end().await;
}

#[tokio::test]
async fn everybodys_payments_lead_to_their_owner_and_tell_nothing_of_where() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    for n in 1..=60 {
        let payment = purse.payment(n, "FNAC DIRECT", -100 * i64::try_from(n).unwrap());
        world.services.store.apply_payments(&[payment], true, world.services.clock.now()).await.unwrap();
    }
    let vera = world.operator("vera@example.test", Role::Viewer).await;
    let first = world.get("/operator/transactions", &vera).await.text();
    let txids = |page: &str| attributes(page, "[data-testid=transaction]", "data-txid");
    assert_eq!((txids(&first).len(), txids(&first)[0].as_str()), (50, "00000000060"));
    assert!(!first.to_lowercase().contains("fnac") && !first.contains("Ivry"), "{first}");
    let owner = format!("/operator/users/{}", purse.user);
    assert!(first.contains(&owner) && first.contains("alice@example.test"));
    let older = attributes(&first, "nav.pager a[rel=next]", "href").remove(0);
    let second = world.get(&older, &vera).await.text();
    assert_eq!((txids(&second).len(), txids(&second)[9].as_str()), (10, "00000000001"));
    let back = attributes(&second, "nav.pager a[rel=prev]", "href").remove(0);
    assert_eq!(txids(&world.get(&back, &vera).await.text()), txids(&first));

    let found = async |query: &str| txids(&world.get(&format!("/operator/transactions?{query}"), &vera).await.text());
    assert_eq!(found("txid=00000000007").await, ["00000000007"]);
    assert_eq!(found(&format!("card={}&max=2", purse.card)).await, ["00000000002", "00000000001"]);
    assert_eq!(found("min=59").await, ["00000000060", "00000000059"]);
    assert_eq!(found("to=2025-12-31").await.len(), 0);
    assert_eq!(world.get("/operator/transactions?before=nonsense", &vera).await.status, 404);
    assert!(
        world.services.store.looks_at(&purse.user, None, None, 10).await.unwrap().is_empty(),
        "nothing of hers alone was seen"
    );
    world.end().await;
}

#[tokio::test]
async fn to_users_none_of_it_exists() {
    let world = World::new().await;
    let user = world.sign_up("alice@example.test").await;
    for path in ["health", "funnel", "transactions"] {
        assert_eq!(world.get(&format!("/operator/{path}"), &user).await.status, 404, "{path}");
        assert_eq!(world.get(&format!("/operator/{path}"), "").await.status, 404, "{path}");
    }
    world.end().await;
}
