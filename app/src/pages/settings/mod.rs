//! What people decide for themselves: language, looks, and which accounts are linked.

mod accounts;
mod profile;

pub use accounts::Accounts;
pub use profile::Settings;
