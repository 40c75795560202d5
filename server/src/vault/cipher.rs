//! AES-256-GCM with everything bound that must not be exchanged.
//!
//! A sealed value is `version (1) | nonce (12) | ciphertext and tag`. The associated data names the version, the key, the
//! purpose and the row, so a value moved to another row, or sealed for another purpose, does not open.

use crate::randomness;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};

const VERSION: u8 = 1;
const NONCE_LENGTH: usize = 12;
const TAG_LENGTH: usize = 16;

/// A sealed value that does not open. Which of version, key, tag or binding is at fault is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed value cannot be opened with this key, for this purpose and this row")]
pub struct SealedError;

pub(super) fn seal(key: &[u8; 32], kid: &str, purpose: &str, row: &str, plain: &[u8]) -> Vec<u8> {
    let nonce = randomness::bytes::<NONCE_LENGTH>();
    let aad = associated(kid, purpose, row);
    let payload = Payload { msg: plain, aad: &aad };
    // AES-GCM refuses only plaintexts of 64 GiB and more.
    let sealed = Aes256Gcm::new(key.into()).encrypt(&Nonce::from(nonce), payload).unwrap_or_default();
    let mut out = Vec::with_capacity(1 + NONCE_LENGTH + sealed.len());
    out.push(VERSION);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&sealed);
    out
}

pub(super) fn open(key: &[u8; 32], kid: &str, purpose: &str, row: &str, sealed: &[u8]) -> Result<Vec<u8>, SealedError> {
    let (version, rest) = sealed.split_first().ok_or(SealedError)?;
    if *version != VERSION || rest.len() < NONCE_LENGTH + TAG_LENGTH {
        return Err(SealedError);
    }
    let (nonce, msg) = rest.split_at(NONCE_LENGTH);
    let nonce: [u8; NONCE_LENGTH] = nonce.try_into().map_err(|_| SealedError)?;
    let aad = associated(kid, purpose, row);
    Aes256Gcm::new(key.into()).decrypt(&Nonce::from(nonce), Payload { msg, aad: &aad }).map_err(|_| SealedError)
}

/// Each part behind its length, so that no two different triples read the same.
fn associated(kid: &str, purpose: &str, row: &str) -> Vec<u8> {
    let mut out = vec![VERSION];
    for part in [kid, purpose, row] {
        out.extend_from_slice(&(part.len() as u64).to_be_bytes());
        out.extend_from_slice(part.as_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn cr_25_the_same_text_twice_gives_different_values() {
        assert_ne!(seal(&KEY, "k", "p", "r", b"x"), seal(&KEY, "k", "p", "r", b"x"));
    }

    #[test]
    fn cr_12_a_value_opens_only_for_its_key_purpose_and_row() {
        let sealed = seal(&KEY, "k", "token", "alice", b"secret");
        assert_eq!(open(&KEY, "k", "token", "alice", &sealed).as_deref(), Ok(b"secret".as_slice()));
        for (kid, purpose, row) in
            [("j", "token", "alice"), ("k", "body", "alice"), ("k", "token", "bruno"), ("k", "tokena", "lice")]
        {
            assert_eq!(open(&KEY, kid, purpose, row, &sealed), Err(SealedError));
        }
        assert_eq!(open(&[8; 32], "k", "token", "alice", &sealed), Err(SealedError));
    }

    #[test]
    fn cr_05_and_cr_06_every_changed_bit_and_every_cut_is_noticed() {
        let sealed = seal(&KEY, "k", "p", "r", b"intent");
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&KEY, "k", "p", "r", &changed), Err(SealedError), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert_eq!(open(&KEY, "k", "p", "r", &sealed[..length]), Err(SealedError), "length {length}");
        }
    }
}
