//! A card payment as it travels: in `/transactions.json`, in the live event `transaction`, and to the pages.

use crate::category::Category;
use crate::ids::{CardRef, PaymentKey, Txid};
use crate::live::Seq;
use crate::money::{Currency, Money};
use crate::own::Own;
use crate::spending;
use serde::{Deserialize, Serialize};

/// Where a payment stands, from the vendor's `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TxStatus {
    /// Authorised, not settled yet.
    #[serde(rename = "A")]
    Authorised,
    #[serde(rename = "S")]
    Settled,
    #[serde(rename = "R")]
    Refused,
    /// A code that the vendor's documents do not explain; shown as unknown.
    #[serde(rename = "?")]
    Unknown,
}

impl TxStatus {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Authorised => "A",
            Self::Settled => "S",
            Self::Refused => "R",
            Self::Unknown => "?",
        }
    }

    /// The vendor's code; only `S` is documented, the others are what its stand-in and common usage send.
    pub fn from_code(code: &str) -> Self {
        match code {
            "A" => Self::Authorised,
            "S" => Self::Settled,
            "R" => Self::Refused,
            _ => Self::Unknown,
        }
    }

    /// How far along a payment is. It never goes back: an authorised notification that comes late changes nothing.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Authorised => 1,
            Self::Settled | Self::Refused => 2,
        }
    }
}

/// The direction of a payment, from the vendor's `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TxType {
    #[serde(rename = "D")]
    Debit,
    #[serde(rename = "C")]
    Credit,
    #[serde(rename = "?")]
    Unknown,
}

impl TxType {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Debit => "D",
            Self::Credit => "C",
            Self::Unknown => "?",
        }
    }

    pub fn from_code(code: &str) -> Self {
        match code {
            "D" => Self::Debit,
            "C" => Self::Credit,
            _ => Self::Unknown,
        }
    }
}

/// A card payment. Amounts are decimal text beside an integer of minor units; debits are negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    pub txid: Txid,
    pub card_ref: CardRef,
    /// In `currency`.
    pub amount: String,
    /// Minor units of `currency`.
    pub amount_minor: i64,
    /// The card's currency.
    pub currency: Currency,
    /// In `currency_fx`, signed as `amount`.
    pub amount_fx: String,
    /// The currency that the merchant was paid in (the vendor's `currency`).
    pub currency_fx: Currency,
    /// Rate, as the vendor wrote it.
    pub fx: String,
    /// Fee in `currency`, as the vendor wrote it.
    pub fx_fee: String,
    pub status: TxStatus,
    #[serde(rename = "type")]
    pub kind: TxType,
    /// Merchant category code, as it came; may be empty.
    pub mcc: String,
    /// Her own where its owner has chosen one, else what the merchant category code says.
    pub category: Category,
    pub merchant: String,
    pub city: Option<String>,
    /// ISO 3166 alpha-3.
    pub country: Option<String>,
    pub description: String,
    /// Of the card, in `currency`.
    pub balance_after: Option<String>,
    /// RFC 3339 at the bank's wall clock (Europe/Paris).
    pub booked_at: String,
    /// The bank's API, or a second piece of evidence, agrees with the notification.
    pub confirmed: bool,
    /// What was told of it contradicts itself; the bank is being asked.
    #[serde(skip_serializing_if = "is_false", default)]
    pub contested: bool,
    /// What moved on the card between the payment before it and this one, in `currency`, that no payment explains: one seems to
    /// be missing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub missing: Option<String>,
    /// The vendor's words for a refusal.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failed_reason: Option<String>,
    #[serde(flatten)]
    pub own: Own,
    /// When it last changed, in its owner's feed.
    pub seq: Seq,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Transaction {
    pub fn key(&self) -> PaymentKey {
        PaymentKey { card_ref: self.card_ref.clone(), txid: self.txid.clone() }
    }

    pub const fn money(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }

    /// As the bank tells it, for everybody but its owner.
    #[must_use]
    pub fn without_own(self) -> Self {
        let category = self.own.category_bank.unwrap_or(self.category);
        Self { category, own: Own::default(), ..self }
    }

    /// Whether it is money put on the card, as far as the bank's category tells.
    pub fn is_load(&self) -> bool {
        self.kind == TxType::Credit && spending::is_load(self.own.category_bank.unwrap_or(self.category))
    }

    /// The amount at the merchant, where it was in another currency.
    pub fn foreign(&self) -> Option<Money> {
        if self.currency == self.currency_fx {
            return None;
        }
        Money::parse(&self.amount_fx, self.currency_fx).ok()
    }
}
