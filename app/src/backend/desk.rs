//! What operators' pages need from the server for doing something with deliveries.

use super::{BackendError, Cursor, DeliveryQuery, DeliveryRow, Page, Verdict};
use async_trait::async_trait;
use domain::viewer::Viewer;

/// A field that two arrivals of one reference tell differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Path below the envelope: `data.body.transaction.amount`.
    pub field: String,
    /// Masked. None where it is not there.
    pub before: Option<String>,
    pub after: Option<String>,
    /// Every try may change it.
    pub usual: bool,
}

/// One arrival among those of its reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    pub row: DeliveryRow,
    /// The status of our answer.
    pub answered: i64,
    /// It is the one that the others are compared with: that which has the effect, or the oldest.
    pub is_base: bool,
    /// None where one of them cannot be read any more.
    pub differences: Option<Vec<Difference>>,
}

impl Try {
    /// Whether it says something else than what counts.
    pub fn is_conflict(&self) -> bool {
        self.differences.iter().flatten().any(|difference| !difference.usual)
    }
}

/// What may be done with a delivery, and by the viewer.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Movable {
    pub replay: bool,
    /// Let it in by word.
    pub release: bool,
    /// Give its token to somebody.
    pub attach: bool,
    /// Put it to the bank now.
    pub ask: bool,
    /// Put it aside, or take that back.
    pub close: bool,
    pub is_closed: bool,
    /// A second person has to agree: its sender did not prove itself.
    pub takes_two: bool,
}

/// Where a replay stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayState {
    Proposed,
    Running,
    Done,
    Cancelled,
    Declined,
    Failed,
}

impl ReplayState {
    pub const ALL: [Self; 6] =
        [Self::Proposed, Self::Running, Self::Done, Self::Cancelled, Self::Declined, Self::Failed];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Declined => "declined",
            Self::Failed => "failed",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// One replay in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayRow {
    pub id: i64,
    /// RFC 3339, Europe/Paris.
    pub created_at: String,
    pub ended_at: Option<String>,
    pub by: String,
    pub reason: String,
    /// `replay`, `release` or `attach`.
    pub act: String,
    /// Nothing is changed; it only tells what would be.
    pub dry: bool,
    pub state: ReplayState,
    pub total: i64,
    pub seen: i64,
    pub changed: i64,
    pub doubtful: i64,
    /// Who has agreed or declined.
    pub second: Option<String>,
    /// The one delivery that it is about.
    pub delivery: Option<i64>,
    pub query: DeliveryQuery,
}

/// One field of something, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// `delivery`, `payment`, `link` or `balance`.
    pub what: String,
    pub subject: String,
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// What a replay has made of one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayItem {
    pub delivery: i64,
    pub reference: String,
    /// `effect`, `nothing`, `under-way`, or `stays:` with the reason.
    pub outcome: String,
    pub changes: Vec<Change>,
}

/// One replay, with what it has made of its deliveries so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayDetail {
    pub row: ReplayRow,
    pub items: Vec<ReplayItem>,
    /// For `?after=`; none on the last page.
    pub more: Option<String>,
    /// Whether the viewer may do for good what was tried, or end what runs.
    pub may_replay: bool,
    /// Whether the viewer may agree with it, or not.
    pub may_answer: bool,
    /// Whom a token is attached to.
    pub attached: Option<String>,
    /// Effects are paused: nothing is done for good until they are resumed.
    pub is_paused: bool,
}

/// What a selection comes to before anything is done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplayOffer {
    pub count: i64,
    /// There are more than are counted.
    pub is_more: bool,
    pub may_replay: bool,
}

/// What operators have to decide about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Doubt {
    #[default]
    Quarantined,
    Held,
    /// Waits for its card.
    Parked,
}

impl Doubt {
    pub const ALL: [Self; 3] = [Self::Quarantined, Self::Held, Self::Parked];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Quarantined => "quarantined",
            Self::Held => "held",
            Self::Parked => "parked",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|doubt| doubt.code() == code)
    }

    pub const fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Quarantined => Some(Verdict::Quarantined),
            Self::Held => Some(Verdict::Held),
            Self::Parked => None,
        }
    }
}

/// A delivery that waits for somebody, with what can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubtfulRow {
    pub row: DeliveryRow,
    pub movable: Movable,
}

/// What waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubtful {
    /// How many of each kind, as far as they are counted.
    pub counts: [(Doubt, i64); 3],
    /// More than this are not counted.
    pub most_counted: i64,
    pub rows: Page<DoubtfulRow>,
    /// What somebody has proposed, and a second person has to agree with.
    pub proposed: Vec<ReplayRow>,
}

/// Something that an operator has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActRow {
    /// RFC 3339, Europe/Paris.
    pub at: String,
    pub by: String,
    /// A short code.
    pub act: String,
    /// `replay:7 delivery:42`.
    pub subject: String,
    pub reason: String,
}

/// What operators have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActList {
    /// Newest first.
    pub rows: Page<ActRow>,
    /// How many of them are chained, and the hash of the last one; empty where there is none.
    pub chained: i64,
    pub hash: String,
}

#[async_trait]
pub trait DeskBackend: Send + Sync {
    /// How many deliveries a selection holds.
    async fn replay_offer(&self, viewer: &Viewer, query: &DeliveryQuery) -> Result<ReplayOffer, BackendError>;

    async fn replays(&self, viewer: &Viewer, cursor: &Cursor) -> Result<Page<ReplayRow>, BackendError>;

    async fn replay(&self, viewer: &Viewer, id: i64, cursor: &Cursor) -> Result<ReplayDetail, BackendError>;

    /// Deliveries that wait for somebody.
    async fn doubtful(&self, viewer: &Viewer, doubt: Doubt, cursor: &Cursor) -> Result<Doubtful, BackendError>;

    async fn acts(&self, viewer: &Viewer, cursor: &Cursor) -> Result<ActList, BackendError>;
}
