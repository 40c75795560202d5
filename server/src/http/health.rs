//! For whoever watches over the server: `/healthz` says that it is alive, `/readyz` that it can acknowledge a notification.

use crate::services::Services;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::StatusCode;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn router() -> Router<Services> {
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready))
}

async fn ready(State(services): State<Services>) -> (StatusCode, &'static str) {
    let not_ready = (StatusCode::SERVICE_UNAVAILABLE, "not ready\n");
    match tokio::time::timeout(PATIENCE, services.store.ping_write()).await {
        _ if services.tasks.is_stopping() => not_ready,
        Ok(Ok(())) => (StatusCode::OK, "ready\n"),
        Ok(Err(error)) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "the database cannot be written to");
            not_ready
        }
        Err(_) => {
            tracing::warn!("the database did not answer within a second");
            not_ready
        }
    }
}
