//! Who calls: a key, its scopes, its addresses, and how often it may.

use super::Gate;
use super::problem::Problem;
use super::rate::Rate;
use crate::http::peer::ClientAddress;
use crate::services::Services;
use crate::store::ApiKeyRecord;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;
use std::time::Duration;

/// What every key begins with, so that one that was pasted somewhere is recognised.
pub const KEY_PREFIX: &str = "acv1_";
/// No key is longer.
const LONGEST: usize = 128;
const NOTE_USE_EVERY: Duration = Duration::from_mins(1);

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What a key may be good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Users, and their links without the tokens.
    UsersRead,
    TransactionsRead,
    /// Tokens. Each look is noted for the user to see.
    TokensRead,
    DeliveriesRead,
    /// Have deliveries processed again.
    DeliveriesWrite,
}

impl Scope {
    pub const ALL: [Self; 5] =
        [Self::UsersRead, Self::TransactionsRead, Self::TokensRead, Self::DeliveriesRead, Self::DeliveriesWrite];

    pub const fn code(self) -> &'static str {
        match self {
            Self::UsersRead => "users:read",
            Self::TransactionsRead => "transactions:read",
            Self::TokensRead => "tokens:read",
            Self::DeliveriesRead => "deliveries:read",
            Self::DeliveriesWrite => "deliveries:write",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.code() == code)
    }
}

/// The name under which a key is looked up. It is random enough to need no salt.
pub fn hash_of(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}

/// A key that is good.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub id: String,
    pub name: String,
    scopes: Vec<Scope>,
}

impl Caller {
    pub(super) fn needs(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.contains(&scope) { Ok(()) } else { Err(Problem::scope(scope.code())) }
    }
}

impl FromRequestParts<Services> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Services) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::no_key)
    }
}

/// Lets a request with a good key through, and tells how many are left.
pub(super) async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(&mut parts, &gate.services).await;
    let caller = match known(&gate.services, &parts.headers, address).await {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    let rate = match gate.rates.count(&caller.id).await {
        Ok(rate) => rate,
        Err(error) => return Problem::from(error).into_response(),
    };
    let mut response = if rate.is_over {
        Problem::too_many(rate.seconds).into_response()
    } else {
        parts.extensions.insert(caller);
        next.run(Request::from_parts(parts, body)).await
    };
    response.headers_mut().insert(RATE_LIMIT_POLICY, Rate::policy());
    response.headers_mut().insert(RATE_LIMIT, rate.header());
    response
}

async fn known(services: &Services, headers: &HeaderMap, address: IpAddr) -> Result<Caller, Problem> {
    let key = bearer(headers).ok_or_else(Problem::no_key)?;
    let found = services.store.api_key(&hash_of(key)).await?.ok_or_else(Problem::no_key)?;
    if !may_come_from(&found.addresses, address) {
        tracing::warn!(api_key = found.id, %address, "a key of the API was used from elsewhere");
        return Err(Problem::not_from_here());
    }
    note_use(services, &found).await?;
    let scopes = found.scopes.split(' ').filter_map(Scope::from_code).collect();
    Ok(Caller { id: found.id, name: found.name, scopes })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && key.starts_with(KEY_PREFIX) && key.len() <= LONGEST).then_some(key)
}

fn may_come_from(addresses: &str, address: IpAddr) -> bool {
    let mut nets = addresses.split_whitespace().filter_map(net).peekable();
    addresses.trim().is_empty() || nets.any(|net| net.contains(&address))
}

/// An address, or a block of them.
fn net(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

async fn note_use(services: &Services, key: &ApiKeyRecord) -> Result<(), Problem> {
    let now = services.clock.now();
    if key.used_at.is_none_or(|used| now >= used.plus(NOTE_USE_EVERY)) {
        services.store.note_api_use(&key.id, now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_good_at_its_addresses() {
        let from = |addresses: &str, address: &str| may_come_from(addresses, address.parse().unwrap());
        assert!(from("", "192.0.2.1"));
        assert!(from("192.0.2.1 10.0.0.0/8", "10.9.9.9"));
        assert!(from("192.0.2.1", "192.0.2.1"));
        assert!(!from("192.0.2.1 10.0.0.0/8", "192.0.2.2"));
        assert!(!from("nonsense", "192.0.2.2"), "what cannot be read lets nobody in");
    }

    #[test]
    fn only_a_bearer_s_key_of_ours_is_looked_up() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, value.parse().unwrap());
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(of("bearer acv1_x"), Some("acv1_x".to_owned()));
        for bad in ["acv1_x", "Basic acv1_x", "Bearer x", "Bearer", &format!("Bearer acv1_{}", "x".repeat(200))] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
