//! Ending one's sessions elsewhere.

use super::answer::go_to;
use super::form::Form;
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::services::Services;
use axum::extract::State;
use axum::response::Response;

const PATH: &str = "/settings/sessions";

/// `POST /settings/sessions/end`. One that has ended meanwhile is as good.
pub(super) async fn end(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    form: Form,
) -> Result<Response, HttpError> {
    services.store.end_session_of(&session.viewer.user_id, form.get("session")).await?;
    Ok(go_to(PATH, []))
}

/// `POST /settings/sessions/end-others`
pub(super) async fn end_others(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
) -> Result<Response, HttpError> {
    services.store.end_other_sessions(&session.viewer.user_id, session.key.as_str()).await?;
    Ok(go_to(PATH, []))
}
