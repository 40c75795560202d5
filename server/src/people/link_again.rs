//! `POST /link-again/{token}`: somebody follows the link by which an operator asked her to link again.

use crate::http::error::HttpError;
use crate::http::pages::PageRequest;
use crate::services::Services;
use crate::sessions::fingerprint;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::post;

pub(super) fn router() -> Router<Services> {
    Router::new().route("/link-again/{token}", post(follow))
}

/// It is used up, and leads to the bank's button. To anybody else, and to who comes too late, its page says what is the matter.
async fn follow(State(services): State<Services>, Path(token): Path<String>, page: PageRequest) -> Response {
    let Some(viewer) = &page.viewer else { return Redirect::to(&page.path).into_response() };
    match services.store.use_relink(&fingerprint(&token), &viewer.user_id, services.clock.now()).await {
        Ok(true) => {
            tracing::info!(user.id = %viewer.user_id, "somebody follows a link for linking again");
            Redirect::to("/connect").into_response()
        }
        Ok(false) => Redirect::to(&page.path).into_response(),
        Err(error) => HttpError::from(error).into_response(),
    }
}
