//! Web Push: messages to browsers that are closed, sealed for the browser alone (RFC 8291) and signed with our own key (RFC 8292).
//!
//! The push service in between learns when we have something to say, and to which browser; not what.

mod client;
mod endpoint;
mod keys;
mod seal;

pub use client::{PushClient, Sent};
pub(crate) use endpoint::is_public;
pub use endpoint::{BadEndpoint, Endpoint, Reach};
pub use keys::ServerKey;
pub use seal::{BadKeys, Recipient};
