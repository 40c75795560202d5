//! Files for browsers, precompressed by cargo-leptos.

use super::error::HttpError;
use crate::config::Site;
use crate::services::Services;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderValue, Method, StatusCode};
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// What shows push messages. It stands at the root, for what it may do goes by where it stands.
pub(super) const SERVICE_WORKER: &str = "/service-worker.js";

/// What no route has: a file of the site, or nothing.
pub(super) async fn file(State(services): State<Services>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return HttpError::NotFound.into_response();
    }
    let site = &services.config.site;
    let caching = caching(site, request.uri().path());
    let files =
        ServeDir::new(&site.root).append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
    let mut response = match files.oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    match response.status() {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED => {
            response.headers_mut().insert(CACHE_CONTROL, caching);
            response
        }
        StatusCode::RANGE_NOT_SATISFIABLE => response,
        _ => HttpError::NotFound.into_response(),
    }
}

/// Names with a hash never get another content. Snippets have no hash, and neither has anything while developing.
fn caching(site: &Site, path: &str) -> HeaderValue {
    let built = path.strip_prefix('/').and_then(|path| path.strip_prefix(site.pkg_dir.as_str()));
    // Browsers look for a new one by themselves, and must not find an old copy.
    if path == SERVICE_WORKER {
        return ASK_AGAIN;
    }
    match built.and_then(|path| path.strip_prefix('/')) {
        Some(name) if site.hash_files && !name.starts_with("snippets/") => FOR_EVER,
        Some(_) => ASK_AGAIN,
        None => FOR_AN_HOUR,
    }
}
