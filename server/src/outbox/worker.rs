//! Puts events into words, and brings them to their endpoints.

use super::client::{Client, Delivered, Headers};
use super::{alarms, open_body, secrets_of, sign, wording};
use crate::alarms::{Alarms, Kind};
use crate::clock::{Moment, SharedClock};
use crate::lifecycle::repeat;
use crate::mail::Post;
use crate::randomness;
use crate::store::{DueSend, EndpointRecord, SendState, Store, Work};
use crate::vault::{Vault, VaultError};
use domain::lang::Lang;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

const POLL: Duration = Duration::from_secs(1);
/// Events of one step; messages to one endpoint in one step.
const EVENTS: i64 = 64;
const MESSAGES: i64 = 16;
/// Longer than a try lasts, whatever the endpoint does.
const LEASE: Duration = Duration::from_mins(2);
/// A message is tried this often, ever more slowly, and for a day.
const MOST_TRIES: i64 = 10;
const LONGEST: Duration = Duration::from_hours(24);
const WAITS: [Duration; 9] = [
    Duration::from_secs(10),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(15),
    Duration::from_hours(1),
    Duration::from_hours(2),
    Duration::from_hours(4),
    Duration::from_hours(7),
    Duration::from_hours(9),
];
/// An endpoint that fails is left in peace for a while, whatever waits for it: first, and at most.
const FIRST_PEACE: Duration = Duration::from_secs(5);
const LONGEST_PEACE: Duration = Duration::from_mins(5);

/// Endpoints that are left in peace: how often each has failed in a row, and until when.
pub type Pauses = Arc<Mutex<HashMap<String, (u32, Moment)>>>;

pub struct Worker {
    pub store: Store,
    pub vault: Vault,
    pub clock: SharedClock,
    pub client: Client,
    pub post: Arc<Post>,
    pub alarms: Alarms,
    /// Of mails about alarms, and what their links begin with.
    pub lang: Lang,
    pub origin: String,
    pub wake: Arc<Notify>,
    pub pauses: Pauses,
}

impl Worker {
    /// Runs until the shutdown; a message that is being sent is noted.
    pub async fn run(self, shutdown: CancellationToken) {
        let wake = Arc::clone(&self.wake);
        repeat("the outbox", &wake, POLL, shutdown, || self.step()).await;
    }

    /// Does what is due, and returns how many events and messages that were. An endpoint that fails keeps back no other.
    pub async fn step(&self) -> Result<usize, VaultError> {
        let endpoints = self.store.look_at_endpoints().await?;
        let worded = self.put_into_words(&endpoints).await?;
        let sending = endpoints.iter().map(|endpoint| self.serve(endpoint));
        let sent = futures::future::join_all(sending).await.into_iter().collect::<Result<Vec<usize>, _>>()?;
        Ok(worded + sent.into_iter().sum::<usize>())
    }

    async fn put_into_words(&self, endpoints: &[EndpointRecord]) -> Result<usize, VaultError> {
        let events = self.store.unnamed_events(EVENTS).await?;
        if i64::try_from(events.len()).is_ok_and(|found| found == EVENTS) {
            self.store.call_for_help(Work::Events);
        }
        for event in &events {
            let wanting: Vec<String> = endpoints
                .iter()
                .filter(|endpoint| endpoint.topics().any(|topic| topic == event.kind.topic()))
                .map(|endpoint| endpoint.id.clone())
                .collect();
            let wording =
                if wanting.is_empty() { None } else { wording::word(&self.store, &self.vault, event).await? };
            match wording {
                Some(wording) => {
                    self.store.name_event(event.id, wording, wanting, self.clock.now()).await?;
                }
                None => self.store.drop_event(event.id).await?,
            }
        }
        Ok(events.len())
    }

    /// Brings one endpoint what is due, one message after the other, until one fails.
    async fn serve(&self, endpoint: &EndpointRecord) -> Result<usize, VaultError> {
        let now = self.clock.now();
        if self.is_in_peace(&endpoint.id, now) {
            return Ok(0);
        }
        let due = self.store.due_sends(&endpoint.id, now, MESSAGES).await?;
        let mut served = 0;
        for send in &due {
            let lease = self.clock.now().plus(LEASE);
            if !self.store.lease_send(send, lease).await? {
                continue;
            }
            served += 1;
            let delivered = self.deliver(endpoint, send).await?;
            if !self.note(endpoint, send, lease, delivered).await? {
                break;
            }
        }
        Ok(served)
    }

    async fn deliver(&self, endpoint: &EndpointRecord, send: &DueSend) -> Result<Delivered, VaultError> {
        let Some(body) = open_body(&self.vault, send).await? else { return Ok(Delivered::Silent(UNREADABLE)) };
        if let Some(address) = endpoint.url.strip_prefix("mailto:") {
            return Ok(alarms::mail(&self.post, send, address, &body, self.lang, &self.origin, self.clock.now()).await);
        }
        let now = self.clock.now();
        let secrets = secrets_of(&self.vault, endpoint, now).await?;
        if secrets.is_empty() {
            return Ok(Delivered::Silent("no-secret"));
        }
        let timestamp = now.0.div_euclid(1_000_000);
        let signature = sign(&secrets, &send.message_id, timestamp, &body);
        let headers = Headers { id: &send.message_id, timestamp, signature: &signature };
        Ok(self.client.post(&endpoint.url, headers, body).await)
    }

    /// Whether the endpoint can be brought more.
    async fn note(
        &self,
        endpoint: &EndpointRecord,
        send: &DueSend,
        lease: Moment,
        delivered: Delivered,
    ) -> Result<bool, VaultError> {
        let now = self.clock.now();
        let (status, reason, asked) = match delivered {
            Delivered::Taken(status) => {
                let told = (Some(i64::from(status)), "");
                self.store.note_send(send.id, lease, SendState::Sent, told, None, now).await?;
                self.is_well(&endpoint.id);
                self.alarms.end(Kind::Events, endpoint.id.as_str());
                return Ok(true);
            }
            Delivered::Gone => {
                self.end(endpoint, send, lease, now).await?;
                return Ok(false);
            }
            Delivered::Answered(status, wait) => (Some(i64::from(status)), "refused", wait),
            Delivered::Silent(reason) => (None, reason, None),
        };
        let tries = send.tries + 1;
        let wait = asked.unwrap_or_default().max(wait(tries, randomness::bytes()));
        let over = tries >= MOST_TRIES || now.plus(wait) > send.since.plus(LONGEST) || reason == UNREADABLE;
        let (state, again) = if over { (SendState::Dead, None) } else { (SendState::Waiting, Some(now.plus(wait))) };
        self.store.note_send(send.id, lease, state, (status, reason), again, now).await?;
        if over {
            tracing::error!(endpoint.id, message.id = send.message_id, status, reason, "an event was given up");
            self.alarms.raise(Kind::Events, endpoint.id.as_str(), format!("reason:{reason}"));
        } else {
            tracing::warn!(endpoint.id, message.id = send.message_id, status, reason, "an event has to wait");
        }
        self.leave_in_peace(&endpoint.id, now);
        Ok(false)
    }

    async fn end(
        &self,
        endpoint: &EndpointRecord,
        send: &DueSend,
        lease: Moment,
        now: Moment,
    ) -> Result<(), VaultError> {
        tracing::warn!(endpoint.id, "an endpoint does not want events any more");
        self.store.note_send(send.id, lease, SendState::Dead, (Some(410), "gone"), None, now).await?;
        self.store.end_endpoint(&endpoint.id, "gone", now).await?;
        self.store.look_at_endpoints().await?;
        self.alarms.raise(Kind::Events, endpoint.id.as_str(), "gone");
        Ok(())
    }

    fn is_in_peace(&self, endpoint: &str, now: Moment) -> bool {
        self.pauses().get(endpoint).is_some_and(|(_, until)| now < *until)
    }

    fn leave_in_peace(&self, endpoint: &str, now: Moment) {
        let mut pauses = self.pauses();
        let (failures, until) = pauses.entry(endpoint.to_owned()).or_insert((0, now));
        *until = now.plus(FIRST_PEACE.saturating_mul(1 << (*failures).min(10)).min(LONGEST_PEACE));
        *failures = failures.saturating_add(1);
    }

    fn is_well(&self, endpoint: &str) {
        self.pauses().remove(endpoint);
    }

    fn pauses(&self) -> std::sync::MutexGuard<'_, HashMap<String, (u32, Moment)>> {
        self.pauses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const UNREADABLE: &str = "unreadable";

/// How long until the next try, by chance up to a quarter longer or shorter: what failed together does not come back together.
fn wait(tries: i64, chance: [u8; 1]) -> Duration {
    let place = usize::try_from(tries.max(1) - 1).unwrap_or(usize::MAX).min(WAITS.len() - 1);
    WAITS[place].mul_f64(0.75 + f64::from(chance[0]) / 510.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_over_about_a_day_and_differ_by_chance() {
        assert_eq!((wait(1, [0]).as_millis(), wait(1, [255]).as_millis()), (7_500, 12_500));
        assert_eq!(wait(i64::MAX, [128]).as_secs() / 3_600, 9);
        let all: Duration = (1..MOST_TRIES).map(|tries| wait(tries, [128])).sum();
        assert!((Duration::from_hours(22)..Duration::from_hours(25)).contains(&all), "{all:?}");
    }
}
