//! One process of several that serve a database, none of which matters: the database is what they have in common, and nothing else.
//!
//! What lasts is in the database, each work that takes long is leased there, and what is done once for all is a [`Duty`]. A node
//! hears of the others' commits at once, by [`Ear`], and finds what it did not hear by [`Lookout`]. It says that it is there, by
//! [`Presence`], and leaves when it is told to, by [`leave`]. With `SQLite` there is one process, and nobody to hear
//! (docs/adr/0024-several-nodes.md).

mod database;
mod duty;
mod ear;
mod leave;
mod lookout;
mod name;
mod node;
mod presence;

pub use database::open_when_there;
pub use duty::Duty;
pub use ear::{Bells, Ear};
pub use leave::leave;
pub use lookout::Lookout;
pub use name::{is_name, of_this_machine};
pub use node::{Node, has_ended};
pub use presence::{GONE_AFTER, MOST_LISTED, Presence, SILENT_AFTER};
