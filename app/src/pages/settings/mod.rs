//! What people decide for themselves: language, looks, and which accounts are linked.

pub mod accounts;
pub mod alerts;
pub mod devices;
pub mod profile;
pub mod rule;
pub mod rule_form;

pub use accounts::Accounts;
pub use alerts::AlertsPage;
pub use profile::Settings;
pub use rule::RulePage;
