//! Accounts from which nothing is heard, as their owner sees them.

use super::client::Request;
use super::purse::Purse;
use super::world::World;
use scraper::{Html, Selector};
use server::clock::{Clock as _, Moment};
use server::store::{HistoryStep, NewPayment};
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// What the silent accounts of a page say.
async fn silences(world: &World, path: &str) -> Vec<String> {
    let cookie = world.sign_in("alice@example.test").await;
    let page = Html::parse_document(&world.get(path, &cookie).await.text());
    let title = Selector::parse("[data-testid=silent] .notice-title").unwrap();
    page.select(&title).map(|found| found.text().collect()).collect()
}

/// An account whose history is complete, as of now.
async fn followed(world: &World) -> Purse {
    let purse = Purse::of(world, "alice@example.test").await;
    let at = world.clock.now();
    let (link_id, card_ref) = (purse.link.clone(), purse.card.clone());
    let step = HistoryStep { link_id, card_ref, total: 0, fetched: 0, complete: true, turn: purse.turn, at };
    world.services.store.note_history(&step).await.unwrap();
    purse
}

/// The nth payment, told now.
async fn pay(world: &World, purse: &Purse, n: usize) {
    let booked_at = world.clock.now();
    let payment = NewPayment { booked_at, booked_text: booked_at.bank_text(), ..purse.payment(n, "FNAC", -500) };
    world.services.store.apply_payments(&[payment], true, booked_at).await.unwrap();
}

#[tokio::test]
async fn an_account_says_since_when_nothing_was_heard_of_it_until_something_is() {
    let world = World::new().await;
    let purse = followed(&world).await;
    pay(&world, &purse, 1).await;
    let since = world.clock.now();
    assert_eq!(since.bank_text(), "2026-11-23T13:00:00+01:00");
    world.clock.advance(DAY * 7);
    for path in ["/dashboard", "/settings/accounts"] {
        assert!(silences(&world, path).await.is_empty(), "{path}");
    }
    world.clock.advance(Duration::from_mins(1));
    for path in ["/dashboard", "/dashboard?q=fnac", "/settings/accounts"] {
        let said = silences(&world, path).await;
        assert_eq!(said, ["Aucune nouvelle de la banque depuis le 23\u{a0}nov.\u{a0}2026 à\u{a0}13:00"], "{path}");
    }
    pay(&world, &purse, 2).await;
    for path in ["/dashboard", "/settings/accounts"] {
        assert!(silences(&world, path).await.is_empty(), "{path}");
    }
    world.end().await;
}

#[tokio::test]
async fn whoever_pays_once_a_month_is_not_told_after_a_week() {
    let world = World::new().await;
    let purse = followed(&world).await;
    pay(&world, &purse, 1).await;
    world.clock.advance(DAY * 30);
    assert_eq!(silences(&world, "/dashboard").await.len(), 1, "nobody knows yet");
    pay(&world, &purse, 2).await;
    world.clock.advance(DAY * 60);
    assert!(silences(&world, "/dashboard").await.is_empty());
    world.clock.advance(Duration::from_mins(1));
    assert_eq!(silences(&world, "/dashboard").await.len(), 1);
    world.end().await;
}

#[tokio::test]
async fn what_begins_or_has_ended_is_not_called_silent() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    assert!(silences(&world, "/settings/accounts").await.is_empty(), "its history is still being fetched");
    let store = &world.services.store;
    store.revoke_token("alice@example.test", None, world.clock.now()).await.unwrap();
    world.clock.advance(DAY * 30);
    assert!(silences(&world, "/settings/accounts").await.is_empty(), "{}", purse.link);
    world.end().await;
}

#[tokio::test]
async fn its_owner_has_the_bank_asked_again_and_nobody_else_does() {
    let world = World::new().await;
    let purse = followed(&world).await;
    let path = format!("/links/{}/ask", purse.link);
    let due = async || world.services.store.link(&purse.link).await.unwrap().unwrap().reconcile_at;
    let mallory = world.sign_up("mallory@example.test").await;
    assert_eq!(world.post(&path, &[], &mallory).await.status, 404);
    assert_eq!(world.post("/links/nonsense/ask", &[], &purse.cookie).await.status, 404);
    assert_eq!(world.post(&path, &[], "").await.location(), "/sign-in");
    let foreign = Request::form(&path, &[]).header("Origin", "https://evil.example").header("Cookie", &purse.cookie);
    assert_eq!(world.send(foreign).await.status, 403);
    assert_eq!(due().await, None);

    world.clock.advance(Duration::from_mins(1));
    let asked_at: Moment = world.clock.now();
    for _ in 0..2 {
        let answer = world.post(&path, &[], &purse.cookie).await;
        assert_eq!((answer.status, answer.location()), (303, "/settings/accounts?asked=yes"));
        assert_eq!(due().await, Some(asked_at));
    }
    assert!(world.get("/settings/accounts?asked=yes", &purse.cookie).await.text().contains("data-testid=\"asked\""));
    assert_eq!(world.post(&path, &[], &mallory).await.status, 404);
    world.end().await;
}
