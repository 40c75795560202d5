//! We, as authenticators know us.

use super::authenticator::{AuthenticatorData, data_of};
use super::client::{Ceremony, ClientData};
use super::key::PublicKey;
use super::{Assertion, NewCredential, Refusal};
use crate::config::PublicUrl;
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;

/// Credentials are made for a domain, and used on one origin of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelyingParty<'u> {
    pub(super) id: &'u str,
    origin: &'u str,
}

/// A credential that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    pub id: Vec<u8>,
    /// As COSE writes keys, and one that [`PublicKey::read`] takes.
    pub key: Vec<u8>,
    pub counter: u32,
    pub may_be_backed_up: bool,
    pub backed_up: bool,
}

/// What the use of a credential has told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    pub counter: u32,
    pub may_be_backed_up: bool,
    pub backed_up: bool,
}

impl<'u> RelyingParty<'u> {
    /// None where we are known by a bare address: no credential can be made for one.
    pub fn of(url: &'u PublicUrl) -> Option<Self> {
        let id = url.host();
        let bare = id.starts_with('[') || id.parse::<IpAddr>().is_ok();
        (!bare).then_some(Self { id, origin: &url.origin })
    }

    pub fn client_data(&self, json: &[u8], ceremony: Ceremony) -> Result<ClientData, Refusal> {
        ClientData::read(json, ceremony, self.origin)
    }

    /// The credential that was made, once its challenge was found to be ours.
    pub fn register(&self, made: &NewCredential) -> Result<Registered, Refusal> {
        let data = AuthenticatorData::read(data_of(&made.response.attestation_object.0)?)?;
        data.check(self.id)?;
        let credential = data.credential.as_ref().ok_or(Refusal::AuthenticatorData)?;
        if credential.id != made.id.0 {
            return Err(Refusal::CredentialId);
        }
        PublicKey::read(credential.key)?;
        Ok(Registered {
            id: credential.id.to_vec(),
            key: credential.key.to_vec(),
            counter: data.counter,
            may_be_backed_up: data.may_be_backed_up(),
            backed_up: data.is_backed_up(),
        })
    }

    /// What the use of a credential with this key has told, once its challenge was found to be ours.
    pub fn authenticate(&self, key: &PublicKey, assertion: &Assertion) -> Result<Used, Refusal> {
        let data = AuthenticatorData::read(&assertion.authenticator_data.0)?;
        data.check(self.id)?;
        let hash = Sha256::digest(&assertion.client_data.0);
        let message = [assertion.authenticator_data.0.as_slice(), hash.as_slice()].concat();
        if !key.verifies(&message, &assertion.signature.0) {
            return Err(Refusal::Signature);
        }
        Ok(Used { counter: data.counter, may_be_backed_up: data.may_be_backed_up(), backed_up: data.is_backed_up() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_for_the_domain_without_its_port() {
        let id =
            |text| PublicUrl::parse(text).ok().as_ref().and_then(RelyingParty::of).map(|party| party.id.to_owned());
        assert_eq!(id("https://Connect.example.com:8443").as_deref(), Some("connect.example.com"));
        assert_eq!(id("http://localhost:3000").as_deref(), Some("localhost"));
        assert_eq!(id("http://127.0.0.1:3000"), None);
        assert_eq!(id("http://[::1]:3000"), None);
    }
}
