//! Custom references: what stands in `data-custom-ref`, where everybody who sees the page can read it.
//!
//! `v1.KID.BASE64URL(nonce | ciphertext | tag)` of a link intent's id, bound to the partner. It says nothing, differs at
//! every page view, and survives an address and an attribute unchanged. The vendor's limit is 255 characters.

use super::cipher::SealedError;
use super::ring::{KeyRing, RingKey};
use crate::randomness;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use domain::ids::IntentId;

const NONCE_LENGTH: usize = 12;
const LONGEST: usize = 255;

pub(super) fn seal(key: &RingKey, partner_id: &str, intent: &IntentId) -> String {
    let nonce = randomness::bytes::<NONCE_LENGTH>();
    let plain = hex::decode(intent.as_str()).unwrap_or_default();
    let aad = associated(key.kid(), partner_id);
    let cipher = Aes256Gcm::new(key.use_reference_key().into());
    let sealed = cipher.encrypt(&Nonce::from(nonce), Payload { msg: &plain, aad: &aad }).unwrap_or_default();
    format!("v1.{}.{}", key.kid(), BASE64URL.encode([nonce.as_slice(), &sealed].concat()))
}

pub(super) fn open(ring: &KeyRing, partner_id: &str, text: &str) -> Result<IntentId, SealedError> {
    if text.len() > LONGEST {
        return Err(SealedError);
    }
    let (kid, encoded) = text.strip_prefix("v1.").and_then(|rest| rest.split_once('.')).ok_or(SealedError)?;
    let key = ring.by_kid(kid).ok_or(SealedError)?;
    let bytes = BASE64URL.decode(encoded).map_err(|_| SealedError)?;
    let (nonce, msg) = bytes.split_at_checked(NONCE_LENGTH).ok_or(SealedError)?;
    let nonce: [u8; NONCE_LENGTH] = nonce.try_into().map_err(|_| SealedError)?;
    let aad = associated(kid, partner_id);
    let cipher = Aes256Gcm::new(key.reference_key().into());
    let plain = cipher.decrypt(&Nonce::from(nonce), Payload { msg, aad: &aad }).map_err(|_| SealedError)?;
    IntentId::parse(hex::encode(plain)).map_err(|_| SealedError)
}

fn associated(kid: &str, partner_id: &str) -> Vec<u8> {
    format!("custom-reference|{kid}|{partner_id}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::ring::KeyRing;
    use proptest::prelude::*;

    const PARTNER: &str = "partner";

    fn ring() -> (tempfile::TempDir, KeyRing) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ring");
        KeyRing::create(&path).unwrap();
        let ring = KeyRing::read(&path).unwrap();
        (folder, ring)
    }

    proptest! {
        #[test]
        fn cr_01_and_cr_02_any_intent_comes_back_from_a_text_the_vendor_accepts(bytes in any::<[u8; 16]>()) {
            let (_folder, ring) = ring();
            let intent = IntentId::parse(hex::encode(bytes)).unwrap();
            let text = seal(ring.active(), PARTNER, &intent);
            prop_assert!(text.len() <= LONGEST);
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)));
            prop_assert_eq!(open(&ring, PARTNER, &text), Ok(intent));
        }

        #[test]
        fn no_text_panics(text in ".{0,300}") {
            let (_folder, ring) = ring();
            prop_assert_eq!(open(&ring, PARTNER, &text), Err(SealedError));
        }
    }

    #[test]
    fn cr_04_cr_08_cr_09_cr_10_whatever_was_done_to_it_the_answer_is_one_error() {
        let (_folder, ring) = ring();
        let (_other_folder, other) = self::ring();
        let intent = IntentId::parse("00112233445566778899aabbccddeeff").unwrap();
        let text = seal(ring.active(), PARTNER, &intent);
        let kid = ring.active().kid().to_owned();
        let changed = [
            text.to_lowercase(),
            text.replacen("v1", "v0", 1),
            text.replacen("v1", "none", 1),
            text.replacen(&kid, "..", 1),
            text.replacen(&kid, "../", 1),
            text.replacen(&kid, "", 1),
            text.replacen(&kid, "retired", 1),
            text[..text.len() - 4].to_owned(),
            format!(" {text}"),
            text.replace('.', "%2E"),
            text.replace('.', "&#46;"),
        ];
        for fault in changed.iter().filter(|fault| **fault != text) {
            assert_eq!(open(&ring, PARTNER, fault), Err(SealedError), "{fault}");
        }
        assert_eq!(open(&ring, "another partner", &text), Err(SealedError));
        assert_eq!(open(&other, PARTNER, &text), Err(SealedError));
        assert_ne!(seal(ring.active(), PARTNER, &intent), text);
    }

    #[test]
    fn cr_05_cr_06_every_changed_bit_and_every_shortened_tag_is_noticed() {
        let (_folder, ring) = ring();
        let intent = IntentId::parse("00112233445566778899aabbccddeeff").unwrap();
        let text = seal(ring.active(), PARTNER, &intent);
        for bit in 0..text.len() * 8 {
            let mut bytes = text.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            // What is no text any more cannot come.
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert_eq!(open(&ring, PARTNER, &changed), Err(SealedError), "{changed}");
        }
        let (head, encoded) = text.rsplit_once('.').unwrap();
        let sealed = BASE64URL.decode(encoded).unwrap();
        for missing in 1..=sealed.len() {
            let cut = format!("{head}.{}", BASE64URL.encode(&sealed[..sealed.len() - missing]));
            assert_eq!(open(&ring, PARTNER, &cut), Err(SealedError), "{missing} bytes short");
        }
    }
}
