//! The server seen from outside: `/metrics`, on a listener of its own, so that it is never where browsers are.

use crate::metrics;
use crate::store::{Store, StoreError};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Rows are counted up to here; more say the same.
const MOST_COUNTED: i64 = 100_000;
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Where Prometheus asks.
pub struct Monitoring {
    pub store: Store,
    pub listener: TcpListener,
}

impl Monitoring {
    pub async fn bind(store: Store, address: SocketAddr) -> std::io::Result<Self> {
        Ok(Self { store, listener: TcpListener::bind(address).await? })
    }

    /// Serves until the shutdown.
    pub async fn run(self, shutdown: CancellationToken) {
        let router = Router::new().route("/metrics", get(show)).with_state(self.store);
        let served = axum::serve(self.listener, router).with_graceful_shutdown(shutdown.cancelled_owned()).await;
        if let Err(error) = served {
            tracing::warn!(%error, "the listener for metrics has ended");
        }
    }
}

async fn show(State(store): State<Store>) -> Response {
    match counted(&store).await {
        Ok(counted) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], metrics::text(&counted)).into_response(),
        Err(error) => {
            tracing::warn!(%error, "rows could not be counted for metrics");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

async fn counted(store: &Store) -> Result<Vec<(&'static str, &'static str, i64)>, StoreError> {
    let alarms = i64::try_from(store.open_alarms(MOST_COUNTED).await?.len()).unwrap_or(i64::MAX);
    let (mails_waiting, mails_given_up) = store.count_mails(MOST_COUNTED).await?;
    let mut counted = vec![
        ("deliveries_due", "Stored notifications that something is left to be done with", {
            store.count_due(MOST_COUNTED).await?
        }),
        ("deliveries_paused", "1 while an operator has paused what is done with stored notifications", {
            i64::from(store.effects_paused().await?.is_some())
        }),
        ("missing_payments", "Places where a payment seems to be missing", store.count_missing(MOST_COUNTED).await?),
        ("alarms_open", "Alarms that are open", alarms),
        ("mails_waiting", "Mails that wait to be sent", mails_waiting),
        ("mails_given_up", "Mails of the last month that could not be sent", mails_given_up),
    ];
    counted.extend(process());
    Ok(counted)
}

/// What the system says of this process; nothing where it says nothing.
fn process() -> Vec<(&'static str, &'static str, i64)> {
    let mut own = Vec::new();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    if let Some(kilobytes) = resident.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<i64>().ok()) {
        own.push(("resident_memory_bytes", "Memory that the process holds", kilobytes * 1_024));
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        own.push(("open_files", "Files and connections that are open", i64::try_from(files.count()).unwrap_or(0)));
    }
    own
}
