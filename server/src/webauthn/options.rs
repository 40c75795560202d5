//! What browsers are asked for, as `navigator.credentials` takes it; bytes in URL-safe base64.

use super::{BASE64URL, PublicKey, RelyingParty};
use base64::Engine as _;
use serde_json::{Value, json};
use std::time::Duration;

/// How long a ceremony may take.
pub const LIFETIME: Duration = Duration::from_mins(5);
/// What authenticators show beside the account.
const NAME: &str = "Anytime Connect";

/// Whom a credential is made for.
pub struct Account<'a> {
    /// Opaque, at most 64 bytes.
    pub handle: &'a [u8],
    pub email: &'a str,
    pub name: &'a str,
    /// Ids of her credentials, in URL-safe base64: an authenticator that has one makes no second.
    pub credentials: &'a [String],
}

impl RelyingParty<'_> {
    /// For `create`. The credential is kept by the authenticator, so that nobody has to say who she is before using it.
    pub fn creation(&self, account: &Account<'_>, challenge: &str) -> Value {
        let known: Vec<_> = account.credentials.iter().map(|id| json!({ "type": "public-key", "id": id })).collect();
        let algorithms = PublicKey::ALGORITHMS.map(|alg| json!({ "type": "public-key", "alg": alg }));
        json!({
            "rp": { "id": self.id, "name": NAME },
            "user": {
                "id": BASE64URL.encode(account.handle),
                "name": account.email,
                "displayName": account.name,
            },
            "challenge": challenge,
            "pubKeyCredParams": algorithms,
            "timeout": milliseconds(),
            "excludeCredentials": known,
            "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": true,
                "userVerification": "required",
            },
            "attestation": "none",
        })
    }

    /// For `get`. It names no credential, so it is the same whoever asks.
    pub fn request(&self, challenge: &str) -> Value {
        json!({
            "rpId": self.id,
            "challenge": challenge,
            "timeout": milliseconds(),
            "userVerification": "required",
            "allowCredentials": [],
        })
    }
}

fn milliseconds() -> u64 {
    u64::try_from(LIFETIME.as_millis()).unwrap_or(u64::MAX)
}
