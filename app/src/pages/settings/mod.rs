//! What people decide for themselves: language, looks, and which accounts are linked.

pub mod accounts;
pub mod profile;

pub use accounts::Accounts;
pub use profile::Settings;
