//! Requests that change something come from our own pages, or not at all.
//!
//! The cookie is `SameSite=Lax` already; this also stops pages on neighbouring hosts and ports, and signing in or out
//! without a session.

use super::access::known_rule;
use super::error::HttpError;
use crate::services::Services;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::ORIGIN;
use http::{HeaderMap, Method};

pub(super) async fn check(State(services): State<Services>, request: Request, next: Next) -> Response {
    let spared = known_rule(request.uri().path()).is_some_and(|rule| !rule.checks_origin);
    if spared || is_safe(request.method()) || is_ours(request.headers(), &services.config.public_url.origin) {
        return next.run(request).await;
    }
    tracing::info!("a request of another site was refused");
    HttpError::Forbidden.into_response()
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
}

/// `Origin` has to be exactly ours. Where a browser leaves it out, `Sec-Fetch-Site` has to say so instead; and where it
/// sends both, neither may contradict.
fn is_ours(headers: &HeaderMap, our_origin: &str) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let site = headers.get("sec-fetch-site").map(http::HeaderValue::as_bytes);
    let site_agrees = site == Some(b"same-origin");
    match (origins.next(), origins.next()) {
        (Some(origin), None) => origin.as_bytes() == our_origin.as_bytes() && (site.is_none() || site_agrees),
        (None, _) => site_agrees,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(origin: Option<&str>, site: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        if let Some(site) = site {
            headers.insert("sec-fetch-site", site.parse().unwrap());
        }
        is_ours(&headers, "https://example.com")
    }

    #[test]
    fn au_24_another_origin_is_refused() {
        for bad in [
            "null",
            "https://evil-example.com",
            "https://example.com.evil.test",
            "https://example.com:8443",
            "http://example.com",
            "",
        ] {
            assert!(!ours(Some(bad), None), "{bad}");
        }
        assert!(!ours(None, None));
        assert!(ours(Some("https://example.com"), None));
    }

    #[test]
    fn au_25_what_the_browser_says_of_the_site_counts() {
        for bad in ["cross-site", "same-site", "none", ""] {
            assert!(!ours(None, Some(bad)), "{bad}");
            assert!(!ours(Some("https://example.com"), Some(bad)), "{bad}");
        }
        assert!(ours(None, Some("same-origin")));
        assert!(ours(Some("https://example.com"), Some("same-origin")));
        assert!(!ours(Some("https://evil.example"), Some("same-origin")));
    }
}
