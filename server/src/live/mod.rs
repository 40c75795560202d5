//! Live events: from a commit to the browser.
//!
//! The store is the log; the hub only wakes who may have something to read. A stream reads the rows after its sequence
//! number, sends them, and waits; streams of one user that wait for the same rows read them once.

mod hub;
mod places;
mod read;
mod seen;
mod sse;
mod stream;
mod tail;

pub use hub::{Hub, Subscription};
pub use places::{Leaver, Places};
pub use seen::seen_router;
pub use sse::{LiveRoutes, router};
pub use tail::{tail_hub, tail_router};
