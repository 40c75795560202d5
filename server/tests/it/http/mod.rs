//! The server as its callers see it: over a real socket, with a clock that the test holds.

mod accounts;
mod alerts;
mod api;
mod authenticator;
mod callers;
pub(crate) mod client;
mod exports;
mod forms_of_others;
mod hardening;
mod hooks;
mod kept;
mod letters;
mod lists;
mod own;
mod passkeys;
mod passwords;
mod pauses;
mod privacy;
mod purse;
mod push;
mod ring;
mod sessions;
mod silence;
mod site;
mod stop;
mod two_step;
pub(crate) mod world;
