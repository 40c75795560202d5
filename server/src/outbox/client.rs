//! The way to endpoints.

use super::target::{Allowed, Reach, Target};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use std::sync::Arc;
use std::time::Duration;

const CONNECT_TIME: Duration = Duration::from_secs(5);
const ANSWER_TIME: Duration = Duration::from_secs(10);
/// No endpoint makes us wait longer before we come again.
const LONGEST_WAIT: Duration = Duration::from_hours(6);

/// What an endpoint made of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    Taken(u16),
    /// It does not want to be told any more.
    Gone,
    /// It answered otherwise; perhaps it said when it can take more.
    Answered(u16, Option<Duration>),
    /// No answer in time, or none that could be had.
    Silent(&'static str),
}

/// The headers of a message.
#[derive(Debug, Clone, Copy)]
pub struct Headers<'h> {
    pub id: &'h str,
    pub timestamp: i64,
    pub signature: &'h str,
}

/// Follows no redirect, waits only so long, and looks at nothing but the status.
pub struct Client {
    http: reqwest::Client,
    reach: Reach,
}

impl Client {
    #[expect(clippy::disallowed_methods, reason = "this is where endpoints are reached")]
    pub fn new(reach: Reach) -> Result<Self, reqwest::Error> {
        // The second server of a process finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIME)
            .timeout(ANSWER_TIME)
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(Allowed(reach.clone())))
            // A proxy would look names up for us.
            .no_proxy()
            .https_only(!reach.also_here)
            .referer(false)
            .user_agent(concat!("anytime-connect/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, reach })
    }

    /// The address is looked at again: what was allowed when it was added may not be any more.
    pub async fn post(&self, url: &str, headers: Headers<'_>, body: Vec<u8>) -> Delivered {
        let Ok(target) = Target::parse(url, &self.reach) else { return Delivered::Silent("address-refused") };
        let request = self
            .http
            .post(target.url())
            .header("webhook-id", headers.id)
            .header("webhook-timestamp", headers.timestamp)
            .header("webhook-signature", headers.signature)
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        match request.send().await {
            Ok(answer) => {
                let wait = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
                judge(answer.status(), wait.map(Duration::from_secs))
            }
            Err(error) if error.is_timeout() => Delivered::Silent("timeout"),
            Err(error) if error.is_connect() => Delivered::Silent("unreachable"),
            Err(_) => Delivered::Silent("broken-off"),
        }
    }
}

fn judge(status: StatusCode, wait: Option<Duration>) -> Delivered {
    match status {
        status if status.is_success() => Delivered::Taken(status.as_u16()),
        StatusCode::GONE => Delivered::Gone,
        status => Delivered::Answered(status.as_u16(), wait.map(|wait| wait.min(LONGEST_WAIT))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_success_is_one_and_only_gone_is_the_end() {
        let judged = |status: u16| judge(StatusCode::from_u16(status).unwrap(), None);
        assert_eq!([judged(200), judged(204)], [Delivered::Taken(200), Delivered::Taken(204)]);
        assert_eq!(judged(410), Delivered::Gone);
        for status in [301, 302, 400, 404, 429, 500, 503] {
            assert_eq!(judged(status), Delivered::Answered(status, None));
        }
        let later = judge(StatusCode::TOO_MANY_REQUESTS, Some(Duration::MAX));
        assert_eq!(later, Delivered::Answered(429, Some(LONGEST_WAIT)));
    }
}
