//! Anytime Connect's server: what only we may know.

pub mod anytime;
pub mod clock;
pub mod inbox;
pub mod ledger;
pub mod links;
pub mod live;
pub mod peer;
pub mod randomness;
pub mod secret;
pub mod sessions;
pub mod store;
pub mod vault;
pub mod vendor;
pub mod webhooks;
