//! What is kept about a person: who has looked at it, taking it along, hiding it, and the end of it.

use super::client::Request;
use super::hooks::{hook, notification, stored};
use super::purse::Purse;
use super::world::{PASSWORD, World};
use domain::viewer::Role;
use scraper::{Html, Selector};
use server::clock::Clock as _;
use std::time::Duration;

fn texts(page: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    page.select(&Selector::parse(selector).unwrap()).map(|found| found.text().collect()).collect()
}

#[tokio::test]
async fn every_look_of_an_operator_is_noted_and_shown_to_whose_data_it_was() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    let bruno = world.sign_up("bruno@example.test").await;
    let empty = world.get("/settings/looks", &purse.cookie).await.text();
    assert!(texts(&empty, "[data-testid=look]").is_empty() && empty.contains("Personne"));

    let olga = world.operator("olga@example.test", Role::Viewer).await;
    let page = format!("/operator/users/{}", purse.user);
    assert_eq!(world.get("/operator/users", &olga).await.status, 200);
    for _ in 0..60 {
        assert_eq!(world.get(&page, &olga).await.status, 200);
        world.clock.advance(Duration::from_secs(1));
    }
    let looks = world.get("/settings/looks", &purse.cookie).await.text();
    let rows = texts(&looks, "[data-testid=look]");
    assert_eq!(rows.len(), 50);
    assert!(rows[0].contains("olga"), "{}", rows[0]);
    let older = Html::parse_document(&looks);
    let older = older.select(&Selector::parse("a[rel=next]").unwrap()).next().unwrap().attr("href").unwrap().to_owned();
    assert_eq!(texts(&world.get(&older, &purse.cookie).await.text(), "[data-testid=look]").len(), 10);
    assert_eq!(world.get("/settings/looks?before=nonsense", &purse.cookie).await.status, 404);

    assert!(texts(&world.get("/settings/looks", &bruno).await.text(), "[data-testid=look]").is_empty());
    // Who may not look has not looked.
    assert_eq!(world.get(&page, &bruno).await.status, 404);
    assert_eq!(texts(&world.get(&older, &purse.cookie).await.text(), "[data-testid=look]").len(), 10);
    world.end().await;
}

#[tokio::test]
async fn a_look_at_a_notification_is_noted_for_the_owner_of_its_card() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    let hers = notification(1, 0).replace("ANY0000000000", purse.card.as_str());
    for body in [hers, notification(2, 0)] {
        assert_eq!(world.send(hook(body)).await.status, 200);
    }
    let olga = world.operator("olga@example.test", Role::Viewer).await;
    for delivery in stored(&world).await {
        assert_eq!(world.get(&format!("/operator/deliveries/{}", delivery.id), &olga).await.status, 200);
    }
    let looks = world.get("/settings/looks", &purse.cookie).await.text();
    assert_eq!(texts(&looks, "[data-testid=look]").len(), 1, "and none at what is nobody's");
    assert!(looks.contains("data-what=\"notification\""));
    world.end().await;
}

#[tokio::test]
async fn everything_about_a_person_is_one_document_and_no_secret_is_in_it() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(1_100).await;
    let page = format!("/transactions/{}", purse.key(7));
    world.post(&page, &[("category", ""), ("note", "cadeau pour Zoé"), ("tags", "fête")], &purse.cookie).await;
    let olga = world.operator("olga@example.test", Role::Viewer).await;
    for _ in 0..3 {
        world.get(&format!("/operator/users/{}", purse.user), &olga).await;
    }
    let event = Request::new("POST", "/link-events")
        .header("Content-Type", "application/json")
        .header("Origin", world.origin())
        .header("Cookie", &purse.cookie)
        .body(r#"{"event":"onDisplayPopup"}"#);
    assert_eq!(world.send(event).await.status, 204);

    let answer = world.get("/settings/download", &purse.cookie).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let disposition = answer.header("content-disposition").unwrap();
    assert_eq!(disposition, "attachment; filename=\"anytime-connect-2026-11-23.json\"");
    let all = answer.json();
    assert_eq!(all["account"]["email"], "alice@example.test");
    assert_eq!(all["payments"].as_array().unwrap().len(), 1_100);
    let noted = all["payments"].as_array().unwrap().iter().find(|payment| payment["txid"] == "00000000007").unwrap();
    assert_eq!((&noted["note"], &noted["tags"]), (&"cadeau pour Zoé".into(), &serde_json::json!(["fête"])));
    assert_eq!(all["looks"].as_array().unwrap().len(), 3);
    assert_eq!(all["looks"][0]["who"], "olga");
    assert_eq!(all["events"][0]["event"], "onDisplayPopup");
    assert_eq!(all["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(all["links"][0]["cards"][0]["card_ref"], purse.card.as_str());
    assert!(all["notifications"].is_array() && all["alerts"].is_array() && all["alert_rules"].is_array());
    let text = answer.text();
    for secret in ["token", "sealed", "password", "argon2", purse.cookie.strip_prefix("session=").unwrap()] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert_eq!(world.get("/settings/download", "").await.status, 303);
    world.end().await;
}

#[tokio::test]
async fn amounts_are_hidden_on_every_page_while_she_wants_it() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(3).await;
    let answer = world.post("/preferences", &[("privacy", "on"), ("return_to", "/dashboard")], &purse.cookie).await;
    assert_eq!((answer.status, answer.location()), (303, "/dashboard"));
    let cookie = format!("{}; {}", purse.cookie, answer.cookie("privacy=").unwrap());
    for page in ["/dashboard", "/settings", &format!("/transactions/{}", purse.key(1))] {
        assert!(world.get(page, &cookie).await.text().contains("data-privacy=\"on\""), "{page}");
        assert!(!world.get(page, &purse.cookie).await.text().contains("data-privacy"), "{page}");
    }
    let off = world.post("/preferences", &[("privacy", "off")], &cookie).await;
    assert_eq!(off.cookie("privacy="), Some("privacy=off"));
    let nonsense = world.post("/preferences", &[("privacy", "on; Secure")], &cookie).await;
    assert_eq!(nonsense.cookie("privacy="), None);
    world.end().await;
}

#[tokio::test]
async fn who_has_herself_erased_is_gone_and_has_a_receipt() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(1_200).await;
    let elsewhere = world.sign_in("alice@example.test").await;
    let olga = world.operator("olga@example.test", Role::Viewer).await;
    let page = format!("/operator/users/{}", purse.user);
    assert_eq!(world.get(&page, &olga).await.status, 200);
    let refused = |fields: Vec<(&'static str, &'static str)>| {
        let world = &world;
        let cookie = purse.cookie.clone();
        async move { world.post("/settings/erase", &fields, &cookie).await.status }
    };
    assert_eq!(refused(vec![("current", "wrong guess"), ("sure", "yes")]).await, 422);
    assert_eq!(refused(vec![("current", PASSWORD)]).await, 422, "she has to say that she is sure");
    assert!(world.is_signed_in(&purse.cookie).await);

    let answer = world.post("/settings/erase", &[("current", PASSWORD), ("sure", "yes")], &purse.cookie).await;
    assert_eq!(answer.status, 303);
    let receipt = answer.location().to_owned();
    assert!(receipt.starts_with("/erased/E-"), "{receipt}");
    assert!(answer.header("clear-site-data").is_some_and(|what| what.contains("storage")));
    for cookie in [&purse.cookie, &elsewhere] {
        assert!(!world.is_signed_in(cookie).await);
    }
    assert_eq!(world.get(&page, &olga).await.status, 404);
    assert!(!world.get("/operator/users", &olga).await.text().contains("alice@example.test"));
    let sign_in = [("email", "alice@example.test"), ("password", PASSWORD)];
    assert_eq!(world.post("/sign-in", &sign_in, "").await.status, 422);

    let shown = world.get(&receipt, "").await;
    assert_eq!(shown.status, 200);
    let number = receipt.strip_prefix("/erased/").unwrap();
    assert!(shown.text().contains(number) && !shown.text().contains("alice"));
    let removed = async {
        loop {
            let erasure = world.services.store.erasure(number).await.unwrap().unwrap();
            if erasure.done_at.is_some() {
                return erasure;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let erasure = tokio::time::timeout(Duration::from_secs(30), removed).await.expect("all is removed");
    assert_eq!((erasure.payments, erasure.at), (1_200, world.clock.now()));
    assert_eq!(world.services.store.user_by_id(&purse.user).await.unwrap(), None);
    let found = world.get(&format!("/operator/erasures?number={}", number.to_lowercase()), &olga).await.text();
    assert!(found.contains("data-state=\"done\""), "{found}");
    assert_eq!(world.get("/operator/erasures?number=E-22222-22222-22222", &olga).await.status, 200);
    assert_eq!(world.get("/erased/E-22222-22222-22222", "").await.status, 404);

    // AC-09: whoever takes the address begins anew.
    let again = world.sign_up("alice@example.test").await;
    let payments = world.get("/transactions.json", &again).await.json();
    assert_eq!(payments["transactions"], serde_json::json!([]));
    world.end().await;
}

#[tokio::test]
async fn erasing_takes_the_code_where_there_are_two_steps() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    let user = world.services.store.user_by_email_key("alice@example.test").await.unwrap().unwrap().id;
    let key = world.services.vault.user_key(&user).await.unwrap();
    let sealed = key.seal("two-step", user.as_str(), b"12345678901234567890");
    let store = &world.services.store;
    store.begin_two_step(&user, &sealed, world.clock.now()).await.unwrap();
    let mail = server::mail::Mail {
        to: user.clone(),
        lang: domain::lang::Lang::Fr,
        content: server::mail::Content::TwoStepOn,
        good_until: None,
    };
    let mail = world.services.mailer.seal(mail).await.unwrap();
    assert!(store.activate_two_step(1, &[], mail, world.clock.now()).await.unwrap());
    assert!(world.get("/settings/erase", &cookie).await.text().contains("name=\"code\""));
    let fields = [("current", PASSWORD), ("sure", "yes"), ("code", "000000")];
    assert_eq!(world.post("/settings/erase", &fields, &cookie).await.status, 422);
    assert!(world.is_signed_in(&cookie).await);
    world.end().await;
}
