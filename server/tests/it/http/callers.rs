//! Who may bring notifications: the bank's address, and nobody who only says that it is theirs.

use super::client::Request;
use super::hooks::{hook, notification, stored};
use super::world::World;
use std::time::{Duration, Instant};

const BANK: &str = "185.8.76.132";

/// A server that lets the bank in, behind a proxy on this machine if there is one.
async fn world(proxy: bool) -> World {
    World::with(|config| {
        config.webhook.allowed = vec![format!("{BANK}/32").parse().unwrap()];
        if proxy {
            config.webhook.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        }
    })
    .await
}

async fn brought(world: &World, headers: &[(&str, &str)]) -> u16 {
    let request = headers.iter().fold(hook(notification(1, 0)), |request, (name, value)| request.header(name, value));
    world.send(request).await.status
}

#[tokio::test]
async fn ip_01_the_banks_address_is_let_in() {
    let direct = World::new().await;
    assert_eq!(brought(&direct, &[]).await, 200, "the tests' world lets this machine in");
    direct.end().await;
    let world = world(true).await;
    assert_eq!(brought(&world, &[("X-Forwarded-For", BANK)]).await, 200);
    assert_eq!((stored(&world).await[0].peer.as_str(), stored(&world).await[0].verdict.code()), (BANK, "accepted"));
    world.end().await;
}

#[tokio::test]
async fn ip_02_ip_05_ip_06_ip_12_only_the_address_that_the_proxy_names_counts() {
    let world = world(true).await;
    let evil = "203.0.113.9";
    let (first, last) = (format!("{BANK}, {evil}"), format!("{evil}, {BANK}"));
    for (headers, status, peer) in [
        (&[("X-Forwarded-For", "185.8.76.131")][..], 403, "185.8.76.131"),
        (&[("X-Forwarded-For", "185.8.76.133")], 403, "185.8.76.133"),
        (&[("X-Forwarded-For", "10.0.0.1")], 403, "10.0.0.1"),
        (&[("X-Forwarded-For", "::1")], 403, "::1"),
        (&[("X-Forwarded-For", first.as_str())], 403, evil),
        (&[("X-Forwarded-For", last.as_str())], 200, BANK),
        (&[("X-Forwarded-For", BANK), ("X-Forwarded-For", evil)], 403, evil),
        (&[("X-Forwarded-For", evil), ("X-Forwarded-For", BANK)], 200, BANK),
        (&[], 403, "unknown"),
        (&[("X-Forwarded-For", "")], 403, "unknown"),
        (&[("X-Forwarded-For", "127.0.0.1")], 403, "unknown"),
    ] {
        assert_eq!(brought(&world, headers).await, status, "{headers:?}");
        let newest = stored(&world).await.remove(0);
        assert_eq!(newest.peer, peer, "{headers:?}");
        assert_eq!(newest.reason == "foreign-address", status == 403, "{headers:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn ip_04_ip_09_a_stranger_speaks_for_itself_whatever_it_says() {
    let world = world(false).await;
    for name in ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"] {
        let value = if name == "Forwarded" { format!("for={BANK}") } else { BANK.to_owned() };
        assert_eq!(brought(&world, &[(name, &value)]).await, 403, "{name}");
        assert_eq!(stored(&world).await[0].peer, "127.0.0.1", "{name}");
    }
    world.end().await;
    let behind = self::world(true).await;
    for name in ["Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"] {
        assert_eq!(brought(&behind, &[(name, BANK)]).await, 403, "{name} of a proxy");
    }
    behind.end().await;
}

#[tokio::test]
async fn ip_08_other_ways_to_write_the_address_are_none() {
    let world = world(true).await;
    for odd in ["0271.010.0114.0204", "3104328836", "185.8.19588", "0xb9.8.76.132", "185.8.76.132/32", "localhost"] {
        assert_eq!(brought(&world, &[("X-Forwarded-For", odd)]).await, 403, "{odd}");
        assert_eq!(stored(&world).await[0].peer, "unknown", "{odd}");
    }
    world.end().await;
}

#[tokio::test]
async fn ip_10_nobody_says_what_our_own_address_is() {
    let world = world(true).await;
    let fields = [("name", "Alice"), ("email", "alice@example.test"), ("password", super::world::PASSWORD)];
    let request = Request::form("/sign-up", &fields)
        .header("Origin", world.origin())
        .header("X-Forwarded-For", "203.0.113.9")
        .header("X-Forwarded-Host", "evil.test")
        .header("X-Forwarded-Proto", "https");
    let answer = world.send(request).await;
    assert_eq!(answer.status, 303);
    assert!(answer.location().starts_with('/') && !answer.location().starts_with("//"), "{}", answer.location());
    let cookie = answer.headers("set-cookie").find(|cookie| cookie.starts_with("session=")).expect("a session");
    assert!(!cookie.to_lowercase().contains("secure"), "the address is http, whatever the header says: {cookie}");
    assert_eq!(answer.header("strict-transport-security"), None);
    let foreign = Request::form("/sign-up", &fields).header("Origin", "https://evil.test");
    let foreign = foreign.header("X-Forwarded-Host", "evil.test").header("X-Forwarded-Proto", "https");
    assert_eq!(world.send(foreign).await.status, 403);
    world.end().await;
}

#[tokio::test]
async fn ip_16_the_bank_at_a_new_address_is_refused_kept_and_reported() {
    let world = world(true).await;
    assert_eq!(brought(&world, &[("X-Forwarded-For", "185.8.76.200")]).await, 403);
    let kept = stored(&world).await.remove(0);
    assert_eq!((kept.verdict.code(), kept.reason.as_str(), kept.answered), ("quarantined", "foreign-address", 403));
    assert!(kept.body.is_some(), "with its body, so that it can be let in");
    let began = Instant::now();
    let alarm = loop {
        let alarms = world.services.store.open_alarms(10).await.unwrap();
        if let Some(alarm) = alarms.into_iter().find(|alarm| alarm.kind == "foreign-address") {
            break alarm;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "no alarm");
        tokio::task::yield_now().await;
    };
    assert_eq!(alarm.subject, "185.8.76.200");
    world.end().await;
}
