//! What belongs to an account beside the person: new passwords, codes, passkeys, who may look and who did, and its end.

mod consents;
mod erase;
mod looks;
mod passkeys;
mod resets;
mod two_step;

pub use consents::ConsentRecord;
pub use erase::{ErasureRecord, NewErasure};
pub use looks::{Look, LookRecord};
pub use passkeys::{NewPasskey, PasskeyAdded, PasskeyOf, PasskeyRecord, PasskeyUse};
pub use resets::NewReset;
pub use two_step::TwoStepRecord;

pub(super) use looks::note_look;
