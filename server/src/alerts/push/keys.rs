//! Our own key, by which push services know us (VAPID, RFC 8292).

use super::Endpoint;
use crate::clock::Moment;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use p256::SecretKey;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::sec1::ToSec1Point as _;
use std::time::Duration;

/// A push service accepts at most a day.
const VALID_FOR: Duration = Duration::from_hours(12);

/// No `Debug`.
pub struct ServerKey {
    signing: SigningKey,
    public: String,
}

impl ServerKey {
    /// None for the one of four billion values that is no key of this curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let secret = SecretKey::from_slice(bytes).ok()?;
        let public = BASE64URL.encode(secret.public_key().to_sec1_point(false).as_bytes());
        Some(Self { signing: SigningKey::from(&secret), public })
    }

    /// As browsers are given it: an uncompressed point in URL-safe base64.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The header `Authorization` for one push service. `contact` is where its operator finds us.
    pub fn authorization(&self, endpoint: &Endpoint, contact: &str, now: Moment) -> String {
        let expires = now.plus(VALID_FOR).0.div_euclid(1_000_000);
        let head = BASE64URL.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let claims = serde_json::json!({ "aud": endpoint.origin(), "exp": expires, "sub": contact });
        let signed = format!("{head}.{}", BASE64URL.encode(claims.to_string()));
        let signature: Signature = self.signing.sign(signed.as_bytes());
        format!("vapid t={signed}.{}, k={}", BASE64URL.encode(signature.to_bytes()), self.public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::push::Reach;
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier as _;

    #[test]
    fn a_push_service_can_check_who_sends_and_to_whom() {
        let key = ServerKey::from_bytes(&[7; 32]).unwrap();
        let endpoint =
            Endpoint::parse("https://push.example.net/p/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV", Reach::Internet).unwrap();
        let now = Moment::from_rfc3339("2026-11-23T12:00:00Z").unwrap();
        let header = key.authorization(&endpoint, "https://app.test", now);
        let (token, public) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(public, key.public());
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let public = BASE64URL.decode(public).unwrap();
        assert_eq!((public.len(), public[0]), (65, 4));
        let signature = Signature::from_slice(&BASE64URL.decode(signature).unwrap()).unwrap();
        VerifyingKey::from_sec1_bytes(&public).unwrap().verify(signed.as_bytes(), &signature).unwrap();
        let claims = BASE64URL.decode(signed.split_once('.').unwrap().1).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        let expires = now.plus(VALID_FOR).0 / 1_000_000;
        assert_eq!(
            claims,
            serde_json::json!({ "aud": "https://push.example.net", "exp": expires, "sub": "https://app.test" })
        );
    }

    #[test]
    fn what_is_no_key_is_none() {
        assert!(ServerKey::from_bytes(&[0; 32]).is_none());
        assert!(ServerKey::from_bytes(&[255; 32]).is_none());
    }
}
