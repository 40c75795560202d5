//! Keys and what is under them.
//!
//! ```text
//! key ring (file)  ──wraps──▶ data keys (store) ──seal──▶ tokens, raw notifications
//!        │                     user:ID       one for each user
//!        │                     inbox:HOUR    what arrives before its user is known
//!        │                     fingerprint   look-up of tokens
//!        │                     push          by which push services know us
//!        └──seals──▶ custom references, canaries
//! ```
//!
//! Rotating the ring rewraps data keys and touches no data. Destroying a user's data key makes everything under it
//! unreadable, in backups too. Every ciphertext is bound to its key, its purpose and the row that it belongs to.

mod cipher;
mod data_key;
mod reference;
mod ring;
mod rotation;
mod stop;

pub use cipher::SealedError;
pub use data_key::DataKey;
pub use ring::{KeyRing, RingError};
pub use rotation::{MOST_USES, RetireError, Rotation};
pub use stop::Stopping;

use crate::alerts::devices::{self, SealedSubscription, Subscription};
use crate::alerts::push::ServerKey;
use crate::clock::{Moment, SharedClock};
use crate::inbox;
use crate::pages::Confidential;
use crate::secret::Secret;
use crate::store::{DeliveryRecord, Store, StoreError, WrappedKey};
use app::backend::Difference;
use async_trait::async_trait;
use domain::ids::{CardRef, IntentId, UserId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Notify;

/// What the canary of each ring key says.
const CANARY: &[u8] = b"anytime-connect";
/// Unwrapped data keys that are kept in memory.
const CACHED_KEYS: usize = 10_000;
/// An hour of the inbox has a key of its own. Random nonces are good for 2^31 uses of one key; at 20,000 notifications a
/// second an hour uses 72 million.
const INBOX_SEGMENT_US: i64 = 3_600 * 1_000_000;
/// A custom reference names an attempt to link that lasts this long.
pub const REFERENCE_TIME: Duration = Duration::from_mins(30);
const FINGERPRINT_OWNER: &str = "fingerprint";
const PUSH_OWNER: &str = "push";
const HOUSE_OWNER: &str = "house";

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("the key ring cannot be used: {0}")]
    Ring(#[from] RingError),
    #[error("key `{kid}` of the ring is not the key that this database was written with: put the right key file back")]
    WrongKey { kid: String },
    #[error("the database was written with key `{kid}`, which is not in the ring: put it back into the key file")]
    MissingKey { kid: String },
    #[error(transparent)]
    Sealed(#[from] SealedError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The keys, opened. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    /// As it was when the file was read last.
    ring: RwLock<Arc<KeyRing>>,
    store: Store,
    clock: SharedClock,
    partner_id: String,
    /// The ring has a new key.
    rotated: Notify,
    /// Under the fingerprints' key, and nothing hashed yet: made once, as every notification takes two.
    fingerprints: Hmac<Sha256>,
    /// Unwrapped data keys by owner. Emptied when full: unwrapping one again costs a look-up.
    unwrapped: Mutex<HashMap<String, Arc<DataKey>>>,
}

impl Vault {
    /// Checks the ring against the database's canaries and opens the vault. `partner_id` binds custom references to this
    /// integration, so that one from a test environment means nothing in production.
    pub async fn open(ring: KeyRing, store: Store, clock: SharedClock, partner_id: &str) -> Result<Self, VaultError> {
        admit(&ring, &store, clock.now()).await?;
        let fingerprint = load_or_create(&ring, &store, FINGERPRINT_OWNER, clock.now()).await?;
        let fingerprints = <Hmac<Sha256> as KeyInit>::new(&fingerprint.mac_key().into());
        let partner_id = partner_id.to_owned();
        let unwrapped = Mutex::new(HashMap::new());
        let ring = RwLock::new(Arc::new(ring));
        Ok(Self {
            inner: Arc::new(Inner { ring, store, clock, partner_id, rotated: Notify::new(), fingerprints, unwrapped }),
        })
    }

    /// A user's data key, made at its first use.
    pub async fn user_key(&self, user: &UserId) -> Result<Arc<DataKey>, VaultError> {
        self.key_or_create(&user_owner(user)).await
    }

    /// The data key for what arrives at this moment and concerns nobody yet.
    pub async fn inbox_key(&self, at: Moment) -> Result<Arc<DataKey>, VaultError> {
        self.key_or_create(&format!("inbox:{}", at.0.div_euclid(INBOX_SEGMENT_US))).await
    }

    /// The data key for what is ours: secrets that we share with others, and what we tell of ourselves.
    pub async fn house_key(&self) -> Result<Arc<DataKey>, VaultError> {
        self.key_or_create(HOUSE_OWNER).await
    }

    /// A data key by its owner; none where it was destroyed.
    pub async fn key(&self, owner: &str) -> Result<Option<Arc<DataKey>>, VaultError> {
        if let Some(key) = self.cached(owner) {
            return Ok(Some(key));
        }
        let Some(wrapped) = self.inner.store.data_key(owner).await? else { return Ok(None) };
        if self.ring().by_kid(&wrapped.kid).is_none() {
            // Somebody else has heard of a new key earlier.
            self.read_ring().await?;
        }
        let key = Arc::new(unwrap(&self.ring(), &wrapped)?);
        self.cache(owner, &key);
        Ok(Some(key))
    }

    /// Destroys a user's data key: what is under it is gone, here and in every backup.
    pub async fn destroy_user_key(&self, user: &UserId) -> Result<(), VaultError> {
        let owner = user_owner(user);
        self.inner.store.destroy_data_key(&owner).await?;
        self.unwrapped().remove(&owner);
        Ok(())
    }

    /// Lets go of a user's data key that was destroyed elsewhere.
    pub fn forget_user_key(&self, user: &UserId) {
        self.unwrapped().remove(&user_owner(user));
    }

    /// Lets go of all data keys; each is looked up again when it is needed.
    pub fn forget_keys(&self) {
        self.unwrapped().clear();
    }

    /// The name under which a token is looked up: 64 hexadecimal digits that say nothing without our key.
    pub fn fingerprint(&self, token: &Secret) -> String {
        self.mac(b"token", token.expose().as_bytes())
    }

    /// A keyed hash of the part of a notification that a retry may not change.
    pub fn core_mac(&self, core: &[u8]) -> String {
        self.mac(b"core", core)
    }

    /// A card that was somebody's who has gone: enough to know it again, and nothing to read it from.
    pub fn card_mac(&self, card: &CardRef) -> String {
        self.mac(b"card", card.as_str().as_bytes())
    }

    /// What tries are counted by.
    pub fn tally_mac(&self, name: &str) -> String {
        self.mac(b"tally", name.as_bytes())
    }

    /// A recovery code of a user.
    pub fn recovery_mac(&self, user: &UserId, code: &Secret) -> String {
        self.mac(b"recovery", format!("{user}|{}", code.expose()).as_bytes())
    }

    /// What proves that we have made a challenge.
    pub fn challenge_proof(&self, challenge: &[u8]) -> [u8; 32] {
        self.proof(b"challenge", challenge)
    }

    /// The name of a user's data key in the store.
    pub fn user_owner(user: &UserId) -> String {
        user_owner(user)
    }

    /// The text of a link that ends the mails of rules.
    pub fn seal_stopping(&self, stopping: &Stopping) -> String {
        stop::seal(stopping, |bytes| self.proof(b"stop", bytes))
    }

    /// What such a link stands for; none if it is not of ours.
    pub fn open_stopping(&self, text: &str) -> Option<Stopping> {
        stop::open(text, |bytes| self.proof(b"stop", bytes))
    }

    /// A keyed hash of the address that a browser is pushed to at.
    pub fn endpoint_mac(&self, endpoint: &str) -> String {
        self.mac(b"endpoint", endpoint.as_bytes())
    }

    /// The key that push messages are signed with. Browsers remember it, so it stays the same whatever the ring does.
    pub async fn push_key(&self) -> Result<ServerKey, VaultError> {
        let key = self.key_or_create(PUSH_OWNER).await?;
        // The first one is good but for one time in four billion.
        let found = (0..4).find_map(|n| ServerKey::from_bytes(&key.derive(&format!("anytime-connect/vapid/{n}"))));
        Ok(found.ok_or(SealedError)?)
    }

    /// A `data-custom-ref` that names an intent: at most 255 characters of `[A-Za-z0-9._-]`, different at each call.
    pub fn seal_reference(&self, intent: &IntentId) -> String {
        reference::seal(self.ring().active(), &self.inner.partner_id, intent)
    }

    /// The intent that a custom reference names. Every fault gives the same error.
    pub fn open_reference(&self, text: &str) -> Result<IntentId, SealedError> {
        reference::open(&self.ring(), &self.inner.partner_id, text)
    }

    /// The ring's key ids, the active one first.
    pub fn kids(&self) -> Vec<String> {
        self.ring().kids().map(str::to_owned).collect()
    }

    async fn key_or_create(&self, owner: &str) -> Result<Arc<DataKey>, VaultError> {
        if let Some(key) = self.key(owner).await? {
            return Ok(key);
        }
        let key = Arc::new(create(&self.ring(), &self.inner.store, owner, self.inner.clock.now()).await?);
        self.cache(owner, &key);
        Ok(key)
    }

    fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.inner.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn mac(&self, purpose: &[u8], data: &[u8]) -> String {
        hex::encode(self.proof(purpose, data))
    }

    fn proof(&self, purpose: &[u8], data: &[u8]) -> [u8; 32] {
        let mac = self.inner.fingerprints.clone();
        mac.chain_update(purpose).chain_update([0]).chain_update(data).finalize().into_bytes().into()
    }

    fn cached(&self, owner: &str) -> Option<Arc<DataKey>> {
        self.unwrapped().get(owner).cloned()
    }

    fn cache(&self, owner: &str, key: &Arc<DataKey>) {
        let mut keys = self.unwrapped();
        if keys.len() >= CACHED_KEYS {
            keys.clear();
        }
        keys.insert(owner.to_owned(), Arc::clone(key));
    }

    fn unwrapped(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<DataKey>>> {
        self.inner.unwrapped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Confidential for Vault {
    fn seal_reference(&self, intent: &IntentId) -> Option<String> {
        Some(Self::seal_reference(self, intent))
    }

    fn open_stopping(&self, text: &str) -> Option<Stopping> {
        Self::open_stopping(self, text)
    }

    async fn push_key(&self) -> Option<String> {
        match Self::push_key(self).await {
            Ok(key) => Some(key.public().to_owned()),
            Err(error) => {
                tracing::error!(%error, "the key for push messages cannot be used");
                None
            }
        }
    }

    async fn seal_subscription(&self, user: &UserId, id: &str, made: &Subscription) -> Option<SealedSubscription> {
        match devices::seal(self, user, id, made).await {
            Ok(sealed) => Some(sealed),
            Err(error) => {
                tracing::error!(%error, "a subscription cannot be sealed");
                None
            }
        }
    }

    async fn compare(&self, one: &DeliveryRecord, other: &DeliveryRecord) -> Option<Vec<Difference>> {
        match inbox::differences(self, one, other).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(delivery.id = other.id, %error, "the body of a delivery cannot be compared");
                None
            }
        }
    }

    async fn open_body(&self, delivery: &DeliveryRecord) -> Option<String> {
        match inbox::masked_body(self, delivery).await {
            Ok(body) => body,
            Err(error) => {
                tracing::warn!(delivery.id, %error, "the body of a delivery cannot be opened");
                None
            }
        }
    }
}

fn user_owner(user: &UserId) -> String {
    format!("user:{user}")
}

/// Refuses a ring with which the database was not written.
pub async fn check(ring: &KeyRing, store: &Store) -> Result<(), VaultError> {
    for (kid, sealed) in store.canaries().await? {
        let Some(key) = ring.by_kid(&kid) else { return Err(VaultError::MissingKey { kid }) };
        if !key.open("canary", &kid, &sealed).is_ok_and(|text| text == CANARY) {
            return Err(VaultError::WrongKey { kid });
        }
    }
    Ok(())
}

/// The same, and lets the database know of the active key.
async fn admit(ring: &KeyRing, store: &Store, now: Moment) -> Result<(), VaultError> {
    check(ring, store).await?;
    let active = ring.active();
    if store.canary(active.kid()).await?.is_none() {
        store.add_canary(active.kid(), &active.seal("canary", active.kid(), CANARY), now).await?;
    }
    Ok(())
}

async fn load_or_create(ring: &KeyRing, store: &Store, owner: &str, now: Moment) -> Result<DataKey, VaultError> {
    if let Some(wrapped) = store.data_key(owner).await? {
        return Ok(unwrap(ring, &wrapped)?);
    }
    create(ring, store, owner, now).await
}

/// A new data key, or the one of who was quicker.
async fn create(ring: &KeyRing, store: &Store, owner: &str, now: Moment) -> Result<DataKey, VaultError> {
    let fresh = DataKey::generate(owner);
    let active = ring.active();
    let wrapped = WrappedKey {
        owner: owner.to_owned(),
        kid: active.kid().to_owned(),
        wrapped: active.seal("data-key", owner, fresh.bytes()),
    };
    Ok(unwrap(ring, &store.add_data_key(&wrapped, now).await?)?)
}

fn unwrap(ring: &KeyRing, wrapped: &WrappedKey) -> Result<DataKey, SealedError> {
    let key = ring.by_kid(&wrapped.kid).ok_or(SealedError)?;
    DataKey::from_bytes(&wrapped.owner, &key.open("data-key", &wrapped.owner, &wrapped.wrapped)?)
}
