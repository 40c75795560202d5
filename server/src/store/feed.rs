//! Each user's feed: one sequence of numbers, given out in the order of commits.

use super::outbox::{EventKind, NewEvent};
use super::row::Columns as _;
use super::statement::Grouped;
use super::transaction::Tx;
use super::{Result, StoreError};
use crate::clock::Moment;
use domain::ids::{CardRef, LinkId, UserId};
use domain::live::Seq;
use std::collections::BTreeMap;

/// Taking a row locks it until the commit: numbers become visible in their own order, and whoever changes what a user sees
/// waits here for the one before.
static LOCK: Grouped = Grouped::new(
    "INSERT INTO feeds (user_id, last_seq) VALUES",
    2,
    "ON CONFLICT (user_id) DO UPDATE SET last_seq = feeds.last_seq
     RETURNING user_id, last_seq, watched",
);

static MOVE: Grouped = Grouped::new(
    "WITH moved (owner, reached) AS (VALUES",
    2,
    ")
     UPDATE feeds
     SET last_seq = moved.reached
     FROM moved
     WHERE feeds.user_id = moved.owner",
);

static RECORD: Grouped = Grouped::new("INSERT INTO live_events (user_id, seq, kind, subject, at) VALUES", 5, "");

/// What an event of the feed is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Subject {
    /// By `payments.id`.
    Payment(i64),
    Link(LinkId),
    Card(LinkId, CardRef),
    /// By `alerts.id`.
    Alert(i64),
}

impl Subject {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Payment(_) => "transaction",
            Self::Link(_) => "link",
            Self::Card(..) => "balance",
            Self::Alert(_) => "alert",
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Payment(id) | Self::Alert(id) => id.to_string(),
            Self::Link(id) => id.to_string(),
            Self::Card(id, card) => format!("{id}/{card}"),
        }
    }

    /// What others are told when this changes.
    const fn outside(&self) -> Option<EventKind> {
        match self {
            Self::Payment(_) => Some(EventKind::TransactionUpdated),
            Self::Link(_) => Some(EventKind::LinkUpdated),
            Self::Card(..) | Self::Alert(_) => None,
        }
    }

    pub(super) fn parse(kind: &str, text: &str) -> Option<Self> {
        match kind {
            "transaction" => text.parse().ok().map(Self::Payment),
            "alert" => text.parse().ok().map(Self::Alert),
            "link" => LinkId::parse(text).ok().map(Self::Link),
            "balance" => {
                let (link, card) = text.split_once('/')?;
                Some(Self::Card(LinkId::parse(link).ok()?, CardRef::parse(card).ok()?))
            }
            _ => None,
        }
    }
}

/// The feeds that a transaction holds, and what it will add to them.
#[derive(Default)]
pub(super) struct Feeds {
    held: BTreeMap<UserId, Held>,
    events: Vec<Event>,
}

struct Held {
    before: i64,
    last: i64,
    /// Bits of `store::alerts`.
    watched: i64,
}

struct Event {
    user: UserId,
    seq: Seq,
    subject: Subject,
    /// What others are told of it.
    outside: Option<EventKind>,
    at: Moment,
}

impl Feeds {
    /// Users whose feed this transaction has moved on.
    pub(super) fn moved(&self) -> impl Iterator<Item = &UserId> {
        self.held.iter().filter(|(_, held)| held.last > held.before).map(|(user, _)| user)
    }
}

impl Tx {
    /// Locks the feeds of these users, all at once and in one order, so that no two writers wait for each other. Call it
    /// before reading what is going to be changed, with all whom it may be about; those that are locked already stay so.
    /// It also comes before a statement that changes several links, whose rows are locked in no order.
    pub(super) async fn lock_feeds<'u>(&mut self, users: impl IntoIterator<Item = &'u UserId>) -> Result<()> {
        let mut users: Vec<UserId> =
            users.into_iter().filter(|user| !self.feeds.held.contains_key(user)).cloned().collect();
        users.sort_unstable();
        users.dedup();
        let locking = LOCK.rows(&users, |row, user| {
            row.text(user.as_str()).number(0);
        });
        for row in locking.fetch(self.conn()).await? {
            let last = row.number("last_seq")?;
            let watched = row.number("watched")?;
            self.feeds.held.insert(row.id("user_id")?, Held { before: last, last, watched });
        }
        Ok(())
    }

    /// What is to be looked at when something happens to a user whose feed is locked: bits of `store::alerts`.
    pub(super) fn watched(&self, user: &UserId) -> i64 {
        self.feeds.held.get(user).map_or(0, |held| held.watched)
    }

    /// The next number of a locked feed.
    pub(super) fn next_seq(&mut self, user: &UserId) -> Result<Seq> {
        let held = self.feeds.held.get_mut(user).ok_or(StoreError::Corrupt("the feed is not locked"))?;
        held.last += 1;
        Ok(Seq(held.last))
    }

    /// Adds an event under a number that `next_seq` has given. A payment that is new is told to others as that.
    pub(super) fn record(&mut self, user: &UserId, seq: Seq, subject: Subject, is_new: bool, at: Moment) {
        let outside = if is_new { Some(EventKind::TransactionCreated) } else { subject.outside() };
        self.feeds.events.push(Event { user: user.clone(), seq, subject, outside, at });
    }

    /// Adds an event under the next number.
    pub(super) fn emit(&mut self, user: &UserId, subject: Subject, at: Moment) -> Result<Seq> {
        let seq = self.next_seq(user)?;
        self.record(user, seq, subject, false, at);
        Ok(seq)
    }

    /// The same for what is hers alone, which others are not told.
    pub(super) fn emit_to_her(&mut self, user: &UserId, subject: Subject, at: Moment) -> Result<Seq> {
        let seq = self.next_seq(user)?;
        self.feeds.events.push(Event { user: user.clone(), seq, subject, outside: None, at });
        Ok(seq)
    }

    /// Writes numbers and events, as the last thing before the commit.
    pub(super) async fn write_feeds(&mut self) -> Result<()> {
        let moved: Vec<(UserId, i64)> =
            self.feeds.moved().filter_map(|user| Some((user.clone(), self.feeds.held.get(user)?.last))).collect();
        let moving = MOVE.rows(&moved, |row, (user, last)| {
            row.text(user.as_str()).number(*last);
        });
        let recording = RECORD.rows(&self.feeds.events, |row, event| {
            row.text(event.user.as_str()).number(event.seq.0);
            row.text(event.subject.kind()).text(&event.subject.text()).moment(event.at);
        });
        let outside = self.outside();
        moving.execute(self.conn()).await?;
        recording.execute(self.conn()).await?;
        self.write_events(&outside).await
    }

    /// What others want to be told of this transaction: each subject once.
    fn outside(&self) -> Vec<NewEvent> {
        let mut told: BTreeMap<&Subject, NewEvent> = BTreeMap::new();
        for event in &self.feeds.events {
            let Some(kind) = event.outside.filter(|kind| self.is_wanted(kind.topic())) else { continue };
            // A payment that is new stays so, whatever becomes of it in the same breath.
            told.entry(&event.subject).or_insert_with(|| NewEvent {
                kind,
                subject: event.subject.text(),
                user_id: event.user.clone(),
                at: event.at,
            });
        }
        told.into_values().collect()
    }
}
