//! The client of the bank's API.

use super::answers::{self, BankAccount, BankCard, Statement};
use super::gate::{BankReport, Gate, GateState};
use super::{BankError, Signer};
use crate::clock::{Moment, SharedClock};
use crate::metrics;
use crate::secret::Secret;
use crate::vendor::{Limits, Value, read_json};
use domain::ids::{AccountId, CardRef};
use reqwest::header::{DATE, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use sha2::{Digest as _, Sha256};
use std::time::{Duration, Instant};

const CONNECT_TIME: Duration = Duration::from_secs(5);
const ANSWER_TIME: Duration = Duration::from_secs(15);
/// Largest answer, in bytes: a page of 500 payments takes about 250 KiB.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

pub struct ClientConfig {
    /// `https://ws.anyti.me`, without a slash at the end.
    pub url: String,
    /// Signs requests, where the vendor has our public key.
    pub signer: Option<Signer>,
    /// The name in the answers' hash; without it the hash is not checked.
    pub username: Option<String>,
}

/// Speaks to one host, follows no redirect, waits and reads only so much.
pub struct Client {
    http: reqwest::Client,
    config: ClientConfig,
    gate: Gate,
}

impl Client {
    #[expect(clippy::disallowed_methods, reason = "this is where the network is reached")]
    pub fn new(config: ClientConfig, clock: SharedClock) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIME)
            .timeout(ANSWER_TIME)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .user_agent(concat!("anytime-connect/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, config, gate: Gate::new(clock) })
    }

    /// Whether calls go through at the moment.
    pub fn state(&self) -> GateState {
        self.gate.state()
    }

    /// How the bank has been doing.
    pub fn report(&self) -> BankReport {
        self.gate.report()
    }

    /// Whether the bank answers us at all, without a token; and what time it has, if it says so.
    pub async fn check(&self) -> (Result<(), BankError>, Option<Moment>) {
        let Ok(answer) = self.request(None, "/v1.0/apicheck", &[]).send().await else {
            return (Err(BankError::Unavailable), None);
        };
        let at = answer.headers().get(DATE).and_then(|date| Moment::from_http_date(date.to_str().ok()?));
        (self.read(answer).await.map(|_| ()), at)
    }

    /// The accounts that the token may see, each with its currency.
    pub async fn accounts(&self, token: &Secret) -> Result<Vec<BankAccount>, BankError> {
        let mut accounts = Vec::new();
        for acc_id in answers::account_ids(&self.get(token, "/v1.0/accounts", &[]).await?)? {
            let body = self.get(token, &format!("/v1.0/accounts/{acc_id}"), &[]).await?;
            accounts.push(answers::account(&acc_id, &body)?);
        }
        Ok(accounts)
    }

    pub async fn cards(&self, token: &Secret, account: &AccountId) -> Result<Vec<BankCard>, BankError> {
        answers::cards(account, &self.get(token, &format!("/v1.0/accounts/{account}/cards"), &[]).await?)
    }

    /// `number` transactions of a card, newest first, after the `start` newest.
    pub async fn statement(
        &self,
        token: &Secret,
        card: &CardRef,
        start: i64,
        number: i64,
    ) -> Result<Statement, BankError> {
        let query = [("limit_start", start.to_string()), ("limit_number", number.to_string())];
        answers::statement(card, &self.get(token, &format!("/v1.0/cards/{card}/transactions"), &query).await?)
    }

    /// The newest transactions of a card on one day of the bank (`2017-02-02`), at most `number`.
    pub async fn statement_of_day(
        &self,
        token: &Secret,
        card: &CardRef,
        day: &str,
        number: i64,
    ) -> Result<Statement, BankError> {
        let day = day.to_owned();
        let query = [("date_start", day.clone()), ("date_end", day), ("limit_number", number.to_string())];
        answers::statement(card, &self.get(token, &format!("/v1.0/cards/{card}/transactions"), &query).await?)
    }

    async fn get(&self, token: &Secret, path: &str, query: &[(&str, String)]) -> Result<Value, BankError> {
        let pass = self.gate.pass()?;
        let began = Instant::now();
        let outcome = self.call(Some(token), path, query).await;
        metrics::bank_called(began, outcome.as_ref().err());
        match &outcome {
            Ok(_) => pass.succeeded(),
            Err(error) => pass.failed(error),
        }
        outcome
    }

    async fn call(&self, token: Option<&Secret>, path: &str, query: &[(&str, String)]) -> Result<Value, BankError> {
        let answer = self.request(token, path, query).send().await.map_err(|_| BankError::Unavailable)?;
        self.read(answer).await
    }

    fn request(&self, token: Option<&Secret>, path: &str, query: &[(&str, String)]) -> RequestBuilder {
        let mut request = self.http.get(format!("{}{path}", self.config.url)).query(query);
        if let Some(token) = token {
            request = request.bearer_auth(token.expose());
        }
        if let Some(signer) = &self.config.signer {
            let signed = signer.sign();
            request =
                request.header("X-Validation-Data", signed.validation).header("X-Signed-Request", signed.signature);
        }
        request
    }

    async fn read(&self, answer: Response) -> Result<Value, BankError> {
        let status = answer.status();
        let retry_after = retry_after(&answer);
        let bytes = read_limited(answer).await?;
        let value = read_json(&bytes, Limits::ANSWER).map_err(|_| unreadable(status, retry_after))?;
        if !status.is_success() {
            return Err(refusal(status, &value, retry_after));
        }
        self.check_hash(&value)?;
        value.get("body").cloned().ok_or(BankError::Unexpected("body"))
    }

    fn check_hash(&self, answer: &Value) -> Result<(), BankError> {
        let Some(username) = &self.config.username else { return Ok(()) };
        let timestamp = answer.text("timestamp").ok_or(BankError::Unexpected("timestamp"))?;
        let hash = answer.text("hash").ok_or(BankError::Unexpected("hash"))?;
        let expected = hex::encode(Sha256::digest(format!("{timestamp}|{username}")));
        if hash.eq_ignore_ascii_case(&expected) { Ok(()) } else { Err(BankError::Unexpected("hash")) }
    }
}

/// The status of GET on an address of ours, as anybody would ask for it; none if nobody answers in time.
#[expect(clippy::disallowed_methods, reason = "this is where the network is reached")]
pub async fn reach(url: &str, patience: Duration) -> Option<u16> {
    let builder = reqwest::Client::builder().timeout(patience).redirect(reqwest::redirect::Policy::none());
    let answer = builder.build().ok()?.get(url).send().await.ok()?;
    Some(answer.status().as_u16())
}

async fn read_limited(mut answer: Response) -> Result<Vec<u8>, BankError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| BankError::Unavailable)? {
        if bytes.len() + chunk.len() > LARGEST_ANSWER {
            return Err(BankError::Unexpected("size"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn retry_after(answer: &Response) -> Option<Duration> {
    answer.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

/// An error page of a proxy, or half an answer.
fn unreadable(status: StatusCode, retry_after: Option<Duration>) -> BankError {
    match status {
        StatusCode::TOO_MANY_REQUESTS => BankError::RateLimited { retry_after },
        status if status.is_success() => BankError::Unexpected("json"),
        _ => BankError::Unavailable,
    }
}

/// The vendor's error envelope: `{"body": {"error": {"exception": "…"}}}`.
fn refusal(status: StatusCode, value: &Value, retry_after: Option<Duration>) -> BankError {
    let exception = value
        .get("body")
        .and_then(|body| body.get("error"))
        .and_then(|error| error.text("exception"))
        .unwrap_or_default()
        .trim_end_matches("Exception");
    match exception {
        "OAuth2InvalidToken" | "OAuth2InvalidGrant" => BankError::TokenRefused,
        "OAuth2AccessDenied" | "AccountIdNoRights" | "CardAccountNoRights" => BankError::NoRights,
        name if name.starts_with("MaxQueryRate") => BankError::RateLimited { retry_after },
        "BadRsaSignature"
        | "ValidationDataAlreadyUsed"
        | "IpAddressNotAllowed"
        | "OAuth2InvalidClient"
        | "VersionNotSupported"
        | "InvalidRoute"
        | "MethodNotAllowed" => BankError::PartnerRefused,
        _ if status == StatusCode::TOO_MANY_REQUESTS => BankError::RateLimited { retry_after },
        _ if status == StatusCode::UNAUTHORIZED => BankError::TokenRefused,
        _ if status == StatusCode::FORBIDDEN => BankError::NoRights,
        _ => BankError::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, exception: &str) -> BankError {
        let text = format!(r#"{{"body":{{"error":{{"code":1,"exception":"{exception}"}}}}}}"#);
        refusal(StatusCode::from_u16(status).unwrap(), &read_json(text.as_bytes(), Limits::ANSWER).unwrap(), None)
    }

    #[test]
    fn the_vendors_exceptions_are_told_apart() {
        assert_eq!(refused(401, "OAuth2InvalidTokenException"), BankError::TokenRefused);
        assert_eq!(refused(403, "CardAccountNoRightsException"), BankError::NoRights);
        assert_eq!(refused(429, "MaxQueryRateByIpReachedException"), BankError::RateLimited { retry_after: None });
        assert_eq!(refused(400, "BadRsaSignatureException"), BankError::PartnerRefused);
        assert_eq!(refused(500, "SomethingElse"), BankError::Unavailable);
    }
}
