//! A stand-in of the bank, written from the vendor's text and nothing else.
//!
//! It plays the four parts that a partner meets:
//! - [`connect`]: `client.js` and the popup in which a customer grants access,
//! - [`notification`]: what the bank sends to the partner's callback, with its tries,
//! - [`api`]: the part of the bank's API that a partner reads,
//! - [`control`] and [`page`]: how a script and a person make things happen.
//!
//! All four misbehave on demand, as a [`scenario`] says.
//!
//! Behind them lies one seeded [`world`]: the same seed and day give the same customers, cards,
//! payments, tokens, transaction ids and references, byte for byte.
//!
//! To add a control route: one file under `control/` with its input type and handler, one line in
//! `control::router`, one line in `cli::trigger`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod api;
pub mod bank;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connect;
pub mod control;
pub mod error;
pub mod html;
pub mod notification;
pub mod page;
pub mod php;
pub mod scenario;
pub mod server;
mod tls;
pub mod world;

pub use bank::Bank;
pub use clock::{Clock, FixedClock, SystemClock};
pub use config::{Config, Encoding};
pub use error::StartError;
pub use scenario::Scenario;
pub use server::{Sandbox, serve, start};
