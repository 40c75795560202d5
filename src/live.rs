//! The contract of the live feed (`GET /live`).
//!
//! Each user has one sequence of events. A page is rendered at a sequence number, and its stream goes on from there, so
//! nothing between the two is lost or doubled.

use crate::alerts::AlertNews;
use crate::link::{CardView, LinkView};
use crate::transaction::Transaction;
use serde::{Deserialize, Serialize};

/// A position in one user's feed: 0 before the first event, then counted up in the order of commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub i64);

/// Names of the events on the wire.
pub mod event_name {
    pub const TRANSACTION: &str = "transaction";
    pub const LINK: &str = "link";
    pub const BALANCE: &str = "balance";
    pub const ALERT: &str = "alert";
    /// The stream cannot go on from where the browser is: load the page anew.
    pub const RESET: &str = "reset";
}

/// One event as the browser applies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveEvent {
    Transaction(Box<Transaction>),
    Link(Box<LinkView>),
    Balance(Box<CardView>),
    Alert(Box<AlertNews>),
    Reset,
}

impl LiveEvent {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Transaction(_) => event_name::TRANSACTION,
            Self::Link(_) => event_name::LINK,
            Self::Balance(_) => event_name::BALANCE,
            Self::Alert(_) => event_name::ALERT,
            Self::Reset => event_name::RESET,
        }
    }
}
