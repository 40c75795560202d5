//! Payments for exports: which ones first, at one moment; then the rows, a group at a time.
//!
//! A list that is read in pages shifts while it is read: a payment may be booked anew when it is settled, and would then come
//! twice or not at all. So the rows of an export are fixed by their numbers in one statement, eight bytes each, and
//! everything else is read when its turn comes, without a transaction that waits for whoever is slow to take it.

use super::list::{Conditions, PAYMENTS_BY_ID, bind_conditions, listed};
use super::own::Shown;
use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::{Result, Store};
use domain::filter::Filter;
use domain::ids::{CardRef, UserId};
use domain::money::Currency;
use domain::transaction::Transaction;
use futures::TryStreamExt as _;
use sqlx::any::AnyRow;
use std::collections::{BTreeMap, HashMap};

/// What an export will hold, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportRows(pub Vec<i64>);

/// Payments of one card in one currency, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportStatement {
    pub card_ref: CardRef,
    pub currency: Currency,
    pub rows: ExportRows,
    /// When the first and the last of them were booked.
    pub oldest: Moment,
    pub newest: Moment,
    /// Of the card, as the newest of them left it.
    pub balance: Option<ExportBalance>,
}

impl ExportStatement {
    const fn of(card_ref: CardRef, currency: Currency) -> Self {
        let (oldest, newest) = (Moment(i64::MAX), Moment(i64::MIN));
        Self { card_ref, currency, rows: ExportRows(Vec::new()), oldest, newest, balance: None }
    }

    /// Takes the next older payment.
    fn add(&mut self, row: &AnyRow) -> Result<()> {
        let at = row.moment("booked_at")?;
        self.rows.0.push(row.number("id")?);
        (self.oldest, self.newest) = (self.oldest.min(at), self.newest.max(at));
        if self.balance.is_none() {
            self.balance = row.number_or_null("balance_after_minor")?.map(|minor| ExportBalance { minor, at });
        }
        Ok(())
    }
}

/// What was on a card, in minor units, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportBalance {
    pub minor: i64,
    pub at: Moment,
}

const ROWS: &str = listed!(
    ["payments.id"]
    "AND $2 = ''"
    "ORDER BY payments.booked_at DESC, payments.txid DESC, payments.id DESC"
);
const ROWS_OF_CARD: &str = listed!(
    ["payments.id"]
    "AND payments.card_ref = $2"
    "ORDER BY payments.booked_at DESC, payments.txid DESC, payments.id DESC"
);
const KEYS: &str = listed!(
    ["payments.id, payments.card_ref, payments.currency, payments.booked_at, payments.balance_after_minor"]
    "AND $2 = '' AND payments.status <> 'R'"
    "ORDER BY payments.booked_at DESC, payments.txid DESC, payments.id DESC"
);
const KEYS_OF_CARD: &str = listed!(
    ["payments.id, payments.card_ref, payments.currency, payments.booked_at, payments.balance_after_minor"]
    "AND payments.card_ref = $2 AND payments.status <> 'R'"
    "ORDER BY payments.booked_at DESC, payments.txid DESC, payments.id DESC"
);

impl Store {
    /// The payments that a filter lets through, at one moment.
    pub async fn export_rows(&self, user_id: &UserId, filter: &Filter) -> Result<ExportRows> {
        let sql = if filter.card.is_some() { ROWS_OF_CARD } else { ROWS };
        let (user_id, filter) = (user_id.clone(), filter.clone());
        self.read(move |connection| {
            Box::pin(async move {
                let Some(conditions) = Conditions::of(&filter) else { return Ok(ExportRows::default()) };
                let mut rows = bind_conditions(sqlx::query(sql), &user_id, &filter, conditions).fetch(connection);
                let mut found = Vec::new();
                while let Some(row) = rows.try_next().await? {
                    found.push(row.number("id")?);
                }
                Ok(ExportRows(found))
            })
        })
        .await
    }

    /// As [`Store::export_rows`], by card and currency, without the refused ones: nothing has moved by them.
    pub async fn export_statements(&self, user_id: &UserId, filter: &Filter) -> Result<Vec<ExportStatement>> {
        let sql = if filter.card.is_some() { KEYS_OF_CARD } else { KEYS };
        let (user_id, filter) = (user_id.clone(), filter.clone());
        self.read(move |connection| {
            Box::pin(async move {
                let Some(conditions) = Conditions::of(&filter) else { return Ok(Vec::new()) };
                let mut rows = bind_conditions(sqlx::query(sql), &user_id, &filter, conditions).fetch(connection);
                let mut found: BTreeMap<(CardRef, Currency), ExportStatement> = BTreeMap::new();
                while let Some(row) = rows.try_next().await? {
                    let (card_ref, currency) = (row.id::<CardRef>("card_ref")?, row.currency("currency")?);
                    let statement = found.entry((card_ref.clone(), currency));
                    statement.or_insert_with(|| ExportStatement::of(card_ref, currency)).add(&row)?;
                }
                Ok(found.into_values().collect())
            })
        })
        .await
    }

    /// These payments as they are now, in the order asked for. What is no more, or is not this user's, is left out.
    pub async fn payments_by_row(&self, user_id: &UserId, rows: &[i64]) -> Result<Vec<Transaction>> {
        let mut connection = self.inner.reads.acquire().await?;
        let query = PAYMENTS_BY_ID.rows(rows, |row, id| {
            row.number(*id);
        });
        let mut found: HashMap<i64, Transaction> = HashMap::with_capacity(rows.len());
        for row in query.fetch(&mut connection).await? {
            let shown = Shown::read(&row)?;
            if shown.payment().user_id == *user_id {
                found.insert(shown.stored.id, shown.into_transaction());
            }
        }
        Ok(rows.iter().filter_map(|id| found.remove(id)).collect())
    }
}
