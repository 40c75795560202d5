//! What pages see of the store: the port of `app::backend`, implemented.
//!
//! Users reach only what is theirs, since every query names them; what operators may see is decided in `access`.

mod account;
mod accounts;
pub mod actions;
mod alerts;
mod api;
mod console;
pub(crate) mod cursor;
mod desk;
pub mod exports;
mod insights;
pub mod keys;
mod memory;
mod operators_view;
pub mod own;
pub(crate) mod payments;
mod people;
mod port;
mod silence;
mod story;
mod watch;

pub use insights::Known;

use crate::alerts::devices::{SealedSubscription, Subscription};
use crate::services::Services;
use crate::sessions::SessionKey;
use crate::store::{DeliveryRecord, StoreError};
use crate::vault::Stopping;
use app::backend::{BackendError, Difference};
use async_trait::async_trait;
use domain::ids::{IntentId, UserId};
use domain::lang::Lang;

/// What pages need from the modules that hold keys.
#[async_trait]
pub trait Confidential: Send + Sync {
    /// The opaque text that names an intent to the bank; different at every call. None if it cannot be made.
    fn seal_reference(&self, intent: &IntentId) -> Option<String>;

    /// Whose mails a link ends, and of which rules; none if the link is not of ours.
    fn open_stopping(&self, text: &str) -> Option<Stopping>;

    /// The public part of the key that push messages are signed with. None if it cannot be used.
    async fn push_key(&self) -> Option<String>;

    /// A browser's subscription, under its user's key, for one device. None if it cannot be sealed.
    async fn seal_subscription(&self, user: &UserId, id: &str, made: &Subscription) -> Option<SealedSubscription>;

    /// The body of a notification, tokens, hashes and custom references masked; none where its retention has ended.
    async fn open_body(&self, delivery: &DeliveryRecord) -> Option<String>;

    /// What two notifications of one reference say differently, masked; none where one of them cannot be read.
    async fn compare(&self, one: &DeliveryRecord, other: &DeliveryRecord) -> Option<Vec<Difference>>;
}

/// The port, for one rendering.
pub struct Pages {
    services: Services,
    /// Of the page, for the bank's script.
    lang: Lang,
    /// Of the viewer, to mark it among hers.
    session: Option<SessionKey>,
}

impl Pages {
    pub fn new(services: Services, lang: Lang, session: Option<SessionKey>) -> Self {
        Self { services, lang, session }
    }
}

fn unavailable(error: StoreError) -> BackendError {
    tracing::error!(error = &error as &dyn std::error::Error, "a page could not be read from the store");
    BackendError::Unavailable
}
