//! The database against the bank's ledger. Only while no server runs.

use crate::ledger::Told;
use crate::notification::{NOBODYS_CARD, Notifications};
use server::clock::SystemClock;
use server::secret::Secret;
use server::store::Store;
use server::vault::{KeyRing, Vault};
use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::{AnyPool, Row as _};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// Everything that is wrong; empty is what we promise. Stops describing at this many.
const ENOUGH: usize = 20;

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    pub acknowledged: usize,
    pub stored: usize,
    pub repeated: usize,
    pub effects: usize,
    pub faults: Vec<String>,
}

impl Report {
    fn fault(&mut self, text: impl FnOnce() -> String) {
        if self.faults.len() < ENOUGH {
            self.faults.push(text());
        }
    }
}

/// Deliveries that wait to be processed.
pub async fn waiting(database: &str) -> i64 {
    let pool = open(database).await;
    // By the index: who waits must not be slowed down by who looks.
    let count = number(&pool, "SELECT COUNT(*) FROM deliveries WHERE next_at IS NOT NULL").await;
    pool.close().await;
    count
}

/// The last number of each user's feed.
pub async fn last_numbers(database: &str) -> BTreeMap<String, i64> {
    let pool = open(database).await;
    let rows = rows(&pool, "SELECT user_id, last_seq FROM feeds").await;
    pool.close().await;
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// Transactions of the harness's notifications, by user.
pub async fn entered(database: &str) -> BTreeMap<String, BTreeSet<String>> {
    let pool = open(database).await;
    let mut entered: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows(&pool, "SELECT user_id, txid FROM payments").await {
        let txid: String = row.get(1);
        if Notifications::is_ours(&txid) {
            entered.entry(row.get(0)).or_default().insert(txid);
        }
    }
    pool.close().await;
    entered
}

/// Compares everything.
pub async fn database(database: &str, ledger: &BTreeMap<String, Told>) -> Report {
    behind_a_balancer(database, ledger, 1).await
}

/// The same where a try may have been passed on to so many nodes, until one answered. Then the arrival that is accepted is the first
/// that was committed, and its number need not be the lowest.
pub async fn behind_a_balancer(database: &str, ledger: &BTreeMap<String, Told>, nodes: usize) -> Report {
    let pool = open(database).await;
    let mut report =
        Report { acknowledged: ledger.values().filter(|told| told.acknowledged).count(), ..Report::default() };
    if database.starts_with("sqlite:") {
        integrity(&pool, &mut report).await;
    }
    deliveries(&pool, ledger, nodes, &mut report).await;
    effects(&pool, ledger, &mut report).await;
    feeds(&pool, &mut report).await;
    balances(&pool, &mut report).await;
    pool.close().await;
    report
}

/// Whether `SQLite` finds nothing wrong in it.
pub async fn is_whole(database: &str) -> bool {
    let pool = open(database).await;
    let mut report = Report::default();
    integrity(&pool, &mut report).await;
    pool.close().await;
    report.faults.is_empty()
}

/// The ring has to open every data key, whatever it is under.
pub async fn keys(database: &str, ring: &Path) -> Vec<String> {
    let store = Store::open(&Secret::new(database.to_owned())).await.expect("the database opens");
    let ring = KeyRing::read(ring).expect("the key ring");
    let vault = match Vault::open(ring, store.clone(), Arc::new(SystemClock), "").await {
        Ok(vault) => vault,
        Err(error) => return vec![format!("LOST: the ring does not fit any more: {error}")],
    };
    let pool = open(database).await;
    let owners = rows(&pool, "SELECT owner FROM data_keys").await;
    pool.close().await;
    let mut faults = Vec::new();
    for owner in owners.iter().map(|row| row.get::<String, _>("owner")) {
        if let Err(error) = vault.key(&owner).await {
            faults.push(format!("LOST: the data key of {owner}: {error}"));
        }
    }
    store.close().await;
    faults
}

async fn open(database: &str) -> AnyPool {
    sqlx::any::install_default_drivers();
    AnyPoolOptions::new().max_connections(1).connect(database).await.expect("the database opens")
}

async fn rows(pool: &AnyPool, query: &'static str) -> Vec<AnyRow> {
    sqlx::query(query).fetch_all(pool).await.unwrap_or_else(|error| panic!("{query}: {error}"))
}

async fn number(pool: &AnyPool, query: &'static str) -> i64 {
    rows(pool, query).await[0].get(0)
}

async fn integrity(pool: &AnyPool, report: &mut Report) {
    for row in rows(pool, "PRAGMA integrity_check").await {
        let words: String = row.get(0);
        if words != "ok" {
            report.fault(|| format!("integrity_check: {words}"));
        }
    }
    let broken = rows(pool, "PRAGMA foreign_key_check").await.len();
    if broken > 0 {
        report.fault(|| format!("{broken} foreign keys lead nowhere"));
    }
}

/// Acknowledged is stored; the first of a reference is accepted, each other one is its duplicate.
async fn deliveries(pool: &AnyPool, ledger: &BTreeMap<String, Told>, nodes: usize, report: &mut Report) {
    let mut stored: BTreeMap<String, Vec<(i64, String, String)>> = BTreeMap::new();
    for row in rows(pool, "SELECT id, reference, verdict, state FROM deliveries ORDER BY id").await {
        stored.entry(row.get(1)).or_default().push((row.get(0), row.get(2), row.get(3)));
    }
    let holders: BTreeMap<String, i64> = rows(pool, "SELECT reference, delivery_id FROM delivery_effects")
        .await
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    report.stored = stored.len();
    for (reference, told) in ledger {
        let Some(mut arrivals) = stored.remove(reference) else {
            if told.acknowledged {
                report.fault(|| format!("LOST: {reference} was acknowledged and is not stored"));
            }
            continue;
        };
        if nodes > 1 {
            arrivals.sort_by_key(|(_, verdict, _)| verdict != "accepted");
        }
        let (first, repeated) = arrivals.split_first().expect("at least one");
        report.repeated += repeated.len();
        let state = if told.card == NOBODYS_CARD { "parked" } else { "done" };
        if (first.1.as_str(), first.2.as_str()) != ("accepted", state) {
            report.fault(|| format!("{reference} is {} and {}, not accepted and {state}", first.1, first.2));
        }
        if repeated.iter().any(|(_, verdict, state)| (verdict.as_str(), state.as_str()) != ("duplicate", "done")) {
            report.fault(|| format!("a repetition of {reference} is no duplicate: {repeated:?}"));
        }
        if repeated.len() >= told.tries as usize * nodes {
            report.fault(|| format!("{reference} is stored more often than it was sent"));
        }
        if holders.get(reference) != Some(&first.0) {
            report.fault(|| format!("the effect of {reference} is not its first arrival's"));
        }
    }
    for reference in stored.keys() {
        report.fault(|| format!("{reference} is stored and was never sent"));
    }
}

/// An effect for each stored notification, one, as it was told; and no other.
async fn effects(pool: &AnyPool, ledger: &BTreeMap<String, Told>, report: &mut Report) {
    let mut entered: BTreeMap<String, Vec<(String, i64, Option<i64>)>> = BTreeMap::new();
    for row in rows(pool, "SELECT txid, card_ref, amount_minor, balance_after_minor FROM payments").await {
        let txid: String = row.get(0);
        if Notifications::is_ours(&txid) {
            entered.entry(txid).or_default().push((row.get(1), row.get(2), row.get(3)));
        }
    }
    let stored: BTreeSet<String> =
        rows(pool, "SELECT reference FROM deliveries").await.iter().map(|row| row.get(0)).collect();
    report.effects = entered.len();
    for (reference, told) in ledger {
        let payments = entered.remove(&told.txid).unwrap_or_default();
        let expected = usize::from(stored.contains(reference) && told.card != NOBODYS_CARD);
        if payments.len() != expected {
            report.fault(|| format!("{reference} has {} effects instead of {expected}", payments.len()));
        }
        for payment in payments {
            if payment != (told.card.clone(), -told.amount_minor, Some(told.balance_minor)) {
                report.fault(|| format!("{reference} was told as {told:?} and entered as {payment:?}"));
            }
        }
    }
    for txid in entered.keys() {
        report.fault(|| format!("payment {txid} comes from nowhere"));
    }
}

/// Each feed counts from 1 to its last number without a gap, and tells each payment of ours once. A page of history has a
/// number of its own, which its payments carry.
async fn feeds(pool: &AnyPool, report: &mut Report) {
    let count = "SELECT COUNT(*) FROM feeds
                 WHERE last_seq <> (
                    SELECT COUNT(*) FROM (
                        SELECT seq FROM live_events WHERE live_events.user_id = feeds.user_id
                        UNION
                        SELECT seq FROM payments WHERE payments.user_id = feeds.user_id) numbers
                    WHERE seq BETWEEN 1 AND last_seq)";
    let with_gaps = number(pool, count).await;
    if with_gaps > 0 {
        report.fault(|| format!("{with_gaps} feeds have a gap"));
    }
    // More than once where one before it seemed to be missing, which is marked and unmarked.
    let told = "SELECT payments.txid, payments.seq, told.last
                FROM payments
                LEFT JOIN (
                    SELECT subject, MAX(seq) AS last FROM live_events WHERE kind = 'transaction' GROUP BY subject) told
                ON told.subject = CAST(payments.id AS TEXT)";
    for row in rows(pool, told).await {
        let (txid, seq, last): (String, i64, Option<i64>) = (row.get(0), row.get(1), row.get(2));
        if Notifications::is_ours(&txid) && last != Some(seq) {
            report.fault(|| format!("payment {txid} changed at {seq}, and the feed tells it at {last:?}"));
        }
    }
}

/// The balance of a card is what its newest payment left.
async fn balances(pool: &AnyPool, report: &mut Report) {
    let mut newest: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in rows(pool, "SELECT card_ref, booked_at, balance_after_minor, txid FROM payments").await {
        let Some(balance) = row.get::<Option<i64>, _>(2).filter(|_| Notifications::is_ours(row.get(3))) else {
            continue;
        };
        let entry = newest.entry(row.get(0)).or_default();
        *entry = (*entry).max((row.get(1), balance));
    }
    for row in rows(pool, "SELECT card_ref, balance_minor FROM cards").await {
        let (card, balance): (String, Option<i64>) = (row.get(0), row.get(1));
        if let Some((_, expected)) = newest.get(&card)
            && balance != Some(*expected)
        {
            report.fault(|| format!("card {card} shows {balance:?} instead of {expected}"));
        }
    }
}
