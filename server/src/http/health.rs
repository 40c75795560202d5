//! For whoever watches over the server: `/healthz` says that it is alive, `/readyz` that it can acknowledge a notification.

use crate::services::Services;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::StatusCode;

pub(super) fn router() -> Router<Services> {
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready))
}

async fn ready(State(services): State<Services>) -> (StatusCode, &'static str) {
    let ready = services.readiness.ask(&services.store, services.clock.now()).await;
    if services.leaving.is_cancelled() {
        (StatusCode::SERVICE_UNAVAILABLE, "leaving\n")
    } else if ready.is_so && !services.tasks.is_stopping() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    }
}
