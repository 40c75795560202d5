//! Several servers on one `PostgreSQL` behind one balancer, none of which matters.
//!
//! A [`Cluster`] is `PostgreSQL` as it is run where it matters (it syncs), three [`Node`]s and `HAProxy` with the configuration
//! that is shipped. A [`Proof`] gives it a [`Flow`] of notifications and a crowd of [`Browsers`], plays one
//! [`Fault`] after another, and at the end compares ledger, database, streams and nodes. What that came to is in
//! `docs/FAULTS.md`.
//!
//! Callers have addresses of their own on the loopback network, since the balancer's own speaks for others: [`BANK`] and
//! [`BROWSER`].

mod balancer;
mod browsers;
mod cluster;
pub mod cost;
mod fault;
mod flow;
mod linked;
mod node;
mod pace;
mod people;
mod postgres;
mod proof;
mod relay;
pub mod speed;

pub use balancer::Balancer;
pub use browsers::{Browsers, Vain};
pub use cluster::{Cluster, Shape};
pub use fault::Fault;
pub use flow::Flow;
pub use node::Node;
pub use pace::{Pace, Spread};
pub use people::Linked;
pub use postgres::Postgres;
pub use proof::{Ended, Outcome, Proof};
pub use relay::Relay;

/// Where the bank's notifications come from, and browsers.
pub const BANK: [u8; 4] = [127, 0, 0, 2];
pub const BROWSER: [u8; 4] = [127, 0, 0, 3];
