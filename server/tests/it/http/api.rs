//! The API, as the partner's other back ends call it.

use super::client::{Answer, Request};
use super::hooks::{hook, notification};
use super::purse::{Purse, TOKEN};
use super::world::World;
use server::api::{self, Scope, hash_of};
use server::clock::Clock as _;
use server::store::{ApiKeyRecord, Look};
use std::collections::BTreeSet;
use std::time::Duration;

/// Every address, and what it needs. A test compares it with the document.
const ADDRESSES: [(&str, &str, Scope); 10] = [
    ("get", "/users", Scope::UsersRead),
    ("get", "/users/{id}", Scope::UsersRead),
    ("get", "/links", Scope::UsersRead),
    ("get", "/links/{id}", Scope::UsersRead),
    ("get", "/links/{id}/token", Scope::TokensRead),
    ("get", "/transactions", Scope::TransactionsRead),
    ("get", "/deliveries", Scope::DeliveriesRead),
    ("get", "/deliveries/{id}", Scope::DeliveriesRead),
    ("post", "/deliveries/{id}/replay", Scope::DeliveriesWrite),
    ("get", "/replays/{id}", Scope::DeliveriesRead),
];

async fn key(world: &World, scopes: &[Scope], addresses: &str) -> String {
    let key = format!("{}{}", api::KEY_PREFIX, server::randomness::secret());
    let record = ApiKeyRecord {
        id: server::randomness::id(),
        name: "Billing".to_owned(),
        scopes: scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(" "),
        addresses: addresses.to_owned(),
        created_at: world.clock.now(),
        used_at: None,
        revoked_at: None,
    };
    world.services.store.add_api_key(&record, &hash_of(&key)).await.unwrap();
    key
}

async fn get(world: &World, path: &str, key: &str) -> Answer {
    call(world, "get", path, key).await
}

async fn call(world: &World, method: &str, path: &str, key: &str) -> Answer {
    let request = Request::new(&method.to_uppercase(), &format!("/api/v1{path}"));
    world.send(request.header("Authorization", &format!("Bearer {key}"))).await
}

/// The kind of a problem, which has to look like one.
fn problem(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{}", answer.text());
    let problem = answer.json();
    assert_eq!(problem["status"], answer.status);
    assert!(!problem["title"].as_str().unwrap().is_empty() && !problem["detail"].as_str().unwrap().is_empty());
    problem["type"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn nothing_is_answered_without_a_key_that_is_good_for_it() {
    let world = World::new().await;
    let all = key(&world, &Scope::ALL, "").await;
    let elsewhere = key(&world, &Scope::ALL, "192.0.2.0/24").await;
    let user = world.sign_up("alice@example.test").await;
    for (method, path, needs) in ADDRESSES {
        let path = path.replace("{id}", &"0".repeat(32));
        let get = async |world, path: &str, key: &str| call(world, method, path, key).await;
        let signed_in = Request::new(&method.to_uppercase(), &format!("/api/v1{path}")).header("Cookie", &user);
        let anonymous = world.send(signed_in).await;
        assert_eq!((anonymous.status, problem(&anonymous).as_str()), (401, "no-key"), "{path}: a session is no key");
        assert_eq!(anonymous.header("www-authenticate"), Some("Bearer"));
        for wrong in ["", "acv1_", &all[..all.len() - 1], &format!("{all}x")] {
            assert_eq!(get(&world, &path, wrong).await.status, 401, "{path} {wrong}");
        }
        let far = get(&world, &path, &elsewhere).await;
        assert_eq!((far.status, problem(&far).as_str()), (403, "address"), "{path}");
        let others: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| *scope != needs).collect();
        let lacking = get(&world, &path, &key(&world, &others, "").await).await;
        // Transactions are asked of somebody.
        if path != "/transactions" {
            assert_eq!((lacking.status, problem(&lacking).as_str()), (403, "scope"), "{path}");
        }
        let enough = get(&world, &path, &key(&world, &[needs], "").await).await;
        assert!(matches!(enough.status, 200 | 400 | 404), "{path}: {}", enough.text());
    }
    let unknown = get(&world, "/nowhere", &all).await;
    assert_eq!((unknown.status, problem(&unknown).as_str()), (404, "not-found"));
    let written = Request::new("POST", "/api/v1/users").header("Authorization", &format!("Bearer {all}"));
    assert_eq!(world.send(written).await.status, 405);
    world.end().await;
}

#[tokio::test]
async fn users_links_and_payments_are_read_in_parts() {
    let world = World::new().await;
    let key = key(&world, &Scope::ALL, "").await;
    let purse = Purse::of(&world, "bob@example.test").await;
    purse.pay_many(5).await;
    world.sign_up("alice@example.test").await;

    let first = get(&world, "/users?limit=1", &key).await.json();
    assert_eq!(first["users"][0]["email"], "alice@example.test");
    let next = first["next"].as_str().unwrap();
    let second = get(&world, &format!("/users?limit=1&cursor={next}"), &key).await.json();
    assert_eq!((&second["users"][0]["email"], &second["next"]), (&"bob@example.test".into(), &serde_json::Value::Null));
    let bob = &second["users"][0];
    assert_eq!(
        (&bob["id"], &bob["link_status"], &bob["cards"]),
        (&purse.user.as_str().into(), &"linked".into(), &1.into())
    );
    assert_eq!(get(&world, &format!("/users/{}", purse.user), &key).await.json(), *bob);
    assert_eq!(get(&world, "/users?q=BOB@", &key).await.json()["users"].as_array().unwrap().len(), 1);

    let links = get(&world, "/links", &key).await.json();
    let link = &links["links"][0];
    assert_eq!((&link["id"], &link["status"]), (&purse.link.as_str().into(), &"linked".into()));
    assert_eq!(get(&world, &format!("/links?user_id={}", purse.user), &key).await.json(), links);
    let detail = get(&world, &format!("/links/{}", purse.link), &key).await.json();
    assert_eq!((&detail["id"], &detail["cards"][0]["balance"]), (&link["id"], &"10000.00".into()));

    let path = format!("/transactions?user_id={}&limit=2", purse.user);
    let (mut path_of_part, mut amounts) = (path.clone(), Vec::new());
    loop {
        let part = get(&world, &path_of_part, &key).await.json();
        amounts
            .extend(part["transactions"].as_array().unwrap().iter().map(|one| one["amount_minor"].as_i64().unwrap()));
        let Some(next) = part["next"].as_str() else { break };
        path_of_part = format!("{path}&cursor={next}");
    }
    assert_eq!(amounts, [-5, -4, -3, -2, -1]);
    let large = get(&world, &format!("{path}&min=0.04&type=D"), &key).await.json();
    assert_eq!(large["transactions"].as_array().unwrap().len(), 2);
    world.end().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_named() {
    let world = World::new().await;
    let key = key(&world, &Scope::ALL, "").await;
    let user = Purse::of(&world, "bob@example.test").await.user;
    for path in [
        "/users?limit=0",
        "/users?limit=201",
        "/users?limit=x",
        "/users?cursor=%25",
        "/users?page=2",
        "/links?user_id=x",
        "/links?cursor=%00",
        "/transactions",
        "/transactions?user_id=x",
        &format!("/transactions?user_id={user}&min=x"),
        &format!("/transactions?user_id={user}&tag=secret"),
        &format!("/transactions?user_id={user}&cursor=x"),
        "/deliveries?verdict=good",
        "/deliveries?cursor=x",
    ] {
        let answer = get(&world, path, &key).await;
        assert_eq!((answer.status, problem(&answer).as_str()), (400, "parameter"), "{path}: {}", answer.text());
    }
    for path in ["/users/x", "/links/x", "/links/x/token", "/deliveries/x", "/deliveries/9999999999999999999"] {
        assert_eq!(get(&world, path, &key).await.status, 404, "{path}");
    }
    let nobody = "0".repeat(32);
    for path in [format!("/transactions?user_id={nobody}"), format!("/links?user_id={nobody}")] {
        assert_eq!(get(&world, &path, &key).await.status, 404, "{path}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_token_is_told_to_who_may_have_it_and_its_owner_sees_that_it_was() {
    let world = World::new().await;
    let key = key(&world, &[Scope::TokensRead], "").await;
    let purse = Purse::of(&world, "bob@example.test").await;
    let path = format!("/links/{}/token", purse.link);
    let answer = get(&world, &path, &key).await;
    assert_eq!((answer.status, answer.json()), (200, serde_json::json!({ "token": TOKEN })));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("etag"), None);
    let looks = world.services.store.looks_at(&purse.user, None, None, 9).await.unwrap();
    assert_eq!(
        looks.iter().map(|look| (look.operator_name.as_str(), look.what)).collect::<Vec<_>>(),
        [("Billing", Look::Token)]
    );
    let page = world.get("/settings/looks", &purse.cookie).await.text();
    assert!(page.contains("Billing") && page.contains("data-what=\"token\""), "{page}");

    assert!(world.services.store.forget_link(&purse.link, &purse.user, false, world.clock.now()).await.unwrap());
    assert_eq!(get(&world, &path, &key).await.status, 404);
    world.end().await;
}

#[tokio::test]
async fn arrivals_are_told_with_their_evidence_and_without_their_bodies() {
    let world = World::new().await;
    let key = key(&world, &[Scope::DeliveriesRead], "").await;
    for n in 1..=3 {
        assert_eq!(world.send(hook(notification(n, 0))).await.status, 200);
    }
    // Until the worker has been through them.
    while get(&world, "/deliveries", &key).await.text().contains("\"pending\"") {
        tokio::task::yield_now().await;
    }
    let first = get(&world, "/deliveries?limit=2", &key).await.json();
    let newest = &first["deliveries"][0];
    assert_eq!((&newest["event_name"], &newest["verdict"]), (&"card_transaction_received".into(), &"held".into()));
    assert_eq!((&newest["reason"], &newest["trust"]["new"]["good"]), (&"reused-hash".into(), &false.into()));
    assert!(newest.get("body").is_none());
    let next = first["next"].as_str().unwrap();
    let second = get(&world, &format!("/deliveries?limit=2&cursor={next}"), &key).await.json();
    assert_eq!((second["deliveries"].as_array().unwrap().len(), &second["next"]), (1, &serde_json::Value::Null));
    assert_eq!(get(&world, &format!("/deliveries/{}", newest["id"]), &key).await.json(), *newest);
    let reference = newest["reference"].as_str().unwrap().to_uppercase();
    let found = get(&world, &format!("/deliveries?reference={reference}&verdict=held"), &key).await.json();
    assert_eq!(found["deliveries"], serde_json::json!([newest]));
    world.end().await;
}

#[tokio::test]
async fn an_arrival_is_processed_again_for_whoever_may_and_it_is_noted_who_asked() {
    let world = World::new().await;
    let key = key(&world, &[Scope::DeliveriesRead, Scope::DeliveriesWrite], "").await;
    assert_eq!(world.send(hook(notification(1, 0))).await.status, 200);
    while get(&world, "/deliveries", &key).await.text().contains("\"pending\"") {
        tokio::task::yield_now().await;
    }
    let id = get(&world, "/deliveries", &key).await.json()["deliveries"][0]["id"].as_i64().unwrap();
    let ask = async |body: &str| {
        let request = Request::new("POST", &format!("/api/v1/deliveries/{id}/replay"));
        let request = request.header("Authorization", &format!("Bearer {key}"));
        world.send(request.header("Content-Type", "application/json").body(body)).await
    };
    for (body, dry, reason) in [("", false, ""), (r#"{"dry_run": true, "reason": "to see"}"#, true, "to see")] {
        let asked = ask(body).await;
        assert_eq!(asked.status, 202, "{}", asked.text());
        let replay = asked.json();
        assert_eq!((&replay["dry_run"], &replay["total"], &replay["by"]), (&dry.into(), &1.into(), &"Billing".into()));
        let place = asked.header("location").unwrap().strip_prefix("/api/v1").unwrap().to_owned();
        let ended = loop {
            let told = get(&world, &place, &key).await.json();
            if told["state"] != "running" {
                break told;
            }
            tokio::task::yield_now().await;
        };
        // It waits for its card, as before: nothing was done twice.
        assert_eq!((&ended["state"], &ended["seen"], &ended["changed"]), (&"done".into(), &1.into(), &0.into()));
        let act = world.services.store.acts(None, None, 1).await.unwrap().remove(0);
        assert_eq!((act.name.as_str(), act.reason.as_str()), ("Billing", reason));
        assert_eq!(act.subject, format!("replay:{} delivery:{id}", replay["id"]));
    }
    let unreadable = ask("{\"dry\": true}").await;
    assert_eq!((unreadable.status, problem(&unreadable).as_str()), (400, "body"));
    world.end().await;
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again_and_a_key_has_a_quota() {
    let world = World::new().await;
    let key = key(&world, &[Scope::UsersRead], "").await;
    let first = get(&world, "/users", &key).await;
    let tag = first.header("etag").unwrap().to_owned();
    let asked = |tag: &str| {
        let request = Request::get("/api/v1/users").header("Authorization", &format!("Bearer {key}"));
        request.header("If-None-Match", tag)
    };
    let again = world.send(asked(&format!("\"other\", W/{tag}"))).await;
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(tag.as_str())));
    world.sign_up("alice@example.test").await;
    let changed = world.send(asked(&tag)).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), Some(tag.as_str()));

    assert_eq!(changed.header("ratelimit-policy"), Some("\"minute\";q=1200;w=60"));
    assert_eq!(changed.header("ratelimit"), Some("\"minute\";r=1197;t=60"));
    let used = async || world.services.store.api_keys().await.unwrap().remove(0).used_at.unwrap();
    let at = used().await;
    world.clock.advance(Duration::from_mins(1));
    assert_eq!(get(&world, "/users", &key).await.header("ratelimit"), Some("\"minute\";r=1199;t=60"));
    assert_eq!(used().await, at.plus(Duration::from_mins(1)));

    let id = world.services.store.api_keys().await.unwrap().remove(0).id;
    assert!(world.services.store.revoke_api_key(&id, world.clock.now()).await.unwrap());
    assert_eq!(get(&world, "/users", &key).await.status, 401);
    world.end().await;
}

#[tokio::test]
async fn the_document_describes_each_address_and_the_shape_of_a_payment() {
    let world = World::new().await;
    let answer = world.get("/api/v1/openapi.json", "").await;
    assert_eq!(answer.status, 200);
    let document = answer.json();
    let paths: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(paths, ADDRESSES.map(|(_, path, _)| path).into());
    for (method, path, scope) in ADDRESSES {
        let security = &document["paths"][path][method]["security"][0]["key"];
        assert_eq!(*security, serde_json::json!([scope.code()]), "{path}");
    }

    let purse = Purse::of(&world, "bob@example.test").await;
    purse.pay_many(1).await;
    let key = key(&world, &[Scope::TransactionsRead], "").await;
    let told = get(&world, &format!("/transactions?user_id={}", purse.user), &key).await.json();
    let told: BTreeSet<String> = told["transactions"][0].as_object().unwrap().keys().cloned().collect();
    let shape = &document["components"]["schemas"]["Transaction"];
    let described: BTreeSet<String> = shape["properties"].as_object().unwrap().keys().cloned().collect();
    let required: BTreeSet<String> =
        shape["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    assert!(told.is_subset(&described), "{:?}", told.difference(&described));
    assert!(required.is_subset(&told), "{:?}", required.difference(&told));
    world.end().await;
}
