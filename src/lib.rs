//! What both sides may know: ids, money, payments, links, and the contract of the live feed.
//!
//! Everything here is pure: no clock, no randomness, no input or output. The crate builds for the server and for the
//! browser, so a rule that both must agree on (how an amount is written, whether a payment matches a filter) exists once.

pub mod abroad;
pub mod alerts;
pub mod calendar;
pub mod category;
pub mod chain;
pub mod feed;
pub mod filter;
pub mod ids;
pub mod lang;
pub mod link;
pub mod live;
pub mod merchant;
pub mod money;
pub mod month;
pub mod own;
pub mod recurring;
pub mod silence;
pub mod spending;
pub mod standing;
pub mod transaction;
pub mod viewer;
