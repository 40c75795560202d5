//! How `PostgreSQL` runs what is asked all the time, once there is much of everything.

use faults::load::Load;
use faults::nodes::{Browsers, Cluster, Flow, Pace, Postgres};
use faults::product::PARTNER_REFERENCE;
use faults::{Ledger, Notifications};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Each statement's plan is written to the log when it is done, with how many rows each step has found.
const EXPLAINED: [&str; 5] = [
    "shared_preload_libraries=auto_explain",
    "auto_explain.log_min_duration=0",
    "auto_explain.log_analyze=on",
    "auto_explain.log_timing=off",
    "fsync=off",
];
const PEOPLE: usize = 100;
/// Tables that grow with every notification.
const LARGE: [&str; 5] = ["deliveries", "delivery_effects", "used_hashes", "payments", "live_events"];
const NOTIFICATIONS: u64 = 150;
const PATIENCE: Duration = Duration::from_mins(2);

/// Two thousand payments of each card, each with its notification, effect, hash and event.
const MUCH: [&str; 7] = [
    "INSERT INTO payments (user_id, link_id, card_ref, txid, amount_minor, currency, fx_amount_minor, fx_currency, fx, fx_fee,
        status, kind, mcc, category, merchant, city, country, description, search, booked_at, booked_text, confirmed_at, seq,
        created_at)
     SELECT user_id, link_id, card_ref, CAST(900000000000 + n AS TEXT), -n, 'EUR', -n, 'EUR', '1.000000', '0', 'S', 'D',
        '5942', 'books', 'FNAC DIRECT', 'IVRY SUR SEIN', 'FRA', 'FNAC DIRECT', 'fnac direct', 1767225600000000 - n * 600000000,
        '2026-01-01T01:00:00+01:00', 1767225600000000, 1, 1767225600000000
     FROM cards, generate_series(CAST(1 AS BIGINT), 2000) n",
    "INSERT INTO live_events (user_id, seq, kind, subject, at)
     SELECT payments.user_id, last_seq + ROW_NUMBER() OVER (PARTITION BY payments.user_id ORDER BY payments.id), 'transaction',
        CAST(payments.id AS TEXT), CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT)
     FROM payments JOIN feeds ON feeds.user_id = payments.user_id",
    "UPDATE feeds SET last_seq = (SELECT MAX(seq) FROM live_events WHERE live_events.user_id = feeds.user_id)",
    "INSERT INTO deliveries (received_at, reference, event_name, verdict, reason, state, current_try, max_tries, peer,
        content_type, trust, body_key, body, core_mac, user_id, card_ref, txid)
     SELECT CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT), 'e' || lpad(to_hex(id), 39, '0'), 'card_transaction_received', 'accepted',
        '', 'done', 1, 3, '185.8.76.132', 'application/x-www-form-urlencoded', '[]', 'inbox', decode(repeat('ab', 900), 'hex'),
        md5(txid), user_id, card_ref, txid
     FROM payments",
    "INSERT INTO delivery_effects (reference, delivery_id, core_mac, at)
     SELECT reference, id, core_mac, received_at FROM deliveries",
    "INSERT INTO used_hashes (told_at, hash_mac, reference)
     SELECT received_at + id, core_mac || id, reference FROM deliveries",
    "ANALYZE",
];

async fn fill(cluster: &Cluster) {
    sqlx::any::install_default_drivers();
    let pool = sqlx::AnyPool::connect(&cluster.postgres.url()).await.unwrap();
    for statement in MUCH {
        sqlx::raw_sql(statement).execute(&pool).await.unwrap();
    }
    pool.close().await;
}

/// Plans that read a large table from its beginning to its end.
fn whole_tables(log: &str) -> Vec<&str> {
    let reads_all = |line: &str| {
        line.split_once("Seq Scan on ")
            .is_some_and(|(_, rest)| LARGE.contains(&rest.split(' ').next().unwrap_or_default()))
    };
    log.split("plan:\n").skip(1).filter(|plan| plan.lines().any(reads_all)).collect()
}

/// More rows than what a batch of notifications brings and finds by its keys, and fewer than one card has payments.
const MANY_ROWS: f64 = 1_000.0;

/// Plans that write, and for that read many rows of a large table or of one of its indexes.
fn long_ways(log: &str) -> Vec<&str> {
    let is_long = |line: &str| {
        let number = |name: &str| line.split_once(name)?.1.split([' ', ')']).next()?.parse::<f64>().ok();
        // Of each loop on average.
        let (rows, loops) = (number("(actual rows=").unwrap_or_default(), number(" loops=").unwrap_or_default());
        rows * loops > MANY_ROWS && line.contains(" Scan ") && LARGE.iter().any(|table| line.contains(table))
    };
    let writes = |plan: &str| plan.contains("Update on ") || plan.contains("Insert on ");
    log.split("plan:\n").skip(1).filter(|plan| writes(plan) && plan.lines().any(is_long)).collect()
}

/// Notifications with their effects, streams, pages, and what is done from time to time.
async fn be_busy(cluster: &mut Cluster) {
    // One of them looks after everything when it begins.
    cluster.stop_nodes().await;
    cluster.start_nodes().await;
    let pace = Arc::<Pace>::default();
    let browsers = Browsers::open(cluster.balancer.address, &cluster.people, 1, &pace).await;
    let cards = cluster.people.iter().map(|person| person.card.clone()).collect();
    let load = Load::new(Notifications::new(PARTNER_REFERENCE, cards), Ledger::open(&cluster.file("ledger")));
    let flow = Flow::new(load.clone(), cluster.balancer.address, Arc::clone(&pace));
    let stop = CancellationToken::new();
    let posting = tokio::spawn(flow.run(50, stop.clone()));
    load.acknowledged(NOTIFICATIONS).await;
    stop.cancel();
    posting.await.unwrap();
    let (begin, mut seen) = (Instant::now(), 0);
    while seen < 100 {
        seen += pace.take().count;
        assert!(begin.elapsed() < PATIENCE, "{seen} events\n{}", cluster.logs());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let pages =
        ["/dashboard", "/dashboard?q=fnac", "/dashboard?category=books", "/dashboard/insights", "/transactions.json"];
    for (page, person) in pages.iter().zip(cluster.people.iter().cycle()) {
        let answer = cluster.balancer.get(page, &person.cookie).await.unwrap();
        assert_eq!(answer.status, 200, "{page}");
    }
    browsers.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_large_table_is_read_whole_and_no_card_either() {
    let mut cluster = Cluster::on(Postgres::start_with(&EXPLAINED).await, PEOPLE).await;
    fill(&cluster).await;
    let before = cluster.postgres.log().len();
    be_busy(&mut cluster).await;
    cluster.stop_nodes().await;
    let log = cluster.postgres.log();
    let explained = &log[before..];
    for table in LARGE {
        assert!(
            explained.contains(&format!("Index Scan using {table}")) || explained.contains(&format!(" on {table} "))
        );
    }
    let whole = whole_tables(explained);
    assert!(whole.is_empty(), "{}", whole.join("\n\n"));
    assert!(explained.contains("(actual rows=1 loops=1)"));
    let detours = long_ways(explained);
    assert!(detours.is_empty(), "{}", detours.join("\n\n"));
}
