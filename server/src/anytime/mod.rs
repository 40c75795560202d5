//! The bank's API, called with a customer's token.

mod answers;
mod client;
mod gate;
mod sign;

pub use answers::{BankAccount, BankCard, Statement};
pub use client::{Client, ClientConfig, reach};
pub use gate::{BankReport, GateState};
pub use sign::{Signer, SignerError};

use std::time::Duration;

/// Why the bank did not answer as hoped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BankError {
    /// The bank refuses the token: it is unknown, revoked or expired.
    #[error("token-refused")]
    TokenRefused,
    /// The token does not reach what was asked for.
    #[error("no-rights")]
    NoRights,
    /// The bank asks us to slow down.
    #[error("rate-limited")]
    RateLimited { retry_after: Option<Duration> },
    /// We do not call at the moment: the bank failed, or asked for a pause.
    #[error("paused")]
    Paused { retry_after: Option<Duration> },
    /// The bank refuses us, whatever the token: signature, address, version.
    #[error("partner-refused")]
    PartnerRefused,
    /// No answer in time, or an error of the bank's own.
    #[error("unavailable")]
    Unavailable,
    /// An answer that is not what the vendor's text describes.
    #[error("unexpected-answer")]
    Unexpected(&'static str),
}

impl BankError {
    /// A short code for operators.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TokenRefused => "token-refused",
            Self::NoRights => "no-rights",
            Self::RateLimited { .. } => "rate-limited",
            Self::Paused { .. } => "bank-paused",
            Self::PartnerRefused => "partner-refused",
            Self::Unavailable => "bank-unavailable",
            Self::Unexpected(_) => "unexpected-answer",
        }
    }
}
