//! The way in: `POST /webhooks/anytime/{secret}`.

use super::decode;
use super::event::{self, Envelope, Event};
use super::verify::{self, Evidence, Judgement, Unreadable};
use crate::clock::{Moment, SharedClock};
use crate::faults;
use crate::inbox::{self, Arrival, Inbox, InboxError};
use crate::peer;
use crate::secret::Secret;
use app::backend::Verdict;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bytes::Bytes;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq as _;

/// Largest body, in bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// Characters kept of an event's name.
const LONGEST_NAME: usize = 64;
/// Characters kept of a content type. The worker reads the body by it, boundary and all, which may take 70 by itself.
const LONGEST_TYPE: usize = 256;
/// Time for a body to arrive.
const BODY_TIME: Duration = Duration::from_secs(10);

/// What the way in needs to know.
pub struct Receiver {
    /// One or two path secrets.
    pub secrets: Vec<Secret>,
    pub allowed: Vec<IpNet>,
    pub trusted_proxies: Vec<IpNet>,
    /// One or two partner references.
    pub references: Vec<Secret>,
    pub reference_is_public: bool,
    /// Our public origin: `https://partner.example`.
    pub origin: String,
    pub clock: SharedClock,
    pub inbox: Inbox,
}

/// The routes of the bank. Everything else below `/webhooks` answers as a wrong secret does.
pub fn router(receiver: Receiver) -> Router {
    Router::new()
        .route("/webhooks/anytime/{secret}", any(receive))
        .route("/webhooks/{*rest}", any(|| async { StatusCode::NOT_FOUND }))
        .with_state(Arc::new(receiver))
}

async fn receive(
    State(receiver): State<Arc<Receiver>>,
    Path(secret): Path<String>,
    ConnectInfo(socket): ConnectInfo<SocketAddr>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Response {
    if !receiver.knows(&secret) {
        return StatusCode::NOT_FOUND.into_response();
    }
    if method != Method::POST {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")]).into_response();
    }
    let body = match read_body(&headers, body).await {
        Ok(body) => body,
        Err(status) => return (status, [(header::CONNECTION, "close")]).into_response(),
    };
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let peer = peer::client(socket.ip(), &headers, &receiver.trusted_proxies);
    receiver.take(peer, content_type, body).await
}

impl Receiver {
    /// Compares with every secret, in constant time.
    fn knows(&self, given: &str) -> bool {
        self.secrets
            .iter()
            .fold(subtle::Choice::from(0), |known, secret| known | secret.expose().as_bytes().ct_eq(given.as_bytes()))
            .into()
    }

    /// Judges a body, stores it, and answers only once it is durable.
    async fn take(&self, peer: Option<IpAddr>, content_type: &str, body: Bytes) -> Response {
        let now = self.clock.now();
        let decoded = decode::decode(content_type, &body).await;
        let envelope = match &decoded {
            Ok(value) => Envelope::read(value).map_err(Unreadable::Envelope),
            Err(error) => Err(Unreadable::Decode(*error)),
        };
        let judgement = self.judge(peer, now, envelope.as_ref().map_err(|error| *error));
        let core = decoded.as_ref().map(event::core).unwrap_or_default();
        let arrival = arrival(now, peer, content_type, body, &judgement, envelope.ok().as_ref(), &core);
        tracing::info!(
            delivery.reference = arrival.reference,
            delivery.event = arrival.event_name,
            delivery.verdict = judgement.verdict.code(),
            delivery.reason = judgement.reason,
            "a notification arrived"
        );
        faults::point("webhook.judged");
        match self.inbox.store(arrival).await {
            Ok(()) => judgement.status.into_response(),
            Err(InboxError::Full | InboxError::Unavailable) => {
                (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")]).into_response()
            }
        }
    }

    fn judge(&self, peer: Option<IpAddr>, now: Moment, body: Result<&Envelope<'_>, Unreadable>) -> Judgement {
        verify::judge(&Evidence {
            peer: peer.unwrap_or(IpAddr::from([0, 0, 0, 0])),
            peer_allowed: peer.is_some_and(|peer| self.allowed.iter().any(|net| net.contains(&peer))),
            now,
            references: &self.references,
            reference_is_public: self.reference_is_public,
            our_origin: &self.origin,
            body,
        })
    }
}

/// The body, if it is neither too large, too slow nor compressed.
async fn read_body(headers: &HeaderMap, body: Body) -> Result<Bytes, StatusCode> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > LARGEST_BODY) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    match tokio::time::timeout(BODY_TIME, to_bytes(faults::at_each_piece("webhook.piece", body), LARGEST_BODY)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

fn arrival(
    now: Moment,
    peer: Option<IpAddr>,
    content_type: &str,
    body: Bytes,
    judgement: &Judgement,
    envelope: Option<&Envelope<'_>>,
    core: &str,
) -> Arrival {
    let card_ref = envelope.and_then(|envelope| match Event::read(envelope) {
        Ok(Event::CardTransaction { card_ref, .. }) => Some(card_ref),
        _ => None,
    });
    let shown = |text: &str, most| text.chars().filter(|c| !c.is_control()).take(most).collect::<String>();
    Arrival {
        received_at: now,
        reference: envelope.and_then(|envelope| envelope.reference.clone()).unwrap_or_default(),
        event_name: envelope.map(|envelope| shown(envelope.event_name, LONGEST_NAME)).unwrap_or_default(),
        verdict: judgement.verdict,
        reason: judgement.reason,
        pending: judgement.verdict == Verdict::Accepted,
        current_try: envelope.and_then(|envelope| envelope.current_try),
        max_tries: envelope.and_then(|envelope| envelope.max_tries),
        peer: peer.map_or_else(|| "unknown".to_owned(), |peer| peer.to_string()),
        content_type: shown(content_type, LONGEST_TYPE),
        trust: inbox::trust_text(&judgement.trust),
        core: core.to_owned(),
        card_ref,
        body,
    }
}
