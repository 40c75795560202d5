//! The way in for notifications, byte by byte: what HTTP can do to it.

use super::client::{Answer, Request, raw};
use super::world::World;
use server::config::Config;
use server::store::{DeliveriesQuery, DeliveryRecord};
use sha2::{Digest as _, Sha256};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The world's clock stands a moment after this.
pub(super) const STAMP: &str = "1795435199.5";
const FORM: &str = "application/x-www-form-urlencoded";

/// Where the bank posts to.
pub(super) fn path() -> String {
    format!("/webhooks/anytime/{}", "s".repeat(32))
}

/// A notification that is good in every way, with a description of this length.
pub(super) fn notification(reference: u64, description: usize) -> String {
    let hash = hex::encode(Sha256::digest(format!("{STAMP}|a-reference")));
    let transaction = "amount=1.00&currency=EUR&status=S&type=D&date=2026-11-23 12:00:00&txid=1";
    let transaction: String =
        transaction.split('&').map(|pair| pair.split_once('=').unwrap()).fold(String::new(), |out, (name, value)| {
            out + &format!("notification[data][body][transaction][{name}]={}&", value.replace(' ', "+"))
        });
    format!(
        "notification[reference]={reference:040x}&notification[context]=anytime-connect\
         &notification[data][hash]={hash}&notification[data][timestamp]={STAMP}\
         &notification[data][event_name]=card_transaction_received&notification[data][body][card_ref]=ANY0000000000\
         &{transaction}notification[data][body][transaction][description]={}",
        "a".repeat(description)
    )
}

/// One whose body has this length.
fn sized(size: usize) -> String {
    notification(size as u64, size - notification(0, 0).len())
}

pub(super) fn hook(body: impl Into<Vec<u8>>) -> Request {
    Request::new("POST", &path()).header("Content-Type", FORM).body(body)
}

/// A request of this first line and these headers.
fn lines(lines: &[&str], body: &str) -> Vec<u8> {
    format!("{}\r\n\r\n{body}", lines.join("\r\n")).into_bytes()
}

async fn patient_for(time: Duration) -> World {
    World::with(|config: &mut Config| {
        config.limits.header_time = time;
        config.limits.body_time = time;
    })
    .await
}

/// What is stored, newest first.
pub(super) async fn stored(world: &World) -> Vec<DeliveryRecord> {
    let all = DeliveriesQuery { limit: 100, ..DeliveriesQuery::default() };
    world.services.store.deliveries(&all).await.unwrap()
}

/// All that a server says until it closes.
async fn conversation(world: &World, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut said = Vec::new();
    let reading = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut said));
    let _reset = reading.await.expect("the server should close");
    String::from_utf8_lossy(&said).into_owned()
}

fn without_request_id(answer: &Answer) -> (u16, Option<&str>, &[u8]) {
    (answer.status, answer.header("content-type"), &answer.body)
}

#[tokio::test]
async fn ht_01_ht_02_only_posts_are_taken() {
    let world = World::new().await;
    for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"] {
        let answer = world.send(Request::new(method, &path())).await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{method}");
    }
    let tunnel = raw(world.address, b"CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n");
    let tunnel = tunnel.await.status;
    assert!((400..500).contains(&tunnel), "{tunnel}");
    assert!(stored(&world).await.is_empty());
    world.end().await;
}

#[tokio::test]
async fn ht_04_ht_05_ht_06_a_wrong_secret_is_an_address_that_does_not_exist() {
    let world = World::new().await;
    let secret = "s".repeat(32);
    let unknown = world.send(Request::new("POST", "/webhooks/nowhere").body(notification(1, 0))).await;
    assert_eq!(unknown.status, 404);
    for target in [
        format!("/webhooks/anytime/{}t", "s".repeat(31)),
        format!("/webhooks/anytime/t{}", "s".repeat(31)),
        format!("/webhooks/anytime/{}", "S".repeat(32)),
        format!("/webhooks/anytime/{secret}/"),
        format!("/webhooks/anytime//{secret}"),
        format!("/webhooks/anytime/%2e%2e/anytime/{secret}"),
        format!("/webhooks/anytime/{secret}%00"),
        format!("/webhooks/anytime/%20{secret}"),
        format!("/webhooks/anytime?secret={secret}"),
        format!("/webhooks/anytime/?{secret}"),
        format!("/webhooks/anytime/x?secret={secret}"),
    ] {
        let answer =
            world.send(Request::new("POST", &target).header("Content-Type", FORM).body(notification(1, 0))).await;
        assert_eq!(without_request_id(&answer), without_request_id(&unknown), "{target}");
    }
    // Outside of the bank's addresses it is a request of another site, which has no way in either.
    for target in [format!("//webhooks/anytime/{secret}"), format!("/Webhooks/anytime/{secret}")] {
        let answer =
            world.send(Request::new("POST", &target).header("Content-Type", FORM).body(notification(1, 0))).await;
        assert!([403, 404].contains(&answer.status), "{target}: {}", answer.status);
    }
    assert!(stored(&world).await.is_empty());
    world.end().await;
}

#[tokio::test]
async fn ht_08_a_body_up_to_64_kib_is_processed() {
    let world = World::new().await;
    for size in [64 * 1024 - 1, 64 * 1024] {
        let body = sized(size);
        assert_eq!(body.len(), size);
        assert_eq!(world.send(hook(body)).await.status, 200, "{size}");
    }
    assert!(stored(&world).await.iter().all(|delivery| delivery.verdict.code() == "accepted"));
    world.end().await;
}

#[tokio::test]
async fn ht_09_ht_10_a_larger_body_is_refused_before_it_is_read() {
    let world = World::new().await;
    let length = format!("Content-Length: {}", 64 * 1024 + 1);
    let first = format!("POST {} HTTP/1.1", path());
    // Not one byte of the body is sent, and it is refused all the same.
    let announced = raw(world.address, &lines(&[&first, "Host: a", &length], "")).await;
    assert_eq!((announced.status, announced.header("connection")), (413, Some("close")));
    let chunk = format!("8000\r\n{}\r\n", "a".repeat(0x8000));
    let chunked =
        lines(&[&first, "Host: a", "Transfer-Encoding: chunked"], &format!("{chunk}{chunk}1\r\na\r\n0\r\n\r\n"));
    let counted = raw(world.address, &chunked).await;
    assert_eq!((counted.status, counted.header("connection")), (413, Some("close")));
    assert!(stored(&world).await.is_empty());
    world.end().await;
}

#[tokio::test]
async fn ht_12_ht_29_a_body_that_does_not_end_in_time_is_408() {
    let world = patient_for(Duration::from_millis(400)).await;
    let head = format!("POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\nabc", path());
    let stalled = (0..20).map(|_| async { raw(world.address, head.as_bytes()).await.status });
    let slow = (0..80).map(|_| async {
        let (mut read, mut write) = TcpStream::connect(world.address).await.unwrap().into_split();
        let trickle = tokio::spawn(async move {
            write.write_all(b"POST ").await.unwrap();
            write
                .write_all(format!("{} HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n", path()).as_bytes())
                .await
                .unwrap();
            let mut beat = tokio::time::interval(Duration::from_millis(50));
            // Until the server has closed.
            while write.write_all(b"a").await.is_ok() {
                beat.tick().await;
            }
        });
        let mut answer = Vec::new();
        let reading = tokio::time::timeout(Duration::from_secs(20), read.read_to_end(&mut answer));
        let _reset = reading.await.expect("the server should close");
        trickle.abort();
        assert!(answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
        408
    });
    let (stalled, slow, health) =
        tokio::join!(futures::future::join_all(stalled), futures::future::join_all(slow), world.get("/healthz", ""));
    assert!(stalled.iter().chain(&slow).all(|status| *status == 408));
    assert_eq!(health.status, 200, "others are served meanwhile");
    assert!(stored(&world).await.is_empty());
    world.end().await;
}

#[tokio::test]
async fn ht_28_ht_30_crowds_that_say_little_or_nothing_are_sent_away() {
    let world = patient_for(Duration::from_millis(400)).await;
    let crowd = (0..150).map(|n| {
        let first = if n % 2 == 0 { "" } else { "POST / HTTP/1.1\r\nHost: a\r\n" };
        let address = world.address;
        async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(first.as_bytes()).await.unwrap();
            let mut rest = Vec::new();
            tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await.is_ok()
        }
    });
    let (closed, health) = tokio::join!(futures::future::join_all(crowd), world.get("/healthz", ""));
    assert!(closed.into_iter().all(|closed| closed), "some are still open");
    assert_eq!(health.status, 200, "others are served meanwhile");
    world.end().await;
}

#[tokio::test]
async fn ht_13_what_follows_a_body_is_a_request_of_nobody() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    let bytes = format!(
        "POST /preferences HTTP/1.1\r\nHost: a\r\nOrigin: {}\r\nCookie: {cookie}\r\nContent-Type: {FORM}\r\n\
         Content-Length: 7\r\n\r\nlang=frGET /settings HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        world.origin()
    );
    let said = conversation(&world, bytes.as_bytes()).await;
    let answers: Vec<_> = said.match_indices("HTTP/1.1 303").collect();
    assert_eq!(answers.len(), 2, "{said}");
    assert!(said.contains("location: /sign-in?next=%2Fsettings"), "whoever asks is not signed in: {said}");
    // And what is no request ends the conversation.
    let junk = format!("POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{{}}\u{0}\u{1}junk\r\n\r\n", path());
    let said = conversation(&world, junk.as_bytes()).await;
    assert_eq!(said.matches("HTTP/1.1 400").count(), 2, "{said}");
    world.end().await;
}

#[tokio::test]
async fn ht_14_ht_16_ht_17_a_body_of_unclear_length_is_never_taken() {
    let world = World::new().await;
    let good = notification(1, 0);
    let length = format!("Content-Length: {}", good.len());
    let post = format!("POST {} HTTP/1.1", path());
    for (headers, body, status) in [
        (&["Transfer-Encoding: xchunked"][..], good.clone(), 400),
        (&["Transfer-Encoding: chunked, identity"], format!("0\r\n\r\n{good}"), 400),
        (&["Transfer-Encoding: chunked"], format!("-1\r\n{good}\r\n0\r\n\r\n"), 400),
        (&["Transfer-Encoding: chunked"], format!("10000000000000000\r\n{good}\r\n0\r\n\r\n"), 400),
        (&["Transfer-Encoding: chunked"], format!("z\r\n{good}\r\n0\r\n\r\n"), 400),
        (&["Transfer-Encoding: chunked"], format!(" \r\n{good}\r\n0\r\n\r\n"), 400),
        (&[&length, "Content-Length: 5"], good.clone(), 400),
        (&["Content-Length: -1"], good.clone(), 400),
        (&["Content-Length: 1e2"], good.clone(), 400),
    ] {
        let head: Vec<&str> = [post.as_str(), "Host: a", "Content-Type: application/x-www-form-urlencoded"]
            .into_iter()
            .chain(headers.iter().copied())
            .collect();
        let answer = raw(world.address, &lines(&head, &body)).await;
        assert_eq!(answer.status, status, "{headers:?}");
        assert!(stored(&world).await.is_empty(), "{headers:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn ht_14_two_lengths_are_400_and_what_follows_them_is_no_request() {
    let world = World::new().await;
    let good = notification(1, 0);
    let chunked = format!("{:x}\r\n{good}\r\n0\r\n\r\n", good.len());
    let length = format!("Content-Length: {}", good.len());
    let (post, form) = (format!("POST {} HTTP/1.1", path()), format!("Content-Type: {FORM}"));
    let healthy = lines(&["GET /healthz HTTP/1.1", "Host: a"], "");
    for pair in [[length.as_str(), "Transfer-Encoding: chunked"], ["transfer-encoding: chunked", &length]] {
        let head = [post.as_str(), "Host: a", &form, pair[0], pair[1]];
        let smuggled = [lines(&head, &chunked), healthy.clone()].concat();
        let said = conversation(&world, &smuggled).await;
        assert!(said.starts_with("HTTP/1.1 400") && said.matches("HTTP/1.1").count() == 1, "{said}");
        // Also where another request goes before it, at once.
        let said = conversation(&world, &[healthy.clone(), smuggled].concat()).await;
        assert_eq!((said.matches("HTTP/1.1 200").count(), said.matches("HTTP/1.1").count()), (1, 2), "{said}");
        assert!(said.contains("HTTP/1.1 400"), "{said}");
    }
    assert!(stored(&world).await.is_empty());
    // After a plain request, one in pieces is taken.
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream.write_all(&lines(&[&post, "Host: a", &form, "Content-Length: 1"], "a")).await.unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.unwrap();
    stream.write_all(&lines(&[&post, "Host: a", &form, "Transfer-Encoding: chunked"], &chunked)).await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    assert!(said.contains("HTTP/1.1 200"), "{said}");
    world.end().await;
}

#[tokio::test]
async fn ht_18_ht_20_a_compressed_body_is_not_unpacked() {
    let world = World::new().await;
    for encodings in [&["gzip"][..], &["br"], &["deflate"], &["zstd"], &["gzip, gzip"], &["identity", "gzip"], &["x"]] {
        let request = encodings
            .iter()
            .fold(hook(notification(1, 0)), |request, encoding| request.header("Content-Encoding", encoding));
        assert_eq!(world.send(request).await.status, 415, "{encodings:?}");
    }
    let plain = hook(notification(1, 0)).header("Content-Encoding", "identity");
    assert_eq!(world.send(plain).await.status, 200);
    world.end().await;
}

#[tokio::test]
async fn ht_21_ht_22_too_many_headers_are_431() {
    let world = World::new().await;
    let block = hook(notification(1, 0)).header("X-Long", &"a".repeat(64 * 1024));
    assert_eq!(world.send(block).await.status, 431);
    let many = (0..101).fold(hook(notification(1, 0)), |request, n| request.header(&format!("X-{n}"), "a"));
    assert_eq!(world.send(many).await.status, 431);
    // A long name counts for the size of all; below that it is a header that nobody knows.
    let long = |times: usize| {
        (0..times)
            .fold(hook(notification(1, 0)), |request, n| request.header(&format!("X{n}{}", "n".repeat(8 * 1024)), "a"))
    };
    assert_eq!(world.send(long(2)).await.status, 431);
    assert_eq!(world.send(long(1)).await.status, 200);
    world.end().await;
}

#[tokio::test]
async fn ht_24_a_request_names_its_host_once() {
    let world = World::new().await;
    for head in [
        &["GET /healthz HTTP/1.1"][..],
        &["GET /healthz HTTP/1.1", "Host: a", "Host: b"],
        &["GET /healthz HTTP/1.1", "Host: a", "host: a"],
        &["GET /healthz HTTP/1.0", "Host: a", "Host: b"],
        &["GET /healthz HTTP/1.1", "Host : a"],
    ] {
        let answer = raw(world.address, &lines(head, "")).await;
        assert_eq!(answer.status, 400, "{head:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn ht_25_a_foreign_host_leads_nowhere_else() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    let cookie = format!("Cookie: {cookie}");
    for path in ["/dashboard", "/connect", "/sign-in", "/nowhere"] {
        let absolute = format!("GET http://evil.test{path} HTTP/1.1");
        let head = [&absolute, "Host: evil.test", "X-Forwarded-Host: evil.test", "Connection: close"];
        for head in [head.to_vec(), [head.as_slice(), &[&cookie]].concat()] {
            let answer = raw(world.address, &lines(&head, "")).await;
            assert!(!answer.location().contains("evil.test"), "{path}: {}", answer.location());
            assert!(!answer.text().contains("evil.test"), "{path}");
        }
    }
    world.end().await;
}

#[tokio::test]
async fn ht_26_http_1_0_is_served_and_closed() {
    let world = World::new().await;
    let body = notification(1, 0);
    let length = format!("Content-Length: {}", body.len());
    let content_type = format!("Content-Type: {FORM}");
    let first = format!("POST {} HTTP/1.0", path());
    // `raw` reads until the server closes.
    let answer = raw(world.address, &lines(&[&first, &content_type, &length], &body)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(stored(&world).await.len(), 1);
    world.end().await;
}

#[tokio::test]
async fn ht_32_what_is_no_http_is_refused_and_closed() {
    let world = World::new().await;
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03junk that a client of TLS would send\r\n\r\n";
    let http2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    for bytes in [&hello[..], http2, b"\0\0\0\0\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n\r\n"] {
        let said = conversation(&world, bytes).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 400"), "{said}");
        assert_eq!(said.matches("HTTP/1.1").count(), usize::from(!said.is_empty()));
    }
    world.end().await;
}

#[tokio::test]
async fn rp_29_without_a_database_the_bank_is_asked_to_come_back_and_then_it_counts() {
    let world = World::new().await;
    let (database, keyring) = {
        let config = &world.services.config;
        (config.database.clone(), config.keyring.clone())
    };
    world.services.store.close().await;
    let answer = world.send(hook(notification(1, 0))).await;
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()));
    let again = World::with(|config| {
        config.database = database;
        config.keyring = keyring;
    })
    .await;
    assert!(stored(&again).await.is_empty());
    assert_eq!(again.send(hook(notification(1, 0))).await.status, 200);
    assert_eq!(stored(&again).await.len(), 1);
    again.end().await;
    world.end().await;
}
