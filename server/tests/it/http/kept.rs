//! A page for who comes back to it: not made again while nothing has changed, and never an old one.

use super::alerts::{add_rule, pay};
use super::purse::Purse;
use super::world::{PASSWORD, World};
use domain::transaction::TxStatus;
use scraper::{Html, Selector};
use server::clock::Clock as _;
use server::store::NewPayment;
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);

fn texts(page: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    page.select(&Selector::parse(selector).unwrap()).map(|found| found.text().collect()).collect()
}

async fn dashboard(world: &World, cookie: &str) -> String {
    let answer = world.get("/dashboard", cookie).await;
    assert_eq!(answer.status, 200);
    answer.text()
}

/// Changes rows behind the server's back, so that no feed moves.
async fn rewrite(world: &World, sql: &'static str) {
    let file = sqlx::sqlite::SqliteConnectOptions::new().filename(world.folder.path().join("test.db"));
    let mut connection = sqlx::ConnectOptions::connect(&file).await.unwrap();
    let changed = sqlx::query(sql).execute(&mut connection).await.unwrap();
    assert!(changed.rows_affected() > 0);
}

#[tokio::test]
async fn who_comes_back_within_the_minute_gets_the_page_that_was_made_for_her() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(3).await;
    let (mut pages, mut nonces) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let answer = world.get("/dashboard", &purse.cookie).await;
        let page = answer.text();
        let nonce = page.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert!(answer.header("content-security-policy").unwrap().contains(&format!("script-src 'nonce-{nonce}'")));
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        pages.push(page.replace(&nonce, ""));
        nonces.push(nonce);
        rewrite(&world, "UPDATE payments SET merchant = 'Nobody looks here'").await;
    }
    assert!(pages[0] == pages[1] && pages[1] == pages[2]);
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "each answer has a nonce of its own");
    assert!(world.get("/dashboard?q=", &purse.cookie).await.text().contains("Nobody looks here"));
    world.clock.advance(MINUTE);
    assert!(dashboard(&world, &purse.cookie).await.contains("Nobody looks here"));
    world.end().await;
}

#[tokio::test]
async fn whatever_happens_to_a_payment_is_seen_at_once() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    let page = || dashboard(&world, &purse.cookie);
    assert!(texts(&page().await, "[data-testid=transaction]").is_empty());
    let waiting = NewPayment { status: TxStatus::Authorised, ..purse.payment(1, "FNAC DIRECT", -500) };
    purse.pay(std::slice::from_ref(&waiting)).await;
    assert!(texts(&page().await, "[data-txid='00000000001']")[0].contains("En attente"));
    purse.pay(&[NewPayment { status: TxStatus::Settled, ..waiting }]).await;
    assert!(!texts(&page().await, "[data-txid='00000000001']")[0].contains("En attente"));
    let words = [("category", "health"), ("note", ""), ("tags", "cadeau")];
    let written = world.post(&format!("/transactions/{}", purse.key(1)), &words, &purse.cookie).await;
    assert_eq!(written.status, 303);
    let row = &texts(&page().await, "[data-txid='00000000001']")[0];
    assert!(row.contains("Santé") && row.contains("cadeau"), "{row}");

    add_rule(&world, &purse.cookie, &[("kind", "amount"), ("amount", "10")]).await;
    assert_eq!(texts(&page().await, "[data-alert-count]"), [""]);
    pay(&world, &purse, 2, -2_000).await;
    assert_eq!(texts(&page().await, "[data-alert-count]"), ["1"]);
    world.services.store.see_alerts(&purse.user, i64::MAX, world.clock.now()).await.unwrap();
    assert_eq!(texts(&page().await, "[data-alert-count]"), [""]);

    let forgotten = world.post(&format!("/links/{}/forget", purse.link), &[("history", "erase")], &purse.cookie).await;
    assert_eq!(forgotten.status, 303);
    assert!(texts(&page().await, "[data-testid=transaction], [data-testid=link]").is_empty());
    world.end().await;
}

#[tokio::test]
async fn whatever_she_chooses_is_seen_at_once() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(1).await;
    assert!(dashboard(&world, &purse.cookie).await.contains("<html lang=\"fr\">"));
    for (cookie, shown) in [
        ("lang=en", "<html lang=\"en\">"),
        ("privacy=on", "data-privacy=\"on\""),
        ("theme=dark", "data-theme=\"dark\""),
        ("theme=light", "data-theme=\"light\""),
    ] {
        let page = dashboard(&world, &format!("{}; {cookie}", purse.cookie)).await;
        assert!(page.contains(shown), "{cookie}");
        assert!(!dashboard(&world, &purse.cookie).await.contains(shown), "not {cookie}");
    }
    rewrite(&world, "UPDATE users SET name = 'Alicia Renamed'").await;
    assert!(dashboard(&world, &purse.cookie).await.contains("Alicia Renamed"));
    world.end().await;
}

#[tokio::test]
async fn a_day_begins_at_midnight_in_paris() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    // 23 November at 13:00 in Paris, and from there to the last half minute of the month.
    world.clock.advance(Duration::from_hours(7 * 24 + 11) - Duration::from_secs(30));
    let cookie = world.sign_in("alice@example.test").await;
    pay(&world, &purse, 1, -500).await;
    let month = |page: String| texts(&page, ".glance-sum .total-label");
    assert_eq!(month(dashboard(&world, &cookie).await), ["Dépensé en novembre"]);
    world.clock.advance(Duration::from_secs(29));
    assert_eq!(month(dashboard(&world, &cookie).await), ["Dépensé en novembre"]);
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(month(dashboard(&world, &cookie).await), ["Dépensé en décembre"]);
    world.end().await;
}

#[tokio::test]
async fn what_cannot_be_shown_again_is_not_in_memory() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    let kept = &world.services.kept;
    let look = async |cookie: &str| {
        dashboard(&world, cookie).await;
        assert!(kept.holds(&purse.user));
    };
    look(&purse.cookie).await;
    purse.pay_many(1).await;
    assert!(!kept.holds(&purse.user), "her feed has moved");
    look(&purse.cookie).await;
    world.post("/sign-out", &[], &purse.cookie).await;
    assert!(!kept.holds(&purse.user), "she has signed out");
    let cookie = world.sign_in("alice@example.test").await;
    look(&cookie).await;
    assert_eq!(world.post("/settings/erase", &[("current", PASSWORD), ("sure", "yes")], &cookie).await.status, 303);
    assert!(!kept.holds(&purse.user), "she is no more");
    world.end().await;
}

#[tokio::test]
async fn a_kept_page_is_nobody_elses_and_ends_with_the_session() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(1).await;
    let bruno = world.sign_up("bruno@example.test").await;
    for _ in 0..2 {
        assert!(dashboard(&world, &purse.cookie).await.contains("alice@example.test"));
        let his = dashboard(&world, &bruno).await;
        assert!(!his.contains("alice@example.test") && !his.contains("00000000001"));
    }
    assert_eq!(world.get("/dashboard", "").await.location(), "/sign-in?next=%2Fdashboard");
    assert_eq!(world.post("/sign-out", &[], &purse.cookie).await.status, 303);
    assert_eq!(world.get("/dashboard", &purse.cookie).await.status, 303);
    world.end().await;
}
