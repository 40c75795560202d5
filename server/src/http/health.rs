//! For whoever watches over the server: `/healthz` says that it is alive, `/readyz` that it can acknowledge a notification.

use crate::services::Services;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::StatusCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

const PATIENCE: Duration = Duration::from_secs(1);
/// A proof is good for so long: asking costs a commit, and anybody may ask.
const GOOD_FOR: Duration = Duration::from_millis(250);

/// When the database was last seen to be writable. Who asks meanwhile waits for the same proof.
type LastProof = Arc<Mutex<Option<Instant>>>;

pub(super) fn router() -> Router<Services> {
    let last = LastProof::default();
    let ready = move |State(services): State<Services>| ready(services, last.clone());
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready))
}

async fn ready(services: Services, last: LastProof) -> (StatusCode, &'static str) {
    let proven = tokio::time::timeout(PATIENCE, can_write(&services, &last)).await.unwrap_or_else(|_| {
        tracing::warn!("the database did not answer within a second");
        false
    });
    if proven && !services.tasks.is_stopping() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    }
}

async fn can_write(services: &Services, last: &Mutex<Option<Instant>>) -> bool {
    let mut last = last.lock().await;
    if last.is_some_and(|proof| proof.elapsed() < GOOD_FOR) {
        return true;
    }
    let proof = services.store.ping_write().await;
    if let Err(error) = &proof {
        tracing::warn!(error = error as &dyn std::error::Error, "the database cannot be written to");
    }
    *last = proof.is_ok().then(Instant::now);
    proof.is_ok()
}
