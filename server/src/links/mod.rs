//! Links: from a token to a user's cards.
//!
//! Two channels bring the same token: the browser (`POST /links`) and the notification `token_created`. The first one
//! opens the link, the bank's API proves it, and the other one confirms it. What the bank says is always learned with that
//! user's own token, so nobody can claim another's card.

mod ask;
mod browser;
mod offer;
mod prove;
mod reconcile;
mod view;
mod worker;

pub use ask::AskedFor;
pub use browser::{LinkRoutes, router};
pub use offer::{Outcome, TokenOutcome};
pub use reconcile::Vouched;
pub use view::{card_view, link_view, link_views};
pub use worker::Worker;

use crate::alarms::Alarms;
use crate::anytime::Client;
use crate::clock::SharedClock;
use crate::secret::Secret;
use crate::store::{LinkRecord, Store, StoreError};
use crate::vault::{Vault, VaultError};
use domain::ids::{LinkId, UserId};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// Payments that came by a notification are looked up in the card's statement after this long; a burst is looked up once.
pub const CONFIRM_AFTER: Duration = Duration::from_secs(2);

/// Links of one statement when all of them are to be reconciled.
const RECONCILED_AT_ONCE: i64 = 500;
/// The time between two of them, and how many are spread like that before it begins anew: ten minutes.
const RECONCILED_EVERY: Duration = Duration::from_millis(50);
const RECONCILED_IN_TURN: u32 = 12_000;

/// What the link code works with. Cheap to clone.
#[derive(Clone)]
pub struct Links {
    pub store: Store,
    pub vault: Vault,
    pub clock: SharedClock,
    pub bank: Arc<Client>,
    /// Told when a link may be due.
    pub wake: Arc<Notify>,
    /// Told when deliveries that waited for a card may go on.
    pub deliveries_wake: Arc<Notify>,
    pub alarms: Alarms,
    /// All statements of a link are read through at least this often.
    pub reconcile_every: Duration,
    pub asked_for: AskedFor,
}

impl Links {
    /// Lets the bank's API confirm payments that a notification brought.
    pub(crate) async fn confirm_soon(&self, link: &LinkId) -> Result<(), StoreError> {
        self.store.schedule_link(link, self.clock.now().plus(CONFIRM_AFTER)).await
    }

    /// Has all statements read through, one link after the other, so that the bank is not asked for all at once.
    pub async fn reconcile_all(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let count = AtomicU32::new(0);
        let at = || now.plus(RECONCILED_EVERY * count.fetch_add(1, Ordering::Relaxed).rem_euclid(RECONCILED_IN_TURN));
        let mut last: Option<LinkId> = None;
        loop {
            last = self.store.reconcile_links(last.as_ref(), RECONCILED_AT_ONCE, &at).await?;
            if last.is_none() {
                self.wake.notify_one();
                return Ok(());
            }
        }
    }

    /// Erases the token here. Access itself can only be withdrawn at the bank.
    pub async fn forget(&self, id: &LinkId, user: &UserId, erase_history: bool) -> Result<bool, StoreError> {
        self.store.forget_link(id, user, erase_history, self.clock.now()).await
    }

    fn seal_token(key: &crate::vault::DataKey, token: &Secret, fingerprint: &str) -> Vec<u8> {
        key.seal("token", fingerprint, token.expose().as_bytes())
    }

    async fn open_token(&self, link: &LinkRecord) -> Result<Option<Secret>, VaultError> {
        open_token(&self.vault, link).await
    }
}

/// The token of a link, for a call of the bank.
pub async fn open_token(vault: &Vault, link: &LinkRecord) -> Result<Option<Secret>, VaultError> {
    let Some(sealed) = &link.token_sealed else { return Ok(None) };
    let key = vault.user_key(&link.user_id).await?;
    let token = key.open("token", &link.token_fp, sealed)?;
    Ok(String::from_utf8(token).ok().map(Secret::new))
}
