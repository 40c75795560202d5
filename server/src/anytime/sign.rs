//! The partner's signature on API requests: RSA with PKCS#1 v1.5 and SHA-1, as the vendor's API asks for.

use crate::randomness;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use sha1::Sha1;
use std::path::Path;

#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    #[error("{path} cannot be read: {source}")]
    Unreadable { path: String, source: std::io::Error },
    #[error("{path} is not an RSA private key in PEM (PKCS#8 or PKCS#1)")]
    NotAKey { path: String },
}

/// Signs requests with the partner's private key. No `Debug`.
pub struct Signer {
    key: SigningKey<Sha1>,
}

/// The two headers of a signed request.
pub(super) struct SignedHeaders {
    /// For `X-Validation-Data`: never used twice.
    pub validation: String,
    /// For `X-Signed-Request`.
    pub signature: String,
}

impl Signer {
    pub fn read(path: &Path) -> Result<Self, SignerError> {
        let shown = path.display().to_string();
        let pem =
            std::fs::read_to_string(path).map_err(|source| SignerError::Unreadable { path: shown.clone(), source })?;
        let key = rsa::PrivateKey::from_pkcs8_pem(&pem).or_else(|_| rsa::PrivateKey::from_pkcs1_pem(&pem));
        Ok(Self { key: SigningKey::new(key.map_err(|_| SignerError::NotAKey { path: shown })?) })
    }

    pub(super) fn sign(&self) -> SignedHeaders {
        let validation = randomness::secret();
        let signature = BASE64.encode(self.key.sign(validation.as_bytes()).to_bytes());
        SignedHeaders { validation, signature }
    }
}
