//! Tests of the server from outside, in one binary: it is linked once.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]
#![allow(
    clippy::cloned_ref_to_slice_refs,
    clippy::assigning_clones,
    clippy::unused_self,
    clippy::format_push_string,
    reason = "tests are read more often than they are run, and these would make them longer"
)]

mod cases;
mod commands;
mod house;
mod http;
mod linking;
mod mail;
mod postgres;
mod properties;
mod scenarios;
mod store_story;
mod vault;
