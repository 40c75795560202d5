//! The vendor's formats, as they come from its API and in its notifications.

mod json;
mod mask;
mod payment;
mod value;

pub use json::{JsonError, Limits, read as read_json};
pub use mask::mask;
pub use payment::{BankPayment, PaymentError};
pub use value::Value;
