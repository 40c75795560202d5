//! The bank that misbehaves on demand: whatever its weather was, in the end the product shows what the bank's books say.
//!
//! Each test starts the bank's stand-in and a server, links a customer as a browser does, plays a random sequence of
//! payments under a scenario, lets the weather turn fine, and waits until the product's export equals the bank's ledger.
//! `SCENARIO_SEED=7` chooses what is played and what goes wrong, `SCENARIO_SEED=random` leaves it to chance; a failure
//! says which seed it was.

mod api;
mod bank;
mod books;
mod connections;
mod downtime;
mod notifications;
mod popup;
mod product;
mod script;
mod storm;
mod world;
