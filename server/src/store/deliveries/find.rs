//! Which arrivals, by what operators ask for. Each condition that may stand alone has an index, and its own text.

use super::DeliveryState;
use super::list::{DeliveryRecord, arrivals};
use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::statement::storable;
use crate::store::{Result, Store};
use app::backend::Verdict;
use sqlx::Any;
use sqlx::any::AnyArguments;
use sqlx::query::Query;

/// Rows are numbered as they are stored. One may be stored this many rows before another one that came earlier.
const DISORDER: i64 = 4_096;

/// Which arrivals. What is none does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeliveryFilter {
    /// This one alone.
    pub id: Option<i64>,
    pub verdict: Option<Verdict>,
    pub event_name: Option<String>,
    pub reference: Option<String>,
    /// Of those that were not accepted, the ones from this address.
    pub peer: Option<String>,
    /// The bank's number of the try.
    pub current_try: Option<i64>,
    /// Those that wait for their card.
    pub parked: bool,
    /// Those that no operator has put aside.
    pub open: bool,
    /// Arrived at this moment or later, and before that one.
    pub since: Option<Moment>,
    pub until: Option<Moment>,
}

/// A page of arrivals, newest first.
#[derive(Debug, Clone, Default)]
pub struct DeliveriesQuery {
    pub filter: DeliveryFilter,
    /// Rows older than this id.
    pub before: Option<i64>,
    /// Rows newer than this id, the nearest ones. Looked at only without `before`.
    pub after: Option<i64>,
    pub limit: i64,
}

/// Rows beyond a first condition, between two of them. All that was asked for is looked at again, so that any condition may be
/// the first one.
macro_rules! matching {
    ($first:literal) => {
        concat!(
            $first,
            " AND ($2 = '' OR event_name = $2)
              AND ($3 = '' OR verdict = $3)
              AND ($4 = '' OR (peer = $4 AND verdict <> 'accepted'))
              AND ($5 = 0 OR current_try = $5)
              AND ($6 = 0 OR state = 'parked')
              AND ($7 = 0 OR closed_at IS NULL)
              AND received_at >= $8
              AND received_at < $9
              AND id > $10
              AND id < $11"
        )
    };
}

macro_rules! ids {
    ($rest:literal) => {
        concat!("SELECT id FROM deliveries WHERE ", $rest)
    };
}

/// Newest first, oldest first, and how many.
macro_rules! texts {
    ($first:literal) => {
        [
            concat!(arrivals!(""), matching!($first), " ORDER BY id DESC LIMIT $12"),
            concat!(arrivals!(""), matching!($first), " ORDER BY id LIMIT $12"),
            concat!("SELECT COUNT(*) AS found FROM (", ids!(""), matching!($first), " LIMIT $12) counted"),
        ]
    };
}

/// Of one reference: by their index, and the accepted one that has been processed, which its effect names.
macro_rules! of_reference {
    ($head:ident, $tail:literal) => {
        concat!(
            $head!(""),
            matching!("reference = $1 AND (verdict <> 'accepted' OR next_at IS NOT NULL)"),
            " UNION ALL ",
            $head!(""),
            matching!(
                "id = (SELECT delivery_id FROM delivery_effects WHERE delivery_effects.reference = $1)
                 AND verdict = 'accepted' AND next_at IS NULL"
            ),
            $tail
        )
    };
}

type Texts = [&'static str; 3];

const OF_REFERENCE: Texts = [
    of_reference!(arrivals, " ORDER BY id DESC LIMIT $12"),
    of_reference!(arrivals, " ORDER BY id LIMIT $12"),
    concat!("SELECT COUNT(*) AS found FROM (", of_reference!(ids, " LIMIT $12"), ") counted"),
];
const PARKED: Texts = texts!("$1 = '' AND state = 'parked'");
const OF_TRY: Texts = texts!("$1 = '' AND current_try > 1 AND current_try = $5");
const OF_PEER: Texts = texts!("$1 = '' AND verdict <> 'accepted' AND peer = $4");
const OF_EVENT: Texts = texts!("$1 = '' AND event_name = $2");
const OF_VERDICT: Texts = texts!("$1 = '' AND verdict = $3");
const ALL: Texts = texts!("$1 = ''");

/// Ids of rows: beyond the first, and below the second.
#[derive(Debug, Clone, Copy)]
struct Span(i64, i64);

impl DeliveryFilter {
    /// By what few rows have first.
    const fn texts(&self) -> Texts {
        match self {
            Self { reference: Some(_), .. } => OF_REFERENCE,
            Self { parked: true, .. } => PARKED,
            Self { current_try: Some(2..), .. } => OF_TRY,
            Self { peer: Some(_), .. } => OF_PEER,
            Self { event_name: Some(_), .. } => OF_EVENT,
            Self { verdict: Some(_), .. } => OF_VERDICT,
            _ => ALL,
        }
    }

    fn query(&self, text: &'static str, span: Span, limit: i64) -> Query<'static, Any, AnyArguments> {
        let word = |word: &Option<String>| storable(word.as_deref().unwrap_or_default()).into_owned();
        let (above, below) = match self.id {
            Some(id) => (span.0.max(id.saturating_sub(1)), span.1.min(id.saturating_add(1))),
            None => (span.0, span.1),
        };
        sqlx::query(text)
            .bind(word(&self.reference))
            .bind(word(&self.event_name))
            .bind(self.verdict.map_or("", Verdict::code))
            .bind(word(&self.peer))
            .bind(self.current_try.unwrap_or_default())
            .bind(i64::from(self.parked))
            .bind(i64::from(self.open))
            .bind(self.since.map_or(i64::MIN, |since| since.0))
            .bind(self.until.map_or(i64::MAX, |until| until.0))
            .bind(above)
            .bind(below)
            .bind(limit)
    }
}

impl Store {
    /// A page of arrivals, newest first, also where the page is asked for backwards.
    pub async fn deliveries(&self, query: &DeliveriesQuery) -> Result<Vec<DeliveryRecord>> {
        let newer = query.before.is_none() && query.after.is_some();
        let Span(above, below) = self.span(&query.filter).await?;
        let span = match (query.before, query.after) {
            (Some(before), _) => Span(above, below.min(before)),
            (None, Some(after)) => Span(above.max(after), below),
            (None, None) => Span(above, below),
        };
        let text = query.filter.texts()[usize::from(newer)];
        let mut rows = query.filter.query(text, span, query.limit).fetch_all(&self.inner.reads).await?;
        if newer {
            rows.reverse();
        }
        rows.iter().map(DeliveryRecord::read).collect()
    }

    /// The next arrivals after one row and up to another, oldest first.
    pub async fn deliveries_between(
        &self,
        filter: &DeliveryFilter,
        after: i64,
        upto: i64,
        limit: i64,
    ) -> Result<Vec<DeliveryRecord>> {
        let Span(above, below) = self.span(filter).await?;
        let span = Span(above.max(after), below.min(upto.saturating_add(1)));
        let rows = filter.query(filter.texts()[1], span, limit).fetch_all(&self.inner.reads).await?;
        rows.iter().map(DeliveryRecord::read).collect()
    }

    /// How many arrivals there are up to a row, counted up to `limit`.
    pub async fn count_deliveries(&self, filter: &DeliveryFilter, upto: i64, limit: i64) -> Result<i64> {
        let Span(above, below) = self.span(filter).await?;
        let span = Span(above, below.min(upto.saturating_add(1)));
        filter.query(filter.texts()[2], span, limit).fetch_one(&self.inner.reads).await?.number("found")
    }

    /// The number of the newest arrival; 0 where there is none.
    pub async fn newest_delivery(&self) -> Result<i64> {
        let row = sqlx::query("SELECT MAX(id) AS newest FROM deliveries").fetch_one(&self.inner.reads).await?;
        Ok(row.number_or_null("newest")?.unwrap_or_default())
    }

    /// Says that nothing more is to be done with an arrival, or takes that back. False where it stands so already.
    pub async fn close_delivery(&self, id: i64, closed_at: Option<Moment>) -> Result<bool> {
        let closing = match closed_at {
            Some(at) => {
                sqlx::query("UPDATE deliveries SET closed_at = $1 WHERE id = $2 AND closed_at IS NULL").bind(at.0)
            }
            None => sqlx::query("UPDATE deliveries SET closed_at = NULL WHERE id = $1 AND closed_at IS NOT NULL"),
        };
        Ok(self.change(closing.bind(id)).await? == 1)
    }

    /// Puts a held arrival to the bank now. False where it is not held, or is under way.
    pub async fn ask_now(&self, id: i64, at: Moment) -> Result<bool> {
        let asking = sqlx::query(
            "UPDATE deliveries
             SET ask_at = $1, attempts = 0
             WHERE id = $2
             AND verdict = 'held'
             AND state = $3
             AND body IS NOT NULL",
        )
        .bind(at.0)
        .bind(id)
        .bind(DeliveryState::Done.code());
        Ok(self.change(asking).await? == 1)
    }

    /// The rows that may be of this time. They stand nearly in its order, so a few look-ups by number find the place, and
    /// arrivals pay for no index more.
    async fn span(&self, filter: &DeliveryFilter) -> Result<Span> {
        let above = match filter.since {
            Some(since) => self.first_since(since).await? - DISORDER - 1,
            None => 0,
        };
        let below = match filter.until {
            Some(until) => self.first_since(until).await? + DISORDER,
            None => i64::MAX,
        };
        Ok(Span(above.max(0), below))
    }

    /// About the first row of this moment or later.
    async fn first_since(&self, moment: Moment) -> Result<i64> {
        let (mut from, mut to) = (0, self.newest_delivery().await? + 1);
        while from < to {
            let middle = from + (to - from) / 2;
            let row = sqlx::query("SELECT id, received_at FROM deliveries WHERE id >= $1 ORDER BY id LIMIT 1")
                .bind(middle)
                .fetch_optional(&self.inner.reads)
                .await?;
            match row {
                Some(row) if row.moment("received_at")? < moment => from = row.number("id")? + 1,
                _ => to = middle,
            }
        }
        Ok(from)
    }
}
