//! Errors, as problem details (RFC 9457).

use crate::store::StoreError;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was not answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Problem {
    /// What kind it is, for programs: a name that does not change.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The same for people.
    title: &'static str,
    status: u16,
    /// What to do about this one.
    detail: String,
    #[serde(skip)]
    retry_after: Option<u32>,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { kind, title, status: status.as_u16(), detail: detail.into(), retry_after: None }
    }

    pub(super) fn no_key() -> Self {
        let detail = "Send `Authorization: Bearer KEY` with a key that `anytime-connect api-key add` has made.";
        Self::new(StatusCode::UNAUTHORIZED, "no-key", "There is no key that is good", detail)
    }

    pub(super) fn not_from_here() -> Self {
        let detail = "This key can be used from certain addresses only.";
        Self::new(StatusCode::FORBIDDEN, "address", "The key is not good at this address", detail)
    }

    pub(super) fn scope(missing: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "scope",
            "The key is not good for this",
            format!("It lacks the scope `{missing}`."),
        )
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", "Nothing has this address.")
    }

    pub(super) fn method() -> Self {
        let detail = "`openapi.json` lists the methods of each address.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method", "There is no such method here", detail)
    }

    pub(super) fn parameter(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "parameter", "A parameter cannot be read", detail)
    }

    pub(super) fn not_linked() -> Self {
        let detail = "A token can be had while the link's `status` is `linked`.";
        Self::new(StatusCode::CONFLICT, "not-linked", "The link has no token", detail)
    }

    pub(super) fn body(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "body", "The body cannot be read", detail)
    }

    pub(super) fn not_replayable() -> Self {
        let detail = "It is being processed already, or its body was removed when its time was over.";
        Self::new(StatusCode::CONFLICT, "not-replayable", "It cannot be processed again now", detail)
    }

    pub(super) fn too_many(seconds: u32) -> Self {
        let detail = format!("Come back in {seconds} s; `RateLimit` says how many requests are left.");
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many requests of this key", detail);
        Self { retry_after: Some(seconds), ..problem }
    }

    pub(super) fn unavailable() -> Self {
        let detail = "Nothing was lost; try again in a moment.";
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "It cannot be read now", detail);
        Self { retry_after: Some(1), ..problem }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "the API could not read the store");
        Self::unavailable()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // Texts and numbers always serialise.
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}
