//! Headers that tell browsers to be careful, on every response.

use super::statics::SERVICE_WORKER;
use crate::randomness;
use crate::services::Services;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};

const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
const FRAME_OPTIONS: HeaderName = HeaderName::from_static("x-frame-options");

/// The page that runs the bank's script.
const CONNECT: &str = "/connect";
/// The page that installs the service worker.
const ALERTS: &str = "/settings/alerts";
/// The service worker has one picture to show.
const WORKER: HeaderValue =
    HeaderValue::from_static("default-src 'none'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'");
/// What is no page needs nothing.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'");

/// The nonce of one response: 128 random bits.
#[derive(Debug, Clone)]
pub(super) struct PageNonce(pub(super) String);

impl PageNonce {
    fn new() -> Self {
        Self(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(randomness::bytes::<16>()))
    }
}

pub(super) async fn secure(State(services): State<Services>, mut request: Request, next: Next) -> Response {
    let nonce = PageNonce::new();
    let path = request.uri().path();
    let (connects, installs, is_worker) = (path == CONNECT, path == ALERTS, path == SERVICE_WORKER);
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let bank = connects.then_some(services.config.bank.connect_url.as_str());
    let headers = response.headers_mut();
    let is_page = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let policy = match (is_page, is_worker) {
        (true, _) => policy(&nonce.0, bank, installs),
        (false, true) => WORKER,
        (false, false) => NOTHING,
    };
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    // The bank's popup talks to the page that opened it.
    let opener = if connects { "same-origin-allow-popups" } else { "same-origin" };
    headers.insert(OPENER, HeaderValue::from_static(opener));
    always(headers, services.config.public_url.https);
    response
}

fn always(headers: &mut HeaderMap, https: bool) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Other sites learn nothing; our own forms keep their Origin.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(RESOURCE, HeaderValue::from_static("same-origin"));
    headers.insert(FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(
        PERMISSIONS,
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"),
    );
    if https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    // Whatever does not say how long it may be kept is somebody's own.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// Scripts run by nonce, and load what they need themselves; nothing else is allowed that a page does not use. The page
/// with the bank's button also speaks with the bank, and the one of the alerts installs what shows them.
fn policy(nonce: &str, bank: Option<&str>, installs: bool) -> HeaderValue {
    let bank = bank.unwrap_or_default();
    let also = if bank.is_empty() { "" } else { " " };
    let frames = if bank.is_empty() { String::new() } else { format!("frame-src {bank}; ") };
    let workers = if installs { "worker-src 'self'; " } else { "" };
    let text = format!(
        "default-src 'none'; \
         script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; \
         img-src 'self'{also}{bank}; \
         font-src 'self'; \
         connect-src 'self'{also}{bank}; \
         {frames}{workers}manifest-src 'self'; \
         form-action 'self'; \
         base-uri 'none'; \
         object-src 'none'; \
         frame-ancestors 'none'"
    );
    HeaderValue::try_from(text).unwrap_or(NOTHING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_with_the_button_speaks_with_the_bank() {
        let text = |bank| policy("N", bank, false).to_str().unwrap().to_owned();
        assert_eq!(
            text(None),
            "default-src 'none'; script-src 'nonce-N' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' 'nonce-N'; \
             img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
             object-src 'none'; frame-ancestors 'none'"
        );
        let with_bank = text(Some("https://bank.example"));
        for part in [
            "img-src 'self' https://bank.example;",
            "connect-src 'self' https://bank.example;",
            "frame-src https://bank.example;",
        ] {
            assert!(with_bank.contains(part), "{part}");
        }
        assert!(!with_bank.contains("style-src 'self' 'nonce-N' https"));
        assert!(!text(None).contains("worker-src"));
        assert!(policy("N", None, true).to_str().unwrap().contains("; worker-src 'self'; manifest-src"));
    }

    #[test]
    fn xs_24_a_nonce_has_128_bits_and_never_comes_again() {
        let mut seen = std::collections::HashSet::new();
        for _ in 0..10_000 {
            let nonce = PageNonce::new().0;
            assert_eq!(nonce.len(), 22);
            assert!(seen.insert(nonce));
        }
    }
}
