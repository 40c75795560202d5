//! `POST /sign-out`: ends the session on the server, and lets the browser forget what it has kept of our pages.

use super::answer::go_to;
use crate::http::error::HttpError;
use crate::services::Services;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

pub(super) async fn sign_out(State(services): State<Services>, headers: HeaderMap) -> Result<Response, HttpError> {
    let cookie = services.sessions.end(&headers).await?;
    let mut response = go_to("/", [cookie]);
    response.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\""));
    Ok(response)
}
