//! What the browser says of a ceremony.

use super::{Encoded, Refusal};
use serde::Deserialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ceremony {
    Create,
    Get,
}

impl Ceremony {
    const fn name(self) -> &'static str {
        match self {
            Self::Create => "webauthn.create",
            Self::Get => "webauthn.get",
        }
    }
}

/// `clientDataJSON`, once it was looked at. Whether the challenge is ours is for who gave it to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientData {
    pub challenge: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    #[serde(rename = "type")]
    kind: String,
    challenge: Encoded,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

impl ClientData {
    pub fn read(json: &[u8], ceremony: Ceremony, origin: &str) -> Result<Self, Refusal> {
        let written: Written = serde_json::from_slice(json).map_err(|_| Refusal::ClientData)?;
        if written.kind != ceremony.name() {
            return Err(Refusal::Ceremony);
        }
        if written.origin != origin {
            return Err(Refusal::Origin);
        }
        if written.cross_origin || written.top_origin.is_some() {
            return Err(Refusal::CrossOrigin);
        }
        Ok(Self { challenge: written.challenge.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<ClientData, Refusal> {
        ClientData::read(json.as_bytes(), Ceremony::Get, "https://app.test")
    }

    #[test]
    fn what_a_browser_writes_gives_the_challenge() {
        // The last member is what browsers add so that nobody compares texts.
        let json = r#"{"type":"webauthn.get","challenge":"AQID","origin":"https://app.test","crossOrigin":false,"other_keys_can_be_added_here":"x"}"#;
        assert_eq!(read(json), Ok(ClientData { challenge: vec![1, 2, 3] }));
        assert!(read(r#"{"type":"webauthn.get","challenge":"AQID","origin":"https://app.test"}"#).is_ok());
    }

    #[test]
    fn another_ceremony_origin_or_frame_is_refused() {
        for (change, refusal) in [
            (r#""type":"webauthn.create""#, Refusal::Ceremony),
            (r#""type":"payment.get""#, Refusal::Ceremony),
            (r#""origin":"https://app.test.evil.example""#, Refusal::Origin),
            (r#""origin":"https://app.test:8443""#, Refusal::Origin),
            (r#""origin":"http://app.test""#, Refusal::Origin),
            (r#""origin":"https://APP.test""#, Refusal::Origin),
            (r#""crossOrigin":true"#, Refusal::CrossOrigin),
            (r#""topOrigin":"https://app.test""#, Refusal::CrossOrigin),
            (r#""crossOrigin":"no""#, Refusal::ClientData),
            (r#""challenge":"AQID=""#, Refusal::ClientData),
            (r#""challenge":7"#, Refusal::ClientData),
        ] {
            let name = change.split(':').next().unwrap();
            let parts = [r#""type":"webauthn.get""#, r#""challenge":"AQID""#, r#""origin":"https://app.test""#];
            let kept = parts.into_iter().filter(|part| !part.starts_with(name));
            let json = format!("{{{}}}", kept.chain([change]).collect::<Vec<_>>().join(","));
            assert_eq!(read(&json), Err(refusal), "{json}");
        }
        for bad in ["", "{}", "[]", "null", r#"{"type":"webauthn.get","type":"webauthn.get"}"#] {
            assert_eq!(read(bad), Err(Refusal::ClientData), "{bad}");
        }
    }
}
