//! What operators do with deliveries: process them again, let them in, give them to somebody, put them aside.
//!
//! Each of these begins with a trial, which tells what it would change; only then is it done, for a reason. What is let in by
//! word although its sender did not prove itself takes two people. Who did what, and why, is kept.

mod events;
mod forms;
mod movable;
pub(crate) mod operator;
mod owners;
mod search;
mod selection;

pub use forms::router;
pub use movable::movable;
pub(crate) use owners::owners_of;
pub(crate) use search::{Found, Looker, TextPage, TextQuery, search};
pub use selection::{filter_of, query_of};

/// A selection is counted up to here; all of it is taken, however many there are.
pub const MOST_COUNTED: i64 = 100_000;
