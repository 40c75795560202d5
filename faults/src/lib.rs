//! Proof by force that no acknowledged notification is lost and no effect happens twice. `docs/FAULTS.md` says what is done
//! and what came of it.
//!
//! A [`Product`] is the server as a process, with a bank beside it and a [`Disk`] under it that can forget, refuse and kill.
//! A [`Campaign`](campaign) gives it one life after another: a [`Load`] of notifications, a [`Kill`](kill) in the middle of
//! it, a [`Ledger`] of what was answered, and at the end a [`check`] of the database against that ledger.
//!
//! To add a place to kill at: a line `faults::point("…")` in the server, an entry in [`kill::ALL`], a row in the document.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::missing_panics_doc,
    reason = "a harness that cannot go on has to say so and end"
)]
#![cfg(target_os = "linux")]

pub mod campaign;
pub mod check;
pub mod client;
pub mod cut;
pub mod dice;
pub mod disk;
pub mod kill;
pub mod ledger;
pub mod load;
pub mod nodes;
pub mod notification;
pub mod person;
pub mod product;
pub mod watch;

pub use client::Connection;
pub use dice::Dice;
pub use disk::{Disk, Word};
pub use ledger::Ledger;
pub use load::Load;
pub use notification::Notifications;
pub use person::Person;
pub use product::{Product, Start};
