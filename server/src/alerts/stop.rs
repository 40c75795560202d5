//! `POST /stop-mails/{token}`: the one click of RFC 8058, by a mail program or by the button of the page at the same address.

use crate::http::error::HttpError;
use crate::http::pages::{self, PageRequest};
use crate::services::Services;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;

pub(super) fn router() -> Router<Services> {
    Router::new().route("/stop-mails/{token}", post(stop))
}

/// What is posted does not matter. A rule that is gone sends no mails either.
async fn stop(State(services): State<Services>, Path(token): Path<String>, page: PageRequest) -> Response {
    let Some(stopping) = services.confidential.open_stopping(&token) else {
        return HttpError::NotFound.into_response();
    };
    for rule in &stopping.rules {
        if let Err(error) = services.store.stop_alert_mails(&stopping.user_id, rule).await {
            return HttpError::from(error).into_response();
        }
    }
    pages::done(&services, page).await
}
