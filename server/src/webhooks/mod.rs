//! Notifications of the bank: from bytes to a verdict.
//!
//! ```text
//! receive   raw bytes, peer address          (the only part that knows HTTP)
//! decode    form | JSON | multipart → Value  (all three give one canonical event)
//! event     Value → Notification             (what the vendor's text describes)
//! verify    evidence → trust card, verdict   (pure)
//! ```
//!
//! Nothing here acts on a notification: it is stored with its verdict, answered, and processed from the inbox.

mod again;
mod compare;
pub mod decode;
pub mod event;
mod form;
mod hash;
mod masking;
mod multipart;
mod receive;
mod reuse;
mod search;
mod understood;
pub mod verify;

pub use again::{Anew, Criteria};
pub use compare::differences;
pub use masking::masked_body;
pub use receive::{Floods, Receiver, router};
pub use search::{FoundText, Wanted, find};
