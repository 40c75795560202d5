//! Everybody's payments, as operators see them: when, how much and whose.

use super::Page;
use domain::filter::Filter;
use domain::ids::{CardRef, Txid, UserId};
use domain::money::Money;
use domain::transaction::{TxStatus, TxType};

/// Which payments. Of the filter, only card, days, size and status count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaymentLinesQuery {
    pub filter: Filter,
    pub txid: Option<Txid>,
}

/// A payment, without the merchant, the place and what the bank wrote of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentLine {
    pub id: i64,
    pub user_id: UserId,
    pub email: String,
    pub card_ref: CardRef,
    pub txid: String,
    /// In the card's currency; debits are negative.
    pub amount: Money,
    pub status: TxStatus,
    pub kind: TxType,
    pub confirmed: bool,
    /// RFC 3339, Europe/Paris.
    pub booked_at: String,
}

/// A page of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentLines {
    pub page: Page<PaymentLine>,
    /// Up to when was looked, though there are more: RFC 3339, Europe/Paris.
    pub looked_to: Option<String>,
}
