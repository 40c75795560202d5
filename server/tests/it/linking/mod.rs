//! Linking and payments, from the bank's word to the user's rows, in every order that can happen.

mod again;
mod away;
mod bodies;
mod erasing;
mod evidence;
mod figures;
mod hashes;
mod notice;
mod pauses;
mod payments;
mod rebuilt;
mod references;
mod replays;
mod tokens;
mod world;
