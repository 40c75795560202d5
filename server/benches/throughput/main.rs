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

mod limit;
mod load;
mod product;
mod table;

use load::Load;
use product::Product;
use std::time::Duration;
use table::Table;

const CONNECTIONS: usize = 64;
const BROWSERS: usize = 32;
const RUN: Duration = Duration::from_secs(8);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mut table = Table::default();
    let mut product = Product::start().await;
    table.line(
        "ready with an existing database",
        &format!("{} ms", product.restart().await.as_millis()),
        "at most 500",
    );
    table.line("resident memory when idle", &format!("{:.1} MB", product.resident_mb()), "at most 40");

    let limit = limit::start().await;
    let bodies = Product::notifications(400_000);
    let reading = Load { address: limit, connections: CONNECTIONS, run: RUN }.posts(&bodies, "/").await;
    table.load("a handler that only reads the body", &reading, None);
    let bodies = Product::notifications(400_000);
    let stored =
        Load { address: product.address, connections: CONNECTIONS, run: RUN }.posts(&bodies, &Product::hook()).await;
    table.load("notifications acknowledged, durable", &stored, Some(&reading));

    let person = product.link("chloe@example.test").await;
    for (name, encoding) in [("uncompressed", "identity"), ("brotli", "br")] {
        let page = person.dashboard(encoding).await;
        table.line(&format!("dashboard behind 40,000 payments, {name}"), &format!("{} bytes", page.len()), "");
        let pages = Load { address: product.address, connections: BROWSERS, run: RUN }
            .gets("/dashboard", &person.cookie, encoding)
            .await;
        table.load(&format!("dashboard pages, {name}"), &pages, Some(&reading));
    }
    table.line(
        "script and wasm of the dashboard, brotli",
        &format!("{} bytes", product::bundle_bytes()),
        "at most 122880",
    );
    table.print();
    product.stop().await;
}
