//! What the server counts and times, for Prometheus. One set for the process; counting never waits.

use crate::anytime::BankError;
use crate::vitals;
use app::backend::Verdict;
use axum::http::StatusCode;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Seconds, from a tenth of a millisecond to a quarter of an hour.
const SECONDS: [f64; 14] = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0, 60.0, 900.0];
/// Rows of a group.
const ROWS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ArrivalLabels {
    verdict: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct NodeLabels {
    node: String,
    version: &'static str,
}

struct Metrics {
    registry: Registry,
    node: Family<NodeLabels, Gauge>,
    deliveries: Family<ArrivalLabels, Counter>,
    waiting: Gauge,
    commit_seconds: Histogram,
    commit_rows: Histogram,
    processed: Counter,
    effect_lag: Histogram,
    streams: Gauge,
    bank_calls: Family<OutcomeLabel, Counter>,
    bank_seconds: Histogram,
    bank_reachable: Gauge,
    gaps: Family<OutcomeLabel, Counter>,
    mails: Family<OutcomeLabel, Counter>,
    passkeys: Family<OutcomeLabel, Counter>,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

impl Metrics {
    fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("anytime"),
            node: Family::default(),
            deliveries: Family::default(),
            waiting: Gauge::default(),
            commit_seconds: Histogram::new(SECONDS),
            commit_rows: Histogram::new(ROWS),
            processed: Counter::default(),
            effect_lag: Histogram::new(SECONDS),
            streams: Gauge::default(),
            bank_calls: Family::default(),
            bank_seconds: Histogram::new(SECONDS),
            bank_reachable: Gauge::default(),
            gaps: Family::default(),
            mails: Family::default(),
            passkeys: Family::default(),
        };
        metrics.bank_reachable.set(1);
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("node_info", "Which node this is, and its version", self.node.clone());
        registry.register("deliveries", "Notifications that arrived, by verdict and answer", self.deliveries.clone());
        registry.register("inbox_waiting", "Notifications that wait to be stored", self.waiting.clone());
        registry.register("commit_seconds", "Time to store a group durably", self.commit_seconds.clone());
        registry.register("commit_rows", "Notifications stored as one group", self.commit_rows.clone());
        registry.register("processed", "Stored notifications that were processed", self.processed.clone());
        registry.register(
            "effect_lag_seconds",
            "From the arrival of a notification to its effect, the oldest of each batch",
            self.effect_lag.clone(),
        );
        registry.register("live_streams", "Browsers that follow their payments live", self.streams.clone());
        registry.register("bank_calls", "Calls of the bank's API, by outcome", self.bank_calls.clone());
        registry.register("bank_call_seconds", "Time that the bank took to answer", self.bank_seconds.clone());
        registry.register("bank_reachable", "1 while the bank's API may be called", self.bank_reachable.clone());
        registry.register("gaps", "Missing payments that were found and closed", self.gaps.clone());
        registry.register("mails", "Tries to send a mail, by outcome", self.mails.clone());
        registry.register("passkeys", "Tries to sign in by a passkey, by outcome", self.passkeys.clone());
    }
}

/// Which node this is.
pub fn node(name: &str) {
    let labels = NodeLabels { node: name.to_owned(), version: env!("CARGO_PKG_VERSION") };
    METRICS.node.get_or_create(&labels).set(1);
}

/// A notification was judged.
pub fn arrived(verdict: Verdict, status: StatusCode) {
    vitals::arrived(verdict);
    let labels = ArrivalLabels { verdict: verdict.code(), status: status.as_u16() };
    METRICS.deliveries.get_or_create(&labels).inc();
}

/// A notification waits to be stored, until the value is dropped.
pub fn waits() -> Waiting {
    METRICS.waiting.inc();
    Waiting
}

/// How many notifications wait to be stored.
pub fn waiting() -> i64 {
    METRICS.waiting.get()
}

pub struct Waiting;

impl Drop for Waiting {
    fn drop(&mut self) {
        METRICS.waiting.dec();
    }
}

/// A group was stored, or could not be.
pub fn committed(began: Instant, rows: usize) {
    let took = began.elapsed();
    vitals::committed(took);
    METRICS.commit_seconds.observe(took.as_secs_f64());
    METRICS.commit_rows.observe(f64::from(u32::try_from(rows).unwrap_or(u32::MAX)));
}

/// A batch was processed; the oldest of it arrived so long ago.
pub fn processed(count: usize, lag: Option<Duration>) {
    METRICS.processed.inc_by(count as u64);
    if let Some(lag) = lag {
        vitals::processed(lag);
        METRICS.effect_lag.observe(lag.as_secs_f64());
    }
}

/// A browser follows its payments, until the value is dropped.
pub fn follows() -> Following {
    METRICS.streams.inc();
    Following
}

pub struct Following;

impl Drop for Following {
    fn drop(&mut self) {
        METRICS.streams.dec();
    }
}

/// The bank was called.
pub fn bank_called(began: Instant, error: Option<&BankError>) {
    let outcome = error.map_or("answered", BankError::code);
    METRICS.bank_calls.get_or_create(&OutcomeLabel { outcome }).inc();
    METRICS.bank_seconds.observe(began.elapsed().as_secs_f64());
}

pub fn bank_reachable(reachable: bool) {
    METRICS.bank_reachable.set(i64::from(reachable));
}

pub fn gaps(found: usize, closed: usize) {
    METRICS.gaps.get_or_create(&OutcomeLabel { outcome: "found" }).inc_by(found as u64);
    METRICS.gaps.get_or_create(&OutcomeLabel { outcome: "closed" }).inc_by(closed as u64);
}

/// A mail was sent, put off or given up.
pub fn mail(outcome: &'static str) {
    METRICS.mails.get_or_create(&OutcomeLabel { outcome }).inc();
}

/// Somebody has tried to sign in by a passkey.
pub fn passkey(outcome: &'static str) {
    METRICS.passkeys.get_or_create(&OutcomeLabel { outcome }).inc();
}

/// All of it in Prometheus's text format, ending in `# EOF`, with what was counted elsewhere at this moment before that.
pub fn text(counted: &[(&'static str, &'static str, i64)]) -> String {
    let mut own = Registry::with_prefix("anytime");
    for (name, help, value) in counted {
        let gauge = Gauge::<i64>::default();
        gauge.set(*value);
        own.register(*name, *help, gauge);
    }
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = text::encode_registry(&mut out, &METRICS.registry);
    let _ = text::encode_registry(&mut out, &own);
    let _ = text::encode_eof(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_told_with_its_unit_and_its_meaning() {
        arrived(Verdict::Accepted, StatusCode::OK);
        committed(Instant::now(), 3);
        node("web-1");
        let text = text(&[("alarms_open", "Alarms that are open", 2)]);
        for line in [
            "# TYPE anytime_deliveries counter",
            r#"anytime_deliveries_total{verdict="accepted",status="200"}"#,
            "anytime_commit_seconds_bucket",
            "anytime_alarms_open 2",
            concat!("anytime_node_info{node=\"web-1\",version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
        ] {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
