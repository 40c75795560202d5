//! What users want to be told of, and what they were told.
//!
//! A rule is looked at in the transaction that gives a payment its effect, and what it tells is written there: once for each rule
//! and payment, or not at all. Whether a user has rules is read with the lock of her feed, which that transaction takes anyway.

mod devices;
mod mails;
mod rules;
mod tell;
mod told;

pub use devices::{DeviceRecord, DueDevice, NewDevice};
pub use mails::DueReader;
pub use rules::RuleOutcome;
pub use told::Unread;

pub(super) use tell::{Balance, Moved, tell};
pub(super) use told::{erase_alerts, read_alert_news, relearn_merchants, unread};

/// Bits of `feeds.watched`: a rule of hers is on.
pub(super) const HAS_RULES: i64 = 1;
/// All her merchants are in `known_merchants`.
pub(super) const KNOWS_MERCHANTS: i64 = 2;
