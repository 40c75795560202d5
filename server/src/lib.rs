//! Anytime Connect's server: what only we may know.

pub mod access;
pub mod accounts;
pub mod alarms;
pub mod alerts;
pub mod anytime;
pub mod api;
pub mod cli;
pub mod clock;
pub mod config;
pub mod desk;
mod faults;
pub mod http;
pub mod inbox;
pub mod ledger;
pub mod lifecycle;
pub mod links;
pub mod live;
pub mod logging;
pub mod mail;
pub mod metrics;
pub mod monitoring;
pub mod pages;
pub mod peer;
pub mod people;
pub mod randomness;
mod run;
pub mod secret;
pub mod services;
pub mod sessions;
pub mod store;
pub mod upkeep;
pub mod vault;
pub mod vendor;
pub mod webauthn;
pub mod webhooks;

pub use run::{Start, StartError, run};
