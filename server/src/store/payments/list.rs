//! Lists of payments, as their owner sees them.

use super::{FIELD_END, Stored, payment_columns};
use crate::clock::Moment;
use crate::store::links::{CARDS_OF_USER, CardRecord, LINKS_OF_USER, LinkRecord};
use crate::store::live::{LAST_SEQ, read_last_seq};
use crate::store::row::Columns as _;
use crate::store::statement::{Grouped, holds};
use crate::store::{Result, Store};
use domain::calendar::Day;
use domain::category::Category;
use domain::filter::Filter;
use domain::ids::{PaymentKey, UserId};
use domain::live::Seq;
use domain::transaction::{Transaction, TxStatus, TxType};
use sqlx::AnyConnection;

/// Where a payment stands in lists: newest first, and within a second in the bank's own order, as the browser sorts them too.
/// The row decides between several links that see one payment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PaymentPlace {
    pub booked_at: Moment,
    pub txid: String,
    pub id: i64,
}

/// Which payments to list.
#[derive(Debug, Clone)]
pub struct PaymentsQuery {
    pub user_id: UserId,
    pub filter: Filter,
    /// Rows older than this one.
    pub before: Option<PaymentPlace>,
    /// Rows newer than this one, the nearest ones. Looked at only without `before`.
    pub after: Option<PaymentPlace>,
    pub limit: i64,
}

/// A payment and its place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRow {
    pub id: i64,
    pub booked_at: Moment,
    pub payment: Transaction,
}

impl PaymentRow {
    pub fn place(&self) -> PaymentPlace {
        PaymentPlace { booked_at: self.booked_at, txid: self.payment.txid.to_string(), id: self.id }
    }
}

/// Everything on the dashboard, read at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardRecord {
    /// Newest first, forgotten ones left out.
    pub links: Vec<LinkRecord>,
    /// Of these links, in their order.
    pub cards: Vec<CardRecord>,
    pub payments: Vec<PaymentRow>,
    /// The last number of the user's feed at that moment.
    pub seq: Seq,
}

/// The conditions of `Filter::matches`, each with a value that lets everything through. An amount's size is told without
/// ABS, which the smallest of all numbers would make fail.
macro_rules! listed {
    ($first:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            payment_columns!(),
            " FROM payments WHERE payments.user_id = $1 ",
            $first,
            r" AND payments.booked_at >= $5
               AND payments.booked_at < $6
               AND (payments.amount_minor >= $7 OR payments.amount_minor <= $8)
               AND payments.amount_minor BETWEEN $9 AND $10
               AND ($11 = '' OR payments.category = $11)
               AND ($12 = '' OR payments.kind = $12)
               AND ($13 = '' OR payments.status = $13)
               AND payments.search LIKE $14 ESCAPE '\' ",
            $rest
        )
    };
}

const OLDER: &str = listed!(
    "AND $2 = '' AND (payments.booked_at, payments.txid, payments.id) < ($3, $16, $4)",
    "ORDER BY payments.booked_at DESC, payments.txid DESC, payments.id DESC LIMIT $15"
);
const NEWER: &str = listed!(
    "AND $2 = '' AND (payments.booked_at, payments.txid, payments.id) > ($3, $16, $4)",
    "ORDER BY payments.booked_at, payments.txid, payments.id LIMIT $15"
);
/// A card has an index of its own.
const OLDER_OF_CARD: &str = listed!(
    "AND payments.card_ref = $2 AND (payments.booked_at, payments.txid, payments.id) < ($3, $16, $4)",
    "ORDER BY payments.booked_at DESC, payments.txid DESC, payments.id DESC LIMIT $15"
);
const NEWER_OF_CARD: &str = listed!(
    "AND payments.card_ref = $2 AND (payments.booked_at, payments.txid, payments.id) > ($3, $16, $4)",
    "ORDER BY payments.booked_at, payments.txid, payments.id LIMIT $15"
);

/// Of several links that see one payment the newest counts.
const ONE: &str = concat!(
    "SELECT ",
    payment_columns!(),
    " FROM links
     CROSS JOIN payments
     WHERE links.user_id = $1
     AND payments.link_id = links.id
     AND payments.card_ref = $2
     AND payments.txid = $3
     ORDER BY payments.id DESC
     LIMIT 1"
);

pub(in crate::store) static PAYMENTS_BY_ID: Grouped =
    Grouped::new(concat!("SELECT ", payment_columns!(), " FROM payments WHERE payments.id IN (VALUES"), 1, ")");

impl Store {
    /// A page of payments, newest first, also where the page is asked for backwards. The filter lets through exactly what
    /// `Filter::matches` does.
    pub async fn payments(&self, query: &PaymentsQuery) -> Result<Vec<PaymentRow>> {
        let mut connection = self.inner.reads.acquire().await?;
        list(&mut connection, query).await
    }

    /// One of a user's payments.
    pub async fn payment(&self, user_id: &UserId, key: &PaymentKey) -> Result<Option<Transaction>> {
        let row = sqlx::query(ONE)
            .bind(user_id.to_string())
            .bind(key.card_ref.to_string())
            .bind(key.txid.to_string())
            .fetch_optional(&self.inner.reads)
            .await?;
        row.as_ref().map(|row| Ok(Stored::read(row)?.into_transaction())).transpose()
    }

    /// Links, cards, a page of payments and the place in the feed, all of one moment: the live stream goes on from there and
    /// nothing is lost or doubled.
    pub async fn dashboard(&self, query: &PaymentsQuery) -> Result<DashboardRecord> {
        let query = query.clone();
        self.read(move |connection| {
            Box::pin(async move {
                let user = query.user_id.to_string();
                let seq = sqlx::query(LAST_SEQ).bind(user.clone()).fetch_optional(&mut *connection).await?;
                let links = sqlx::query(LINKS_OF_USER).bind(user.clone()).fetch_all(&mut *connection).await?;
                let cards = sqlx::query(CARDS_OF_USER).bind(user).fetch_all(&mut *connection).await?;
                Ok(DashboardRecord {
                    seq: read_last_seq(seq)?,
                    links: links.iter().map(LinkRecord::read).collect::<Result<_>>()?,
                    cards: cards.iter().map(CardRecord::read).collect::<Result<_>>()?,
                    payments: list(connection, &query).await?,
                })
            })
        })
        .await
    }
}

async fn list(connection: &mut AnyConnection, query: &PaymentsQuery) -> Result<Vec<PaymentRow>> {
    let Some(conditions) = Conditions::of(&query.filter) else { return Ok(Vec::new()) };
    let newer = query.before.is_none() && query.after.is_some();
    let sql = match (newer, &query.filter.card) {
        (false, None) => OLDER,
        (true, None) => NEWER,
        (false, Some(_)) => OLDER_OF_CARD,
        (true, Some(_)) => NEWER_OF_CARD,
    };
    let top = || PaymentPlace { booked_at: Moment(i64::MAX), txid: String::new(), id: i64::MAX };
    let place = query.before.clone().or_else(|| query.after.clone()).unwrap_or_else(top);
    let card = query.filter.card.as_ref().map_or("", |card| card.as_str());
    let mut rows = sqlx::query(sql)
        .bind(query.user_id.to_string())
        .bind(card.to_owned())
        .bind(place.booked_at.0)
        .bind(place.id)
        .bind(conditions.from)
        .bind(conditions.until)
        .bind(conditions.at_least)
        .bind(conditions.at_least.saturating_neg())
        .bind(conditions.smallest)
        .bind(conditions.largest)
        .bind(query.filter.category.map_or("", Category::code))
        .bind(query.filter.kind.map_or("", TxType::code))
        .bind(query.filter.status.map_or("", TxStatus::code))
        .bind(conditions.pattern)
        .bind(query.limit)
        .bind(place.txid)
        .fetch_all(connection)
        .await?;
    if newer {
        rows.reverse();
    }
    rows.iter()
        .map(|row| {
            let stored = Stored::read(row)?;
            Ok(PaymentRow { id: stored.id, booked_at: row.moment("booked_at")?, payment: stored.into_transaction() })
        })
        .collect()
}

/// The values of a filter's conditions.
struct Conditions {
    /// First moment, in microseconds.
    from: i64,
    /// First moment that is too late.
    until: i64,
    /// Smallest size of the amount.
    at_least: i64,
    /// Both ends of the amounts whose size is small enough.
    smallest: i64,
    largest: i64,
    pattern: String,
}

impl Conditions {
    /// None where nothing can match: a day that is none, or a text that no payment holds.
    fn of(filter: &Filter) -> Option<Self> {
        let q = filter.q.as_deref().unwrap_or_default().to_lowercase();
        if q.contains([FIELD_END, '\0']) {
            return None;
        }
        Some(Self {
            from: match filter.from.as_deref() {
                Some(day) => Moment::start_of_bank_day(day)?.0,
                None => i64::MIN,
            },
            until: match filter.to.as_deref() {
                // The last day of the calendar has no end.
                Some(day) => {
                    Moment::end_of_bank_day(day).map_or_else(|| Day::parse(day).map(|_| i64::MAX), |end| Some(end.0))?
                }
                None => i64::MAX,
            },
            at_least: filter.min.unwrap_or(i64::MIN),
            smallest: match filter.max {
                None | Some(i64::MAX) => i64::MIN,
                Some(max) => max.saturating_neg(),
            },
            largest: filter.max.unwrap_or(i64::MAX),
            pattern: holds(&q),
        })
    }
}
