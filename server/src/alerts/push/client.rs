//! The way to push services.

use super::endpoint::PublicAddresses;
use super::{Endpoint, Reach, Recipient, ServerKey};
use crate::clock::{Moment, SharedClock};
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use std::sync::Arc;
use std::time::Duration;

const CONNECT_TIME: Duration = Duration::from_secs(5);
const ANSWER_TIME: Duration = Duration::from_secs(10);
/// The push service keeps a message this long for a browser that is away.
const KEPT_FOR: Duration = Duration::from_hours(24);
/// No push service makes us wait longer before we ask again.
const LONGEST_WAIT: Duration = Duration::from_hours(6);

/// What a push service made of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    Taken,
    /// The browser does not want messages any more.
    Gone,
    /// Not now; perhaps it said when.
    Later(Option<Duration>),
    /// It will never take this one: the status.
    Refused(u16),
}

/// Follows no redirect, waits only so long, and looks at nothing but the status.
pub struct PushClient {
    http: reqwest::Client,
    key: Arc<ServerKey>,
    contact: String,
    clock: SharedClock,
}

impl PushClient {
    #[expect(clippy::disallowed_methods, reason = "this is where push services are reached")]
    pub fn new(key: Arc<ServerKey>, origin: &str, reach: Reach, clock: SharedClock) -> Result<Self, reqwest::Error> {
        // The second server of a process finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIME)
            .timeout(ANSWER_TIME)
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(PublicAddresses(reach)))
            // A proxy would look names up for us.
            .no_proxy()
            .https_only(reach == Reach::Internet)
            .referer(false)
            .user_agent(concat!("anytime-connect/", env!("CARGO_PKG_VERSION")))
            .build()?;
        // Push services want an address of the web or of mail.
        let contact = if origin.starts_with("https://") { origin } else { "mailto:nobody@localhost" };
        Ok(Self { http, key, contact: contact.to_owned(), clock })
    }

    /// Sends one message. One with the same `topic` that has not reached the browser yet is replaced.
    pub async fn send(&self, endpoint: &Endpoint, to: &Recipient, message: &[u8], topic: &str) -> Sent {
        let Some(sealed) = to.seal(message) else { return Sent::Refused(0) };
        let now: Moment = self.clock.now();
        let request = self
            .http
            .post(endpoint.url())
            .header("TTL", KEPT_FOR.as_secs())
            .header("Urgency", "high")
            .header("Topic", topic)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(AUTHORIZATION, self.key.authorization(endpoint, &self.contact, now))
            .body(sealed);
        let Ok(answer) = request.send().await else { return Sent::Later(None) };
        let wait = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        judge(answer.status(), wait.map(Duration::from_secs))
    }
}

fn judge(status: StatusCode, wait: Option<Duration>) -> Sent {
    match status {
        status if status.is_success() => Sent::Taken,
        StatusCode::NOT_FOUND | StatusCode::GONE => Sent::Gone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
            Sent::Later(wait.map(|wait| wait.min(LONGEST_WAIT)))
        }
        status if status.is_server_error() => Sent::Later(wait.map(|wait| wait.min(LONGEST_WAIT))),
        status => Sent::Refused(status.as_u16()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_push_services_are_told_apart() {
        let judged = |status: u16, wait| judge(StatusCode::from_u16(status).unwrap(), wait);
        let minute = Some(Duration::from_mins(1));
        for status in [200, 201, 202, 204] {
            assert_eq!(judged(status, None), Sent::Taken);
        }
        for status in [404, 410] {
            assert_eq!(judged(status, None), Sent::Gone);
        }
        assert_eq!(judged(429, minute), Sent::Later(minute));
        assert_eq!(judged(503, Some(Duration::MAX)), Sent::Later(Some(LONGEST_WAIT)));
        for status in [301, 400, 401, 403, 413] {
            assert_eq!(judged(status, None), Sent::Refused(status));
        }
    }
}
