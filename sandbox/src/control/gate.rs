//! Other sites in the same browser may not drive the bank.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::ControlError;
use crate::Bank;

/// Refuses what a page of another origin sent; scripts send no `Origin` and pass.
pub async fn own_origin_only(State(_): State<Arc<Bank>>, request: Request, next: Next) -> Response {
    if is_foreign(request.headers()) {
        return ControlError::ForeignOrigin.into_response();
    }
    next.run(request).await
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if text(header::HeaderName::from_static("sec-fetch-site")) == Some("cross-site") {
        return true;
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return false;
    };
    let host = text(header::HOST).unwrap_or_default();
    let own = [format!("http://{host}"), format!("https://{host}")];
    !origin.to_str().is_ok_and(|origin| own.iter().any(|own| own == origin))
}
