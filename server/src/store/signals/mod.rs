//! What nodes tell each other over `PostgreSQL`: whose feeds have moved, what there is too much of for one of them, and who was given
//! arrivals to process.
//!
//! It is a wake-up and never the truth: who hears it looks into the database, and who misses it looks a second later all the same.
//! So it is sent after the commit that it is about, by a task of its own, for many at once. A `NOTIFY` inside a transaction would
//! take a lock of the whole database at its commit (docs/adr/0024-several-nodes.md).

mod hear;
mod tell;

pub use hear::Heard;

use domain::ids::UserId;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

const CHANNEL: &str = "anytime_connect";
/// `PostgreSQL` carries a little less than 8,000 bytes in one.
const MOST_BYTES: usize = 7_800;
/// Users that wait to be told of. Of more nothing is told, and they are found a second later.
const MOST_USERS: usize = 20_000;

/// Work that any node can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    Deliveries,
    Links,
    Mails,
    Events,
}

impl Work {
    pub const ALL: [Self; 4] = [Self::Deliveries, Self::Links, Self::Mails, Self::Events];

    const fn letter(self) -> char {
        match self {
            Self::Deliveries => 'd',
            Self::Links => 'l',
            Self::Mails => 'm',
            Self::Events => 'e',
        }
    }

    fn from_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|work| work.letter() == letter)
    }
}

/// What is to be told at the next opportunity.
#[derive(Default)]
pub(super) struct Signals {
    waiting: Mutex<Waiting>,
    due: Notify,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Waiting {
    users: BTreeSet<UserId>,
    work: BTreeSet<Work>,
    /// Nodes that have arrivals to process.
    given: BTreeSet<String>,
}

impl Signals {
    /// After a commit: the feeds of these have moved, or sessions of theirs have ended.
    pub(super) fn moved<'u>(&self, users: impl Iterator<Item = &'u UserId>) {
        let mut waiting = self.waiting();
        let before = waiting.users.len();
        for user in users {
            if waiting.users.len() < MOST_USERS {
                waiting.users.insert(user.clone());
            }
        }
        if waiting.users.len() > before {
            self.due.notify_one();
        }
    }

    pub(super) fn too_much(&self, work: Work) {
        if self.waiting().work.insert(work) {
            self.due.notify_one();
        }
    }

    /// After a commit: these nodes have been given arrivals.
    pub(super) fn given<'n>(&self, nodes: impl Iterator<Item = &'n str>) {
        let mut waiting = self.waiting();
        let before = waiting.given.len();
        waiting.given.extend(nodes.map(str::to_owned));
        if waiting.given.len() > before {
            self.due.notify_one();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The payloads of one telling: who speaks, what there is too much of, whose feeds have moved, and who was given arrivals.
fn written(node: &str, told: &Waiting) -> Vec<String> {
    let work: String = told.work.iter().map(|work| work.letter()).collect();
    let given: String = told.given.iter().flat_map(|node| [node.as_str(), ","]).collect();
    let mut payloads = vec![format!("{node} {work} ")];
    for user in &told.users {
        if payloads.last().is_some_and(|last| last.len() + user.as_str().len() + 1 > MOST_BYTES) {
            payloads.push(format!("{node}  "));
        }
        if let Some(last) = payloads.last_mut() {
            last.push_str(user.as_str());
            last.push(',');
        }
    }
    match payloads.last_mut() {
        Some(last) if last.len() + given.len() < MOST_BYTES => {
            last.push(' ');
            last.push_str(&given);
        }
        _ => payloads.push(format!("{node}   {given}")),
    }
    payloads
}

/// What a payload says, unless it is our own or nobody's. Words of a newer version are left out.
fn read(node: &str, payload: &str) -> Option<Waiting> {
    let (speaker, told) = payload.split_once(' ')?;
    let (work, told) = told.split_once(' ')?;
    // An older version ends here.
    let (users, given) = told.split_once(' ').unwrap_or((told, ""));
    (speaker != node).then(|| Waiting {
        users: users.split(',').filter_map(|user| UserId::parse(user).ok()).collect(),
        work: work.chars().filter_map(Work::from_letter).collect(),
        given: given.split(',').filter(|given| !given.is_empty()).map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(users: usize, work: &[Work]) -> Waiting {
        let user = |n: usize| UserId::parse(format!("{n:032x}")).unwrap();
        Waiting { users: (0..users).map(user).collect(), work: work.iter().copied().collect(), given: BTreeSet::new() }
    }

    #[test]
    fn whatever_is_told_is_heard_by_the_others_and_fits() {
        for (users, given, payloads) in [(0, 0, 1), (0, 64, 1), (1, 0, 1), (230, 0, 1), (230, 64, 2), (1_000, 0, 5)] {
            let given = (0..given).map(|n| format!("{n:032x}")).collect();
            let told = Waiting { given, ..told(users, &Work::ALL) };
            let written = written("one", &told);
            assert_eq!(written.len(), payloads, "{users}");
            assert!(written.iter().all(|payload| payload.len() <= MOST_BYTES));
            let mut heard = Waiting::default();
            for payload in &written {
                assert_eq!(read("one", payload), None, "nobody listens to herself");
                let part = read("other", payload).unwrap();
                heard.users.extend(part.users);
                heard.work.extend(part.work);
                heard.given.extend(part.given);
            }
            assert_eq!(heard, told);
        }
    }

    #[test]
    fn what_is_not_of_ours_says_nothing() {
        assert_eq!(read("one", ""), None);
        assert_eq!(read("one", "other"), None);
        assert_eq!(read("one", "other xd nonsense,"), Some(told(0, &[Work::Deliveries])));
        let newer = "other d nonsense, one, more";
        assert!(read("one", newer).unwrap().given.contains("one"));
    }

    #[test]
    fn no_more_is_remembered_than_is_told_in_a_moment() {
        let signals = Signals::default();
        signals.moved(told(MOST_USERS + 10, &[]).users.iter());
        assert_eq!(signals.waiting().users.len(), MOST_USERS);
    }
}
