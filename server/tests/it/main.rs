//! Tests of the server from outside, in one binary: it is linked once.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod http;
mod linking;
mod postgres;
mod store_story;
