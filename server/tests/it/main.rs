//! Tests of the server from outside, in one binary: it is linked once.

mod http;
mod linking;
mod postgres;
mod store_story;
