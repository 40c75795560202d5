//! Rules, and what they told, as their owner sees them.

use super::client::Request;
use super::purse::Purse;
use super::world::World;
use domain::transaction::TxStatus;
use scraper::{Html, Selector};
use server::clock::Clock as _;
use server::store::NewPayment;
use std::time::Duration;

const PATH: &str = "/settings/alerts";

fn all(text: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(text);
    page.select(&Selector::parse(selector).unwrap()).map(|found| found.text().collect()).collect()
}

fn attributes(text: &str, selector: &str, name: &str) -> Vec<String> {
    let page = Html::parse_document(text);
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).filter_map(|element| element.attr(name).map(ToOwned::to_owned)).collect()
}

/// The nth payment, just now.
fn just_paid(world: &World, purse: &Purse, n: usize, minor: i64) -> NewPayment {
    let booked_at = world.clock.now();
    NewPayment {
        booked_at,
        booked_text: booked_at.bank_text(),
        confirmed_at: None,
        ..purse.payment(n, "FNAC DIRECT", minor)
    }
}

pub(super) async fn pay(world: &World, purse: &Purse, n: usize, minor: i64) {
    let payment = just_paid(world, purse, n, minor);
    world.services.store.apply_payments(&[payment], true, world.clock.now()).await.unwrap();
}

pub(super) async fn add_rule(world: &World, cookie: &str, fields: &[(&str, &str)]) {
    let answer = world.post(PATH, fields, cookie).await;
    assert_eq!((answer.status, answer.location()), (303, "/settings/alerts?done=added#main"), "{}", answer.text());
}

#[tokio::test]
async fn a_rule_is_added_changed_switched_and_removed_by_forms() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    add_rule(&world, &purse.cookie, &[("kind", "amount"), ("amount", "49,90"), ("card", purse.card.as_str())]).await;
    let shown = world.get(PATH, &purse.cookie).await.text();
    let rules = all(&shown, "[data-testid=rule]");
    assert_eq!(rules.len(), 1);
    assert!(rules[0].contains("Paiement de plus de 49,90\u{a0}€") && rules[0].contains("Perso •••• 0001"), "{rules:?}");

    let fields = [("kind", "amount"), ("amount", "49.90"), ("card", purse.card.as_str())];
    let again = world.post(PATH, &fields, &purse.cookie).await;
    assert_eq!(again.status, 422);
    assert!(again.text().contains("Vous avez déjà cette règle."));

    let id = attributes(&shown, "[data-testid=rule]", "data-rule").remove(0);
    let one = format!("{PATH}/{id}");
    let form = world.get(&one, &purse.cookie).await.text();
    assert_eq!(attributes(&form, "input[name=kind][checked]", "value"), ["amount"]);
    assert_eq!(attributes(&form, "input[name=amount]", "value"), ["49,90"]);
    assert_eq!(attributes(&form, "select[name=card] option[selected]", "value"), [purse.card.as_str()]);
    let changed = world.post(&one, &[("kind", "refused"), ("amount", "49,90")], &purse.cookie).await;
    assert_eq!(changed.location(), "/settings/alerts?done=changed#main");
    let off = world.post(&format!("{one}/switch"), &[("on", "no")], &purse.cookie).await;
    assert_eq!(off.location(), "/settings/alerts?done=off#main");
    let shown = world.get("/settings/alerts?done=off", &purse.cookie).await.text();
    assert!(all(&shown, "[data-testid=rule]")[0].contains("Désactivée"));
    assert_eq!(all(&shown, "[data-testid=done]"), ["Règle désactivée."]);
    let removed = world.post(&format!("{one}/remove"), &[], &purse.cookie).await;
    assert_eq!(removed.location(), "/settings/alerts?done=removed#main");
    assert_eq!(world.get(&one, &purse.cookie).await.status, 404);
    assert_eq!(world.post(&format!("{one}/remove"), &[], &purse.cookie).await.status, 404);
    world.end().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_rule_is_said_beside_its_field_and_stays_typed() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    let typed = "\"><script>alert(1)</script>";
    let fields = [("kind", "balance"), ("amount", typed), ("card", "ANY9999999999")];
    let answer = world.post(PATH, &fields, &purse.cookie).await;
    assert_eq!(answer.status, 422);
    let text = answer.text();
    assert!(!text.contains("<script>alert"));
    assert_eq!(attributes(&text, "input[name=amount][aria-invalid=true]", "value"), [typed]);
    assert_eq!(attributes(&text, "input[name=kind][checked]", "value"), ["balance"]);
    assert_eq!(all(&text, "#amount-problem, #card-problem").len(), 2);
    for n in 1..=20 {
        add_rule(&world, &purse.cookie, &[("kind", "amount"), ("amount", &n.to_string())]).await;
    }
    let one_more = world.post(PATH, &[("kind", "abroad")], &purse.cookie).await;
    assert_eq!(one_more.status, 422);
    assert!(one_more.text().contains("20 règles"));
    world.end().await;
}

#[tokio::test]
async fn nobody_reaches_the_rules_of_others() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    add_rule(&world, &purse.cookie, &[("kind", "refused")]).await;
    let shown = world.get(PATH, &purse.cookie).await.text();
    let one = format!("{PATH}/{}", attributes(&shown, "[data-testid=rule]", "data-rule")[0]);
    let mallory = world.sign_up("mallory@example.test").await;
    assert_eq!(world.get(&one, &mallory).await.status, 404);
    for (path, fields) in [
        (one.clone(), &[("kind", "abroad")][..]),
        (format!("{one}/switch"), &[("on", "no")]),
        (format!("{one}/remove"), &[]),
        (format!("{PATH}/nonsense"), &[("kind", "abroad")]),
        // A card that is not hers.
    ] {
        assert_eq!(world.post(&path, fields, &mallory).await.status, 404, "{path}");
        assert_eq!(world.post(&path, fields, "").await.location(), "/sign-in", "{path}");
        let foreign = Request::form(&path, fields).header("Origin", "https://evil.example");
        assert_eq!(world.send(foreign.header("Cookie", &purse.cookie)).await.status, 403, "{path}");
    }
    let not_hers = world.post(PATH, &[("kind", "abroad"), ("card", purse.card.as_str())], &mallory).await;
    assert_eq!(not_hers.status, 422);
    assert_eq!(all(&world.get(PATH, &purse.cookie).await.text(), "[data-testid=rule]").len(), 1);
    assert!(all(&world.get(PATH, &mallory).await.text(), "[data-testid=rule]").is_empty());
    world.end().await;
}

#[tokio::test]
async fn what_was_told_is_counted_at_the_bell_listed_in_pages_and_read() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    add_rule(&world, &purse.cookie, &[("kind", "amount"), ("amount", "50")]).await;
    for n in 1..=30 {
        pay(&world, &purse, n, -5_001).await;
        world.clock.advance(Duration::from_secs(1));
    }
    pay(&world, &purse, 31, -5_000).await;
    let bell = |text: &str| all(text, "[data-alert-count]").join("");
    let settings = world.get("/settings", &purse.cookie).await.text();
    assert_eq!(bell(&settings), "30");

    let first = world.get(PATH, &purse.cookie).await.text();
    let txids = attributes(&first, "[data-testid=alert]", "data-txid");
    assert_eq!((txids.len(), txids[0].as_str()), (25, "00000000030"));
    assert!(all(&first, "[data-testid=alert]").iter().all(|alert| alert.contains("Nouvelle")));
    let older = attributes(&first, "a[rel=next]", "href").remove(0);
    let second = world.get(&older, &purse.cookie).await.text();
    assert_eq!(attributes(&second, "[data-testid=alert]", "data-txid").len(), 5);
    let newer = attributes(&second, "a[rel=prev]", "href").remove(0);
    let back = world.get(&newer, &purse.cookie).await.text();
    assert_eq!(attributes(&back, "[data-testid=alert]", "data-txid"), txids);
    assert!(attributes(&second, "form[data-see]", "action").is_empty(), "there are newer ones that she has not seen");
    assert_eq!(world.get("/settings/alerts?before=nonsense", &purse.cookie).await.status, 404);

    let newest = attributes(&first, "input[name=up_to]", "value").remove(0);
    let mallory = world.sign_up("mallory@example.test").await;
    world.post("/settings/alerts/seen", &[("up_to", &newest)], &mallory).await;
    assert_eq!(bell(&world.get("/settings", &purse.cookie).await.text()), "30");
    let quiet = world.post("/settings/alerts/seen", &[("up_to", &newest), ("quiet", "yes")], &purse.cookie).await;
    assert_eq!(quiet.status, 204);
    assert_eq!(bell(&world.get("/settings", &purse.cookie).await.text()), "");
    assert_eq!(world.post("/settings/alerts/seen", &[("up_to", "x")], &purse.cookie).await.status, 400);

    let refused = NewPayment { status: TxStatus::Refused, ..just_paid(&world, &purse, 32, -9_999) };
    world.services.store.apply_payments(&[refused], true, world.clock.now()).await.unwrap();
    assert_eq!(bell(&world.get("/settings", &purse.cookie).await.text()), "", "it was not paid");
    world.end().await;
}
