//! A data key: random, kept wrapped in the store, in memory only while the server runs.

use super::cipher::{self, SealedError};
use crate::randomness;
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// 256 bits that seal values of one owner. No `Debug`.
pub struct DataKey {
    owner: String,
    bytes: Zeroizing<[u8; 32]>,
}

impl DataKey {
    pub(super) fn generate(owner: &str) -> Self {
        Self { owner: owner.to_owned(), bytes: Zeroizing::new(randomness::bytes()) }
    }

    pub(super) fn from_bytes(owner: &str, bytes: &[u8]) -> Result<Self, SealedError> {
        let bytes = Zeroizing::new(bytes.try_into().map_err(|_| SealedError)?);
        Ok(Self { owner: owner.to_owned(), bytes })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// A key for keyed hashes, apart from the one that encrypts.
    pub(super) fn mac_key(&self) -> [u8; 64] {
        let mut out = [0_u8; 64];
        // HKDF-SHA256 refuses only outputs of more than 8,160 bytes.
        let _ = Hkdf::<Sha256>::new(None, self.bytes.as_slice()).expand(b"anytime-connect/mac", &mut out);
        out
    }

    /// Another key of 256 bits, for one purpose.
    pub(super) fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0_u8; 32]);
        // HKDF-SHA256 refuses only outputs of more than 8,160 bytes.
        let _ = Hkdf::<Sha256>::new(None, self.bytes.as_slice()).expand(purpose.as_bytes(), out.as_mut_slice());
        out
    }

    /// The name of this key in the store, kept beside what it seals.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Seals a value for one purpose and one row.
    pub fn seal(&self, purpose: &str, row: &str, plain: &[u8]) -> Vec<u8> {
        cipher::seal(&self.bytes, &self.owner, purpose, row, plain)
    }

    /// Opens what `seal` made for the same purpose and row.
    pub fn open(&self, purpose: &str, row: &str, sealed: &[u8]) -> Result<Vec<u8>, SealedError> {
        cipher::open(&self.bytes, &self.owner, purpose, row, sealed)
    }
}
