//! An operator sees the pages of a user as she does, while she allows it.

use super::letters::{letters, sent};
use super::purse::{Purse, TOKEN};
use super::world::{PASSWORD, World};
use domain::viewer::Role;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const PAGES: [(&str, &str); 4] = [
    ("/dashboard", "payments"),
    ("/dashboard/insights", "insights"),
    ("/settings/accounts", "accounts"),
    ("/transactions/ANY0000000001-00000000002", "payment"),
];

fn seen(purse: &Purse, page: &str) -> String {
    format!("/operator/users/{}/as{page}", purse.user)
}

async fn allow(world: &World, purse: &Purse, time: &str) {
    let answer = world.post("/settings/support", &[("time", time)], &purse.cookie).await;
    assert_eq!((answer.status, answer.location()), (303, "/settings/support"));
}

async fn begin(world: &World, purse: &Purse, operator: &str) -> u16 {
    world.post(&seen(purse, ""), &[("reason", "ticket 12"), ("current", PASSWORD)], operator).await.status
}

async fn sees(world: &World, purse: &Purse, operator: &str) -> bool {
    let answer = world.get(&seen(purse, "/dashboard"), operator).await;
    match answer.status {
        200 => true,
        303 => {
            assert_eq!(answer.location(), seen(purse, ""));
            false
        }
        other => panic!("unexpected status {other}"),
    }
}

#[tokio::test]
async fn seeing_takes_consent_a_reason_and_a_password_and_every_page_is_noted() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(3).await;
    let ask = world.get(&seen(&purse, ""), &olga).await;
    assert!(ask.status == 200 && ask.text().contains("data-testid=\"consent\" data-state=\"off\""), "{}", ask.text());
    assert_eq!(begin(&world, &purse, &olga).await, 403, "she has not allowed it");
    assert!(!sees(&world, &purse, &olga).await);

    allow(&world, &purse, "15m").await;
    assert!(world.get(&seen(&purse, ""), &olga).await.text().contains("data-testid=\"consent\" data-state=\"on\""));
    assert!(!sees(&world, &purse, &olga).await, "her word alone shows nothing");
    for (reason, password, problem) in [(" ", PASSWORD, "reason-problem"), ("why <b>", "wrong", "current-problem")] {
        let fields = [("reason", reason), ("current", password)];
        let refused = world.post(&seen(&purse, ""), &fields, &olga).await;
        assert_eq!(refused.status, 422, "{reason}");
        assert!(refused.text().contains(problem), "{}", refused.text());
        assert!(reason == " " || refused.text().contains("why &lt;b&gt;"), "what was typed is kept");
    }
    assert_eq!(sent(&world).await, 0);
    assert_eq!(begin(&world, &purse, &olga).await, 303);
    let letter = letters(&world, 1).await.remove(0);
    assert!(letter.contains("alice@example.test") && letter.contains("/settings/support"), "{letter}");

    for (path, _) in PAGES {
        let hers = world.get(path, &purse.cookie).await.text();
        let page = world.get(&seen(&purse, path), &olga).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("refresh"), Some(format!("900; url={}", seen(&purse, "")).as_str()));
        let text = page.text();
        for amount in ["−0,02\u{a0}€", "0,06\u{a0}€", "100,00\u{a0}€"] {
            assert_eq!(text.contains(amount), hers.contains(amount), "{path}: {amount}\n{text}");
        }
        assert!(text.contains("data-testid=\"seen\"") && !text.contains(TOKEN), "{path}");
    }
    assert_eq!(world.get(&seen(&purse, "/transactions/ANY0000000001-9"), &olga).await.status, 404);
    let looks = world.get("/settings/looks", &purse.cookie).await.text();
    for what in ["began"].into_iter().chain(PAGES.map(|(_, what)| what)) {
        assert!(looks.contains(&format!("data-what=\"{what}\"")), "{what}: {looks}");
    }
    assert!(!looks.contains("ticket 12"), "why is the operators’ affair");
    let log = world.get("/operator/audit", &olga).await.text();
    assert_eq!((log.matches("data-act=\"see-page\"").count(), log.matches("ticket 12").count()), (5, 6), "{log}");
    let support = world.get("/settings/support", &purse.cookie).await.text();
    assert!(support.contains("data-testid=\"looking\""), "{support}");
    let alice = &world.services.store.sessions_of(&purse.user, 10).await.unwrap();
    assert_eq!(alice.len(), 1, "nobody is signed in as her");
    world.end().await;
}

#[tokio::test]
async fn nothing_is_changed_taken_along_or_seen_beyond_the_pages() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    let purse = Purse::of(&world, "alice@example.test").await;
    let bruno = Purse::of(&world, "bruno@example.test").await;
    purse.pay_many(2).await;
    allow(&world, &purse, "1h").await;
    assert_eq!(begin(&world, &purse, &olga).await, 303);
    let hers = world.get("/transactions.csv", &purse.cookie).await.text();
    let below = [
        "/transactions.csv",
        "/transactions.ofx",
        "/transactions.json",
        "/settings",
        "/settings/download",
        "/settings/alerts",
        "/settings/sessions",
        "/settings/looks",
        "/connect",
        "/live/session",
        "",
    ];
    for path in below {
        let status = world.get(&seen(&purse, path), &olga).await.status;
        assert_eq!(status, if path.is_empty() { 200 } else { 404 }, "{path}");
    }
    let posts = [
        "/dashboard",
        "/dashboard/insights",
        "/transactions/ANY0000000001-00000000002",
        "/settings/accounts",
        "/settings/support",
        "/settings/alerts/seen",
        "/link-events",
        "/live",
        &format!("/links/{}/forget", purse.link),
    ];
    for path in posts {
        let fields = [("note", "x"), ("tags", "x"), ("category", "food"), ("history", "erase")];
        assert_eq!(world.post(&seen(&purse, path), &fields, &olga).await.status, 404, "{path}");
    }
    // Her feed may go on by itself meanwhile: her link is still being proven.
    assert_eq!(world.get("/transactions.csv", &purse.cookie).await.text(), hers);
    assert!(hers.contains("FNAC"), "{hers}");
    // Her addresses are the operator's own, as ever.
    assert!(!world.get("/dashboard", &olga).await.text().contains("FNAC"));
    assert!(!sees(&world, &bruno, &olga).await, "somebody else's are not seen with it");
    for role in [Role::Viewer, Role::User] {
        let cookie = match role {
            Role::User => bruno.cookie.clone(),
            _ => world.operator("vera@example.test", role).await,
        };
        assert_eq!(world.get(&seen(&purse, "/dashboard"), &cookie).await.status, 404, "{role:?}");
        assert_eq!(begin(&world, &purse, &cookie).await, 404, "{role:?}");
    }
    let otto = world.operator("otto@example.test", Role::Admin).await;
    assert!(!sees(&world, &purse, &otto).await, "each operator gives a reason of her own");
    let time = world.post("/settings/support", &[("time", "24h")], &otto).await;
    assert_eq!(time.status, 404, "what operators have of their own nobody sees");
    let olgas = world.services.store.user_by_email_key("olga@example.test").await.unwrap().unwrap().id;
    assert_eq!(world.get(&format!("/operator/users/{olgas}/as"), &otto).await.status, 404);
    world.end().await;
}

#[tokio::test]
async fn it_ends_with_the_consent_the_hour_the_session_or_the_account() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    let purse = Purse::of(&world, "alice@example.test").await;
    let again = async |time: &str| {
        allow(&world, &purse, time).await;
        assert_eq!(begin(&world, &purse, &olga).await, 303);
        assert!(sees(&world, &purse, &olga).await);
    };
    again("1h").await;
    assert_eq!(world.post("/settings/support/end", &[], &purse.cookie).await.status, 303);
    assert!(!sees(&world, &purse, &olga).await);
    allow(&world, &purse, "1h").await;
    assert!(!sees(&world, &purse, &olga).await, "another consent is for another look");

    again("15m").await;
    for minutes in [4, 4, 4, 2] {
        world.clock.advance(Duration::from_mins(minutes));
        assert!(sees(&world, &purse, &olga).await && world.is_signed_in(&purse.cookie).await);
    }
    world.clock.advance(Duration::from_mins(1));
    assert!(!sees(&world, &purse, &olga).await, "its time has ended");

    again("24h").await;
    for _ in 0..14 {
        world.clock.advance(Duration::from_mins(4));
        assert!(sees(&world, &purse, &olga).await && world.is_signed_in(&purse.cookie).await);
    }
    world.clock.advance(Duration::from_mins(4));
    assert!(!sees(&world, &purse, &olga).await, "after an hour a reason is given anew");

    again("24h").await;
    let end = world.post(&seen(&purse, "/end"), &[], &olga).await;
    assert_eq!((end.status, end.location()), (303, format!("/operator/users/{}", purse.user).as_str()));
    assert!(!sees(&world, &purse, &olga).await);

    again("24h").await;
    let other = world.sign_in("olga@example.test").await;
    assert!(!sees(&world, &purse, &other).await, "another session of hers");
    let pause = format!("/operator/users/{}/pause", purse.user);
    assert_eq!(world.post(&pause, &[("reason", "x")], &olga).await.status, 303);
    assert!(!sees(&world, &purse, &olga).await, "who cannot sign in cannot take it back");
    world.end().await;
}

#[tokio::test]
async fn a_page_that_stands_open_is_told_of_the_end() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    let purse = Purse::of(&world, "alice@example.test").await;
    let live = seen(&purse, "/live");
    let over = world.get(&live, &olga).await;
    assert!(over.status == 200 && over.text().contains("event: over"), "{}", over.text());
    allow(&world, &purse, "24h").await;
    assert_eq!(begin(&world, &purse, &olga).await, 303);
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    let request = format!("GET {live} HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\nCookie: {olga}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    while !String::from_utf8_lossy(&said).contains("hello") {
        assert_ne!(stream.read_buf(&mut said).await.unwrap(), 0, "{}", String::from_utf8_lossy(&said));
    }
    purse.pay_many(2).await;
    assert!(!String::from_utf8_lossy(&said).contains("over"));
    assert_eq!(world.post("/settings/support/end", &[], &purse.cookie).await.status, 303);
    stream.read_to_end(&mut said).await.unwrap();
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains("event: over"), "{said}");
    assert!(!said.contains("FNAC") && !said.contains("event: transaction"), "it tells nothing of hers: {said}");
    world.end().await;
}
