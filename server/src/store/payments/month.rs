//! What a month's payments come to.
//!
//! Nothing is summed up while payments arrive: a month is read by the index of its owner's payments when somebody wants to see
//! it, and whoever asks again before anything has changed is answered from memory (`pages::insights`). Refused payments count
//! nowhere; one that several links see counts once.

use crate::clock::Moment;
use crate::store::live::{LAST_SEQ, read_last_seq};
use crate::store::row::Columns as _;
use crate::store::{Result, Store, StoreError};
use domain::abroad::{Cost, Foreign};
use domain::calendar::Day;
use domain::category::Category;
use domain::ids::{CardRef, UserId};
use domain::live::Seq;
use domain::money::Money;
use domain::month::Month;
use domain::recurring::Past;
use domain::spending::{Cell, MerchantSum};
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection};

/// Which payments to add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthQuery {
    pub user_id: UserId,
    pub card: Option<CardRef>,
    pub month: Month,
}

/// The sums of a month, by day, category and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthSums {
    /// The last number of the user's feed at that moment.
    pub seq: Seq,
    pub cells: Vec<Cell>,
}

/// What is shown of a month beside its sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthDetails {
    pub seq: Seq,
    /// Where the most was spent, by currency, largest first.
    pub merchants: Vec<MerchantSum>,
    /// What payments in other currencies cost, newest first: at most [`MOST_FOREIGN`].
    pub abroad: Vec<Cost>,
}

/// Payments that may come again, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastPayments {
    pub seq: Seq,
    pub payments: Vec<Past>,
}

/// Payments in other currencies that are looked at one by one.
pub const MOST_FOREIGN: i64 = 2_000;
/// Payments among which those that come again are sought.
const MOST_PAST: i64 = 5_000;
/// Merchants of each currency.
const MOST_MERCHANTS: i64 = 8;

/// The payments of a time that count, `$1` to `$4` being the user, the card, and both ends of the time. An amount beyond ten
/// billion of any currency is somebody's mistake: it would make the sums overflow, and everything else disappear with them.
macro_rules! counted {
    ($of_card:literal) => {
        concat!(
            " FROM ",
            $crate::store::payments::own::shown_payments!(),
            " WHERE payments.user_id = $1
              AND ",
            $of_card,
            " AND payments.booked_at >= $3
              AND payments.booked_at < $4
              AND payments.status <> 'R'
              AND payments.amount_minor BETWEEN -1000000000000 AND 1000000000000
              AND NOT EXISTS (
                SELECT 1
                FROM payments twin
                WHERE twin.user_id = payments.user_id
                AND twin.card_ref = payments.card_ref
                AND twin.booked_at = payments.booked_at
                AND twin.txid = payments.txid
                AND twin.id > payments.id) "
        )
    };
}

/// A statement over all cards, and over one card, which has an index of its own.
macro_rules! both {
    ($first:literal, $rest:literal) => {
        [concat!($first, counted!("$2 = ''"), $rest), concat!($first, counted!("payments.card_ref = $2"), $rest)]
    };
}

/// What was put on a card is not what somebody gave back, and the bank's own category tells them apart: `spending::is_load`.
const SUMS: [&str; 2] = both!(
    "SELECT payments.currency, SUBSTR(payments.booked_text, 9, 2) AS of_month,
        COALESCE(own_words.category, payments.category) AS shown_category,
        CAST(SUM(CASE WHEN payments.amount_minor < 0 THEN -payments.amount_minor ELSE 0 END) AS BIGINT) AS paid,
        CAST(SUM(CASE WHEN payments.amount_minor > 0 AND payments.category NOT IN ('cash', 'fees')
            THEN payments.amount_minor ELSE 0 END) AS BIGINT) AS refunded,
        CAST(SUM(CASE WHEN payments.amount_minor > 0 AND payments.category IN ('cash', 'fees')
            THEN payments.amount_minor ELSE 0 END) AS BIGINT) AS loaded,
        CAST(SUM(CASE WHEN payments.amount_minor < 0 THEN 1 ELSE 0 END) AS BIGINT) AS debits",
    "GROUP BY payments.currency, SUBSTR(payments.booked_text, 9, 2), COALESCE(own_words.category, payments.category)"
);

const MERCHANTS: [&str; 2] = both!(
    "SELECT ranked.merchant, ranked.currency, ranked.shown_category, ranked.spent, ranked.debits
     FROM (
        SELECT payments.merchant, payments.currency,
            MIN(COALESCE(own_words.category, payments.category)) AS shown_category,
            CAST(-SUM(payments.amount_minor) AS BIGINT) AS spent,
            CAST(SUM(CASE WHEN payments.amount_minor < 0 THEN 1 ELSE 0 END) AS BIGINT) AS debits,
            ROW_NUMBER() OVER (
                PARTITION BY payments.currency
                ORDER BY SUM(payments.amount_minor), payments.merchant) AS place",
    "   AND (payments.amount_minor < 0 OR payments.category NOT IN ('cash', 'fees'))
        GROUP BY payments.currency, payments.merchant
        HAVING SUM(payments.amount_minor) < 0) ranked
     WHERE ranked.place <= $5
     ORDER BY ranked.currency, ranked.place"
);

const FOREIGN: [&str; 2] = both!(
    "SELECT payments.amount_minor, payments.currency, payments.fx_amount_minor, payments.fx_currency, payments.fx,
        payments.fx_fee",
    "AND payments.amount_minor < 0
     AND payments.currency <> payments.fx_currency
     ORDER BY payments.booked_at DESC, payments.txid DESC
     LIMIT $5"
);

const PAST: [&str; 2] = both!(
    "SELECT payments.merchant, payments.currency, payments.amount_minor,
        COALESCE(own_words.category, payments.category) AS shown_category,
        SUBSTR(payments.booked_text, 1, 10) AS bank_day",
    "AND payments.amount_minor < 0
     ORDER BY payments.booked_at DESC, payments.txid DESC
     LIMIT $5"
);

const FIRST: [&str; 2] = [
    "SELECT MIN(booked_at) AS oldest FROM payments WHERE user_id = $1 AND $2 = ''",
    "SELECT MIN(booked_at) AS oldest FROM payments WHERE user_id = $1 AND card_ref = $2",
];

impl Store {
    /// What the payments of a month come to.
    pub async fn month_sums(&self, query: &MonthQuery) -> Result<MonthSums> {
        let query = query.clone();
        self.read(move |connection| {
            Box::pin(async move {
                let seq = last_seq(connection, &query.user_id).await?;
                let rows = Select::of(&query).fetch(SUMS, None, connection).await?;
                let cells = rows.iter().map(cell).collect::<Result<_>>()?;
                Ok(MonthSums { seq, cells })
            })
        })
        .await
    }

    /// The largest merchants of a month, and what its payments in other currencies cost.
    pub async fn month_details(&self, query: &MonthQuery) -> Result<MonthDetails> {
        let query = query.clone();
        self.read(move |connection| {
            Box::pin(async move {
                let seq = last_seq(connection, &query.user_id).await?;
                let merchants = Select::of(&query).fetch(MERCHANTS, Some(MOST_MERCHANTS), connection).await?;
                let foreign = Select::of(&query).fetch(FOREIGN, Some(MOST_FOREIGN), connection).await?;
                Ok(MonthDetails {
                    seq,
                    merchants: merchants.iter().map(merchant).collect::<Result<_>>()?,
                    abroad: foreign.iter().filter_map(|row| cost(row).transpose()).collect::<Result<_>>()?,
                })
            })
        })
        .await
    }

    /// What was paid from a day on, for those that come again to be found among it.
    pub async fn payments_since(&self, user_id: &UserId, card: Option<&CardRef>, since: Day) -> Result<PastPayments> {
        let (user_id, card) = (user_id.clone(), card.cloned());
        self.read(move |connection| {
            Box::pin(async move {
                let seq = last_seq(connection, &user_id).await?;
                let from = Moment::start_of_bank_day(&since.iso()).unwrap_or(Moment(i64::MIN));
                let select = Select { user_id: &user_id, card: card.as_ref(), from, until: Moment(i64::MAX) };
                let rows = select.fetch(PAST, Some(MOST_PAST), connection).await?;
                Ok(PastPayments { seq, payments: rows.iter().map(past).collect::<Result<_>>()? })
            })
        })
        .await
    }

    /// When the oldest payment was booked.
    pub async fn oldest_payment(&self, user_id: &UserId, card: Option<&CardRef>) -> Result<Option<Moment>> {
        let sql = FIRST[usize::from(card.is_some())];
        let row = sqlx::query(sql)
            .bind(user_id.to_string())
            .bind(card.map(ToString::to_string).unwrap_or_default())
            .fetch_one(&self.inner.reads)
            .await?;
        row.moment_or_null("oldest")
    }
}

async fn last_seq(connection: &mut AnyConnection, user_id: &UserId) -> Result<Seq> {
    read_last_seq(sqlx::query(LAST_SEQ).bind(user_id.to_string()).fetch_optional(connection).await?)
}

/// The values of `counted!`.
struct Select<'q> {
    user_id: &'q UserId,
    card: Option<&'q CardRef>,
    from: Moment,
    until: Moment,
}

impl<'q> Select<'q> {
    fn of(query: &'q MonthQuery) -> Self {
        // A month at the end of the calendar has no end, and one before its beginning holds nothing.
        let from = Moment::start_of_bank_day(&query.month.first().iso()).unwrap_or(Moment(i64::MAX));
        let until = Moment::end_of_bank_day(&query.month.last().iso()).unwrap_or(Moment(i64::MAX));
        Self { user_id: &query.user_id, card: query.card.as_ref(), from, until }
    }

    async fn fetch(
        self,
        statements: [&'static str; 2],
        limit: Option<i64>,
        connection: &mut AnyConnection,
    ) -> Result<Vec<AnyRow>> {
        let sql = statements[usize::from(self.card.is_some())];
        let query = sqlx::query::<Any>(sql)
            .bind(self.user_id.to_string())
            .bind(self.card.map(ToString::to_string).unwrap_or_default())
            .bind(self.from.0)
            .bind(self.until.0);
        let query = match limit {
            Some(limit) => query.bind(limit),
            None => query,
        };
        Ok(query.fetch_all(connection).await?)
    }
}

/// The owner's category where she chose one, else the bank's. One of a newer version is not known here.
fn category(row: &AnyRow) -> Result<Category> {
    Ok(Category::from_code(&row.text("shown_category")?).unwrap_or(Category::Other))
}

fn cell(row: &AnyRow) -> Result<Cell> {
    Ok(Cell {
        currency: row.currency("currency")?,
        day: row.text("of_month")?.parse().map_err(|_| StoreError::Corrupt("booked_text"))?,
        category: category(row)?,
        paid: row.number("paid")?,
        refunded: row.number("refunded")?,
        loaded: row.number("loaded")?,
        payments: row.number("debits")?,
    })
}

fn merchant(row: &AnyRow) -> Result<MerchantSum> {
    Ok(MerchantSum {
        merchant: row.text("merchant")?,
        category: category(row)?,
        spent: Money::new(row.number("spent")?, row.currency("currency")?),
        payments: row.number("debits")?,
    })
}

/// None for what cost nothing.
fn cost(row: &AnyRow) -> Result<Option<Cost>> {
    let size = |minor: i64| minor.saturating_abs();
    let (rate, fee) = (row.text("fx")?, row.text("fx_fee")?);
    let foreign = Foreign {
        taken: Money::new(size(row.number("amount_minor")?), row.currency("currency")?),
        there: Money::new(size(row.number("fx_amount_minor")?), row.currency("fx_currency")?),
        rate: &rate,
        fee: &fee,
    };
    Ok(foreign.cost())
}

fn past(row: &AnyRow) -> Result<Past> {
    Ok(Past {
        merchant: row.text("merchant")?,
        currency: row.currency("currency")?,
        amount: row.number("amount_minor")?.saturating_abs(),
        day: row.code("bank_day", Day::parse)?,
        category: category(row)?,
    })
}
