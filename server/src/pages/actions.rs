//! What operators do, by forms.

use crate::access::{Action, authorize};
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::services::Services;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::post;

pub fn router() -> Router<Services> {
    Router::new().route("/operator/alarms/{id}/end", post(end_alarm))
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
