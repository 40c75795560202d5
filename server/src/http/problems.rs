//! What errors look like. Whatever a route or a layer refuses with a bare status gets its page, or its JSON, here.

use super::access::{Speaks, speaks};
use super::pages::{self, PageRequest};
use crate::services::Services;
use app::page::ErrorKind;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};

pub(super) async fn dress(State(services): State<Services>, request: Request, next: Next) -> Response {
    let speaks = speaks(request.uri().path());
    let head = *request.method() == Method::HEAD;
    let (mut parts, body) = request.into_parts();
    let page = PageRequest::from_request_parts(&mut parts, &services).await.unwrap_or_else(|never| match never {});
    let response = next.run(Request::from_parts(parts, body)).await;
    if !is_bare(&response) || speaks == Speaks::Own {
        return response;
    }
    let status = response.status();
    let dressed = match (speaks, kind_of(status)) {
        (Speaks::Page, Some(kind)) if !head => pages::error(&services, page, kind).await,
        (Speaks::Json, _) => json(status),
        _ => return response,
    };
    with_headers_of(response, dressed, status)
}

/// An error that nobody has given a content for people or for programs.
fn is_bare(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).map_or("", |kind| kind.to_str().unwrap_or_default());
    let refused = response.status().is_client_error() || response.status().is_server_error();
    refused && (kind.is_empty() || kind.starts_with("text/plain"))
}

fn kind_of(status: StatusCode) -> Option<ErrorKind> {
    match status {
        StatusCode::NOT_FOUND => Some(ErrorKind::NotFound),
        StatusCode::FORBIDDEN => Some(ErrorKind::Forbidden),
        StatusCode::PAYLOAD_TOO_LARGE => Some(ErrorKind::TooLarge),
        StatusCode::TOO_MANY_REQUESTS => Some(ErrorKind::TooMany),
        _ if status.is_server_error() => Some(ErrorKind::Unavailable),
        _ => None,
    }
}

/// Problem details (RFC 9457) that say no more than the status.
fn json(status: StatusCode) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let body = serde_json::json!({ "type": "about:blank", "title": title, "status": status.as_u16() });
    let kind = HeaderValue::from_static("application/problem+json");
    ([(CONTENT_TYPE, kind)], body.to_string()).into_response()
}

/// Keeps what the refusal said, such as `Allow`, `Retry-After` or `Connection`.
fn with_headers_of(bare: Response, mut dressed: Response, status: StatusCode) -> Response {
    *dressed.status_mut() = status;
    for (name, value) in bare.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            dressed.headers_mut().append(name, value.clone());
        }
    }
    dressed
}
