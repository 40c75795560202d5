//! One line for each request, with an id that the answer carries too. Paths are logged as the route's pattern, for they can
//! hold secrets.

use crate::randomness;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use std::time::Instant;
use tracing::Instrument as _;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(super) async fn requests(request: Request, next: Next) -> Response {
    let id = hex::encode(randomness::bytes::<8>());
    let began = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", id);
    async move {
        let mut response = next.run(request).await;
        let status = response.status().as_u16();
        let ms = began.elapsed().as_millis();
        if status >= 500 {
            tracing::error!(%method, route, status, ms, "answered");
        } else {
            tracing::debug!(%method, route, status, ms, "answered");
        }
        if let Ok(id) = HeaderValue::try_from(id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
    .instrument(span)
    .await
}
