//! What operators do, by forms.

use crate::access::{Action, authorize};
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::services::Services;
use crate::store::StoreError;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::post;
use domain::ids::UserId;

pub fn router() -> Router<Services> {
    Router::new()
        .route("/operator/alarms/{id}/end", post(end_alarm))
        .route("/operator/deliveries/pause", post(pause))
        .route("/operator/deliveries/resume", post(resume))
}

/// Notifications are acknowledged as before, and wait for their effect. Pausing what is paused changes nothing.
async fn pause(State(services): State<Services>, SignedIn(session): SignedIn) -> Response {
    if authorize(&session.viewer, Action::PauseDeliveries).is_err() {
        return HttpError::NotFound.into_response();
    }
    let user = &session.viewer.user_id;
    let paused = services.store.pause_effects(user, services.clock.now()).await;
    switched(paused, user, "an operator has paused the processing of notifications")
}

/// The worker of each node finds what has waited within a second.
async fn resume(State(services): State<Services>, SignedIn(session): SignedIn) -> Response {
    if authorize(&session.viewer, Action::PauseDeliveries).is_err() {
        return HttpError::NotFound.into_response();
    }
    let resumed = services.store.resume_effects().await;
    switched(resumed, &session.viewer.user_id, "an operator has resumed the processing of notifications")
}

fn switched(outcome: Result<bool, StoreError>, user: &UserId, what: &'static str) -> Response {
    match outcome {
        Ok(changed) => {
            tracing::warn!(operator = %user, changed, "{what}");
            Redirect::to("/operator/deliveries").into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the processing of notifications could not be paused or resumed");
            HttpError::Unavailable.into_response()
        }
    }
}

/// An alarm was seen to. One that has ended meanwhile is as good.
async fn end_alarm(State(services): State<Services>, SignedIn(session): SignedIn, Path(id): Path<i64>) -> Response {
    if authorize(&session.viewer, Action::EndAlarm).is_err() {
        return HttpError::NotFound.into_response();
    }
    match services.store.end_alarm_by_id(id, services.clock.now()).await {
        Ok(ended) => {
            tracing::info!(alarm.id = id, operator = %session.viewer.user_id, ended, "an operator has seen to an alarm");
            Redirect::to("/operator/alarms").into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an alarm could not be ended");
            HttpError::Unavailable.into_response()
        }
    }
}
