//! Passwords that are forgotten or changed, and sessions elsewhere.

use super::client::Request;
use super::letters::{letters, link, sent};
use super::world::{PASSWORD, World};
use domain::viewer::Role;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const NEW: &str = "coquelicots rouges 9";

async fn forget(world: &World, email: &str) {
    let answer = world.post("/forgot-password", &[("email", email)], "").await;
    assert_eq!((answer.status, answer.location()), (303, "/forgot-password?sent=yes"));
}

/// Asks for a link, and takes it from the newest of so many mails.
async fn reset_path(world: &World, email: &str, mails: usize) -> String {
    forget(world, email).await;
    link(world, letters(world, mails).await.last().unwrap(), "/reset-password/")
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_the_link_of_a_mail() {
    let world = World::new().await;
    let session = world.sign_up("alice@example.test").await;
    let path = reset_path(&world, " ALICE@example.test ", 1).await;
    let page = world.get(&path, "").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("alice@example.test"));
    assert_eq!(world.post(&path, &[("password", "court")], "").await.status, 422, "and the link is still good");

    let answer = world.post(&path, &[("password", NEW)], "").await;
    assert_eq!((answer.status, answer.location()), (303, "/sign-in?changed=yes"));
    assert_eq!(answer.cookie("session"), None, "she signs in with the new one");
    assert!(!world.is_signed_in(&session).await, "all sessions have ended");
    let old = [("email", "alice@example.test"), ("password", PASSWORD)];
    assert_eq!(world.post("/sign-in", &old, "").await.status, 422);
    let new = [("email", "alice@example.test"), ("password", NEW)];
    assert_eq!(world.post("/sign-in", &new, "").await.status, 303);
    let told = letters(&world, 2).await;
    assert!(told[1].contains("To: alice@example.test") && told[1].contains("/forgot-password"), "{}", told[1]);
    world.end().await;
}

#[tokio::test]
async fn au_32_a_reset_link_works_once_for_its_own_person_and_half_an_hour() {
    let world = World::new().await;
    world.sign_up("alice@example.test").await;
    world.sign_up("bruno@example.test").await;
    let path = reset_path(&world, "alice@example.test", 1).await;
    assert_eq!(world.post(&path, &[("password", NEW), ("email", "bruno@example.test")], "").await.status, 303);
    let bruno = [("email", "bruno@example.test"), ("password", PASSWORD)];
    assert_eq!(world.post("/sign-in", &bruno, "").await.status, 303, "another's password is as it was");
    // Used, guessed, cut, and asked for again.
    let capitals = format!("/reset-password/{}", path.rsplit('/').next().unwrap().to_uppercase());
    for bad in [&path, "/reset-password/guessed", &path[..path.len() - 1], &capitals] {
        assert_eq!(world.post(bad, &[("password", PASSWORD)], "").await.status, 410, "{bad}");
        assert_eq!(world.get(bad, "").await.status, 410, "{bad}");
    }
    letters(&world, 2).await;
    world.clock.advance(Duration::from_secs(1));
    let second = reset_path(&world, "alice@example.test", 3).await;
    world.clock.advance(Duration::from_mins(30));
    assert_eq!(world.get(&second, "").await.status, 410);
    assert_eq!(world.post(&second, &[("password", PASSWORD)], "").await.status, 410);
    let alice = [("email", "alice@example.test"), ("password", NEW)];
    assert_eq!(world.post("/sign-in", &alice, "").await.status, 303);
    // What stands in the store is no link.
    let secret = second.rsplit('/').next().unwrap();
    assert_ne!(server::sessions::fingerprint(secret), secret);
    world.end().await;
}

#[tokio::test]
async fn au_32_no_page_leads_from_a_reset_link_to_elsewhere() {
    let world = World::new().await;
    world.sign_up("alice@example.test").await;
    let path = reset_path(&world, "alice@example.test", 1).await;
    let page = world.get(&path, "").await;
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let text = page.text();
    for address in text.split(['"', '\'']).filter(|part| part.contains("://")) {
        assert!(address.starts_with("http://www.w3.org/"), "{address}");
    }
    world.end().await;
}

#[tokio::test]
async fn au_33_the_link_begins_with_our_own_origin_whatever_the_request_says() {
    let world = World::new().await;
    world.sign_up("alice@example.test").await;
    let request = Request::form("/forgot-password", &[("email", "alice@example.test")])
        .header("Origin", world.origin())
        .header("X-Forwarded-Host", "evil.example")
        .header("X-Forwarded-Proto", "gopher")
        .header("Forwarded", "host=evil.example");
    assert_eq!(world.send(request).await.status, 303);
    let letter = letters(&world, 1).await.remove(0);
    assert!(letter.contains("http://app.test:3000/reset-password/") && !letter.contains("evil"), "{letter}");
    world.end().await;
}

#[tokio::test]
async fn au_06_nobody_learns_whether_an_address_has_an_account() {
    let world = World::new().await;
    world.sign_up("alice@example.test").await;
    let mut answers = Vec::new();
    for email in ["alice@example.test", "nobody@example.test"] {
        let answer = world.post("/forgot-password", &[("email", email)], "").await;
        answers.push((answer.status, answer.location().to_owned(), answer.body.clone()));
    }
    assert_eq!(answers[0], answers[1]);
    letters(&world, 1).await;
    assert_eq!(sent(&world).await, 1);
    let refused = world.post("/forgot-password", &[("email", "no address")], "").await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("id=\"email-problem\""));
    world.end().await;
}

#[tokio::test]
async fn nobody_fills_a_mailbox_by_asking_again_and_again() {
    let world = World::new().await;
    world.sign_up("alice@example.test").await;
    for count in 1..=3 {
        forget(&world, "alice@example.test").await;
        letters(&world, count).await;
    }
    for _ in 0..3 {
        forget(&world, "alice@example.test").await;
    }
    // Another person's, who asked last, is sent all the same.
    world.sign_up("bruno@example.test").await;
    forget(&world, "bruno@example.test").await;
    letters(&world, 4).await;
    assert_eq!(sent(&world).await, 4);
    world.end().await;
}

#[tokio::test]
async fn au_02_asking_for_links_counts_as_a_try() {
    let world = World::with(|config| config.limits.tries_per_address = 5).await;
    for n in 0..5 {
        forget(&world, &format!("somebody-{n}@example.test")).await;
    }
    let refused = world.post("/forgot-password", &[("email", "somebody@example.test")], "").await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("60")));
    world.end().await;
}

#[tokio::test]
async fn an_operator_who_has_no_password_yet_gets_none_by_mail() {
    let world = World::new().await;
    world.set_up_path("op@example.test", Role::Admin).await;
    forget(&world, "op@example.test").await;
    world.sign_up("alice@example.test").await;
    forget(&world, "alice@example.test").await;
    let all = letters(&world, 1).await;
    assert!(all.iter().all(|letter| letter.contains("To: alice@example.test")), "{all:?}");
    world.end().await;
}

#[tokio::test]
async fn au_16_a_changed_password_ends_the_other_sessions_and_their_streams() {
    let world = World::new().await;
    let here = world.sign_up("alice@example.test").await;
    let there = world.sign_in("alice@example.test").await;
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    let request = format!("GET /live HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\nCookie: {there}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");

    let wrong = world.post("/settings/password", &[("current", "not this one"), ("password", NEW)], &here).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("id=\"current-problem\"") && !wrong.text().contains("not this one"));
    assert!(world.is_signed_in(&there).await);
    let weak = world.post("/settings/password", &[("current", PASSWORD), ("password", "alice")], &here).await;
    assert_eq!(weak.status, 422);

    let changed = world.post("/settings/password", &[("current", PASSWORD), ("password", NEW)], &here).await;
    assert_eq!((changed.status, changed.location()), (303, "/settings?changed=password"));
    assert!(world.is_signed_in(&here).await);
    assert!(!world.is_signed_in(&there).await);
    // It looks at its session every five seconds.
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(15), stream.read_to_end(&mut rest)).await;
    ended.expect("the stream should end").unwrap();
    letters(&world, 1).await;
    let old = [("email", "alice@example.test"), ("password", PASSWORD)];
    assert_eq!(world.post("/sign-in", &old, "").await.status, 422);
    world.end().await;
}

#[tokio::test]
async fn au_01_an_open_browser_does_not_let_passwords_be_guessed() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    for _ in 0..5 {
        let answer = world.post("/settings/password", &[("current", "wrong guess"), ("password", NEW)], &cookie).await;
        assert_eq!(answer.status, 422);
    }
    let right = [("current", PASSWORD), ("password", NEW)];
    assert_eq!(world.post("/settings/password", &right, &cookie).await.status, 429);
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(world.post("/settings/password", &right, &cookie).await.status, 303);
    world.end().await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_or_all_others() {
    let world = World::new().await;
    let here = world.sign_up("alice@example.test").await;
    let fields = [("email", "alice@example.test"), ("password", PASSWORD)];
    let agent = "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0";
    let request = Request::form("/sign-in", &fields).header("Origin", world.origin()).header("User-Agent", agent);
    let phone = world.session_in(&world.send(request).await);
    let third = world.sign_in("alice@example.test").await;
    let page = world.get("/settings/sessions", &here).await.text();
    assert_eq!(page.matches("data-testid=\"session\"").count(), 3);
    assert_eq!(page.matches("data-this=\"true\"").count(), 1);
    assert!(page.contains("Firefox sur Android"), "{page}");
    for cookie in [&here, &phone, &third] {
        assert!(!page.contains(cookie.strip_prefix("session=").unwrap()), "no session's id is in the page");
    }

    let key = server::sessions::fingerprint(phone.strip_prefix("session=").unwrap());
    let stranger = world.sign_up("eve@example.test").await;
    world.post("/settings/sessions/end", &[("session", &key)], &stranger).await;
    assert!(world.is_signed_in(&phone).await, "nobody ends another's");
    let ended = world.post("/settings/sessions/end", &[("session", &key)], &here).await;
    assert_eq!((ended.status, ended.location()), (303, "/settings/sessions"));
    assert!(!world.is_signed_in(&phone).await);
    assert!(world.is_signed_in(&third).await);
    world.post("/settings/sessions/end-others", &[], &here).await;
    assert!(!world.is_signed_in(&third).await);
    assert!(world.is_signed_in(&here).await);
    assert!(world.is_signed_in(&stranger).await);
    world.end().await;
}
