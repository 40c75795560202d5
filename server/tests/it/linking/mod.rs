//! Linking and payments, from the bank's word to the user's rows, in every order that can happen.

mod evidence;
mod payments;
mod tokens;
mod world;
