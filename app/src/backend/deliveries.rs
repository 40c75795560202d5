//! Notifications as operators see them.

use super::Page;
use super::desk::{Movable, ReplayRow, Try};
use super::people::UserRow;
use std::borrow::Cow;

/// What became of a notification (contract: `verdict`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Accepted,
    Duplicate,
    Held,
    Quarantined,
    Rejected,
}

impl Verdict {
    pub const ALL: [Self; 5] = [Self::Accepted, Self::Duplicate, Self::Held, Self::Quarantined, Self::Rejected];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Held => "held",
            Self::Quarantined => "quarantined",
            Self::Rejected => "rejected",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// One arrival of a notification in the operators' list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    pub id: i64,
    /// The bank's `reference`; empty where the body could not be read.
    pub reference: String,
    /// Empty where the body could not be read.
    pub event_name: String,
    pub verdict: Verdict,
    /// A short code of why, such as `hash-mismatch`; empty when accepted.
    pub reason: String,
    /// What processing made of it: `pending`, `done`, `parked` or `dead`.
    pub state: String,
    /// RFC 3339, Europe/Paris.
    pub received_at: String,
    pub current_try: Option<i64>,
    pub max_tries: Option<i64>,
    pub peer: String,
    /// Where a text that was looked for stands in it.
    pub found: Option<FoundIn>,
}

/// A value of a notification in which a text was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundIn {
    /// Its path; empty where the body cannot be read.
    pub field: String,
    /// The value, masked.
    pub shown: String,
}

/// Deliveries in whose content a text was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDeliveries {
    pub page: Page<DeliveryRow>,
    /// How far back it was looked for, where there is more to look at: RFC 3339, Europe/Paris.
    pub looked_to: Option<String>,
}

/// One piece of evidence of a trust card: its letter and name in `security.md`'s sense, and whether it speaks for the delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// `path`, `address`, `hash`, `fresh`, `new`, `webhook` or `confirmed`.
    pub name: Cow<'static, str>,
    /// None where it could not be judged.
    pub good: Option<bool>,
    /// What was seen, in a few words, without secrets.
    pub detail: String,
}

/// One delivery with its evidence and its content, masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryDetail {
    pub row: DeliveryRow,
    pub content_type: String,
    pub trust: Vec<Signal>,
    /// The body as it came, tokens, hashes and custom references masked; none where its retention has ended.
    pub body: Option<String>,
    pub user: Option<UserRow>,
    /// The status of our answer.
    pub answered: i64,
    /// All arrivals of the same reference, oldest first; none where there is only this one.
    pub tries: Vec<Try>,
    /// What was asked for this one, newest first.
    pub replays: Vec<ReplayRow>,
    pub movable: Movable,
}

/// Which deliveries an operator wants to see. An empty field does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeliveryQuery {
    pub verdict: Option<Verdict>,
    pub event_name: Option<String>,
    pub reference: Option<String>,
    /// Of those that were not accepted, the ones from this address.
    pub peer: Option<String>,
    /// The bank's number of the try.
    pub current_try: Option<i64>,
    /// First and last day, as the bank counts them: `2017-02-02`.
    pub from: Option<String>,
    pub to: Option<String>,
}

/// Whether notifications have their effect at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Processing {
    pub paused: Option<Pause>,
    /// Whether the viewer may pause and resume it.
    pub may_switch: bool,
}

/// A pause that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// RFC 3339, Europe/Paris.
    pub since: String,
    /// Who began it, if that is known.
    pub by: Option<String>,
}
