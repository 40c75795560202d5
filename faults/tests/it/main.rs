//! What the product does when things go wrong, seen from outside. `docs/FAULTS.md` is the list.
//!
//! Nothing here waits for a moment to pass: it waits for what it needs to see, for as long as a slow machine may take.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod cancelled;
mod clients;
mod deploy;
mod descriptors;
mod disk;
mod ending;
mod kills;
mod lock;
mod moving;
mod nodes;
mod panics;
mod plans;
mod poison;
#[path = "../../../server/tests/it/postgres.rs"]
mod postgres;
mod world;
