//! What every answer carries, and what no request may do.

use super::client::{Request, raw};
use super::world::World;
use domain::viewer::Role;
use server::config::PublicUrl;
use std::collections::HashSet;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let world = World::with(|config| config.public_url = PublicUrl::parse("https://app.test").unwrap()).await;
    let cookie = world.operator("op@example.test", Role::Admin).await;
    let paths =
        ["/", "/sign-in", "/dashboard", "/connect", "/settings", "/settings/accounts", "/operator/users", "/nowhere"];
    for path in paths.into_iter().chain(["/operator/deliveries", "/transactions.json", "/healthz", "/pkg/missing.js"]) {
        let answer = world.get(path, &cookie).await;
        let header = |name| answer.header(name).unwrap_or_else(|| panic!("{path} has no {name}"));
        assert!(header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{path}");
        let opener = if path == "/connect" { "same-origin-allow-popups" } else { "same-origin" };
        assert_eq!(header("cross-origin-opener-policy"), opener, "{path}");
        assert!(header("permissions-policy").contains("geolocation=()"), "{path}");
        assert!(header("strict-transport-security").starts_with("max-age=31536000"), "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("server"), None, "{path}");
        assert_eq!(answer.headers("content-security-policy").count(), 1, "{path}");
    }
    world.end().await;
}

#[tokio::test]
async fn plain_http_promises_no_https() {
    let world = World::new().await;
    assert_eq!(world.get("/", "").await.header("strict-transport-security"), None);
    world.end().await;
}

#[tokio::test]
async fn xs_24_each_page_has_a_nonce_of_its_own_and_uses_it() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    let mut seen = HashSet::new();
    for _ in 0..20 {
        let answer = world.get("/dashboard", &cookie).await;
        let policy = answer.header("content-security-policy").unwrap();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert!(nonce.len() >= 22);
        let page = scraper::Html::parse_document(&answer.text());
        for script in page.select(&scraper::Selector::parse("script").unwrap()) {
            assert_eq!(script.value().attr("nonce"), Some(nonce.as_str()), "{}", script.html());
        }
        assert!(seen.insert(nonce));
    }
    world.end().await;
}

#[tokio::test]
async fn the_console_does_not_exist_for_users() {
    let world = World::new().await;
    let user = world.sign_up("alice@example.test").await;
    let nowhere = world.get("/operator-nowhere", &user).await;
    for path in ["/operator/users", "/operator/deliveries", "/operator/deliveries/1", "/operator/nothing"] {
        for cookie in [user.as_str(), ""] {
            let answer = world.get(path, cookie).await;
            assert_eq!(answer.status, 404, "{path}");
        }
        assert_eq!(
            without_changes(&world.get(path, &user).await.text(), path),
            without_changes(&nowhere.text(), "/operator-nowhere")
        );
    }
    let viewer = world.operator("op@example.test", Role::Viewer).await;
    assert_eq!(world.get("/operator/users", &viewer).await.status, 200);
    assert_eq!(world.get("/operator/deliveries/1", &viewer).await.status, 404);
    world.end().await;
}

/// The main part of a page, with what depends on its address taken out.
fn without_changes(page: &str, path: &str) -> String {
    let page = scraper::Html::parse_document(page);
    let main = page.select(&scraper::Selector::parse("[data-testid=error]").unwrap()).next().expect("an error page");
    main.html().replace(path, "PATH")
}

#[tokio::test]
async fn signed_out_people_are_led_to_sign_in_and_back() {
    let world = World::new().await;
    let answer = world.get("/dashboard?q=a%20b&card=X", "").await;
    assert_eq!((answer.status, answer.location()), (303, "/sign-in?next=%2Fdashboard%3Fq%3Da%2520b%26card%3DX"));
    assert_eq!(world.get("/settings/accounts", "").await.location(), "/sign-in?next=%2Fsettings%2Faccounts");
    let json = world.get("/transactions.json", "").await;
    assert_eq!((json.status, json.header("content-type")), (401, Some("application/problem+json")));
    assert_eq!(json.json()["status"], 401);
    world.end().await;
}

#[tokio::test]
async fn ht_09_and_10_a_body_over_64_kib_is_refused_with_and_without_a_length() {
    let world = World::new().await;
    let form = |size: usize| {
        let request = Request::new("POST", "/preferences").header("Origin", world.origin());
        request.header("Content-Type", "application/x-www-form-urlencoded").body(vec![b'a'; size])
    };
    assert_eq!(world.send(form(64 * 1024)).await.status, 303);
    let refused = world.send(form(64 * 1024 + 1)).await;
    assert_eq!((refused.status, refused.header("connection")), (413, Some("close")));
    let head =
        "POST /preferences HTTP/1.1\r\nHost: a\r\nOrigin: http://app.test:3000\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("{:x}\r\n{}\r\n", 70_000, "a".repeat(70_000));
    assert_eq!(raw(world.address, format!("{head}{chunk}0\r\n\r\n").as_bytes()).await.status, 413);
    world.end().await;
}

#[tokio::test]
async fn ht_12_a_body_that_never_comes_is_408() {
    let world = World::new().await;
    let head = "POST /preferences HTTP/1.1\r\nHost: a\r\nOrigin: http://app.test:3000\r\nContent-Length: 10\r\n\r\nabc";
    let began = Instant::now();
    let answer = raw(world.address, head.as_bytes()).await;
    assert_eq!(answer.status, 408);
    assert!(began.elapsed() < Duration::from_secs(5));
    world.end().await;
}

#[tokio::test]
async fn ht_18_a_compressed_body_is_not_unpacked() {
    let world = World::new().await;
    let request =
        Request::form("/preferences", &[]).header("Origin", world.origin()).header("Content-Encoding", "gzip");
    assert_eq!(world.send(request).await.status, 415);
    world.end().await;
}

#[tokio::test]
async fn ht_21_and_22_too_many_headers_are_431() {
    let world = World::new().await;
    let block = Request::get("/").header("X-Long", &"a".repeat(64 * 1024));
    assert_eq!(world.send(block).await.status, 431);
    let many = (0..101).fold(Request::get("/"), |request, n| request.header(&format!("X-{n}"), "a"));
    assert_eq!(world.send(many).await.status, 431);
    world.end().await;
}

#[tokio::test]
async fn ht_28_and_30_who_says_nothing_or_too_little_is_sent_away() {
    let world = World::new().await;
    for first in ["", "GET / HTTP/1.1\r\nHost: a\r\n"] {
        let mut stream = TcpStream::connect(world.address).await.unwrap();
        stream.write_all(first.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "still open after {first:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn ht_14_what_follows_a_body_of_two_lengths_is_no_request() {
    let world = World::new().await;
    let request = "POST /preferences HTTP/1.1\r\nHost: a\r\nOrigin: http://app.test:3000\r\n\
                   Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    let answer = raw(world.address, request.as_bytes()).await;
    assert_eq!((answer.status, answer.header("connection")), (400, Some("close")));
    assert!(!answer.text().contains("HTTP/1.1"), "a second answer: {}", answer.text());
    world.end().await;
}

#[tokio::test]
async fn ht_16_17_and_24_what_is_no_proper_http_is_400() {
    let world = World::new().await;
    for request in [
        "POST /preferences HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "POST /preferences HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n",
    ] {
        assert_eq!(raw(world.address, request.as_bytes()).await.status, 400, "{request:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn an_address_that_holds_too_many_connections_gets_no_more() {
    let world = World::with(|config| config.limits.connections_per_address = 2).await;
    let held: Vec<TcpStream> = futures::future::join_all((0..2).map(|_| TcpStream::connect(world.address)))
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let mut third = TcpStream::connect(world.address).await.unwrap();
    let began = Instant::now();
    let _refused = third.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut answer = Vec::new();
    let _reset = third.read_to_end(&mut answer).await;
    assert!(answer.is_empty() && began.elapsed() < Duration::from_millis(900), "the third was served");
    drop(held);
    world.end().await;
}

#[tokio::test]
async fn a_wrong_method_is_405() {
    let world = World::new().await;
    for (method, path) in [("PUT", "/sign-in"), ("DELETE", "/dashboard"), ("POST", "/dashboard"), ("TRACE", "/")] {
        let cookie = world.sign_up(&format!("{}{}@example.test", method, path.len())).await;
        let request = Request::new(method, path).header("Origin", world.origin()).header("Cookie", &cookie);
        let answer = world.send(request).await;
        assert_eq!(answer.status, 405, "{method} {path}");
        assert!(answer.header("allow").is_some(), "{method} {path}");
    }
    world.end().await;
}

#[tokio::test]
async fn health_says_alive_and_ready() {
    let world = World::new().await;
    assert_eq!(world.get("/healthz", "").await.status, 200);
    assert_eq!(world.get("/readyz", "").await.text(), "ready\n");
    world.services.store.close().await;
    assert_eq!(world.get("/healthz", "").await.status, 200);
    // The last proof that it was ready is good for a moment.
    let begin = Instant::now();
    let mut answer = world.get("/readyz", "").await;
    while answer.status == 200 && begin.elapsed() < Duration::from_secs(20) {
        answer = world.get("/readyz", "").await;
    }
    assert_eq!((answer.status, answer.text().as_str()), (503, "not ready\n"));
    world.end().await;
}

#[tokio::test]
async fn without_a_database_people_get_a_page_that_says_so() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    world.services.store.close().await;
    let answer = world.get("/dashboard", &cookie).await;
    assert_eq!(answer.status, 503);
    assert!(answer.text().contains("data-testid=\"error\""), "{}", answer.text());
    assert_eq!(world.get("/", &cookie).await.status, 200);
    assert_eq!(world.get("/transactions.json", &cookie).await.json()["status"], 503);
    world.end().await;
}
