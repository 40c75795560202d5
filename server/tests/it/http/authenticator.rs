//! An authenticator in software, and the browser in front of it: it does what the standard says, or what a test says instead.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub(super) const PRESENT: u8 = 1;
pub(super) const VERIFIED: u8 = 1 << 2;
pub(super) const BACKUP_ELIGIBLE: u8 = 1 << 3;
pub(super) const BACKED_UP: u8 = 1 << 4;
const HAS_CREDENTIAL: u8 = 1 << 6;

/// Holds one credential.
#[derive(Clone)]
pub(super) struct Authenticator {
    key: SigningKey,
    id: Vec<u8>,
    /// Whose it is, as it was told when the credential was made.
    pub(super) handle: Vec<u8>,
    pub(super) counter: u32,
}

/// What is said in a ceremony, for tests to change.
pub(super) struct Said {
    pub(super) kind: &'static str,
    pub(super) origin: String,
    pub(super) challenge: String,
    pub(super) cross_origin: bool,
    pub(super) party: String,
    pub(super) flags: u8,
    pub(super) counter: u32,
    pub(super) id: Vec<u8>,
    pub(super) handle: Vec<u8>,
}

impl Authenticator {
    /// Each number is another one.
    pub(super) fn new(number: u8) -> Self {
        let key = SigningKey::from_slice(&[number; 32]).unwrap();
        Self { key, id: vec![number; 16], handle: Vec::new(), counter: 0 }
    }

    pub(super) fn id(&self) -> String {
        BASE64URL.encode(&self.id)
    }

    /// `navigator.credentials.create` with these options, as JSON.
    pub(super) fn create(&mut self, options: &Value, origin: &str) -> Value {
        self.create_with(options, origin, |_| {})
    }

    pub(super) fn create_with(&mut self, options: &Value, origin: &str, change: impl FnOnce(&mut Said)) -> Value {
        self.handle = BASE64URL.decode(options["user"]["id"].as_str().unwrap()).unwrap();
        let said = self.said("webauthn.create", options, &options["rp"]["id"], origin, change);
        let mut data = said.authenticator_data(HAS_CREDENTIAL);
        data.extend([0; 16]);
        data.extend(u16::try_from(said.id.len()).unwrap().to_be_bytes());
        data.extend(&said.id);
        data.extend(self.cose_key());
        // {"fmt": "none", "attStmt": {}, "authData": …}
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        json!({
            "id": self.id(),
            "response": {
                "clientDataJSON": BASE64URL.encode(said.client_data()),
                "attestationObject": BASE64URL.encode(object),
            },
        })
    }

    /// `navigator.credentials.get` with these options, as JSON.
    pub(super) fn get(&mut self, options: &Value, origin: &str) -> Value {
        self.get_with(options, origin, |_| {})
    }

    pub(super) fn get_with(&mut self, options: &Value, origin: &str, change: impl FnOnce(&mut Said)) -> Value {
        let said = self.said("webauthn.get", options, &options["rpId"], origin, change);
        let (client_data, data) = (said.client_data(), said.authenticator_data(0));
        let message = [data.as_slice(), Sha256::digest(&client_data).as_slice()].concat();
        let signature: Signature = self.key.sign(&message);
        json!({
            "id": BASE64URL.encode(&said.id),
            "response": {
                "clientDataJSON": BASE64URL.encode(client_data),
                "authenticatorData": BASE64URL.encode(data),
                "signature": BASE64URL.encode(signature.to_der().as_bytes()),
                "userHandle": BASE64URL.encode(&said.handle),
            },
        })
    }

    fn said(
        &self,
        kind: &'static str,
        options: &Value,
        party: &Value,
        origin: &str,
        change: impl FnOnce(&mut Said),
    ) -> Said {
        let mut said = Said {
            kind,
            origin: origin.to_owned(),
            challenge: options["challenge"].as_str().unwrap().to_owned(),
            cross_origin: false,
            party: party.as_str().unwrap().to_owned(),
            flags: PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP,
            counter: self.counter,
            id: self.id.clone(),
            handle: self.handle.clone(),
        };
        change(&mut said);
        said
    }

    /// {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", x, b"\x22\x58\x20", y].concat()
    }
}

impl Said {
    fn client_data(&self) -> Vec<u8> {
        let said = json!({
            "type": self.kind,
            "challenge": self.challenge,
            "origin": self.origin,
            "crossOrigin": self.cross_origin,
        });
        said.to_string().into_bytes()
    }

    fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        let hash = Sha256::digest(&self.party);
        [hash.as_slice(), &[self.flags | flags], &self.counter.to_be_bytes()].concat()
    }
}
