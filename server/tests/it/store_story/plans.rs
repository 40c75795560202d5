//! How `SQLite` runs the statements of the story.

use sqlx::Row as _;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// Every text that was run.
pub(super) type Statements = Arc<Mutex<BTreeSet<String>>>;

/// Tables that grow with every user or payment, and their names in statements.
const LARGE: [&str; 35] = [
    "deliveries",
    "payments",
    "own_words",
    "known",
    "links",
    "newest",
    "candidate",
    "sessions",
    "live_events",
    "mails",
    "looks",
    "link_events",
    "funnel_days",
    "events_out",
    "event_sends",
    "password_resets",
    "half_sign_ins",
    "passkeys",
    "used_challenges",
    "recovery_codes",
    "erased_cards",
    "cards",
    "twin",
    "alerts",
    "alert_rules",
    "alert_mails",
    "push_devices",
    "known_merchants",
    "replays",
    "replay_items",
    "acts",
    "relinks",
    "support_consents",
    "support_views",
    "accounts",
];

/// Indexes that hold only rows with something left to do.
const SMALL_INDEXES: [&str; 13] = [
    "deliveries_due",
    "events_out_unnamed",
    "event_sends_unsent",
    "deliveries_parked",
    "deliveries_refused",
    "payments_missing",
    "mails_due",
    "mails_given_up",
    "erasures_under_way",
    "alert_mails_due",
    "push_devices_due",
    "replays_due",
    "replays_proposed",
];

struct Collector(Statements);

impl<S: tracing::Subscriber> Layer<S> for Collector {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            event.record(&mut Texts(&self.0));
        }
    }
}

struct Texts<'s>(&'s Statements);

impl Visit for Texts<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        // A statement of few words is its own summary.
        if field.name() == "db.statement" || (field.name() == "summary" && !value.ends_with('…')) {
            self.0.lock().unwrap().insert(value.trim().to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

/// Collects the statements of this process from now on.
pub(super) fn listen() -> Statements {
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(Collector(Arc::clone(&statements)));
    tracing::subscriber::set_global_default(subscriber).unwrap();
    statements
}

pub(super) async fn no_table_is_read_from_end_to_end(file: &Path, statements: &Statements) {
    let statements: Vec<String> = statements.lock().unwrap().iter().filter(|text| is_ours(text)).cloned().collect();
    assert!(statements.len() > 100, "only {} statements were seen", statements.len());
    let pool = sqlx::AnyPool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let mut slow = Vec::new();
    for statement in statements {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
        for row in sqlx::raw_sql(explain).fetch_all(&pool).await.unwrap() {
            let step: String = row.try_get("detail").unwrap();
            if reads_all(&step) {
                slow.push(format!("{step}\n    in {statement}"));
            }
        }
    }
    pool.close().await;
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

fn is_ours(statement: &str) -> bool {
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].iter().any(|verb| statement.starts_with(verb))
        && !["_sqlx_migrations", "sqlite_master", "pg_"].iter().any(|system| statement.contains(system))
}

fn reads_all(step: &str) -> bool {
    let mut words = step.split_whitespace();
    words.next() == Some("SCAN")
        && words.next().is_some_and(|table| LARGE.contains(&table))
        && !SMALL_INDEXES.iter().any(|index| step.contains(index))
}
