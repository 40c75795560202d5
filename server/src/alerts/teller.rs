//! Sends what users were told by the ways that they have chosen: what came within a short time goes as one message, and no
//! way is used more often than its limit.

use super::devices;
use super::digest::{self, Digest};
use super::push::{PushClient, Sent};
use crate::clock::{Moment, SharedClock};
use crate::lifecycle::repeat;
use crate::mail::{Content, Mail, Mailer};
use crate::store::{DueDevice, DueReader, Store, StoreError};
use crate::vault::{Stopping, Vault, VaultError};
use futures::StreamExt as _;
use serde::Serialize;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

const POLL: Duration = Duration::from_secs(1);
/// Browsers of one step, and how many at once.
const BATCH: i64 = 64;
const AT_ONCE: usize = 8;
/// How long a message may take before somebody else tries.
const LEASE: Duration = Duration::from_mins(1);
/// A browser is pushed to at most twenty times an hour.
const PUSH_EVERY: Duration = Duration::from_mins(3);
/// A user is written to at most four times an hour.
const MAIL_EVERY: Duration = Duration::from_mins(15);
/// A mail that is late by so much is no news: what it would say stands in the page.
const MAIL_GOOD_FOR: Duration = Duration::from_hours(24);
/// After so many failures what waits is left to the page.
const MOST_TRIES: i64 = 6;
const FIRST_WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_mins(30);

pub struct Teller {
    pub store: Store,
    pub vault: Vault,
    pub clock: SharedClock,
    pub push: PushClient,
    pub mailer: Mailer,
}

/// A push message as the service worker reads it.
#[derive(Serialize)]
struct Message<'m> {
    title: &'m str,
    body: String,
    /// Where a press leads.
    url: String,
    /// One with the same name takes its place.
    tag: String,
    lang: &'static str,
}

impl Teller {
    /// Runs until the shutdown; a step that has begun is finished.
    pub async fn run(self, shutdown: CancellationToken) {
        // Nobody wakes it: alerts of one moment gather before they are sent.
        repeat("the alerts' teller", &Notify::new(), POLL, shutdown, || self.step()).await;
    }

    /// Sends what is due, and returns how many messages that were about. One that cannot be sent keeps back no other.
    pub async fn step(&self) -> Result<usize, VaultError> {
        let due = self.store.due_pushes(self.clock.now(), BATCH).await?;
        let count = due.len();
        let telling = futures::stream::iter(due).map(|device| self.push_to(device)).buffer_unordered(AT_ONCE);
        let mut outcomes: Vec<Result<(), VaultError>> = telling.collect().await;
        let readers = self.store.due_readers(self.clock.now(), BATCH).await?;
        let count = count + readers.len();
        for reader in readers {
            outcomes.push(self.write_to(&reader).await);
        }
        outcomes.into_iter().collect::<Result<(), VaultError>>()?;
        Ok(count)
    }

    /// The mail and the note that it tells up to here are one, so it is written once.
    async fn write_to(&self, reader: &DueReader) -> Result<(), VaultError> {
        let now = self.clock.now();
        let waiting = self.store.alerts_to_mail(&reader.user_id, reader.told, digest::MOST).await?;
        let (mut rules, alerts): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
        let Some(up_to) = alerts.last().map(|alert| alert.id) else {
            // Their rule was silenced meanwhile.
            self.store.note_mailed(reader, reader.told, None, now).await?;
            return Ok(());
        };
        rules.sort_unstable();
        rules.dedup();
        let Digest { title, lines } = Digest::long(reader.lang, &alerts);
        let stop = self.vault.seal_stopping(&Stopping { user_id: reader.user_id.clone(), rules });
        let mail = Mail {
            to: reader.user_id.clone(),
            lang: reader.lang,
            content: Content::Alerts { title, lines, stop },
            good_until: Some(now.plus(MAIL_GOOD_FOR)),
        };
        let mail = self.mailer.seal(mail).await?;
        if self.store.note_mailed(reader, up_to, Some(mail), now.plus(MAIL_EVERY)).await? {
            self.mailer.wake();
        }
        Ok(())
    }

    async fn push_to(&self, device: DueDevice) -> Result<(), VaultError> {
        let now = self.clock.now();
        let lease = now.plus(LEASE);
        if !self.store.lease_push(&device, lease).await? {
            return Ok(());
        }
        let alerts = self.store.alerts_to_push(&device.user_id, device.told, digest::MOST).await?;
        let Some(up_to) = alerts.last().map(|alert| alert.id) else {
            // Their rule was silenced meanwhile.
            return Ok(self.store.note_pushed(&device, lease, device.told, now).await?);
        };
        let Some((endpoint, recipient)) = devices::open(&self.vault, &device).await? else {
            tracing::warn!(device.id, "a device cannot be read, and is forgotten");
            self.store.remove_push_device(&device.user_id, &device.id).await?;
            return Ok(());
        };
        let Digest { title, lines } = Digest::short(device.lang, &alerts);
        let url = match &alerts[..] {
            [alert] => format!("/transactions/{}-{}", alert.card_ref, alert.txid),
            _ => "/settings/alerts".to_owned(),
        };
        let tag = format!("alert-{up_to}");
        let message =
            Message { title: &title, body: lines.join("\n"), url, tag: tag.clone(), lang: device.lang.code() };
        // Our own types always serialise.
        let message = serde_json::to_vec(&message).unwrap_or_default();
        let sent = self.push.send(&endpoint, &recipient, &message, &tag).await;
        Ok(self.note(&device, lease, up_to, sent).await?)
    }

    async fn note(&self, device: &DueDevice, lease: Moment, up_to: i64, sent: Sent) -> Result<(), StoreError> {
        let now = self.clock.now();
        match sent {
            Sent::Taken => self.store.note_pushed(device, lease, up_to, now.plus(PUSH_EVERY)).await,
            Sent::Gone => {
                tracing::info!(device.id, "a device wants no messages any more, and is forgotten");
                self.store.remove_push_device(&device.user_id, &device.id).await.map(|_| ())
            }
            Sent::Later(wait) if device.attempts + 1 < MOST_TRIES => {
                let slower = FIRST_WAIT.saturating_mul(1 << device.attempts.clamp(0, 10)).min(LONGEST_WAIT);
                self.store.postpone_push(device, lease, now.plus(wait.unwrap_or(slower).max(FIRST_WAIT))).await
            }
            Sent::Later(_) | Sent::Refused(_) => {
                tracing::warn!(device.id, ?sent, "a push service does not take a message; it stands in the page");
                self.store.note_pushed(device, lease, up_to, now.plus(PUSH_EVERY)).await
            }
        }
    }
}
