//! The server as its callers see it: over a real socket, with a clock that the test holds.

mod accounts;
mod alerts;
mod callers;
pub(crate) mod client;
mod exports;
mod forms_of_others;
mod hardening;
mod hooks;
mod lists;
mod own;
mod pauses;
mod purse;
mod push;
mod sessions;
mod site;
mod stop;
pub(crate) mod world;
