//! Files of what is shown.

use super::client::Request;
use super::purse::Purse;
use super::world::World;
use domain::transaction::TxStatus;
use serde_json::Value;
use server::clock::Clock as _;
use server::store::NewPayment;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const FORMATS: [&str; 3] = ["/transactions.csv", "/transactions.ofx", "/transactions.json?download=yes"];

fn in_language(target: &str, purse: &Purse, lang: &str) -> Request {
    Request::get(target).header("Cookie", &format!("{}; lang={lang}", purse.cookie))
}

/// Rows of a file, by the names of its columns.
fn table(text: &str, delimiter: u8) -> Vec<std::collections::HashMap<String, String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

#[tokio::test]
async fn every_format_holds_what_the_same_query_shows_and_all_of_it() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(1_300).await;
    purse.pay(&[purse.payment(1_301, "Café Noir", -777), purse.payment(1_302, "Café Noir", 500)]).await;
    let refused = NewPayment { status: TxStatus::Refused, ..purse.payment(1_303, "Café Noir", -999) };
    purse.pay(&[refused]).await;

    let csv = world.send(in_language("/transactions.csv", &purse, "fr")).await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let name = "attachment; filename=\"anytime-paiements-2026-11-23.csv\"";
    assert_eq!((csv.status, csv.header("content-disposition")), (200, Some(name)));
    assert_eq!(csv.header("cache-control"), Some("no-store"));
    let rows = table(&csv.text(), b';');
    assert_eq!(rows.len(), 1_303);
    assert_eq!((rows[0]["txid"].as_str(), rows[0]["amount"].as_str()), ("00000001303", "-9,99"));
    assert_eq!(rows[1302]["amount"], "-0,01");

    let some = "?q=caf%C3%A9&from=2026-01-01";
    let csv = world.send(in_language(&format!("/transactions.csv{some}"), &purse, "en")).await;
    let name = "attachment; filename=\"anytime-payments-2026-01-01_2026-11-23.csv\"";
    assert_eq!(csv.header("content-disposition"), Some(name));
    let amounts: Vec<_> = table(&csv.text(), b',').iter().map(|row| row["amount"].clone()).collect();
    assert_eq!(amounts, ["-9.99", "5.00", "-7.77"]);

    let json = world.get(&format!("/transactions.json{some}&download=yes"), &purse.cookie).await;
    let name = "attachment; filename=\"anytime-paiements-2026-01-01_2026-11-23.json\"";
    assert_eq!(json.header("content-disposition"), Some(name));
    let page = world.get(&format!("/transactions.json{some}"), &purse.cookie).await;
    assert_eq!(json.json(), page.json(), "one page holds all of it");
    let whole = world.get("/transactions.json?download=yes", &purse.cookie).await.json();
    assert_eq!((whole["transactions"].as_array().unwrap().len(), &whole["next"]), (1_303, &Value::Null));

    let ofx = world.get(&format!("/transactions.ofx{some}"), &purse.cookie).await;
    assert_eq!(ofx.header("content-type"), Some("application/x-ofx"));
    let entries: Vec<_> =
        ofx.text().lines().filter_map(|line| line.strip_prefix("<TRNAMT>").map(str::to_owned)).collect();
    assert_eq!(entries, ["5.00", "-7.77"], "a refused payment has moved nothing");
    assert_eq!(world.get("/transactions.ofx", &purse.cookie).await.text().matches("<STMTTRN>").count(), 1_302);
    world.end().await;
}

#[tokio::test]
async fn nobody_takes_the_payments_of_somebody_else() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(3).await;
    let stranger = world.sign_up("mallory@example.test").await;
    for format in FORMATS {
        let answer = world.get(format, &stranger).await;
        assert_eq!(answer.status, 200, "{format}");
        assert!(!answer.text().contains("00000000001"), "{format}");
        let nobody = world.get(format, "").await;
        assert!(matches!(nobody.status, 303 | 401), "{format}: {}", nobody.status);
    }
    world.end().await;
}

#[tokio::test]
async fn xs_18_a_value_that_cannot_be_read_is_named_and_reaches_no_header() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    for format in ["/transactions.csv?", "/transactions.ofx?", "/transactions.json?download=yes&"] {
        let answer = world.get(&format!("{format}from=2026-01-01%0d%0aX-Evil:%201&min=much"), &cookie).await;
        assert_eq!((answer.status, answer.header("x-evil")), (400, None), "{format}");
        let json = format.contains(".json");
        assert!(json || answer.text() == "cannot be read: from, min\n", "{format}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_compressed_file_comes_to_its_end() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(1_300).await;
    for encoding in ["gzip", "br"] {
        for target in FORMATS {
            let mut browser = TcpStream::connect(world.address).await.unwrap();
            let head = format!(
                "GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept-Encoding: {encoding}\r\nCookie: {}\r\n\r\n",
                purse.cookie
            );
            browser.write_all(head.as_bytes()).await.unwrap();
            let mut received = Vec::new();
            browser.read_to_end(&mut received).await.unwrap();
            assert!(String::from_utf8_lossy(&received).contains(&format!("content-encoding: {encoding}")), "{target}");
            assert!(received.ends_with(b"\r\n0\r\n\r\n"), "{target} in {encoding} is cut off");
        }
    }
    world.end().await;
}

#[tokio::test]
async fn whoever_takes_slowly_holds_up_nobody_and_gets_each_payment_once() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    // More than what sockets and buffers take before anybody reads.
    let count = 40_000;
    purse.pay_many(count).await;
    let mut slow = TcpStream::connect(world.address).await.unwrap();
    let head =
        format!("GET /transactions.csv HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: {}\r\n\r\n", purse.cookie);
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut received = vec![0; 4_096];
    slow.read_exact(&mut received).await.unwrap();

    // Nothing is locked meanwhile: one payment moves from the end of the list to its beginning, one the other way.
    let moved = |from: usize, to: usize| NewPayment {
        txid: purse.key(from).txid,
        confirmed_at: Some(purse.payment(to, "", 0).booked_at),
        ..purse.payment(to, "MOVED", -1)
    };
    world
        .services
        .store
        .apply_payments(&[moved(1, count + 5), moved(count, 0)], true, world.clock.now())
        .await
        .unwrap();
    slow.read_to_end(&mut received).await.unwrap();

    let text = String::from_utf8_lossy(&received);
    assert!(text.ends_with("\r\n0\r\n\r\n"), "the file is whole");
    for n in [1, 2, count / 2, count - 1, count] {
        assert_eq!(text.matches(&format!("\"{n:011}\"")).count(), 1, "payment {n}");
    }
    assert!(text.contains("MOVED"), "what was not sent yet is told as it is by then");
    world.end().await;
}

#[tokio::test]
async fn a_few_files_at_once_are_enough_and_whoever_goes_away_makes_room() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(40_000).await;
    let ask = async |format: &str| {
        let mut stream = TcpStream::connect(world.address).await.unwrap();
        let head = format!("GET {format} HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n", purse.cookie);
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.unwrap();
        (stream, String::from_utf8_lossy(&first[9..]).into_owned())
    };
    let mut open = Vec::new();
    for _ in 0..3 {
        let (stream, status) = ask("/transactions.csv").await;
        assert_eq!(status, "200");
        open.push(stream);
    }
    let (_, status) = ask("/transactions.csv").await;
    assert_eq!(status, "429");
    drop(open);
    // The server hears of it when it next writes.
    while ask("/transactions.csv").await.1 != "200" {
        tokio::task::yield_now().await;
    }
    world.end().await;
}

#[tokio::test]
async fn a_server_that_stops_cuts_a_file_so_that_it_does_not_look_whole() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    purse.pay_many(40_000).await;
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    let head = format!("GET /transactions.csv HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n", purse.cookie);
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut received = vec![0; 4_096];
    stream.read_exact(&mut received).await.unwrap();
    let reading = async {
        let _cut_off = stream.read_to_end(&mut received).await;
        String::from_utf8_lossy(&received).into_owned()
    };
    let ((), text) = tokio::join!(world.end(), reading);
    assert!(!text.ends_with("0\r\n\r\n"), "the last chunk says that an answer is whole");
}
