//! Card payments.

mod apply;
mod book;
mod chain;
mod export;
mod list;
mod month;
mod of_all;
mod own;

pub use apply::Applied;
pub use chain::{CardChain, Chained};
pub use export::{ExportBalance, ExportRows, ExportStatement};
pub use list::{DashboardRecord, PaymentPlace, PaymentRecord, PaymentRow, PaymentsQuery};
pub use month::{MOST_FOREIGN, MonthDetails, MonthQuery, MonthSums, PastPayments};
pub use of_all::{AnybodysPayment, AnybodysPayments, AnybodysQuery};

pub(super) use apply::{News, apply, known_payments, without_known};
pub(super) use book::{Book, Known};
pub(super) use list::PAYMENTS_BY_ID;
pub(super) use own::{Shown, erase_own};

use super::Result;
use super::row::Columns as _;
use crate::clock::Moment;
use domain::category::Category;
use domain::ids::{CardRef, LinkId, Txid, UserId};
use domain::live::Seq;
use domain::money::{Currency, Money};
use domain::own::Own;
use domain::transaction::{Transaction, TxStatus, TxType};
use sqlx::AnyPool;
use sqlx::any::AnyRow;

/// A payment as one source tells it: a notification, or the bank's API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPayment {
    pub link_id: LinkId,
    pub user_id: UserId,
    pub card_ref: CardRef,
    pub txid: Txid,
    /// Minor units of `currency`, debits negative.
    pub amount_minor: i64,
    /// The card's currency.
    pub currency: Currency,
    /// Minor units of `fx_currency`, signed as `amount_minor`.
    pub fx_amount_minor: i64,
    /// The currency that the merchant was paid in.
    pub fx_currency: Currency,
    /// Rate and fee as the vendor wrote them.
    pub fx: String,
    pub fx_fee: String,
    pub status: TxStatus,
    pub kind: TxType,
    pub mcc: String,
    pub category: Category,
    pub merchant: String,
    pub city: Option<String>,
    pub country: Option<String>,
    pub description: String,
    /// Of the card, in minor units of `currency`.
    pub balance_after_minor: Option<i64>,
    pub booked_at: Moment,
    /// The same moment at the bank's wall clock: RFC 3339, from [`Moment::bank_text`].
    pub booked_text: String,
    pub failed_reason: Option<String>,
    /// When the bank's API, or a second piece of evidence, agreed.
    pub confirmed_at: Option<Moment>,
}

/// Between the fields of a search text: no cleaned text holds it, so nothing is found across two fields.
const FIELD_END: char = '\u{1f}';

/// What a payment is found by: merchant, description and town in small letters, each as `Filter::matches` lowers it.
fn search_text(merchant: &str, description: &str, city: Option<&str>) -> String {
    let mut text = merchant.to_lowercase();
    for field in [description, city.unwrap_or_default()] {
        text.push(FIELD_END);
        text.push_str(&field.to_lowercase());
    }
    text
}

/// A payment as it stands in the table.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) id: i64,
    pub(super) seq: Seq,
    pub(super) payment: NewPayment,
    /// Its tellings contradict each other, since then.
    pub(super) contested_at: Option<Moment>,
    /// What moved before it that no payment explains.
    pub(super) missing_minor: Option<i64>,
}

/// The columns that `Stored::read` reads, of the table `payments`.
macro_rules! payment_columns {
    () => {
        "payments.id, payments.user_id, payments.link_id, payments.card_ref, payments.txid, payments.amount_minor,
         payments.currency, payments.fx_amount_minor, payments.fx_currency, payments.fx, payments.fx_fee,
         payments.status, payments.kind, payments.mcc, payments.category, payments.merchant, payments.city,
         payments.country, payments.description, payments.balance_after_minor, payments.booked_at,
         payments.booked_text, payments.failed_reason, payments.confirmed_at, payments.contested_at,
         payments.missing_minor, payments.seq"
    };
}
pub(super) use payment_columns;

/// Payments after a row, oldest first, with the number of the last.
pub(super) async fn from(pool: &AnyPool, id: i64, limit: i64) -> Result<(Vec<NewPayment>, i64)> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        payment_columns!(),
        " FROM payments WHERE payments.id > $1 ORDER BY payments.id LIMIT $2"
    ))
    .bind(id)
    .bind(limit)
    .fetch_all(pool)
    .await?;
    let stored = rows.iter().map(Stored::read).collect::<Result<Vec<_>>>()?;
    let last = stored.last().map_or(id, |stored| stored.id);
    Ok((stored.into_iter().map(|stored| stored.payment).collect(), last))
}

impl Stored {
    pub(super) fn read(row: &AnyRow) -> Result<Self> {
        let payment = NewPayment {
            user_id: row.id("user_id")?,
            link_id: row.id("link_id")?,
            card_ref: row.id("card_ref")?,
            txid: row.id("txid")?,
            amount_minor: row.number("amount_minor")?,
            currency: row.currency("currency")?,
            fx_amount_minor: row.number("fx_amount_minor")?,
            fx_currency: row.currency("fx_currency")?,
            fx: row.text("fx")?,
            fx_fee: row.text("fx_fee")?,
            status: TxStatus::from_code(&row.text("status")?),
            kind: TxType::from_code(&row.text("kind")?),
            mcc: row.text("mcc")?,
            category: row.code("category", Category::from_code)?,
            merchant: row.text("merchant")?,
            city: row.text_or_null("city")?,
            country: row.text_or_null("country")?,
            description: row.text("description")?,
            balance_after_minor: row.number_or_null("balance_after_minor")?,
            booked_at: row.moment("booked_at")?,
            booked_text: row.text("booked_text")?,
            failed_reason: row.text_or_null("failed_reason")?,
            confirmed_at: row.moment_or_null("confirmed_at")?,
        };
        Ok(Self {
            id: row.number("id")?,
            seq: row.seq("seq")?,
            payment,
            contested_at: row.moment_or_null("contested_at")?,
            missing_minor: row.number_or_null("missing_minor")?,
        })
    }

    /// As it travels, without what its owner wrote on it.
    pub(super) fn into_transaction(self) -> Transaction {
        let Self { payment, seq, contested_at, missing_minor, .. } = self;
        let decimal = |minor, currency| Money::new(minor, currency).decimal();
        Transaction {
            amount: decimal(payment.amount_minor, payment.currency),
            amount_minor: payment.amount_minor,
            currency: payment.currency,
            amount_fx: decimal(payment.fx_amount_minor, payment.fx_currency),
            currency_fx: payment.fx_currency,
            fx: payment.fx,
            fx_fee: payment.fx_fee,
            status: payment.status,
            kind: payment.kind,
            mcc: payment.mcc,
            category: payment.category,
            merchant: payment.merchant,
            city: payment.city,
            country: payment.country,
            description: payment.description,
            balance_after: payment.balance_after_minor.map(|minor| decimal(minor, payment.currency)),
            booked_at: payment.booked_text,
            confirmed: payment.confirmed_at.is_some(),
            contested: contested_at.is_some(),
            missing: missing_minor.map(|minor| decimal(minor, payment.currency)),
            failed_reason: payment.failed_reason,
            own: Own::default(),
            txid: payment.txid,
            card_ref: payment.card_ref,
            seq,
        }
    }
}
