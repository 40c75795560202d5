//! Everybody's payments, for operators: when, how much and whose, and nothing of where.
//!
//! By time, by card or by the bank's name of one, each with its index. Conditions that have none are looked for among a bounded
//! number of payments at a time, and the answer says how far that went: a rare one must not read the whole table.

use super::list::{Conditions, PaymentPlace};
use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::{Result, Store};
use domain::filter::Filter;
use domain::ids::{CardRef, Txid, UserId};
use domain::money::Money;
use domain::transaction::{TxStatus, TxType};
use sqlx::any::{AnyArguments, AnyRow};

/// Owners of one card that are looked at. One is usual.
const MOST_HOLDERS: usize = 10;

/// Which payments, and where the page begins. Of the filter, only card, days, size and status count.
#[derive(Debug, Clone, Default)]
pub struct AnybodysQuery {
    pub filter: Filter,
    pub txid: Option<Txid>,
    /// Rows older than this one.
    pub before: Option<PaymentPlace>,
    /// Rows newer than this one, the nearest ones. Looked at only without `before`.
    pub after: Option<PaymentPlace>,
    pub limit: i64,
    /// So many payments are looked at for one that fits.
    pub look: i64,
}

/// A payment with its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnybodysPayment {
    pub id: i64,
    pub user_id: UserId,
    /// As typed.
    pub email: String,
    pub card_ref: CardRef,
    pub txid: String,
    /// In the card's currency; debits are negative.
    pub amount: Money,
    pub status: TxStatus,
    pub kind: TxType,
    pub booked_at: Moment,
    pub booked_text: String,
    pub confirmed: bool,
}

impl AnybodysPayment {
    pub fn place(&self) -> PaymentPlace {
        PaymentPlace { booked_at: self.booked_at, txid: self.txid.clone(), id: self.id }
    }

    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.number("id")?,
            user_id: row.id("user_id")?,
            email: row.text("email")?,
            card_ref: row.id("card_ref")?,
            txid: row.text("txid")?,
            amount: Money::new(row.number("amount_minor")?, row.currency("currency")?),
            status: TxStatus::from_code(&row.text("status")?),
            kind: TxType::from_code(&row.text("kind")?),
            booked_at: row.moment("booked_at")?,
            booked_text: row.text("booked_text")?,
            confirmed: row.number_or_null("confirmed_at")?.is_some(),
        })
    }
}

/// Payments, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnybodysPayments {
    pub rows: Vec<AnybodysPayment>,
    /// Where looking has ended, though there is more beyond.
    pub looked_to: Option<PaymentPlace>,
}

macro_rules! anybodys {
    ($first:literal $order:literal) => {
        concat!(
            "SELECT payments.id, payments.user_id, users.email, payments.card_ref, payments.txid,
                 payments.amount_minor, payments.currency, payments.status, payments.kind,
                 payments.booked_at, payments.booked_text, payments.confirmed_at
             FROM payments CROSS JOIN users
             WHERE users.id = payments.user_id
             AND users.erased_at IS NULL ",
            $first,
            " AND payments.booked_at >= $3
              AND payments.booked_at < $4
              AND (payments.amount_minor >= $5 OR payments.amount_minor <= $6)
              AND payments.amount_minor BETWEEN $7 AND $8
              AND ($9 = '' OR payments.status = $9)
              AND (payments.booked_at, payments.txid, payments.id) < ($10, $11, $12)
              AND (payments.booked_at, payments.txid, payments.id) > ($13, $14, $15) ",
            $order
        )
    };
}

/// Newest first, and oldest first.
macro_rules! texts {
    ($first:literal) => {
        [
            anybodys!(
                $first
                "ORDER BY payments.booked_at DESC, payments.txid DESC, payments.id DESC LIMIT $16"
            ),
            anybodys!($first "ORDER BY payments.booked_at, payments.txid, payments.id LIMIT $16"),
        ]
    };
}

type Texts = [&'static str; 2];

const OF_ALL: Texts = texts!("AND $1 = '' AND $2 = ''");
const OF_TXID: Texts = texts!("AND payments.txid = $1 AND ($2 = '' OR payments.card_ref = $2)");
const OF_CARD: Texts = texts!("AND payments.user_id = $1 AND payments.card_ref = $2");

/// Where so many payments further on end.
const END: [&str; 2] = [
    "SELECT booked_at, txid, id
     FROM payments
     WHERE (booked_at, txid, id) < ($1, $2, $3)
     AND booked_at >= $4
     ORDER BY booked_at DESC, txid DESC, id DESC
     LIMIT 1 OFFSET $5",
    "SELECT booked_at, txid, id
     FROM payments
     WHERE (booked_at, txid, id) > ($1, $2, $3)
     AND booked_at < $4
     ORDER BY booked_at, txid, id
     LIMIT 1 OFFSET $5",
];

/// Payments between two places, without these.
struct Span {
    below: PaymentPlace,
    above: PaymentPlace,
    newer: bool,
}

impl Span {
    fn of(query: &AnybodysQuery, conditions: &Conditions) -> Self {
        let bound = |booked_at, id| PaymentPlace { booked_at: Moment(booked_at), txid: String::new(), id };
        let newer = query.before.is_none() && query.after.is_some();
        // What the days leave out needs no look.
        let (until, from) = (bound(conditions.until, i64::MIN), bound(conditions.from, i64::MIN));
        let below = query.before.clone().map_or_else(|| until.clone(), |before| before.min(until.clone()));
        let above = query.after.clone().filter(|_| newer).map_or_else(|| from.clone(), |after| after.max(from.clone()));
        Self { below, above, newer }
    }

    /// The same, up to a place in the direction of reading, with that one.
    fn up_to(self, end: &PaymentPlace) -> Self {
        let one_more = |by: i64| PaymentPlace { id: end.id.saturating_add(by), ..end.clone() };
        if self.newer { Self { below: one_more(1), ..self } } else { Self { above: one_more(-1), ..self } }
    }
}

impl Store {
    /// A page of everybody's payments, newest first, also where the page is asked for backwards.
    pub async fn anybodys_payments(&self, query: &AnybodysQuery) -> Result<AnybodysPayments> {
        let Some(conditions) = Conditions::of(&query.filter) else { return Ok(AnybodysPayments::default()) };
        let mut span = Span::of(query, &conditions);
        let card = query.filter.card.as_ref().map_or("", |card| card.as_str());
        if let Some(txid) = &query.txid {
            let rows = self.anybodys(OF_TXID, txid.as_str(), card, query, &conditions, &span).await?;
            return Ok(AnybodysPayments { rows, looked_to: None });
        }
        if let Some(card) = &query.filter.card {
            let rows = self.of_card(card, query, &conditions, &span).await?;
            return Ok(AnybodysPayments { rows, looked_to: None });
        }
        let filter = &query.filter;
        let unindexed = filter.status.is_some() || filter.min.is_some() || filter.max.is_some();
        let end = if unindexed { self.end_of_look(query, &conditions, &span).await? } else { None };
        if let Some(end) = &end {
            span = span.up_to(end);
        }
        let rows = self.anybodys(OF_ALL, "", "", query, &conditions, &span).await?;
        let full = i64::try_from(rows.len()).is_ok_and(|found| found >= query.limit);
        Ok(AnybodysPayments { rows, looked_to: end.filter(|_| !full) })
    }

    /// A card is found by its owners: an index by card alone would cost a page for each payment.
    async fn of_card(
        &self,
        card: &CardRef,
        query: &AnybodysQuery,
        conditions: &Conditions,
        span: &Span,
    ) -> Result<Vec<AnybodysPayment>> {
        let mut rows = Vec::new();
        for holder in self.card_holders(card).await?.iter().take(MOST_HOLDERS) {
            rows.extend(self.anybodys(OF_CARD, holder.as_str(), card.as_str(), query, conditions, span).await?);
        }
        rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.place()));
        let limit = usize::try_from(query.limit).unwrap_or_default();
        // Those next to where the page begins.
        let over = rows.len().saturating_sub(limit);
        if span.newer {
            rows.drain(..over);
        } else {
            rows.truncate(limit);
        }
        Ok(rows)
    }

    async fn anybodys(
        &self,
        texts: Texts,
        first: &str,
        second: &str,
        query: &AnybodysQuery,
        conditions: &Conditions,
        span: &Span,
    ) -> Result<Vec<AnybodysPayment>> {
        let bound = sqlx::query(texts[usize::from(span.newer)])
            .bind(first.to_owned())
            .bind(second.to_owned())
            .bind(conditions.from)
            .bind(conditions.until)
            .bind(conditions.at_least)
            .bind(conditions.at_least.saturating_neg())
            .bind(conditions.smallest)
            .bind(conditions.largest)
            .bind(query.filter.status.map_or("", TxStatus::code));
        let bound = bind_place(bind_place(bound, &span.below), &span.above).bind(query.limit);
        let mut rows = bound.fetch_all(&self.inner.reads).await?;
        if span.newer {
            rows.reverse();
        }
        rows.iter().map(AnybodysPayment::read).collect()
    }

    async fn end_of_look(
        &self,
        query: &AnybodysQuery,
        conditions: &Conditions,
        span: &Span,
    ) -> Result<Option<PaymentPlace>> {
        let (start, last) = if span.newer { (&span.above, conditions.until) } else { (&span.below, conditions.from) };
        let row = bind_place(sqlx::query(END[usize::from(span.newer)]), start)
            .bind(last)
            .bind((query.look - 1).max(0))
            .fetch_optional(&self.inner.reads)
            .await?;
        row.map(|row| {
            Ok(PaymentPlace { booked_at: row.moment("booked_at")?, txid: row.text("txid")?, id: row.number("id")? })
        })
        .transpose()
    }
}

type Query = sqlx::query::Query<'static, sqlx::Any, AnyArguments>;

fn bind_place(query: Query, place: &PaymentPlace) -> Query {
    query.bind(place.booked_at.0).bind(place.txid.clone()).bind(place.id)
}
