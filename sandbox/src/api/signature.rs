//! The two headers with which a partner signs each call.

use axum::http::{HeaderMap, HeaderName};
use base64::{Engine, engine::general_purpose::STANDARD};
use rsa::{
    PublicKey,
    pkcs1v15::{Signature, VerifyingKey},
    pkcs8::DecodePublicKey,
    signature::Verifier,
};
use sha1::Sha1;

use super::ApiError;
use crate::{Bank, StartError};

const DATA: HeaderName = HeaderName::from_static("x-validation-data");
const SIGNED: HeaderName = HeaderName::from_static("x-signed-request");

/// The key that the partner uploaded.
#[derive(Debug)]
pub struct PartnerKey(VerifyingKey<Sha1>);

impl PartnerKey {
    pub fn parse(pem: &str) -> Result<Self, StartError> {
        let key = PublicKey::from_public_key_pem(pem).map_err(|error| StartError::PublicKey(error.to_string()))?;
        Ok(Self(VerifyingKey::new(key)))
    }

    fn verify(&self, data: &[u8], signature: &str) -> Result<(), ApiError> {
        let bytes = STANDARD.decode(signature).map_err(|_| ApiError::BadSignature)?;
        let signature = Signature::try_from(bytes.as_slice()).map_err(|_| ApiError::BadSignature)?;
        self.0.verify(data, &signature).map_err(|_| ApiError::BadSignature)
    }
}

/// Without a key every call passes.
pub fn check(bank: &Bank, headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(key) = &bank.partner_key else {
        return Ok(());
    };
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let data = text(DATA).filter(|data| !data.is_empty()).ok_or(ApiError::BadSignature)?;
    let signed = text(SIGNED).ok_or(ApiError::BadSignature)?;
    key.verify(data.as_bytes(), signed)?;
    // Only data with a good signature is used up: a stranger cannot spend it.
    if bank.first_use(data) { Ok(()) } else { Err(ApiError::ValidationDataUsed) }
}
