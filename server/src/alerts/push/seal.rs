//! Messages that only one browser can read: RFC 8291 over the encoding `aes128gcm` of RFC 8188.

use crate::randomness;
use aes_gcm::aead::{Aead as _, KeyInit as _};
use aes_gcm::{Aes128Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Of the one record; a push service takes 4,096 bytes at least.
const RECORD: u32 = 4_096;
/// All messages are made as long as this, so that their length says nothing.
const LENGTH: usize = 2_048;
/// Behind the last byte of the last record's content.
const LAST: u8 = 2;

/// The browser, as it has told us: its key, and a secret that the push service does not know.
pub struct Recipient {
    public: PublicKey,
    auth: Zeroizing<[u8; 16]>,
}

/// What a browser gave is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the keys of the subscription cannot be read")]
pub struct BadKeys;

impl Recipient {
    /// Reads both as browsers write them: URL-safe base64, with or without padding.
    pub fn parse(p256dh: &str, auth: &str) -> Result<Self, BadKeys> {
        let decode = |text: &str| BASE64URL.decode(text.trim_end_matches('=')).map_err(|_| BadKeys);
        let public = decode(p256dh)?;
        if public.len() != 65 {
            return Err(BadKeys);
        }
        let public = PublicKey::from_sec1_bytes(&public).map_err(|_| BadKeys)?;
        let auth = Zeroizing::new(decode(auth)?.try_into().map_err(|_| BadKeys)?);
        Ok(Self { public, auth })
    }

    /// A message under a key that is used once, and filled up. None where it is too long.
    pub fn seal(&self, message: &[u8]) -> Option<Vec<u8>> {
        self.seal_with(&fresh(), randomness::bytes(), message, LENGTH)
    }

    fn seal_with(&self, ours: &SecretKey, salt: [u8; 16], message: &[u8], length: usize) -> Option<Vec<u8>> {
        if message.len() > length {
            return None;
        }
        let theirs = self.public.to_sec1_point(false);
        let public = ours.public_key().to_sec1_point(false);
        let shared = p256::ecdh::diffie_hellman(ours.to_nonzero_scalar(), self.public.as_affine());
        let mut info = b"WebPush: info\0".to_vec();
        info.extend_from_slice(theirs.as_bytes());
        info.extend_from_slice(public.as_bytes());
        let input: Zeroizing<[u8; 32]> = expand(self.auth.as_slice(), shared.raw_secret_bytes(), &info)?;
        let key: Zeroizing<[u8; 16]> = expand(&salt, input.as_slice(), b"Content-Encoding: aes128gcm\0")?;
        let nonce: Zeroizing<[u8; 12]> = expand(&salt, input.as_slice(), b"Content-Encoding: nonce\0")?;
        let mut plain = Zeroizing::new(message.to_vec());
        plain.push(LAST);
        plain.resize(length + 1, 0);
        let sealed = Aes128Gcm::new((&*key).into()).encrypt(&Nonce::from(*nonce), plain.as_slice()).ok()?;
        let mut out = salt.to_vec();
        out.extend_from_slice(&RECORD.to_be_bytes());
        out.push(u8::try_from(public.as_bytes().len()).ok()?);
        out.extend_from_slice(public.as_bytes());
        out.extend_from_slice(&sealed);
        Some(out)
    }
}

fn expand<const N: usize>(salt: &[u8], input: &[u8], info: &[u8]) -> Option<Zeroizing<[u8; N]>> {
    let mut out = Zeroizing::new([0; N]);
    Hkdf::<Sha256>::new(Some(salt), input).expand(info, out.as_mut_slice()).ok()?;
    Some(out)
}

/// One of four billion values is no key of this curve.
fn fresh() -> SecretKey {
    loop {
        let bytes = Zeroizing::new(randomness::bytes::<32>());
        if let Ok(key) = SecretKey::from_slice(bytes.as_slice()) {
            return key;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEIRS: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const THEIR_SECRET: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    fn secret(text: &str) -> SecretKey {
        SecretKey::from_slice(&BASE64URL.decode(text).unwrap()).unwrap()
    }

    #[test]
    fn the_example_of_rfc_8291_comes_out_as_it_is_printed() {
        let ours = secret("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let salt = BASE64URL.decode("DGv6ra1nlYgDCS1FRnbzlw").unwrap().try_into().unwrap();
        let message = b"When I grow up, I want to be a watermelon";
        let sealed = Recipient::parse(THEIRS, AUTH).unwrap().seal_with(&ours, salt, message, message.len()).unwrap();
        assert_eq!(
            BASE64URL.encode(sealed),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBr\
             u3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    /// As the browser does it.
    fn open(sealed: &[u8]) -> Vec<u8> {
        let (salt, rest) = sealed.split_at(16);
        assert_eq!(rest[..5], [0, 0, 16, 0, 65]);
        let (public, sealed) = rest[5..].split_at(65);
        let theirs = secret(THEIR_SECRET);
        let ours = PublicKey::from_sec1_bytes(public).unwrap();
        let shared = p256::ecdh::diffie_hellman(theirs.to_nonzero_scalar(), ours.as_affine());
        let mut info = b"WebPush: info\0".to_vec();
        info.extend_from_slice(theirs.public_key().to_sec1_point(false).as_bytes());
        info.extend_from_slice(public);
        let auth = BASE64URL.decode(AUTH).unwrap();
        let input = expand::<32>(&auth, shared.raw_secret_bytes(), &info).unwrap();
        let key = expand::<16>(salt, input.as_slice(), b"Content-Encoding: aes128gcm\0").unwrap();
        let nonce = expand::<12>(salt, input.as_slice(), b"Content-Encoding: nonce\0").unwrap();
        let plain = Aes128Gcm::new((&*key).into()).decrypt(&Nonce::from(*nonce), sealed).unwrap();
        let end = plain.iter().rposition(|byte| *byte != 0).unwrap();
        assert_eq!(plain[end], LAST);
        plain[..end].to_vec()
    }

    #[test]
    fn the_browser_reads_what_was_sealed_and_its_length_says_nothing() {
        let recipient = Recipient::parse(THEIRS, &format!("{AUTH}==")).unwrap();
        let (short, long) = (b"x".to_vec(), vec![b'y'; LENGTH]);
        let sealed = [recipient.seal(&short).unwrap(), recipient.seal(&long).unwrap()];
        assert_eq!(sealed[0].len(), sealed[1].len());
        assert!(sealed[0].len() <= RECORD as usize);
        assert_eq!((open(&sealed[0]), open(&sealed[1])), (short.clone(), long));
        assert_ne!(recipient.seal(&short), recipient.seal(&short), "another key each time");
        assert_eq!(recipient.seal(&vec![0; LENGTH + 1]), None);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let compressed = BASE64URL.encode([2; 33]);
        let nowhere = BASE64URL.encode([4; 65]);
        for (p256dh, auth) in
            [("", AUTH), (THEIRS, ""), ("%%%", AUTH), (&compressed, AUTH), (&nowhere, AUTH), (THEIRS, THEIRS)]
        {
            assert!(Recipient::parse(p256dh, auth).is_err(), "{p256dh} {auth}");
        }
    }
}
