//! Changing keys while everything goes on.
//!
//! The key ring is a file. Whoever puts a new key in front of the others has begun a rotation: each server reads the file again
//! when it has changed, seals with the new key from then on, and brings the data keys under it, a few at a time. What is under
//! the data keys is not touched. It can end anywhere and goes on from there, since each data key says what it is under.

use super::{KeyRing, REFERENCE_TIME, RingError, Vault, VaultError, admit, unwrap};
use crate::alarms::{Alarms, Kind};
use crate::lifecycle;
use crate::nodes::Duty;
use crate::store::{RingKeyRecord, StoreError, WrappedKey};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio_util::sync::CancellationToken;

/// Random nonces of one key are good for about as many uses.
pub const MOST_USES: i64 = 1 << 31;
/// How often the file is looked at.
const POLL: Duration = Duration::from_secs(5);
/// Data keys that are moved in one transaction.
const BITE: i64 = 256;

/// Why a key of the ring has to stay.
#[derive(Debug, thiserror::Error)]
pub enum RetireError {
    #[error("there is no key `{0}` in the ring")]
    Unknown(String),
    #[error("`{0}` is the active key: make a new one first, with `keys rotate`")]
    Active(String),
    #[error("`{0}` still protects {1} data keys: `keys rotate` moves them, or a running server does")]
    Used(String, i64),
    #[error("people may still be linking with what `{0}` has sealed: try again in {1} minutes")]
    Fresh(String, u64),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<StoreError> for RetireError {
    fn from(error: StoreError) -> Self {
        Self::Vault(error.into())
    }
}

impl From<RingError> for RetireError {
    fn from(error: RingError) -> Self {
        Self::Vault(error.into())
    }
}

impl Vault {
    /// Makes a new key, which everything is sealed with from now on; returns its name.
    pub async fn add_key(&self) -> Result<String, VaultError> {
        let kid = KeyRing::add_key(self.ring().path())?;
        self.read_ring().await?;
        self.inner.rotated.notify_one();
        Ok(kid)
    }

    /// Reads the file of the ring again. One that is not right is refused, and the ring stays as it was.
    pub async fn read_ring(&self) -> Result<(), VaultError> {
        let ring = KeyRing::read(self.ring().path())?;
        admit(&ring, &self.inner.store, self.inner.clock.now()).await?;
        self.count_uses().await?;
        *self.inner.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        Ok(())
    }

    /// Brings some of the data keys that are under older keys of the ring under the active one; returns how many it has seen to.
    pub async fn rewrap_some(&self) -> Result<usize, VaultError> {
        let ring = self.ring();
        let active = ring.active();
        for old in ring.kids().filter(|kid| *kid != active.kid()) {
            let keys = self.inner.store.data_keys_under(old, BITE).await?;
            if keys.is_empty() {
                continue;
            }
            let moved = keys
                .iter()
                .map(|key| {
                    let wrapped = active.seal("data-key", &key.owner, unwrap(&ring, key)?.bytes());
                    Ok(WrappedKey { owner: key.owner.clone(), kid: active.kid().to_owned(), wrapped })
                })
                .collect::<Result<Vec<_>, VaultError>>()?;
            self.inner.store.rewrap_data_keys(old, moved).await?;
            return Ok(keys.len());
        }
        Ok(0)
    }

    /// Every key of the ring, the active one first, with what the database knows of it; of one that nothing was sealed with yet,
    /// nothing.
    pub async fn ring_keys(&self) -> Result<Vec<(String, Option<RingKeyRecord>)>, VaultError> {
        let known = self.inner.store.ring_keys().await?.into_iter().map(|key| (key.kid.clone(), key));
        let mut known: HashMap<String, RingKeyRecord> = known.collect();
        let with_record = |kid: String| {
            let key = known.remove(&kid);
            (kid, key)
        };
        Ok(self.kids().into_iter().map(with_record).collect())
    }

    /// Removes a key under which nothing is any more, from the database first and then from the file.
    pub async fn retire(&self, kid: &str) -> Result<(), RetireError> {
        let keys = self.ring_keys().await?;
        if !keys.iter().any(|(name, _)| name == kid) {
            return Err(RetireError::Unknown(kid.to_owned()));
        }
        let Some((_, active)) = keys.first().filter(|(name, _)| name != kid) else {
            return Err(RetireError::Active(kid.to_owned()));
        };
        let age = active.as_ref().map_or(Duration::ZERO, |active| self.inner.clock.now().since(active.since));
        let left = REFERENCE_TIME.saturating_sub(age);
        if !left.is_zero() {
            return Err(RetireError::Fresh(kid.to_owned(), left.as_secs().div_ceil(60)));
        }
        if !self.inner.store.retire_key(kid).await? {
            let used = keys.iter().find(|(name, _)| name == kid).and_then(|(_, key)| key.as_ref());
            return Err(RetireError::Used(kid.to_owned(), used.map_or(1, |key| key.data_keys.max(1))));
        }
        KeyRing::remove_key(self.ring().path(), kid)?;
        Ok(self.read_ring().await?)
    }

    /// Adds what was sealed since the last time to what the database knows.
    pub async fn count_uses(&self) -> Result<(), VaultError> {
        for key in self.ring().keys() {
            let uses = key.take_uses();
            if uses > 0 {
                self.inner.store.add_key_uses(key.kid(), uses).await?;
            }
        }
        Ok(())
    }
}

/// What every server does for it.
pub struct Rotation {
    vault: Vault,
    alarms: Alarms,
    /// To move data keys.
    duty: Duty,
    /// When the file had been changed that was read last.
    seen: Mutex<Option<SystemTime>>,
}

impl Rotation {
    pub fn new(vault: Vault, alarms: Alarms, duty: Duty) -> Self {
        let seen = Mutex::new(changed_at(vault.ring().path()));
        Self { vault, alarms, duty, seen }
    }

    /// Runs until the shutdown.
    pub async fn run(self, shutdown: CancellationToken) {
        let wake = &self.vault.inner.rotated;
        lifecycle::repeat("the rotation of keys", wake, POLL, shutdown, || self.step()).await;
        if let Err(error) = self.vault.count_uses().await {
            tracing::warn!(%error, "some uses of keys were not counted");
        }
    }

    /// Looks at the file, and moves some data keys; returns how many.
    pub async fn step(&self) -> Result<usize, VaultError> {
        let changed = changed_at(self.vault.ring().path());
        if changed != self.last_seen() {
            self.vault.read_ring().await?;
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = changed;
            tracing::info!(active = self.vault.ring().active().kid(), "the key ring was read again");
        }
        self.vault.count_uses().await?;
        for kid in self.vault.inner.store.worn_keys(MOST_USES).await? {
            self.alarms.raise(Kind::WornKey, kid, "");
        }
        if self.duty.is_ours().await? { self.vault.rewrap_some().await } else { Ok(0) }
    }

    fn last_seen(&self) -> Option<SystemTime> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn changed_at(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|file| file.modified()).ok()
}
