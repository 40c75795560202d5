//! Everything that is tested from outside of the server's crate, in one binary so that it is linked once.

mod http;
