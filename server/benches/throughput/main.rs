//! What one machine carries, as shares of its own limit measured in the same run. `make bench` builds the programs first.
//!
//! The server runs as a process of its own, with `SQLite` and `synchronous=FULL` on the disk of the target folder; this
//! program is the bank, the browsers and the clock beside it, on the same cores.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on has to say so and end"
)]

mod judging;
mod large;
mod limit;
mod load;
mod people;
mod product;
mod streams;
mod table;

use load::Load;
use product::Product;
use std::time::Duration;
use table::Table;

const CONNECTIONS: usize = 64;
const BROWSERS: usize = 32;
/// Linked people, and the payments of all of them a second.
const PEOPLE: u64 = 2_000;
const PACE: u32 = 8_000;
const RUN: Duration = Duration::from_secs(8);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mut table = Table::default();
    // The large part alone, or only its move to another database.
    let only = std::env::var("BENCH_ONLY").unwrap_or_default();
    if !matches!(only.as_str(), "large" | "move") {
        usual(&mut table).await;
    }
    large::measure(&mut table, only == "move").await;
}

async fn usual(table: &mut Table) {
    let mut product = Product::start().await;
    table.line(
        "ready with an existing database",
        &format!("{} ms", product.restart().await.as_millis()),
        "at most 500",
    );
    table.line("resident memory when idle", &format!("{:.1} MB", product.resident_mb()), "at most 40");

    let limit = limit::start().await;
    let bodies = Product::notifications(600_000, 10_000);
    let reading = Load { address: limit, connections: CONNECTIONS, run: RUN, pace: None }.posts(&bodies, "/").await;
    table.load("a handler that only reads the body", &reading, None);
    let bodies = Product::notifications(600_000, 10_000);
    let stored = Load { address: product.address, connections: CONNECTIONS, run: RUN, pace: None }
        .posts(&bodies, Product::hook())
        .await;
    table.load("notifications acknowledged, durable", &stored, Some(&reading));

    let person = product.link("chloe@example.test").await;
    for (name, encoding) in [("uncompressed", "identity"), ("brotli", "br")] {
        let page = person.dashboard(encoding).await;
        table.line(&format!("dashboard behind 40,000 payments, {name}"), &format!("{} bytes", page.len()), "");
        // The plain address is kept while nothing changes; one that asks something is read and drawn each time.
        for (what, address) in [("dashboard pages", "/dashboard"), ("the same, made each time", "/dashboard?each")] {
            let pages = Load { address: product.address, connections: BROWSERS, run: RUN, pace: None }
                .gets(address, &person.cookie, encoding)
                .await;
            table.load(&format!("{what}, {name}"), &pages, Some(&reading));
        }
    }
    sustained(&mut product, table).await;
    streams::measure(&mut product, table).await;
    judging::measure(table).await;
    table.line(
        "script and wasm of the dashboard, brotli",
        &format!("{} bytes", product::bundle_bytes()),
        "at most 122880",
    );
    product.stop().await;
}

/// Payments of linked cards, effects and all, for as long as `BENCH_SECONDS` says; the bank's API is away meanwhile, so that
/// nothing of what is measured is the stand-in's.
async fn sustained(product: &mut Product, table: &mut Table) {
    let seconds = std::env::var("BENCH_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    product.link_people(PEOPLE).await;
    let before = product.resident_mb();
    let load = Load {
        address: product.address,
        connections: CONNECTIONS,
        run: Duration::from_secs(seconds),
        pace: Some(PACE),
    };
    let sustained = load.posts_made(usize::MAX, || Product::fresh_notification(PEOPLE), Product::hook()).await;
    let left = product.gauge("anytime_deliveries_due").await;
    table.load(&format!("acknowledged with effects, at {PACE} a second for {seconds} s"), &sustained, None);
    table.line("stored, and not yet processed, at its end", &format!("{left:.0} notifications"), "not growing");
    let after = product.resident_mb();
    table.line("resident memory before and after it", &format!("{before:.0} MB, {after:.0} MB"), "flat");
}
