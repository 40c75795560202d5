//! The inbox: every arrival of a notification.

mod claim;
mod find;
mod finish;
mod list;
mod receive;
mod retain;

pub use claim::{Claim, Claimant, Lease, UsedHash};
pub use find::{DeliveriesQuery, DeliveryFilter};
pub use finish::{Batch, DeliveryOutcome, Effects};
pub use list::{DeliveryRecord, ToldRecord};
pub use receive::{DueDelivery, NewDelivery};

pub(super) use claim::{claim, storable_claimant};
pub(super) use finish::{Provided, finish, lock_parking, wake_parked};

/// What processing makes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// To be processed when its time comes.
    Pending,
    Done,
    /// Waits for its card to be learned.
    Parked,
    /// Given up.
    Dead,
}

impl DeliveryState {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Parked => "parked",
            Self::Dead => "dead",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Pending, Self::Done, Self::Parked, Self::Dead].into_iter().find(|state| state.code() == code)
    }
}
