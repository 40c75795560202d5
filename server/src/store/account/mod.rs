//! What belongs to an account beside the person: new passwords, codes, who looked, and its end.

mod erase;
mod looks;
mod resets;
mod two_step;

pub use erase::{ErasureRecord, NewErasure};
pub use looks::{Look, LookRecord};
pub use resets::NewReset;
pub use two_step::TwoStepRecord;
