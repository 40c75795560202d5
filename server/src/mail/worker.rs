//! Empties the outbox.

use super::post::PostError;
use super::words::words;
use super::{Mailer, Post, mailer};
use crate::alarms::{Alarms, Kind};
use crate::clock::{Moment, SharedClock};
use crate::lifecycle::repeat;
use crate::metrics;
use crate::randomness;
use crate::store::{DueMail, Store, StoreError, Work};
use crate::vault::{Vault, VaultError};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Mails of one step, sent at the same time.
const BATCH: i64 = 8;
/// Without a wake-up, the store is looked at this often.
const POLL: Duration = Duration::from_secs(1);
/// Longer than a conversation with a mail server lasts, whatever the server does.
const LEASE: Duration = Duration::from_mins(5);
/// A mail is tried this often, ever more slowly: for half a day.
const MOST_ATTEMPTS: i64 = 12;
const FIRST_WAIT: Duration = Duration::from_secs(15);
const LONGEST_WAIT: Duration = Duration::from_hours(2);

pub struct Worker {
    pub store: Store,
    pub vault: Vault,
    pub clock: SharedClock,
    pub mailer: Mailer,
    pub post: Arc<Post>,
    /// What our links begin with.
    pub origin: String,
    pub alarms: Alarms,
}

impl Worker {
    /// Runs until the shutdown; a mail that is being sent is noted.
    pub async fn run(self, shutdown: CancellationToken) {
        repeat("the mails' worker", &self.mailer.wakes(), POLL, shutdown, || self.step()).await;
    }

    /// Sends what is due, at most one batch, and returns how many mails that were.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let due = self.store.due_mails(self.clock.now(), BATCH).await?;
        if i64::try_from(due.len()).is_ok_and(|found| found == BATCH) {
            self.store.call_for_help(Work::Mails);
        }
        let sent = futures::future::join_all(due.iter().map(|mail| self.take(mail))).await;
        sent.into_iter().collect::<Result<Vec<()>, StoreError>>()?;
        Ok(due.len())
    }

    async fn take(&self, mail: &DueMail) -> Result<(), StoreError> {
        let now = self.clock.now();
        let lease = now.plus(LEASE);
        if !self.store.lease_mail(mail, lease).await? {
            return Ok(());
        }
        match self.send(mail, now).await {
            Ok(()) => self.sent(mail, lease).await,
            Err(error) => self.failed(mail, lease, error).await,
        }
    }

    async fn send(&self, mail: &DueMail, now: Moment) -> Result<(), PostError> {
        let last = |reason: &str| PostError { reason: reason.to_owned(), is_final: true };
        if mail.good_until.is_some_and(|until| now >= until) {
            return Err(last("out-of-date"));
        }
        match mailer::open(&self.vault, mail).await {
            Ok(Some(content)) => {
                let words = words(&content, mail.lang, &self.origin);
                self.post.send(&mail.id, &mail.email, &words, now).await
            }
            Ok(None) | Err(VaultError::Sealed(_)) => Err(last("unreadable")),
            Err(error) => {
                tracing::warn!(%error, "a mail could not be opened");
                Err(PostError { reason: "no-key".to_owned(), is_final: false })
            }
        }
    }

    async fn sent(&self, mail: &DueMail, lease: Moment) -> Result<(), StoreError> {
        metrics::mail("sent");
        self.alarms.end(Kind::Mail, "");
        if !self.store.mail_sent(&mail.id, lease).await? {
            tracing::warn!(mail.id, "a mail was sent that somebody else may have sent too");
        }
        Ok(())
    }

    async fn failed(&self, mail: &DueMail, lease: Moment, error: PostError) -> Result<(), StoreError> {
        let (now, reason, attempts) = (self.clock.now(), error.reason.as_str(), mail.attempts + 1);
        let wait = wait(attempts, randomness::bytes());
        let again = now.plus(wait);
        let too_late = mail.good_until.is_some_and(|until| again >= until);
        if error.is_final || attempts >= MOST_ATTEMPTS || too_late {
            metrics::mail("given-up");
            tracing::error!(mail.id, mail.kind, mail.attempts = attempts, reason, "a mail was given up");
            self.alarms.raise(Kind::Mail, "", format!("reason:{reason}"));
            self.store.give_up_mail(&mail.id, lease, reason, now).await?;
        } else {
            metrics::mail("put-off");
            tracing::warn!(mail.id, mail.kind, mail.attempts = attempts, reason, "a mail has to wait");
            self.store.postpone_mail(&mail.id, lease, reason, again).await?;
        }
        Ok(())
    }
}

/// Twice as long each time, and by chance up to a quarter longer or shorter: mails that failed together do not come back together.
fn wait(attempts: i64, chance: [u8; 1]) -> Duration {
    let plain = FIRST_WAIT.saturating_mul(1 << attempts.clamp(1, 16).saturating_sub(1)).min(LONGEST_WAIT);
    plain.mul_f64(0.75 + f64::from(chance[0]) / 510.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound_and_differ_by_chance() {
        let seconds = |attempts, chance| wait(attempts, [chance]).as_secs();
        assert_eq!((seconds(1, 0), seconds(1, 255)), (11, 18));
        assert_eq!((seconds(2, 0), seconds(3, 0)), (22, 45));
        assert_eq!((seconds(30, 0), seconds(i64::MAX, 255)), (5_400, 9_000));
        let all: u64 = (1..MOST_ATTEMPTS).map(|attempts| seconds(attempts, 128)).sum();
        assert!((6 * 3_600..24 * 3_600).contains(&all), "{all} s");
    }
}
