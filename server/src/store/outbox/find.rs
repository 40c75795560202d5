//! Which sends, by what operators ask for. What stands in an index is found by it; for the rest so many are looked at, and the answer says
//! how far that came.

use super::EventKind;
use super::sends::{SendRecord, SendState, sends};
use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::statement::storable;
use crate::store::{Result, Store};
use domain::ids::UserId;
use sqlx::Any;
use sqlx::any::AnyArguments;
use sqlx::query::Query;

/// Sends are numbered as they are stored. One may be stored this many rows before another one of an earlier event.
const DISORDER: i64 = 4_096;

/// Which sends. What is none does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SendFilter {
    pub kind: Option<EventKind>,
    pub endpoint: Option<String>,
    pub state: Option<SendState>,
    /// Whose the event is.
    pub user_id: Option<UserId>,
    /// It happened at this moment or later, and before that one.
    pub since: Option<Moment>,
    pub until: Option<Moment>,
}

/// A page of sends, newest first.
#[derive(Debug, Clone, Default)]
pub struct SendsQuery {
    pub filter: SendFilter,
    /// Older than this number.
    pub before: Option<i64>,
    /// Newer than this number, the nearest ones. Looked at only without `before`.
    pub after: Option<i64>,
    pub limit: i64,
    /// How many are looked at for those that no index finds.
    pub look: i64,
}

/// Sends, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoundSends {
    pub rows: Vec<SendRecord>,
    /// Where looking has ended, though there is more beyond: its number, and when that event happened.
    pub looked_to: Option<(i64, Moment)>,
}

/// All that was asked for is looked at again, so that any condition may be the first one.
macro_rules! matching {
    ($first:literal) => {
        concat!(
            $first,
            " AND ($1 = '' OR event_sends.state = $1)
              AND ($2 = '' OR events_out.user_id = $2)
              AND ($3 = '' OR events_out.kind = $3)
              AND ($4 = '' OR event_sends.endpoint_id = $4)
              AND events_out.at >= $5
              AND events_out.at < $6
              AND event_sends.id > $7
              AND event_sends.id < $8"
        )
    };
}

/// Newest first, and oldest first.
macro_rules! texts {
    ($first:literal) => {
        [
            concat!(sends!(""), matching!($first), " ORDER BY event_sends.id DESC LIMIT $9"),
            concat!(sends!(""), matching!($first), " ORDER BY event_sends.id LIMIT $9"),
        ]
    };
}

type Texts = [&'static str; 2];

const OF_USER: Texts = texts!("AND events_out.user_id = $2");
const UNSENT: Texts = texts!("AND event_sends.state = $1 AND event_sends.state <> 'sent'");
const ALL: Texts = texts!("");

/// Where so many further on end.
const END: Texts = [
    "SELECT event_sends.id, events_out.at
     FROM event_sends CROSS JOIN events_out
     WHERE event_sends.id > $1
     AND event_sends.id < $2
     AND events_out.id = event_sends.event_id
     ORDER BY event_sends.id DESC
     LIMIT 1 OFFSET $3",
    "SELECT event_sends.id, events_out.at
     FROM event_sends CROSS JOIN events_out
     WHERE event_sends.id > $1
     AND event_sends.id < $2
     AND events_out.id = event_sends.event_id
     ORDER BY event_sends.id
     LIMIT 1 OFFSET $3",
];

/// Numbers beyond the first, and below the second.
#[derive(Debug, Clone, Copy)]
struct Span(i64, i64);

impl SendFilter {
    /// By what few have first.
    const fn texts(&self) -> Texts {
        match self {
            Self { user_id: Some(_), .. } => OF_USER,
            Self { state: Some(SendState::Waiting | SendState::Dead), .. } => UNSENT,
            _ => ALL,
        }
    }

    /// Whether it takes looking at those that do not match.
    const fn is_unindexed(&self) -> bool {
        let found = self.user_id.is_some() || matches!(self.state, Some(SendState::Waiting | SendState::Dead));
        !found && (self.kind.is_some() || self.endpoint.is_some() || self.state.is_some())
    }

    fn query(&self, text: &'static str, span: Span, limit: i64) -> Query<'static, Any, AnyArguments> {
        sqlx::query(text)
            .bind(self.state.map_or("", SendState::code))
            .bind(self.user_id.as_ref().map(ToString::to_string).unwrap_or_default())
            .bind(self.kind.map_or("", EventKind::code))
            .bind(storable(self.endpoint.as_deref().unwrap_or_default()).into_owned())
            .bind(self.since.map_or(i64::MIN, |since| since.0))
            .bind(self.until.map_or(i64::MAX, |until| until.0))
            .bind(span.0)
            .bind(span.1)
            .bind(limit)
    }
}

impl Store {
    /// What was sent, newest first, also where the page is asked for backwards.
    pub async fn sends(&self, query: &SendsQuery) -> Result<FoundSends> {
        let newer = query.before.is_none() && query.after.is_some();
        let Span(above, below) = self.span_of_sends(&query.filter).await?;
        let mut span = match (query.before, query.after) {
            (Some(before), _) => Span(above, below.min(before)),
            (None, Some(after)) => Span(above.max(after), below),
            (None, None) => Span(above, below),
        };
        let looked_to =
            if query.filter.is_unindexed() { self.end_of_sends(span, newer, query.look).await? } else { None };
        if let Some((end, _)) = looked_to {
            span = if newer { Span(span.0, end + 1) } else { Span(end - 1, span.1) };
        }
        let text = query.filter.texts()[usize::from(newer)];
        let mut rows = query.filter.query(text, span, query.limit).fetch_all(&self.inner.reads).await?;
        if newer {
            rows.reverse();
        }
        let rows = rows.iter().map(SendRecord::read).collect::<Result<Vec<_>>>()?;
        let is_full = i64::try_from(rows.len()).is_ok_and(|found| found >= query.limit);
        Ok(FoundSends { rows, looked_to: looked_to.filter(|_| !is_full) })
    }

    async fn end_of_sends(&self, span: Span, newer: bool, look: i64) -> Result<Option<(i64, Moment)>> {
        let row = sqlx::query(END[usize::from(newer)])
            .bind(span.0)
            .bind(span.1)
            .bind((look - 1).max(0))
            .fetch_optional(&self.inner.reads)
            .await?;
        row.map(|row| Ok((row.number("id")?, row.moment("at")?))).transpose()
    }

    /// The numbers that may be of this time: they stand nearly in its order, so a few look-ups find the place.
    async fn span_of_sends(&self, filter: &SendFilter) -> Result<Span> {
        let above = match filter.since {
            Some(since) => self.first_send_since(since).await? - DISORDER - 1,
            None => 0,
        };
        let below = match filter.until {
            Some(until) => self.first_send_since(until).await? + DISORDER,
            None => i64::MAX,
        };
        Ok(Span(above.max(0), below))
    }

    /// About the first one of an event of this moment or later.
    async fn first_send_since(&self, moment: Moment) -> Result<i64> {
        let newest = sqlx::query("SELECT MAX(id) AS newest FROM event_sends").fetch_one(&self.inner.reads).await?;
        let (mut from, mut to) = (0, newest.number_or_null("newest")?.unwrap_or_default() + 1);
        while from < to {
            let middle = from + (to - from) / 2;
            let row = sqlx::query(
                "SELECT event_sends.id, events_out.at
                 FROM event_sends CROSS JOIN events_out
                 WHERE event_sends.id >= $1
                 AND events_out.id = event_sends.event_id
                 ORDER BY event_sends.id
                 LIMIT 1",
            )
            .bind(middle)
            .fetch_optional(&self.inner.reads)
            .await?;
            match row {
                Some(row) if row.moment("at")? < moment => from = row.number("id")? + 1,
                _ => to = middle,
            }
        }
        Ok(from)
    }
}
