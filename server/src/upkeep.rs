//! What has to be looked at and what has to go from time to time, in small bites, so that nobody waits for it.

use crate::alarms::{Alarms, Kind};
use crate::clock::{Moment, SharedClock};
use crate::config::Watch;
use crate::http::KeptPages;
use crate::lifecycle::survive;
use crate::links::Links;
use crate::nodes::{Duty, GONE_AFTER};
use crate::sessions::Sessions;
use crate::store::{Store, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_mins(1);
/// How often the server notes that it is alive.
const ALIVE_EVERY: Duration = Duration::from_secs(10);
/// Rows of one transaction.
const BITE: i64 = 1_000;
/// Used and expired intents explain a late notification; after this long none comes.
const KEEP_INTENTS: Duration = Duration::from_hours(24 * 30);
/// A browser that was away for longer loads its page anew.
const KEEP_LIVE_EVENTS: Duration = Duration::from_hours(24 * 7);
/// A notification older than three days is held, whatever its hash.
const KEEP_HASHES: Duration = Duration::from_hours(24 * 4);
/// A revocation that turns out to be false can be mended for a day.
const KEEP_REVOKED_TOKENS: Duration = Duration::from_hours(24);
/// What users were told stands in their lists for as long.
const KEEP_ALERTS: Duration = Duration::from_hours(24 * 90);
const KEEP_ALARMS: Duration = Duration::from_hours(24 * 90);
/// A link that has ended still counts among those that somebody has asked for.
const KEEP_RESETS: Duration = Duration::from_hours(1);
/// What a replay has made of its arrivals; that there was one stands among operators' acts.
const KEEP_REPLAYS: Duration = Duration::from_hours(24 * 30);
/// Each of them may tell of many arrivals.
const FEW_REPLAYS: i64 = 4;
/// That an operator saw the pages of a user; what she saw stands in the log.
const KEEP_VIEWS: Duration = Duration::from_hours(24 * 30);
/// Why a mail was given up.
const KEEP_GIVEN_UP_MAILS: Duration = Duration::from_hours(24 * 30);
/// What others were told, with what it said.
const KEEP_EVENTS: Duration = Duration::from_hours(24 * 30);
/// Refused notifications that are kept: what is not from the bank must not fill the disk.
const KEEP_REFUSED: i64 = 10_000;
/// The bank tries three times, nobody says how fast. Who was away for longer than this may have missed all of them.
const HORIZON: Duration = Duration::from_secs(30);
/// The mark that the server was alive.
const ALIVE: &str = "alive";
/// The mark that nobody was there for too long, until everything was asked for.
const TO_BE_ASKED_FOR: &str = "to-be-asked-for";
/// The mark that the end of the log of acts was told, and how often it is.
const ACTS_TOLD: &str = "acts-told";
const TELL_ACTS_EVERY: Duration = Duration::from_hours(24);

pub struct Upkeep {
    pub store: Store,
    pub clock: SharedClock,
    pub sessions: Sessions,
    pub kept: Arc<KeptPages>,
    pub links: Links,
    pub alarms: Alarms,
    pub watch: Watch,
    pub duty: Duty,
}

impl Upkeep {
    /// Runs until the shutdown.
    pub async fn run(self, shutdown: CancellationToken) {
        let caught_up = tokio::select! {
            caught_up = self.catch_up() => caught_up,
            // What is left is asked for at the next start.
            () = shutdown.cancelled() => return,
        };
        if let Err(error) = caught_up {
            tracing::error!(%error, "what was missed while the server was away could not be asked for, trying again later");
        }
        let mut alive = tokio::time::interval(ALIVE_EVERY);
        let mut chores = tokio::time::interval(EVERY);
        loop {
            let done = tokio::select! {
                _ = alive.tick() => self.is_alive().await,
                _ = chores.tick() => survive("the upkeep", self.chores()).await.unwrap_or(Ok(0)).map(|_| ()),
                () = shutdown.cancelled() => return,
            };
            if let Err(error) = done {
                tracing::error!(%error, "upkeep could not be done, trying again later");
            }
        }
    }

    /// Its duty is kept for as long.
    async fn is_alive(&self) -> Result<(), StoreError> {
        self.store.mark(ALIVE, self.clock.now()).await?;
        self.duty.is_ours().await.map(drop)
    }

    async fn chores(&self) -> Result<u64, StoreError> {
        self.kept.forget_old(self.clock.now());
        if self.duty.is_ours().await? { self.step().await } else { Ok(0) }
    }

    /// After a time in which no node was there, whatever the bank has tried in vain is asked for: by the first node that is back, and
    /// if it does not come to its end, by whoever looks after things later.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let seen = self.store.marked(ALIVE).await?;
        let away = seen.map_or(Duration::MAX, |seen| now.since(seen));
        if away > HORIZON {
            // Before anything says that nobody was away.
            self.store.mark(TO_BE_ASKED_FOR, now).await?;
        }
        if !self.store.mark_after(ALIVE, seen, now).await? {
            return Ok(());
        }
        if seen.is_some() && away > HORIZON {
            self.alarms.raise(Kind::Downtime, "", format!("seconds:{}", away.as_secs()));
        }
        self.ask_for_missed().await
    }

    async fn ask_for_missed(&self) -> Result<(), StoreError> {
        if self.store.marked(TO_BE_ASKED_FOR).await?.is_none() {
            return Ok(());
        }
        self.links.reconcile_all().await?;
        self.store.unmark(TO_BE_ASKED_FOR).await
    }

    /// Looks after silence, removes everything that has had its time, and returns how many rows that were.
    pub async fn step(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        self.ask_for_missed().await?;
        self.listen(now).await?;
        self.tell_acts(now).await?;
        let mut all = 0;
        loop {
            let removed = self.remove(now).await?;
            all += removed;
            if removed == 0 {
                return Ok(all);
            }
        }
    }

    /// Once a day, so that whoever keeps the server's log keeps what proves the log of acts.
    async fn tell_acts(&self, now: Moment) -> Result<(), StoreError> {
        if self.store.marked(ACTS_TOLD).await?.is_some_and(|told| now.since(told) < TELL_ACTS_EVERY) {
            return Ok(());
        }
        let end = self.store.end_of_acts().await?;
        if end.number > 0 {
            tracing::info!(acts = end.number, hash = end.hash, "the log of acts ends here");
        }
        self.store.mark(ACTS_TOLD, now).await
    }

    async fn remove(&self, now: Moment) -> Result<u64, StoreError> {
        let store = &self.store;
        Ok(self.sessions.remove_expired(BITE).await?
            + store.remove_expired_intents(now.minus(KEEP_INTENTS), BITE).await?
            + store.remove_live_events(now.minus(KEEP_LIVE_EVENTS), BITE).await?
            + store.remove_alerts(now.minus(KEEP_ALERTS), BITE).await?
            + store.remove_used_hashes(now.minus(KEEP_HASHES), BITE).await?
            + store.erase_revoked_tokens(now.minus(KEEP_REVOKED_TOKENS), BITE).await?
            + store.remove_bodies(now.minus(self.watch.retain_bodies), BITE).await?
            + store.remove_refused(KEEP_REFUSED, BITE).await?
            + store.remove_ended_alarms(now.minus(KEEP_ALARMS), BITE).await?
            + store.remove_events(now.minus(KEEP_EVENTS), BITE).await?
            + store.remove_replays(now.minus(KEEP_REPLAYS), FEW_REPLAYS).await?
            + store.remove_expired_resets(now.minus(KEEP_RESETS), BITE).await?
            + store.remove_views(now.minus(KEEP_VIEWS), BITE).await?
            + store.remove_expired_half_sign_ins(now, BITE).await?
            + store.remove_used_challenges(now, BITE).await?
            + store.remove_tallies(now, BITE).await?
            + store.remove_nodes(now.minus(GONE_AFTER), BITE).await?
            + store.remove_given_up_mails(now.minus(KEEP_GIVEN_UP_MAILS), BITE).await?)
    }

    /// No news is bad news, where accounts are linked.
    async fn listen(&self, now: Moment) -> Result<(), StoreError> {
        let Some(last) = self.store.last_news().await? else { return Ok(()) };
        let silent = now.since(last) > self.watch.silence_after && self.store.has_linked().await?;
        if silent {
            self.alarms.raise(Kind::Silence, "", format!("since:{}", last.bank_text()));
        } else {
            self.alarms.end(Kind::Silence, "");
        }
        Ok(())
    }
}
