//! Anytime Connect's server: what only we may know.

pub mod clock;
pub mod randomness;
pub mod secret;
pub mod store;
