//! Mail to users.
//!
//! What is to be sent is written into the store, sealed under its reader's data key, in the transaction of what causes it where
//! there is one; a worker sends it, and what was sent is gone. A mail may come twice, after a crash between sending and noting
//! it, and never not at all while somebody may still want it.
//!
//! To add a mail: a variant of [`Content`], its words in `words`. To send it: [`Mailer::enqueue`], or [`Mailer::seal`] and a
//! method of the store that takes a [`NewMail`](crate::store::NewMail) along.

mod content;
mod mailer;
mod post;
mod words;
mod worker;

pub use content::Content;
pub use mailer::{Mail, MailError, Mailer};
pub use post::{MailConfig, Post, PostError, Transport};
pub use worker::Worker;
