//! Live streams: from the bank's request to the browser's event, while thousands are looking.

use crate::load::Connection;
use crate::product::Product;
use crate::table::Table;
use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;

const STREAMS: u64 = 3_000;
const PACE: u32 = 500;
const SECONDS: u64 = 20;
const SENDERS: usize = 16;
/// The server lets an address have two hundred connections.
const STREAMS_OF_ADDRESS: u64 = 150;
/// For what is still on its way at the end.
const PATIENCE: Duration = Duration::from_secs(10);

/// A payment that a browser was told of.
struct Told {
    txid: u64,
    at: Instant,
    /// Whether it was told to the person whose card it is about.
    to_owner: bool,
}

pub(crate) async fn measure(product: &mut Product, table: &mut Table) {
    let cookies = product.link_people(STREAMS).await;
    // Once for nothing: what is kept of a person's rows after she has been looked for is no stream's.
    for (n, cookie) in (0..).zip(&cookies) {
        drop(open(product.address, n, cookie).await);
    }
    while product.gauge("anytime_live_streams").await > 0.0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let before = product.resident_mb();
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut browsers = tokio::task::JoinSet::new();
    for (n, cookie) in (0..).zip(&cookies) {
        let stream = open(product.address, n, cookie).await;
        browsers.spawn(listen(stream, format!("\"card_ref\":\"ANY{n:010}\""), tell.clone()));
    }
    let after = product.resident_mb();
    let each = (after - before) * 1_024.0 / f64::from(u32::try_from(STREAMS).expect("a small number"));
    table.line(&format!("memory of a stream, {STREAMS} open"), &format!("{each:.1} KiB"), "at most 12");

    // Everybody in turn, but in no order that means anything.
    let whose = |n: u64| n.wrapping_mul(2_654_435_761) % STREAMS;
    let notifications = Product::numbered_notifications(u64::from(PACE) * SECONDS, whose);
    let sent = send(product.address, notifications).await;
    let mut latencies = Vec::with_capacity(sent.len());
    let (mut seen, mut strangers, mut doubled) = (HashSet::new(), 0, 0);
    while seen.len() < sent.len() {
        let Ok(Some(Told { txid, at, to_owner })) = tokio::time::timeout(PATIENCE, told.recv()).await else { break };
        strangers += usize::from(!to_owner);
        doubled += usize::from(!seen.insert(txid));
        if let Some(sent) = sent.get(&txid) {
            latencies.push(at.duration_since(*sent));
        }
    }
    latencies.sort_unstable();
    let lost = sent.len() - seen.len();
    let place = |percent: usize| latencies.get(latencies.len() * percent / 100).map_or(0.0, |d| d.as_secs_f64() * 1e3);
    table.line(
        &format!("from the request to the browser's event, at {PACE} a second"),
        &format!("p50 {:.1} ms, p99 {:.1} ms", place(50), place(99)),
        "at most 10 and 50",
    );
    table.line(
        "of these lost, doubled, told to somebody else",
        &format!("{lost}, {doubled}, {strangers} of {}", sent.len()),
        "none",
    );
    browsers.abort_all();
}

/// A browser's stream, from one of many addresses of this machine.
async fn open(server: SocketAddr, n: u64, cookie: &str) -> TcpStream {
    let host = u8::try_from(n / STREAMS_OF_ADDRESS + 2).expect("few addresses");
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::new(IpAddr::from([127, 0, 0, host]), 0)).expect("an address of this machine");
    let mut stream = socket.connect(server).await.expect("a connection");
    let request = format!("GET /live?after=0 HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("a request");
    let mut head = [0; 1_024];
    let length = stream.read(&mut head).await.expect("an answer");
    assert!(head[..length].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head[..length]));
    stream
}

async fn listen(mut stream: TcpStream, card: String, tell: mpsc::UnboundedSender<Told>) {
    let mut buffer = Vec::with_capacity(2 * 1_024);
    while stream.read_buf(&mut buffer).await.is_ok_and(|length| length > 0) {
        let at = Instant::now();
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            let Some(txid) = line.strip_prefix("data: ").and_then(|data| data.split("\"txid\":\"").nth(1)) else {
                continue;
            };
            let txid = txid.split('"').next().and_then(|txid| txid.parse().ok()).expect("a txid of ours");
            // Nobody listens any more once the figures are taken.
            let _ = tell.send(Told { txid, at, to_owner: line.contains(&card) });
        }
    }
}

/// Sends each at its time; when that was, by txid.
async fn send(address: SocketAddr, notifications: Vec<(u64, String)>) -> HashMap<u64, Instant> {
    let (notifications, next) = (Arc::new(notifications), Arc::new(AtomicUsize::new(0)));
    let start = Instant::now();
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..SENDERS {
        let (notifications, next) = (Arc::clone(&notifications), Arc::clone(&next));
        senders.spawn(async move {
            let mut connection = Connection::open(address).await;
            let mut sent = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some((txid, body)) = notifications.get(index) else { return sent };
                let turn = start + Duration::from_secs(index as u64) / PACE;
                tokio::time::sleep_until(turn.into()).await;
                sent.push((*txid, Instant::now()));
                let answer = connection.ask(&crate::load::post(Product::hook(), body)).await;
                assert_eq!(answer, Some(200), "an acknowledgement");
            }
        });
    }
    senders.join_all().await.into_iter().flatten().collect()
}
