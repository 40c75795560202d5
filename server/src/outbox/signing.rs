//! Signatures after Standard Webhooks: `webhook-signature: v1,base64(HMAC-SHA256(secret, id.timestamp.body))`.

use crate::randomness;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

const PREFIX: &str = "whsec_";
/// As the specification has it.
const SHORTEST: usize = 24;
const LONGEST: usize = 64;

/// A secret that both sides have. No `Debug`.
#[derive(Clone)]
pub struct SigningSecret(Zeroizing<Vec<u8>>);

impl SigningSecret {
    pub fn generate() -> Self {
        Self(Zeroizing::new(randomness::bytes::<32>().to_vec()))
    }

    /// `whsec_…`; none where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_bytes(&BASE64.decode(text.trim().strip_prefix(PREFIX)?).ok()?)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        (SHORTEST..=LONGEST).contains(&bytes.len()).then(|| Self(Zeroizing::new(bytes.to_vec())))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As the receiver is given it, once.
    pub fn text(&self) -> String {
        format!("{PREFIX}{}", BASE64.encode(&self.0))
    }

    fn signature(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        // HMAC takes a key of any length.
        let Ok(mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0) else { return String::new() };
        let signed = mac.chain_update(format!("{id}.{timestamp}.")).chain_update(body).finalize().into_bytes();
        format!("v1,{}", BASE64.encode(signed))
    }
}

/// The header `webhook-signature`: one signature for each secret that the receiver may have.
pub fn sign(secrets: &[SigningSecret], id: &str, timestamp: i64, body: &[u8]) -> String {
    secrets.iter().map(|secret| secret.signature(id, timestamp, body)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn a_message_is_signed_as_the_specification_has_it() {
        let secret = SigningSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = sign(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn two_secrets_make_two_signatures() {
        let (one, two) = (SigningSecret::generate(), SigningSecret::generate());
        let both = sign(&[one.clone(), two.clone()], "m", 1, b"{}");
        assert_eq!(both, format!("{} {}", sign(&[one], "m", 1, b"{}"), sign(&[two], "m", 1, b"{}")));
    }

    #[test]
    fn a_secret_is_read_back_and_nothing_else_is() {
        let secret = SigningSecret::generate();
        assert_eq!(SigningSecret::parse(&format!(" {}\n", secret.text())).unwrap().text(), secret.text());
        for bad in ["", "whsec_", "whsec_AAAA", "whsec_%%%", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            assert!(SigningSecret::parse(bad).is_none(), "{bad}");
        }
    }
}
