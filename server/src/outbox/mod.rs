//! What the partner's other systems are told, so that they need not ask; and whoever looks after this server, of alarms.
//!
//! A transaction that changes a link or a payment writes an event beside it, where an endpoint wants one. The [`Worker`] puts it
//! into words, seals them, and sends them to each endpoint, signed after Standard Webhooks, until it is taken: for a day, ever
//! more slowly. An event may come twice, and events may overtake each other; it never comes before what it tells of is committed.

mod alarms;
mod client;
mod signing;
mod target;
mod wording;
mod worker;

pub use alarms::{ALARM_MAIL, ALARM_WEBHOOK, AlarmTeller, set_up};
pub use client::{Client, Delivered};
pub use signing::{SigningSecret, sign};
pub use target::{BadTarget, Reach, Target};
pub use worker::{Pauses, Worker};

use crate::clock::Moment;
use crate::store::{DueSend, EndpointRecord};
use crate::vault::{DataKey, Vault, VaultError};
use std::time::Duration;

/// What sealed secrets and bodies are for.
const SECRET: &str = "event-secret";
const BODY: &str = "event";
/// After a change of secrets the old one is good for so long.
pub const OLD_SECRET_FOR: Duration = Duration::from_hours(24);

/// Seals the secret of an endpoint: the owner of the key, and what it makes of it.
pub async fn seal_secret(vault: &Vault, id: &str, secret: &SigningSecret) -> Result<(String, Vec<u8>), VaultError> {
    let key = vault.house_key().await?;
    Ok((key.owner().to_owned(), key.seal(SECRET, id, secret.bytes())))
}

fn open_secret(key: &DataKey, id: &str, sealed: &[u8]) -> Option<SigningSecret> {
    key.open(SECRET, id, sealed).ok().and_then(|bytes| SigningSecret::from_bytes(&bytes))
}

/// The secrets that a message to an endpoint is signed with: the present one, and the one before it while that is good.
async fn secrets_of(vault: &Vault, endpoint: &EndpointRecord, now: Moment) -> Result<Vec<SigningSecret>, VaultError> {
    let Some(key) = vault.key(&endpoint.secret_key).await? else { return Ok(Vec::new()) };
    let old = endpoint.old_secret.as_ref().filter(|_| endpoint.old_until.is_some_and(|until| now < until));
    let sealed = [Some(&endpoint.secret), old];
    Ok(sealed.into_iter().flatten().filter_map(|sealed| open_secret(&key, &endpoint.id, sealed)).collect())
}

/// The words of a message; none where their key was destroyed.
async fn open_body(vault: &Vault, send: &DueSend) -> Result<Option<Vec<u8>>, VaultError> {
    let Some(key) = vault.key(&send.body_key).await? else { return Ok(None) };
    Ok(key.open(BODY, &send.message_id, &send.body).ok())
}
