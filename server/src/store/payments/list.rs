//! Lists of payments, as their owner sees them.

use super::FIELD_END;
use super::own::{Shown, shown_columns, shown_payments, tag_in_search};
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
use sqlx::any::{AnyArguments, AnyRow};

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

/// One payment, and when it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRecord {
    pub payment: Transaction,
    /// When we first heard of it.
    pub told_at: Moment,
    pub confirmed_at: Option<Moment>,
    /// Since when its tellings contradict each other.
    pub contested_at: Option<Moment>,
    /// When its owner last wrote on it.
    pub own_at: Option<Moment>,
}

impl PaymentRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        let shown = Shown::read(row)?;
        Ok(Self {
            told_at: row.moment("created_at")?,
            confirmed_at: shown.payment().confirmed_at,
            contested_at: shown.stored.contested_at,
            own_at: row.moment_or_null("own_at")?,
            payment: shown.into_transaction(),
        })
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

/// The conditions of `Filter::matches`, each with a value that lets everything through: `[columns] first last`. An amount's
/// size is told without ABS, which the smallest of all numbers would make fail.
macro_rules! listed {
    ([$($columns:tt)+] $first:literal $rest:literal) => {
        concat!(
            "SELECT ",
            $($columns)+,
            " FROM ",
            $crate::store::payments::own::shown_payments!(),
            " WHERE payments.user_id = $1 ",
            $first,
            r" AND payments.booked_at >= $3
               AND payments.booked_at < $4
               AND (payments.amount_minor >= $5 OR payments.amount_minor <= $6)
               AND payments.amount_minor BETWEEN $7 AND $8
               AND ($9 = '' OR COALESCE(own_words.category, payments.category) = $9)
               AND ($10 = '' OR payments.kind = $10)
               AND ($11 = '' OR payments.status = $11)
               AND (payments.search LIKE $12 ESCAPE '\' OR own_words.search LIKE $12 ESCAPE '\')
               AND ($13 = '' OR own_words.search LIKE $13 ESCAPE '\') ",
            $rest
        )
    };
}
pub(super) use listed;

const OLDER: &str = listed!(
    [shown_columns!()]
    "AND $2 = '' AND (payments.booked_at, payments.txid, payments.id) < ($14, $15, $16)"
    "ORDER BY payments.booked_at DESC, payments.txid DESC, payments.id DESC LIMIT $17"
);
const NEWER: &str = listed!(
    [shown_columns!()]
    "AND $2 = '' AND (payments.booked_at, payments.txid, payments.id) > ($14, $15, $16)"
    "ORDER BY payments.booked_at, payments.txid, payments.id LIMIT $17"
);
/// A card has an index of its own.
const OLDER_OF_CARD: &str = listed!(
    [shown_columns!()]
    "AND payments.card_ref = $2 AND (payments.booked_at, payments.txid, payments.id) < ($14, $15, $16)"
    "ORDER BY payments.booked_at DESC, payments.txid DESC, payments.id DESC LIMIT $17"
);
const NEWER_OF_CARD: &str = listed!(
    [shown_columns!()]
    "AND payments.card_ref = $2 AND (payments.booked_at, payments.txid, payments.id) > ($14, $15, $16)"
    "ORDER BY payments.booked_at, payments.txid, payments.id LIMIT $17"
);

/// Of several links that see one payment the newest counts.
const ONE: &str = concat!(
    "SELECT ",
    shown_columns!(),
    ", payments.created_at, own_words.changed_at AS own_at FROM links CROSS JOIN ",
    shown_payments!(),
    " WHERE links.user_id = $1
     AND payments.link_id = links.id
     AND payments.card_ref = $2
     AND payments.txid = $3
     ORDER BY payments.id DESC
     LIMIT 1"
);

pub(in crate::store) static PAYMENTS_BY_ID: Grouped = Grouped::new(
    concat!("SELECT ", shown_columns!(), " FROM ", shown_payments!(), " WHERE payments.id IN (VALUES"),
    1,
    ")",
);

impl Store {
    /// A page of payments, newest first, also where the page is asked for backwards. The filter lets through exactly what
    /// `Filter::matches` does.
    pub async fn payments(&self, query: &PaymentsQuery) -> Result<Vec<PaymentRow>> {
        let mut connection = self.inner.reads.acquire().await?;
        list(&mut connection, query).await
    }

    /// One of a user's payments, with what happened to it.
    pub async fn payment(&self, user_id: &UserId, key: &PaymentKey) -> Result<Option<PaymentRecord>> {
        let row = sqlx::query(ONE)
            .bind(user_id.to_string())
            .bind(key.card_ref.to_string())
            .bind(key.txid.to_string())
            .fetch_optional(&self.inner.reads)
            .await?;
        row.as_ref().map(PaymentRecord::read).transpose()
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
    let mut rows = bind_conditions(sqlx::query(sql), &query.user_id, &query.filter, conditions)
        .bind(place.booked_at.0)
        .bind(place.txid)
        .bind(place.id)
        .bind(query.limit)
        .fetch_all(connection)
        .await?;
    if newer {
        rows.reverse();
    }
    rows.iter()
        .map(|row| {
            let shown = Shown::read(row)?;
            Ok(PaymentRow {
                id: shown.stored.id,
                booked_at: shown.payment().booked_at,
                payment: shown.into_transaction(),
            })
        })
        .collect()
}

type Query = sqlx::query::Query<'static, sqlx::Any, AnyArguments>;

/// Binds $1 to $13 of `listed!`.
pub(super) fn bind_conditions(query: Query, user_id: &UserId, filter: &Filter, conditions: Conditions) -> Query {
    query
        .bind(user_id.to_string())
        .bind(filter.card.as_ref().map_or("", |card| card.as_str()).to_owned())
        .bind(conditions.from)
        .bind(conditions.until)
        .bind(conditions.at_least)
        .bind(conditions.at_least.saturating_neg())
        .bind(conditions.smallest)
        .bind(conditions.largest)
        .bind(filter.category.map_or("", Category::code))
        .bind(filter.kind.map_or("", TxType::code))
        .bind(filter.status.map_or("", TxStatus::code))
        .bind(conditions.pattern)
        .bind(conditions.tag)
}

/// The values of a filter's conditions.
pub(super) struct Conditions {
    /// First moment, in microseconds.
    pub(super) from: i64,
    /// First moment that is too late.
    pub(super) until: i64,
    /// Smallest size of the amount.
    pub(super) at_least: i64,
    /// Both ends of the amounts whose size is small enough.
    pub(super) smallest: i64,
    pub(super) largest: i64,
    pattern: String,
    /// Empty where any will do.
    tag: String,
}

impl Conditions {
    /// None where nothing can match: a day that is none, or a text that no payment holds.
    pub(super) fn of(filter: &Filter) -> Option<Self> {
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
            tag: filter.tag.as_deref().map(|tag| holds(&tag_in_search(tag))).unwrap_or_default(),
        })
    }
}
