//! Requests whose client is gone, at any moment.

use crate::postgres::Postgres;
use crate::world::{PATIENCE, World};
use faults::product::{bank, hook};
use faults::{Connection, Dice, Product, Start};
use sqlx::Row as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

const REQUESTS: usize = 10_000;
const AT_ONCE: usize = 32;

/// Requests that write and requests that read.
fn requests(world: &World) -> Vec<Vec<u8>> {
    let (origin, cookie) = (world.product.origin(), &world.person.cookie);
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: faults\r\nCookie: {cookie}\r\n\r\n").into_bytes();
    let post = |path: &str, kind: &str, body: &str| {
        let length = body.len();
        format!(
            "POST {path} HTTP/1.1\r\nHost: faults\r\nOrigin: {origin}\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    };
    vec![
        hook("a=notification+that+nobody+can+read"),
        post("/link-events", "application/json", r#"{"event":"onDisplayPopup"}"#),
        get("/transactions.json"),
        get("/live?after=0"),
        get("/connect"),
    ]
}

/// Sends each in part or whole, and breaks off a moment later.
async fn break_off(address: SocketAddr, requests: Arc<Vec<Vec<u8>>>) {
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..AT_ONCE {
        let requests = Arc::clone(&requests);
        clients.spawn(async move {
            let mut dice = Dice::seeded(client as u64);
            let mut below = |sides: usize| usize::try_from(dice.below(sides as u64)).unwrap();
            for _ in 0..REQUESTS / AT_ONCE {
                let request = &requests[below(requests.len())];
                let length = if below(4) == 0 { below(request.len()) } else { request.len() };
                let pause = Duration::from_micros(below(4_000) as u64);
                let Ok(mut connection) = Connection::open(address).await else { continue };
                if connection.send(&request[..length]).await.is_ok() {
                    tokio::time::sleep(pause).await;
                }
                connection.reset();
            }
        });
    }
    while let Some(ended) = clients.join_next().await {
        ended.unwrap();
    }
}

async fn survives(mut world: World) -> World {
    let requests = Arc::new(requests(&world));
    break_off(world.product.address, requests).await;
    world.begin(50);
    world.until_acknowledged(20).await;
    world.pause().await;
    assert_eq!(world.read().await, 200);
    assert!(world.product.is_running());
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn f17_ten_thousand_cancelled_requests_leave_no_transaction_open_on_sqlite() {
    let mut world = survives(World::start(&Start::default()).await).await;
    // Somebody else can write as well, so nobody holds the lock.
    let mut other = <sqlx::SqliteConnection as sqlx::Connection>::connect(world.product.database()).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE; ROLLBACK").execute(&mut other).await.unwrap();
    drop(other);
    world.product.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f17_ten_thousand_cancelled_requests_leave_no_transaction_open_on_postgres() {
    let postgres = Postgres::start().await;
    let product = Product::on(&bank().await, postgres.url().expose());
    let mut world = survives(World::on(product, &Start::default()).await).await;
    sqlx::any::install_default_drivers();
    let pool = sqlx::AnyPool::connect(postgres.url().expose()).await.unwrap();
    let begin = Instant::now();
    loop {
        let open = "SELECT COUNT(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
        let open: i64 = sqlx::query(open).fetch_one(&pool).await.unwrap().get(0);
        if open == 0 {
            break;
        }
        assert!(begin.elapsed() < PATIENCE, "{open} transactions are open");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    pool.close().await;
    world.product.stop().await;
}
