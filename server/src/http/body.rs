//! Bodies are read whole before anything acts on them: so many bytes, in so much time, never compressed.

use crate::services::Services;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use std::time::Duration;

pub(super) async fn collect(State(services): State<Services>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let limits = &services.config.limits;
    match whole(request, limits.body_bytes, limits.body_time).await {
        Ok(request) => next.run(request).await,
        Err(status) => {
            // The rest of the body would be taken for the next request.
            let mut response = status.into_response();
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            response
        }
    }
}

async fn whole(request: Request, most: usize, time: Duration) -> Result<Request, StatusCode> {
    let (parts, body) = request.into_parts();
    refuse_by_headers(&parts.headers, most)?;
    let bytes = match tokio::time::timeout(time, Limited::new(body, most).collect()).await {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) => return Err(StatusCode::BAD_REQUEST),
        Err(_) => return Err(StatusCode::REQUEST_TIMEOUT),
    };
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

fn refuse_by_headers(headers: &HeaderMap, most: usize) -> Result<(), StatusCode> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > u64::try_from(most).unwrap_or(u64::MAX)) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let plain = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity") || value.is_empty();
    if headers.get_all(CONTENT_ENCODING).iter().all(plain) { Ok(()) } else { Err(StatusCode::UNSUPPORTED_MEDIA_TYPE) }
}
