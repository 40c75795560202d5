//! Everything between a socket and a handler.

pub mod access;
pub mod assets;
mod body;
pub mod error;
mod headers;
mod health;
mod kept;
mod lengths;
mod listener;
mod log;
mod origin;
pub mod pages;
pub mod peer;
mod problems;
pub mod redirect;
pub mod router;
mod session;
mod statics;

pub use kept::KeptPages;
pub use listener::serve;
pub use session::SignedIn;
