//! What handlers share. One value, made once at the start; clones are the same.

use crate::accounts::passwords::Passwords;
use crate::accounts::throttle::{Limits, Throttle};
use crate::anytime::Client;
use crate::clock::{Moment, SharedClock};
use crate::config::Config;
use crate::http::KeptPages;
use crate::lifecycle::Tasks;
use crate::mail::Mailer;
use crate::pages::{Confidential, Known};
use crate::readiness::Readiness;
use crate::sessions::Sessions;
use crate::store::Store;
use crate::vault::Vault;
use app::page::Assets;
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

#[derive(Clone)]
pub struct Services(Arc<Inner>);

pub struct Inner {
    pub config: Arc<Config>,
    pub store: Store,
    pub clock: SharedClock,
    pub started_at: Moment,
    /// Whether a notification could be acknowledged.
    pub readiness: Readiness,
    /// The bank's API.
    pub bank: Arc<Client>,
    /// Every task that requests leave behind, and every stream: they end with the server.
    pub tasks: Tasks,
    /// Cancelled when this node is told to end: nothing new shall be sent here, and what comes is served.
    pub leaving: CancellationToken,
    pub sessions: Sessions,
    pub passwords: Passwords,
    pub throttle: Throttle,
    /// What pages need from modules that hold keys.
    pub confidential: Arc<dyn Confidential>,
    pub vault: Vault,
    pub mailer: Mailer,
    /// Told when somebody wants to be erased.
    pub erasures: Arc<Notify>,
    /// Told when an operator wants deliveries to be processed again.
    pub replays: Arc<Notify>,
    /// Told when there is something to tell others.
    pub outbox: Arc<Notify>,
    /// What users' payments came to when they last looked.
    pub known: Known,
    /// Pages that people come back to. What is a user's goes when her feed moves.
    pub kept: Arc<KeptPages>,
    /// Names of the files for browsers, looked up once.
    pub assets: Assets,
}

impl Services {
    pub fn new(
        config: Arc<Config>,
        store: Store,
        clock: SharedClock,
        tasks: Tasks,
        leaving: CancellationToken,
        vault: Vault,
        bank: Arc<Client>,
    ) -> Self {
        let sessions = Sessions::new(store.clone(), clock.clone(), config.public_url.https);
        let passwords = Passwords::new(&config.limits, tasks.clone());
        let limits = Limits { per_address: config.limits.tries_per_address, of_all: config.limits.tries_of_all };
        let throttle = Throttle::new(clock.clone(), limits, &store, &vault);
        let assets = crate::http::assets::find(&config.site);
        let known = Known::default();
        let mailer = Mailer::new(store.clone(), vault.clone(), clock.clone());
        let confidential = Arc::new(vault.clone());
        Self(Arc::new(Inner {
            config,
            store,
            started_at: clock.now(),
            clock,
            readiness: Readiness::default(),
            bank,
            tasks,
            leaving,
            sessions,
            passwords,
            throttle,
            confidential,
            vault,
            mailer,
            erasures: Arc::default(),
            replays: Arc::default(),
            outbox: Arc::default(),
            known,
            kept: Arc::default(),
            assets,
        }))
    }
}

impl Deref for Services {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
