//! Challenges: random, ours, for one purpose and one browser, good for five minutes and one answer.
//!
//! A challenge says itself when it is over, and proves that we have made it. So asking for one writes nothing, however often
//! the page for signing in is opened; only the answer is noted, on whichever node it comes.

use crate::clock::Moment;
use crate::randomness;
use crate::services::Services;
use crate::store::StoreError;
use crate::webauthn::LIFETIME;
use subtle::ConstantTimeEq as _;

const NONCE: usize = 16;
const PROOF: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Add,
    SignIn,
}

impl Purpose {
    const fn code(self) -> u8 {
        match self {
            Self::Add => 1,
            Self::SignIn => 2,
        }
    }
}

/// A challenge for a browser: whoever holds it is named by the hash of a cookie of hers.
pub(super) fn issue(services: &Services, purpose: Purpose, holder: &str) -> Vec<u8> {
    let expires_at = services.clock.now().plus(LIFETIME);
    let nonce = randomness::bytes::<NONCE>();
    let proof = proof(services, purpose, holder, expires_at, &nonce);
    [expires_at.0.to_be_bytes().as_slice(), &nonce, &proof].concat()
}

/// Uses a challenge up. False where it is not ours, for something or somebody else, over, or was used.
pub(super) async fn take(
    services: &Services,
    purpose: Purpose,
    holder: &str,
    challenge: &[u8],
) -> Result<bool, StoreError> {
    let Some((expires_at, nonce)) = read(services, purpose, holder, challenge) else { return Ok(false) };
    if services.clock.now() >= expires_at {
        return Ok(false);
    }
    services.store.use_challenge(&hex::encode(nonce), expires_at).await
}

fn read(services: &Services, purpose: Purpose, holder: &str, challenge: &[u8]) -> Option<(Moment, [u8; NONCE])> {
    let (expires_at, rest) = challenge.split_first_chunk::<8>()?;
    let (nonce, given) = rest.split_first_chunk::<NONCE>()?;
    let expires_at = Moment(i64::from_be_bytes(*expires_at));
    let proof = proof(services, purpose, holder, expires_at, nonce);
    bool::from(proof.as_slice().ct_eq(given)).then_some((expires_at, *nonce))
}

fn proof(services: &Services, purpose: Purpose, holder: &str, expires_at: Moment, nonce: &[u8; NONCE]) -> [u8; PROOF] {
    let said = [[purpose.code()].as_slice(), &expires_at.0.to_be_bytes(), nonce, holder.as_bytes()].concat();
    let mut proof = [0; PROOF];
    proof.copy_from_slice(&services.vault.challenge_proof(&said)[..PROOF]);
    proof
}
