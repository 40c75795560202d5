//! Passkeys, as browsers and authenticators speak of them: what a relying party has to check by `WebAuthn`, level 3.
//!
//! Everything here is a pure function of what a browser has sent and of what is known. Attestation is not asked for: who made
//! an authenticator changes nothing for us, so its statement is passed over unread.

mod authenticator;
mod cbor;
mod client;
mod key;
mod options;
mod party;

pub use client::{Ceremony, ClientData};
pub use key::PublicKey;
pub use options::{Account, LIFETIME};
pub use party::{Registered, RelyingParty, Used};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// Longest id of a credential, by the standard.
pub const LONGEST_ID: usize = 1_023;

/// Why a ceremony is refused, for the log: who is refused is told nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the client data cannot be read")]
    ClientData,
    #[error("it was made for another ceremony")]
    Ceremony,
    #[error("it was made on another origin")]
    Origin,
    #[error("it was made in a frame of another site")]
    CrossOrigin,
    #[error("the attestation cannot be read")]
    Attestation,
    #[error("the authenticator's data cannot be read")]
    AuthenticatorData,
    #[error("it is for another relying party")]
    RelyingParty,
    #[error("nobody was there")]
    NotPresent,
    #[error("who was there was not verified")]
    NotVerified,
    #[error("its backup flags contradict each other, or what they were")]
    Backup,
    #[error("the key is of a kind that was not asked for")]
    Algorithm,
    #[error("the key is none")]
    Key,
    #[error("the credential has another id than it says")]
    CredentialId,
    #[error("the signature is not by its key")]
    Signature,
}

/// Bytes in JSON: URL-safe base64 without padding.
#[derive(Clone)]
pub struct Encoded(pub Vec<u8>);

impl<'de> Deserialize<'de> for Encoded {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        BASE64URL.decode(text).map(Self).map_err(|_| D::Error::custom("not URL-safe base64"))
    }
}

/// A new credential as a browser writes it: `PublicKeyCredential` after `create`.
#[derive(Deserialize)]
pub struct NewCredential {
    pub id: Encoded,
    pub response: Attestation,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attestation {
    #[serde(rename = "clientDataJSON")]
    pub client_data: Encoded,
    pub attestation_object: Encoded,
}

/// The use of a credential as a browser writes it: `PublicKeyCredential` after `get`.
#[derive(Deserialize)]
pub struct UsedCredential {
    pub id: Encoded,
    pub response: Assertion,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assertion {
    #[serde(rename = "clientDataJSON")]
    pub client_data: Encoded,
    pub authenticator_data: Encoded,
    pub signature: Encoded,
    /// Whose credential the authenticator takes it for.
    pub user_handle: Encoded,
}
