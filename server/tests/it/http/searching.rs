//! Looking for a text in notifications, and for messages in the log of events.

use super::alerts::pay;
use super::events::{Partner, endpoint};
use super::hooks::{STAMP, hook, notification};
use super::purse::Purse;
use super::world::World;
use domain::viewer::Role;
use scraper::{Html, Selector};
use server::store::Look;
use sha2::{Digest as _, Sha256};

fn texts(page: &str, selector: &str) -> Vec<String> {
    let (document, selector) = (Html::parse_document(page), Selector::parse(selector).unwrap());
    document.select(&selector).map(|element| element.text().collect()).collect()
}

/// A notification with a hash of its own, as the bank sends them.
fn told(n: u64, description: &str) -> String {
    let (stamp, other) = (STAMP, format!("{}.5", 1_795_435_199 - n));
    let hash = |stamp: &str| hex::encode(Sha256::digest(format!("{stamp}|a-reference")));
    notification(n, 0).replace(&hash(stamp), &hash(&other)).replace(stamp, &other) + description
}

/// Where the link for going on leads to.
fn older(page: &str) -> Option<String> {
    let (document, selector) = (Html::parse_document(page), Selector::parse("a[rel=next]").unwrap());
    document.select(&selector).next().and_then(|link| link.attr("href")).map(str::to_owned)
}

#[tokio::test]
async fn a_text_is_found_in_what_notifications_say_and_that_is_noted() {
    let world = World::new().await;
    let vera = world.operator("vera@example.test", Role::Viewer).await;
    let purse = Purse::of(&world, "alice@example.test").await;
    for n in 1..=3 {
        let body = told(n, "FNAC+DIRECT+IVRY").replace("ANY0000000000", purse.card.as_str());
        assert_eq!(world.send(hook(body)).await.status, 200);
    }
    let elsewhere = world.get("/operator/deliveries?text=trenitalia", &vera).await.text();
    assert!(elsewhere.contains("data-testid=\"looked-to\"") && !elsewhere.contains("data-testid=\"delivery\""));
    let text = "fnac";
    let found = world.get(&format!("/operator/deliveries?text={}", text.to_uppercase()), &vera).await.text();
    assert_eq!(found.matches("data-testid=\"delivery\"").count(), 3, "{found}");
    assert!(texts(&found, "[data-testid=found-in]").iter().all(|found| found.to_lowercase().contains(text)));
    assert!(older(&found).is_none() && !found.contains("data-tail"), "{found}");
    let narrowed = world.get(&format!("/operator/deliveries?text={text}&verdict=rejected"), &vera).await.text();
    assert_eq!(narrowed.matches("data-testid=\"delivery\"").count(), 0);
    let hash = world.get("/operator/deliveries?text=%E2%80%A2", &vera).await.text();
    assert_eq!(hash.matches("data-testid=\"delivery\"").count(), 0, "what is masked is not found");
    let nothing = world.get("/operator/deliveries?text=%20", &vera).await.text();
    assert!(nothing.matches("data-testid=\"delivery\"").count() == 3 && !nothing.contains("looked-to"), "{nothing}");

    let looks = world.services.store.looks_at(&purse.user, None, None, 20).await.unwrap();
    let seen: Vec<_> = looks.iter().filter(|look| matches!(look.what, Look::Delivery(_))).collect();
    assert!(seen.len() >= 3 && seen.iter().all(|look| look.operator_name == "vera"), "{looks:?}");
    world.end().await;
}

#[tokio::test]
async fn looking_ends_somewhere_says_where_and_goes_on_from_there() {
    let world = World::new().await;
    let vera = world.operator("vera@example.test", Role::Viewer).await;
    for n in 1..=60 {
        assert_eq!(world.send(hook(told(n, "IVRY"))).await.status, 200);
    }
    let first = world.get("/operator/deliveries?text=ivry", &vera).await.text();
    assert_eq!(first.matches("data-testid=\"delivery\"").count(), 50);
    let on = older(&first).expect("a page holds fifty");
    assert!(on.contains("text=ivry"), "{on}");
    let second = world.get(&on, &vera).await.text();
    assert_eq!(second.matches("data-testid=\"delivery\"").count(), 10);
    assert!(older(&second).is_none());
    for n in 1..=60_u64 {
        let id = format!("data-id=\"{n}\"");
        assert!(first.contains(&id) != second.contains(&id), "{n} stands on one page");
    }
    world.end().await;
}

#[tokio::test]
async fn the_log_of_events_is_narrowed_by_badges_that_come_off() {
    let world = World::new().await;
    let vera = world.operator("vera@example.test", Role::Viewer).await;
    let (partner, purse) = (Partner::start().await, Purse::of(&world, "alice@example.test").await);
    world.sign_up("bruno@example.test").await;
    endpoint(&world, &partner, "transaction").await;
    pay(&world, &purse, 1, -100).await;
    pay(&world, &purse, 2, -200).await;
    partner.posted(2).await;
    let count = async |query: &str| {
        let page = world.get(&format!("/operator/events?{query}"), &vera).await;
        assert_eq!(page.status, 200, "{query}");
        page.text().matches("data-testid=\"send\"").count()
    };
    for (query, expected) in [
        ("", 2),
        ("kind=transaction.created", 2),
        ("kind=link.updated", 0),
        ("kind=nonsense", 0),
        ("state=dead", 0),
        ("user=ALICE%40example.test", 2),
        ("user=bruno%40example.test", 0),
        ("user=nobody%40example.test", 0),
        ("user=%22%3E", 0),
        ("endpoint=none", 0),
        ("from=2026-11-23&to=2026-11-23", 2),
        ("from=2026-11-24", 0),
        ("to=2026-11-22", 0),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
    assert_eq!(count(&format!("user={}", purse.user)).await, 2);
    let page = world.get("/operator/events?kind=link.updated&state=sent&from=2026-11-24", &vera).await.text();
    assert_eq!(texts(&page, ".tags .tag").len(), 3, "{page}");
    let without = "/operator/events?state=sent&amp;from=2026-11-24";
    assert!(page.contains(&format!("href=\"{without}\"")), "{page}");
    world.end().await;
}
