//! What one notification costs: processor, statements, bytes.

use crate::check;
use crate::load::Load;
use crate::nodes::{Cluster, Flow, Pace};
use sqlx::{AnyPool, Row as _};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Notifications each second, and for how long.
const RATE: u64 = 500;
const TIME: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_mins(2);
/// Of the times that the system counts for a process.
const TICKS_PER_SECOND: u64 = 100;
/// Tables that grow with each notification.
const TABLES: [&str; 5] = ["deliveries", "delivery_effects", "used_hashes", "payments", "live_events"];

/// Of one notification of a linked card, effect and all, at a steady rate.
#[derive(Debug, Clone, Default)]
pub struct Cost {
    pub statements: f64,
    pub round_trips: f64,
    /// Microseconds of a processor.
    pub node_micros: f64,
    pub postgres_micros: f64,
    /// Written to the log of the database.
    pub log_bytes: f64,
    pub tables: Vec<Size>,
}

#[derive(Debug, Clone)]
pub struct Size {
    pub table: &'static str,
    pub rows: i64,
    pub table_bytes: i64,
    pub index_bytes: i64,
}

/// At one node, which is reached over the line that counts.
pub(super) async fn measure(cluster: &Cluster, load: &Load) -> Cost {
    let pool = pool(cluster).await;
    let node = &cluster.nodes[2];
    // What others have left to be cleaned up is not of these notifications.
    sqlx::raw_sql("VACUUM ANALYZE").execute(&pool).await.expect("a vacuum");
    let before = Reading::take(cluster, &pool, load).await;
    let (flow, stop) = (Flow::new(load.clone(), node.address, Arc::<Pace>::default()), CancellationToken::new());
    let posting = tokio::spawn(flow.run(RATE, stop.clone()));
    tokio::time::sleep(TIME).await;
    stop.cancel();
    posting.await.expect("the bank");
    until_settled(cluster).await;
    let after = Reading::take(cluster, &pool, load).await;
    let tables = sizes(&pool).await;
    pool.close().await;
    after.since(&before, tables)
}

/// Waits until nothing waits for its effect.
pub(super) async fn until_settled(cluster: &Cluster) {
    let begin = std::time::Instant::now();
    while check::waiting(&cluster.postgres.url()).await > 0 {
        assert!(begin.elapsed() < PATIENCE, "notifications wait for their effect\n{}", cluster.logs());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

struct Reading {
    acknowledged: u64,
    statements: u64,
    round_trips: u64,
    node_ticks: u64,
    postgres_ticks: u64,
    log_bytes: i64,
}

impl Reading {
    async fn take(cluster: &Cluster, pool: &AnyPool, load: &Load) -> Self {
        let (statements, round_trips) = cluster.relay.counts();
        let log = "SELECT CAST(pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS BIGINT)";
        let log = sqlx::query(log).fetch_one(pool).await.expect("the place in the log");
        Self {
            acknowledged: load.sum().acknowledged,
            statements,
            round_trips,
            node_ticks: ticks(cluster.nodes[2].pid(), false),
            postgres_ticks: of_family(cluster.postgres.pid()),
            log_bytes: log.get(0),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a few seconds")]
    fn since(&self, before: &Self, tables: Vec<Size>) -> Cost {
        let count = (self.acknowledged - before.acknowledged).max(1) as f64;
        let each = |after: u64, before: u64| (after - before) as f64 / count;
        let micros = |after: u64, before: u64| each(after, before) * (1_000_000 / TICKS_PER_SECOND) as f64;
        Cost {
            statements: each(self.statements, before.statements),
            round_trips: each(self.round_trips, before.round_trips),
            node_micros: micros(self.node_ticks, before.node_ticks),
            postgres_micros: micros(self.postgres_ticks, before.postgres_ticks),
            log_bytes: (self.log_bytes - before.log_bytes) as f64 / count,
            tables,
        }
    }
}

/// The processor's time of a process so far; with that of children that have ended, if asked.
fn ticks(pid: u32, with_ended_children: bool) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // After the name, which may hold anything, `utime` is the twelfth word.
    let words = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11);
    words.take(if with_ended_children { 4 } else { 2 }).filter_map(|word| word.parse::<u64>().ok()).sum()
}

/// Of a process and its children, ended or not.
fn of_family(pid: u32) -> u64 {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let living: u64 =
        children.split_whitespace().filter_map(|child| child.parse().ok()).map(|pid| ticks(pid, false)).sum();
    living + ticks(pid, true)
}

async fn pool(cluster: &Cluster) -> AnyPool {
    sqlx::any::install_default_drivers();
    AnyPool::connect(&cluster.postgres.url()).await.expect("the database opens")
}

async fn sizes(pool: &AnyPool) -> Vec<Size> {
    let mut sizes = Vec::new();
    for table in TABLES {
        let query =
            format!("SELECT (SELECT COUNT(*) FROM {table}), pg_table_size('{table}'), pg_indexes_size('{table}')");
        let row = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_one(pool).await.expect("the size of a table");
        sizes.push(Size { table, rows: row.get(0), table_bytes: row.get(1), index_bytes: row.get(2) });
    }
    sizes
}

impl Cost {
    /// As lines of a table.
    pub fn table(&self) -> String {
        let mut text = format!(
            "| of one notification | |\n|---|--:|\n| statements | {:.2} |\n| round trips to the database | {:.2} |\n\
             | processor of the node | {:.0} µs |\n| processor of PostgreSQL | {:.0} µs |\n\
             | written to PostgreSQL's log | {:.0} bytes |\n\n\
             | table | rows | bytes of a row | of its indexes |\n|---|--:|--:|--:|\n",
            self.statements, self.round_trips, self.node_micros, self.postgres_micros, self.log_bytes
        );
        for Size { table, rows, table_bytes, index_bytes } in &self.tables {
            let each = |bytes: &i64| bytes / rows.max(&1);
            // Writing to a String does not fail.
            let _ = writeln!(text, "| {table} | {rows} | {} | {} |", each(table_bytes), each(index_bytes));
        }
        text
    }
}
