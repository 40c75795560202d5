//! Judging a notification: a pure function from evidence to a verdict.
//!
//! The vendor's hash does not cover the body, and its reference may be public, so no single sign is enough. Each is noted
//! on the delivery's trust card, and the table of answers weighs them.

use super::decode::DecodeError;
use super::event::{Envelope, EnvelopeError, Event, EventError};
use super::hash;
use crate::clock::Moment;
use crate::secret::Secret;
use app::backend::{Signal, Verdict};
use axum::http::StatusCode;
use std::net::IpAddr;
use std::time::Duration;

/// Within this of our clock a notification is fresh.
const FRESH: Duration = Duration::from_mins(5);
/// Up to this age it is late, as a retry may be; beyond, it is held.
const LATEST: Duration = Duration::from_hours(72);
/// The vendor tries three times; a few more are believed.
const MOST_TRIES: i64 = 10;

/// What is known about a notification that came with a good path secret.
pub struct Evidence<'e> {
    /// None where a proxy did not say whom it speaks for.
    pub peer: Option<IpAddr>,
    pub peer_allowed: bool,
    pub now: Moment,
    pub references: &'e [Secret],
    /// The hash proves nothing when a reference is the public partner id.
    pub reference_is_public: bool,
    /// The address that the bank was given, without its secret, and the secret.
    pub our_origin: &'e str,
    pub path_secret: &'e str,
    /// The content type did not say what the body is.
    pub guessed_type: bool,
    pub body: Result<Message<'e>, Unreadable>,
}

/// A body that is a notification.
#[derive(Debug, Clone, Copy)]
pub struct Message<'e> {
    pub envelope: &'e Envelope<'e>,
    pub event: Result<&'e Event, EventError>,
}

/// A body that is no notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    Decode(DecodeError),
    Envelope(EnvelopeError),
}

impl Unreadable {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Decode(error) => error.code(),
            Self::Envelope(error) => error.code(),
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::Decode(DecodeError::Unsupported) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// What to answer, what to make of it, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub status: StatusCode,
    pub verdict: Verdict,
    /// A short code for operators; empty when accepted.
    pub reason: &'static str,
    pub trust: Vec<Signal>,
}

/// Weighs the evidence by the table of answers.
pub fn judge(evidence: &Evidence<'_>) -> Judgement {
    let mut trust = vec![address(evidence)];
    if evidence.guessed_type {
        trust.push(signal("type", None, "guessed"));
    }
    let (status, verdict, reason) = match evidence.body {
        _ if !evidence.peer_allowed => (StatusCode::FORBIDDEN, Verdict::Quarantined, "foreign-address"),
        Err(unreadable) => (unreadable.status(), Verdict::Quarantined, unreadable.code()),
        Ok(message) => weigh(evidence, message, &mut trust),
    };
    Judgement { status, verdict, reason, trust }
}

fn weigh(
    evidence: &Evidence<'_>,
    message: Message<'_>,
    trust: &mut Vec<Signal>,
) -> (StatusCode, Verdict, &'static str) {
    let envelope = message.envelope;
    let reference =
        envelope.hash.and_then(|given| hash::matching_reference(envelope.timestamp, given, evidence.references));
    let age = envelope.at().map(|at| evidence.now.0.saturating_sub(at.0));
    trust.push(hash_signal(evidence, reference));
    trust.push(age_signal(age));
    trust.push(webhook_signal(evidence, envelope));
    trust.extend(tries_signal(envelope));
    trust.extend(figures_signal(evidence, message));
    if reference.is_none() {
        return (StatusCode::UNAUTHORIZED, Verdict::Quarantined, "hash-mismatch");
    }
    if let Err(error) = message.event {
        return (StatusCode::OK, Verdict::Quarantined, error.0);
    }
    match age {
        Some(age) if age > micros(LATEST) => (StatusCode::OK, Verdict::Held, "too-old"),
        Some(age) if age < -micros(FRESH) => (StatusCode::OK, Verdict::Held, "from-the-future"),
        Some(_) => (StatusCode::OK, Verdict::Accepted, ""),
        None => (StatusCode::OK, Verdict::Held, "no-time"),
    }
}

fn address(evidence: &Evidence<'_>) -> Signal {
    let peer = evidence.peer.map_or_else(|| "unknown".to_owned(), |peer| format!("peer:{peer}"));
    signal("address", Some(evidence.peer_allowed), &peer)
}

fn hash_signal(evidence: &Evidence<'_>, reference: Option<usize>) -> Signal {
    match reference {
        Some(_) if evidence.reference_is_public => signal("hash", None, "public-reference"),
        Some(index) => signal("hash", Some(true), if index == 0 { "first-reference" } else { "second-reference" }),
        None => signal("hash", Some(false), "no-reference"),
    }
}

fn age_signal(age: Option<i64>) -> Signal {
    let detail = age.map_or_else(|| "no-time".to_owned(), |age| format!("age:{}", age / 1_000_000));
    signal("fresh", Some(age.is_some_and(|age| age.abs() <= micros(FRESH))), &detail)
}

/// The bank says where it sent the notification to. It may know us by another name than browsers do, but it always knows the
/// secret.
fn webhook_signal(evidence: &Evidence<'_>, envelope: &Envelope<'_>) -> Signal {
    let ours = |address: &str| {
        address.starts_with(evidence.our_origin) || address.ends_with(&format!("/{}", evidence.path_secret))
    };
    let good = envelope.webhook.map(ours);
    let detail = match good {
        Some(true) => "ours",
        Some(false) => "another",
        None => "unnamed",
    };
    signal("webhook", good, detail)
}

/// Tries that cannot be: their count is the bank's word only, and nothing rests on it.
fn tries_signal(envelope: &Envelope<'_>) -> Option<Signal> {
    let (current, most) = (envelope.current_try, envelope.max_tries);
    let usual = current.is_some_and(|current| current >= 1 && Some(current) <= most) && most <= Some(MOST_TRIES);
    let shown = |tries: Option<i64>| tries.map_or_else(|| "?".to_owned(), |tries| tries.to_string());
    (!usual).then(|| signal("tries", Some(false), &format!("tries:{}/{}", shown(current), shown(most))))
}

fn figures_signal(evidence: &Evidence<'_>, message: Message<'_>) -> Option<Signal> {
    let Ok(Event::CardTransaction { payment, .. }) = message.event else { return None };
    let odd = payment.oddities(evidence.now);
    (!odd.is_empty()).then(|| signal("figures", Some(false), &format!("odd:{}", odd.join(","))))
}

/// Details are codes, some with a value after a colon; pages put them into words.
fn signal(name: &'static str, good: Option<bool>, detail: &str) -> Signal {
    Signal { name: name.into(), good, detail: detail.to_owned() }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
