//! Anytime Connect's server: what only we may know.

pub mod access;
pub mod accounts;
pub mod cli;
pub mod clock;
pub mod config;
pub mod http;
pub mod lifecycle;
pub mod logging;
pub mod pages;
pub mod randomness;
mod run;
pub mod secret;
pub mod services;
pub mod sessions;
pub mod store;

pub use run::{Start, StartError, run};
