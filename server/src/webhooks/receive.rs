//! The way in: `POST /webhooks/anytime/{secret}`.

use super::decode;
use super::reuse::ReuseWatch;
use super::understood::Understood;
use super::verify::{self, Evidence, Judgement};
use crate::alarms::{Alarms, Kind};
use crate::clock::{Moment, SharedClock};
use crate::faults;
use crate::inbox::{self, Arrival, Inbox, InboxError};
use crate::metrics;
use crate::peer;
use crate::secret::Secret;
use app::backend::{Signal, Verdict};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bytes::Bytes;
use http_body_util::LengthLimitError;
use ipnet::IpNet;
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use subtle::ConstantTimeEq as _;

/// Largest body, in bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// Characters kept of an event's name.
const LONGEST_NAME: usize = 64;
/// Characters kept of a content type. The worker reads the body by it, boundary and all, which may take 70 by itself.
const LONGEST_TYPE: usize = 256;
/// Refused notifications that are kept, a minute, and how much of each.
const MOST_REFUSED: u32 = 2_000;
const LARGEST_REFUSED: usize = 16 * 1024;

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
    pub alarms: Alarms,
    pub floods: Floods,
    /// Time for a body to arrive.
    pub body_time: Duration,
}

/// What keeps floods out of the store.
#[derive(Default)]
pub struct Floods {
    reuse: ReuseWatch,
    refused: Allowance,
}

/// So many a minute of something, and no more.
#[derive(Default)]
struct Allowance(Mutex<(i64, u32)>);

impl Allowance {
    /// Whether one more is allowed.
    fn take(&self, now: Moment) -> bool {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now.0 / 60_000_000;
        if taken.0 != minute {
            *taken = (minute, 0);
        }
        taken.1 = taken.1.saturating_add(1);
        taken.1 <= MOST_REFUSED
    }
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
    let Some(secret) = receiver.known_secret(&secret) else { return StatusCode::NOT_FOUND.into_response() };
    if method != Method::POST {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")]).into_response();
    }
    let body = match read_body(&headers, body, receiver.body_time).await {
        Ok(body) => body,
        Err(status) => return (status, [(header::CONNECTION, "close")]).into_response(),
    };
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let peer = peer::client(socket.ip(), &headers, &receiver.trusted_proxies);
    receiver.take(secret, peer, content_type, body).await
}

impl Receiver {
    /// The secret that was given, if it is one of ours. Compares with every one, in constant time.
    fn known_secret(&self, given: &str) -> Option<&Secret> {
        let mut known = None;
        for secret in &self.secrets {
            if bool::from(secret.expose().as_bytes().ct_eq(given.as_bytes())) {
                known = Some(secret);
            }
        }
        known
    }

    /// Judges a body, stores it, and answers only once it is durable.
    async fn take(&self, secret: &Secret, peer: Option<IpAddr>, content_type: &str, body: Bytes) -> Response {
        let now = self.clock.now();
        let decoded = decode::decode(content_type, &body).await;
        let understood = Understood::of(&decoded);
        let mut judgement = verify::judge(&Evidence {
            peer,
            peer_allowed: peer.is_some_and(|peer| self.allowed.iter().any(|net| net.contains(&peer))),
            now,
            references: &self.references,
            reference_is_public: self.reference_is_public,
            our_origin: &self.origin,
            path_secret: secret.expose(),
            guessed_type: decode::is_guessed(content_type),
            body: understood.message(),
        });
        if judgement.status.is_success() && self.is_flood(&understood, now) {
            self.alarms.raise(Kind::ReusedHash, "", "many-references");
            return (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "60")]).into_response();
        }
        let arrival = arrival(now, peer, content_type, body, &mut judgement, understood);
        self.store(arrival, &judgement).await
    }

    async fn store(&self, arrival: Arrival, judgement: &Judgement) -> Response {
        metrics::arrived(judgement.verdict, judgement.status);
        tracing::debug!(
            delivery.reference = arrival.reference,
            delivery.event = arrival.event_name,
            delivery.verdict = judgement.verdict.code(),
            delivery.reason = judgement.reason,
            "a notification arrived"
        );
        self.watch(&arrival);
        if !judgement.status.is_success() && !self.floods.refused.take(arrival.received_at) {
            // Whoever is not the bank must not fill the disk. The alarm says that not everything is kept.
            self.alarms.raise(Kind::Flood, "", "refused");
            return judgement.status.into_response();
        }
        faults::point("webhook.judged");
        match self.inbox.store(arrival).await {
            Ok(()) => judgement.status.into_response(),
            Err(InboxError::Full | InboxError::Unavailable) => {
                (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")]).into_response()
            }
        }
    }

    fn is_flood(&self, understood: &Understood<'_>, now: Moment) -> bool {
        let Ok(envelope) = &understood.envelope else { return false };
        let (Some(hash), Some(reference)) = (envelope.hash, &envelope.reference) else { return false };
        self.floods.reuse.is_flood(hash, reference, now)
    }

    /// Raises what an operator has to know about an arrival by itself.
    fn watch(&self, arrival: &Arrival) {
        if arrival.reason == "foreign-address" {
            self.alarms.raise(Kind::ForeignAddress, arrival.peer.clone(), "with-the-right-path");
        }
        let last = arrival.current_try.is_some() && arrival.current_try == arrival.max_tries;
        if last && arrival.max_tries.is_some_and(|most| most > 1) {
            self.alarms.raise(Kind::LastTry, arrival.reference.clone(), format!("answered:{}", arrival.answered));
        }
    }
}

/// The body, if it is neither too large, too slow, broken nor compressed.
async fn read_body(headers: &HeaderMap, body: Body, time: Duration) -> Result<Bytes, StatusCode> {
    if headers.get_all(header::CONTENT_ENCODING).iter().any(|encoding| encoding != "identity") {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > LARGEST_BODY) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    match tokio::time::timeout(time, to_bytes(faults::at_each_piece("webhook.piece", body), LARGEST_BODY)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if error.source().is_some_and(<dyn Error>::is::<LengthLimitError>) => {
            Err(StatusCode::PAYLOAD_TOO_LARGE)
        }
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

fn arrival(
    now: Moment,
    peer: Option<IpAddr>,
    content_type: &str,
    mut body: Bytes,
    judgement: &mut Judgement,
    understood: Understood<'_>,
) -> Arrival {
    let (card_ref, txid) = understood.payment().map(|(card_ref, txid)| (card_ref.clone(), txid.clone())).unzip();
    let envelope = understood.envelope.as_ref().ok();
    let shown = |text: &str, most| text.chars().filter(|c| !c.is_control()).take(most).collect::<String>();
    let mut trust = std::mem::take(&mut judgement.trust);
    if !judgement.status.is_success() && body.len() > LARGEST_REFUSED {
        body.truncate(LARGEST_REFUSED);
        trust.push(Signal { name: "body".into(), good: None, detail: "cut".into() });
    }
    Arrival {
        received_at: now,
        reference: envelope.and_then(|envelope| envelope.reference.clone()).unwrap_or_default(),
        event_name: envelope.map(|envelope| shown(envelope.event_name, LONGEST_NAME)).unwrap_or_default(),
        verdict: judgement.verdict,
        reason: judgement.reason,
        pending: judgement.verdict == Verdict::Accepted,
        ask_at: (judgement.verdict == Verdict::Held).then_some(now),
        answered: judgement.status.as_u16(),
        current_try: envelope.and_then(|envelope| envelope.current_try),
        max_tries: envelope.and_then(|envelope| envelope.max_tries),
        peer: peer.map_or_else(|| "unknown".to_owned(), |peer| peer.to_string()),
        content_type: shown(content_type, LONGEST_TYPE),
        trust: inbox::trust_text(&trust),
        core: understood.core,
        card_ref,
        txid,
        body,
    }
}
