//! People as operators deal with them: found by what is at hand, noted about, asked to link again, seen as they see
//! themselves; and operators themselves.

mod deeds;
mod find;
mod relinks;
mod story;
mod team;
mod views;

pub use deeds::{NewDeed, Undertaking};
pub use find::{FoundUser, FoundUsers, UserSearch};
pub use relinks::RelinkRecord;
pub use story::FirstPayment;
pub use team::{OperatorRecord, RoleChange};
pub use views::{LookingRecord, NewView, ViewRecord};
