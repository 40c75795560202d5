//! Arrivals that are processed again because an operator asks for it.
//!
//! A replay is a row: which arrivals, up to where, and how far it has come. Whoever leases it takes its next group, in one
//! transaction with the place that it has reached; so it survives a restart, and any node can go on. A trial is the same
//! transaction, undone.

mod ask;
mod changes;
mod group;
mod run;

pub use ask::NewReplay;
pub use changes::Change;
pub use group::{Again, Planned};
pub use run::{GroupDone, ReplayGroup};

use super::deliveries::DeliveryFilter;
use super::row::Columns as _;
use super::{Result, StoreError};
use crate::clock::Moment;
use app::backend::{ReplayState, Verdict};
use domain::ids::UserId;
use sqlx::any::AnyRow;

/// What is done with the arrivals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplayAct {
    /// They are judged anew.
    Replay,
    /// One is let in by an operator's word.
    Release,
    /// The token of one goes to a user by an operator's word. None once she is gone.
    Attach(Option<UserId>),
}

impl ReplayAct {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Replay => "replay",
            Self::Release => "release",
            Self::Attach(_) => "attach",
        }
    }
}

/// A replay, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayRecord {
    pub id: i64,
    pub created_at: Moment,
    /// Who asked for it; none for the command line.
    pub user_id: Option<UserId>,
    /// As she was called then.
    pub user_name: String,
    pub reason: String,
    pub act: ReplayAct,
    pub dry: bool,
    pub filter: DeliveryFilter,
    /// The last arrival that it has been through, and the last that it is about.
    pub reached: i64,
    pub upto: i64,
    /// How many there were when it was asked for.
    pub total: i64,
    pub state: ReplayState,
    pub seen: i64,
    pub changed: i64,
    /// Those that stay as they are although somebody should look at them.
    pub doubtful: i64,
    /// Groups that were begun since one was finished.
    pub attempts: i64,
    pub second_name: String,
    pub ended_at: Option<Moment>,
}

/// What became of one arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayItem {
    pub delivery_id: i64,
    pub reference: String,
    /// A short code: `effect`, `under-way`, or `stays:` with the reason.
    pub outcome: String,
    /// Whom it is about.
    pub user_id: Option<UserId>,
    pub changes: Vec<Change>,
}

macro_rules! replay_columns {
    () => {
        "id, created_at, user_id, user_name, reason, act, dry, attach_to, delivery_id, verdict, event_name, reference,
         peer, current_try, state_wanted, since, until, reached, upto, total, state, seen, changed, doubtful, attempts,
         second_name, ended_at"
    };
}
use replay_columns;

impl ReplayRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        let act = match row.text("act")?.as_str() {
            "replay" => ReplayAct::Replay,
            "release" => ReplayAct::Release,
            "attach" => ReplayAct::Attach(row.id_or_null("attach_to")?),
            _ => return Err(StoreError::Corrupt("act")),
        };
        Ok(Self {
            id: row.number("id")?,
            created_at: row.moment("created_at")?,
            user_id: row.id_or_null("user_id")?,
            user_name: row.text("user_name")?,
            reason: row.text("reason")?,
            act,
            dry: row.number("dry")? != 0,
            filter: filter(row)?,
            reached: row.number("reached")?,
            upto: row.number("upto")?,
            total: row.number("total")?,
            state: row.code("state", ReplayState::from_code)?,
            seen: row.number("seen")?,
            changed: row.number("changed")?,
            doubtful: row.number("doubtful")?,
            attempts: row.number("attempts")?,
            second_name: row.text("second_name")?,
            ended_at: row.moment_or_null("ended_at")?,
        })
    }
}

fn filter(row: &AnyRow) -> Result<DeliveryFilter> {
    let word = |column| Ok::<_, StoreError>(Some(row.text(column)?).filter(|text| !text.is_empty()));
    let number = |column| Ok::<_, StoreError>(Some(row.number(column)?).filter(|number| *number != 0));
    Ok(DeliveryFilter {
        id: number("delivery_id")?,
        verdict: word("verdict")?.and_then(|code| Verdict::from_code(&code)),
        event_name: word("event_name")?,
        reference: word("reference")?,
        peer: word("peer")?,
        current_try: number("current_try")?,
        parked: row.text("state_wanted")? == "parked",
        open: false,
        since: number("since")?.map(Moment),
        until: number("until")?.map(Moment),
    })
}
