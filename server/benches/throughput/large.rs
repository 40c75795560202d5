//! The product when it has become large: so many linked people, notifications and payments that nothing can be read whole.
//! `BENCH_PEOPLE=100000 make bench` asks for it, and where there is a `PostgreSQL`, moves it there; the rest of the numbers follows.

use crate::load::{Load, Reader};
use crate::people::{self, Staff};
use crate::product::{DATABASE, Product};
use crate::table::Table;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqliteConnection};
use std::path::Path;
use std::time::{Duration, Instant};

/// Notifications and payments for each person.
const NOTIFICATIONS: u64 = 10;
const PAYMENTS: u64 = 90;
/// Payments of the one person who takes hers along.
const EXPORTED: u64 = 1_000_000;
const READERS: usize = 8;
const RUN: Duration = Duration::from_secs(5);
/// What goes on beside them takes less.
const LONGEST: Duration = Duration::from_hours(2);
/// Requests a second of all keys of the API together, within what each may.
const API_PACE: u32 = 150;
/// Notifications a second while something else goes on.
const MEANWHILE: u32 = 500;
/// The same, and dashboards, while everything moves to another database.
const MOVING: u32 = 100;
const READING: u32 = 20;
/// What moves everything is killed so long after it has begun, and after it has begun again.
const COPIES_KILLED_AFTER: [Duration; 2] = [Duration::from_secs(45), Duration::from_secs(90)];
/// People who are signed in, those of the first cards.
const READERS_OF_PAGES: usize = 100;

/// All of it, or after the filling only the move.
pub(crate) async fn measure(table: &mut Table, move_only: bool) {
    let Some(people) = std::env::var("BENCH_PEOPLE").ok().and_then(|text| text.parse().ok()) else { return };
    let mut product = Product::start().await;
    let (cookies, staff) = fill(&mut product, people, table).await;
    if !move_only {
        at_its_size(&product, people, &cookies[0], &staff, table).await;
    }
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(postgres) => moving(product, people, &postgres, table).await,
        Err(_) => product.stop().await,
    }
}

/// Reading it, and what an operator does with it.
async fn at_its_size(product: &Product, people: u64, reader: &str, staff: &Staff, table: &mut Table) {
    pages(product, people, &staff.cookie, table).await;
    api(product, people, staff, table).await;
    export(product, reader, table).await;
    for (what, arguments) in [("keys rotate", vec!["keys", "rotate"]), ("backup", vec!["backup", "large.backup"])] {
        beside(product, people, what, &arguments, table).await;
    }
    killed(product, table).await;
    // There has to be room for what comes.
    product.remove("large.backup");
}

/// To `PostgreSQL`, while notifications come and people read; the server is stopped when the copy says so.
async fn moving(mut product: Product, people: u64, postgres: &str, table: &mut Table) {
    // Whoever signed in before has not been here for long.
    let cookies = product.at_rest(async |folder| people::sign_in(folder, READERS_OF_PAGES).await).await;
    let begin = Instant::now();
    let mut copy = product.begin_copy(postgres);
    let load = Load { connections: 16, run: LONGEST, ..load(&product, Some(MOVING)) };
    let until = async {
        for time in COPIES_KILLED_AFTER {
            tokio::time::sleep(time).await;
            copy.kill().await;
            copy = product.begin_copy(postgres);
        }
        copy.until_ready().await;
        begin.elapsed()
    };
    let pages: Vec<String> = vec!["/dashboard".into()];
    let readers: Vec<Reader> = cookies.into_iter().map(Reader::Cookie).collect();
    let reading = Load { run: LONGEST, ..self::load(&product, Some(READING)) };
    let posting = load.posts_until(move || Product::fresh_notification(people), Product::hook(), until);
    let (read, (measured, took)) = reading.gets_until(&pages, &readers, posting).await;
    product.end_server().await;
    let (rows, away) = copy.outcome().await;
    #[expect(clippy::cast_precision_loss, reason = "some millions")]
    let rate = rows as f64 / took.as_secs_f64();
    let seconds = took.as_secs();
    table.line(
        "large: moved to PostgreSQL, compared, killed twice on its way",
        &format!("{rows} rows in {seconds} s, {rate:.0}/s"),
        "none lost",
    );
    table.line("large: without a server", &format!("{away:.1} s"), "seconds");
    table.load(&format!("large: notifications meanwhile, at {MOVING} a second"), &measured, None);
    table.load(&format!("large: dashboards meanwhile, at {READING} a second"), &read, None);
    product.end_bank().await;
}

/// People by the store, notifications by the front door, the other payments straight into the table.
async fn fill(product: &mut Product, people: u64, table: &mut Table) -> (Vec<String>, Staff) {
    let begin = Instant::now();
    product.link_people(people).await;
    table.line("large: people linked", &format!("{people} in {} s", begin.elapsed().as_secs()), "");

    let run = Duration::from_mins(20);
    let count = usize::try_from(people * NOTIFICATIONS).expect("a million");
    let load = Load { address: product.address, connections: 64, run, pace: None };
    let stored = load.posts_made(count, move || Product::fresh_notification(people), Product::hook()).await;
    table.load(&format!("large: {} notifications taken in", people * NOTIFICATIONS), &stored, None);
    let begin = Instant::now();
    while product.gauge("anytime_deliveries_due").await > 0.0 && begin.elapsed() < run {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    table.line("large: until all had their effect", &format!("{} s after the last one", begin.elapsed().as_secs()), "");

    let begin = Instant::now();
    let payments = product.at_rest(async |folder| add_payments(folder).await).await;
    let size = product.file_mb(DATABASE);
    let took = begin.elapsed().as_secs();
    table.line("large: payments altogether", &format!("{payments}, the database {size:.0} MB, {took} s"), "");
    // By now the sessions of the beginning have ended, as nobody has used them.
    product.at_rest(async |folder| (people::sign_in(folder, READERS_OF_PAGES).await, people::staff(folder).await)).await
}

/// Payments of the past, in the order of time as they would have come: neighbours are not of one person.
async fn add_payments(folder: &Path) -> i64 {
    let options = SqliteConnectOptions::new().filename(folder.join(DATABASE));
    let mut database = options.connect().await.expect("the database");
    run(&mut database, "PRAGMA synchronous = OFF").await;
    run(&mut database, "PRAGMA cache_size = -2000000").await;
    let indexes = sqlx::query(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'payments' AND type = 'index' AND sql IS NOT NULL",
    )
    .fetch_all(&mut database)
    .await
    .expect("the indexes");
    for index in &indexes {
        run(&mut database, &format!("DROP INDEX {}", index.get::<String, _>("name"))).await;
    }
    for (whose, count) in [("", PAYMENTS), ("WHERE cards.card_ref = 'ANY0000000000'", EXPORTED)] {
        run(&mut database, &past(whose, count)).await;
    }
    for index in &indexes {
        run(&mut database, &index.get::<String, _>("sql")).await;
    }
    run(&mut database, "ANALYZE").await;
    let count: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM payments").fetch_one(&mut database).await.expect("a count");
    database.close().await.expect("its end");
    count
}

/// So many payments for each of these cards, one a day back from 2026.
fn past(whose: &str, count: u64) -> String {
    format!(
        "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         INSERT INTO payments (user_id, link_id, card_ref, txid, amount_minor, currency, fx_amount_minor, fx_currency, fx,
            fx_fee, status, kind, mcc, category, merchant, city, country, description, search, balance_after_minor,
            booked_at, booked_text, confirmed_at, seq, created_at)
         SELECT cards.user_id, cards.link_id, cards.card_ref, CAST(900000000000 + {count} * 10000000 + n.i AS TEXT),
            -(100 + n.i * 37 % 9000), 'EUR', -(100 + n.i * 37 % 9000), 'EUR', '1.000000', '0', 'S', 'D', '5942', 'books',
            'FNAC DIRECT', 'IVRY SUR SEIN', 'FRA', 'FNAC DIRECT - RUE DES BATEAUX LAVOIRS, IVRY SUR SEIN,94768,FRA,FRA',
            'fnac direct' || char(31) || 'fnac direct - rue des bateaux lavoirs, ivry sur sein,94768,fra,fra' || char(31) || 'ivry sur sein',
            NULL, (1767225600 - n.i * 600) * 1000000,
            strftime('%Y-%m-%dT%H:%M:%S+01:00', 1767229200 - n.i * 600, 'unixepoch'), 1767225600000000, 1, 1767225600000000
         FROM n CROSS JOIN cards {whose}"
    )
}

async fn run(database: &mut SqliteConnection, text: &str) {
    sqlx::query(sqlx::AssertSqlSafe(text.to_owned())).execute(database).await.expect("a statement");
}

/// Every list of the console at its beginning and in its depth, by many addresses, so that nothing is read twice.
async fn pages(product: &Product, people: u64, cookie: &str, table: &mut Table) {
    let some = |path: &dyn Fn(u64) -> String| (0..400).map(|n| path(n * 7_919 % people)).collect::<Vec<_>>();
    let users = product.users_of_cards(400).await;
    let deliveries = people * NOTIFICATIONS;
    let asked: [(&str, Vec<String>); 9] = [
        ("users", vec!["/operator/users".into()]),
        (
            "users, anywhere",
            some(&|n| format!("/operator/users?before={}", cursor(&format!("person-{n}@example.test")))),
        ),
        ("users, found by address", some(&|n| format!("/operator/users?q=person-{n}"))),
        ("users, found by card", some(&|n| format!("/operator/users?q=ANY{n:010}"))),
        ("one user", users.iter().map(|id| format!("/operator/users/{id}")).collect()),
        ("deliveries", vec!["/operator/deliveries".into()]),
        (
            "deliveries, anywhere",
            some(&|n| format!("/operator/deliveries?before={}", cursor(&(n * NOTIFICATIONS + 9).to_string()))),
        ),
        (
            "deliveries, one verdict, anywhere",
            some(&|n| {
                format!("/operator/deliveries?verdict=accepted&before={}", cursor(&(n * NOTIFICATIONS + 9).to_string()))
            }),
        ),
        ("one delivery", some(&|n| format!("/operator/deliveries/{}", (n * NOTIFICATIONS + 3) % deliveries + 1))),
    ];
    for (what, paths) in asked {
        let reader = Reader::Cookie(cookie.to_owned());
        let measured = load(product, None).gets_each(&paths, &[reader]).await;
        table.load(&format!("large: console, {what}"), &measured, None);
    }
}

async fn api(product: &Product, people: u64, staff: &Staff, table: &mut Table) {
    let readers: Vec<Reader> = staff.keys.iter().cloned().map(Reader::Key).collect();
    let users = product.users_of_cards(200).await;
    let some = |path: &dyn Fn(u64) -> String| (0..400).map(|n| path(n * 7_919 % people)).collect::<Vec<_>>();
    let asked: [(&str, Vec<String>); 4] = [
        ("users, anywhere", some(&|n| format!("/api/v1/users?cursor={}", cursor(&format!("person-{n}@example.test"))))),
        ("one user", users.iter().map(|id| format!("/api/v1/users/{id}")).collect()),
        ("payments of a user", users.iter().map(|id| format!("/api/v1/transactions?user_id={id}")).collect()),
        (
            "deliveries, anywhere",
            some(&|n| format!("/api/v1/deliveries?cursor={}", cursor(&(n * NOTIFICATIONS + 9).to_string()))),
        ),
    ];
    for (what, paths) in asked {
        let measured = load(product, Some(API_PACE)).gets_each(&paths, &readers).await;
        table.load(&format!("large: API, {what}"), &measured, None);
    }
}

async fn export(product: &Product, cookie: &str, table: &mut Table) {
    let before = product.resident_mb();
    product.forget_peak();
    let begin = Instant::now();
    let lines = product.count_lines("/transactions.csv", cookie).await;
    let seconds = begin.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a million")]
    let rate = lines as f64 / seconds;
    table.line("large: export of one person's payments", &format!("{lines} rows, {rate:.0}/s"), "50,000/s");
    table.line(
        "large: memory before and at the most of it",
        &format!("{before:.0} MB, {:.0} MB", product.peak_mb()),
        "flat",
    );
}

/// A command of the program, while notifications come.
async fn beside(product: &Product, people: u64, what: &str, arguments: &[&str], table: &mut Table) {
    let begin = Instant::now();
    let load = Load { connections: 16, run: LONGEST, ..load(product, Some(MEANWHILE)) };
    let until = async {
        product.command(arguments).await;
        begin.elapsed()
    };
    let (measured, took) = load.posts_until(move || Product::fresh_notification(people), Product::hook(), until).await;
    table.line(&format!("large: {what}"), &format!("{:.1} s", took.as_secs_f64()), "under 60 s");
    table.load(&format!("large: notifications meanwhile, at {MEANWHILE} a second"), &measured, None);
}

/// Commands that are killed in their middle: nothing half is taken for whole, and the next one comes to its end.
async fn killed(product: &Product, table: &mut Table) {
    let half = product.file_mb(DATABASE) / 2.0;
    let backup = ["backup", "killed.backup", "--verify"];
    product.killed_when(&backup, DATABASE, async || product.file_mb("killed.backup.part") > half).await;
    assert!(product.file_mb("killed.backup") < 0.001, "it is there when it is whole");
    let begin = Instant::now();
    product.command(&backup).await;
    table.line(
        "large: backup after one that was killed, verified",
        &format!("{:.1} s", begin.elapsed().as_secs_f64()),
        "",
    );
    product.remove("killed.backup");

    let rotate = ["keys", "rotate"];
    product.killed_when(&rotate, DATABASE, async || product.share_under_the_active_key().await > 0.3).await;
    let begin = Instant::now();
    product.command(&rotate).await;
    assert!(product.share_under_the_active_key().await >= 1.0, "everything is under the new key");
    table.line("large: keys rotate after one that was killed", &format!("{:.1} s", begin.elapsed().as_secs_f64()), "");

    let begin = Instant::now();
    let restore = ["restore", "large.backup", "--verify"];
    product.killed_when(&restore, "restored.db", async || product.file_mb("restored.db") > half / 2.0).await;
    product.command_on(&restore, "restored.db").await;
    let seconds = begin.elapsed().as_secs();
    table.line("large: restored and verified, killed in the middle and gone on", &format!("{seconds} s"), "");
    product.remove("restored.db");
}

const fn load(product: &Product, pace: Option<u32>) -> Load {
    Load { address: product.address, connections: READERS, run: RUN, pace }
}

/// Where a list goes on, as its own links say it.
fn cursor(place: &str) -> String {
    URL_SAFE_NO_PAD.encode(place)
}
