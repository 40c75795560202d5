//! `GET /operator/live`: deliveries and payments as they come, for operators who watch.
//!
//! It tells that something came, not what is a user's: for that there are pages, which note who looks.

use super::sse::LiveRoutes;
use super::stream::{LONGEST, Source, TRUST, answer, beat, hello, too_many};
use super::{Hub, Subscription};
use crate::access::{Action, authorize};
use crate::clock::Moment;
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::sessions::SessionKey;
use crate::store::{ArrivedRow, PaidRow, StoreError};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Streams of one operator, and of all: a console is watched by few.
const MOST_PER_OPERATOR: usize = 6;
const MOST: usize = 64;
/// Rows of one read.
const BATCH: i64 = 200;
/// The store is looked at this often.
const EVERY: Duration = Duration::from_secs(1);
/// The browser hears from us at least this often.
const BEAT: Duration = Duration::from_secs(15);
/// Numbers are given before the commit. A row this old has no older sibling that is yet to be seen: no transaction lasts as long, for
/// the database ends those that stand still.
const SETTLED: Duration = Duration::from_mins(1);

/// Whose streams there are.
pub fn tail_hub() -> Hub {
    Hub::bounded(MOST_PER_OPERATOR, MOST)
}

pub fn tail_router<S: Clone + Send + Sync + 'static>(routes: LiveRoutes) -> Router<S> {
    Router::new().route("/operator/live", get(tail)).with_state(Arc::new(routes))
}

#[derive(Deserialize)]
struct From {
    /// The newest delivery that is known.
    after: Option<i64>,
}

async fn tail(
    State(routes): State<Arc<LiveRoutes>>,
    SignedIn(session): SignedIn,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Response {
    if authorize(&session.viewer, Action::SeeDeliveries).is_err() {
        return HttpError::NotFound.into_response();
    }
    let Some(subscription) = routes.hub.subscribe(&session.viewer.user_id) else {
        return too_many();
    };
    let now = routes.clock.now();
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok().and_then(read_place));
    let start = match last {
        Some(place) => Ok(place),
        None => newest(&routes, from.after).await,
    };
    let Ok((delivery, payment)) = start else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    answer(Reader {
        routes,
        subscription,
        session: session.key,
        deliveries: Seen::after(delivery),
        payments: Seen::after(payment),
        queue: hello(),
        looked_at: now,
        spoke_at: now,
        started: now,
    })
}

async fn newest(routes: &LiveRoutes, after: Option<i64>) -> Result<(i64, i64), StoreError> {
    let delivery = match after {
        Some(after) => after,
        None => routes.store.newest_delivery().await?,
    };
    Ok((delivery, routes.store.newest_payment().await?))
}

/// `DELIVERY.PAYMENT`
fn read_place(text: &str) -> Option<(i64, i64)> {
    let (delivery, payment) = text.split_once('.')?;
    Some((delivery.parse().ok()?, payment.parse().ok()?))
}

/// Which rows of a table were told.
struct Seen {
    /// All up to here.
    floor: i64,
    /// Those above it.
    told: BTreeSet<i64>,
}

impl Seen {
    const fn after(floor: i64) -> Self {
        Self { floor, told: BTreeSet::new() }
    }

    fn newest(&self) -> i64 {
        self.told.last().copied().unwrap_or(self.floor)
    }

    /// Of more than are read at once, the older ones are not told: nobody could follow them.
    fn skip_before(&mut self, mut rows: impl ExactSizeIterator<Item = i64>) {
        if i64::try_from(rows.len()).is_ok_and(|rows| rows == BATCH) {
            self.floor = self.floor.max(rows.next().unwrap_or_default() - 1);
            self.told = self.told.split_off(&(self.floor + 1));
        }
    }

    /// Whether a row is told for the first time. Old ones move the floor.
    fn is_new(&mut self, id: i64, at: Moment, now: Moment) -> bool {
        let new = id > self.floor && self.told.insert(id);
        if at.plus(SETTLED) < now {
            self.floor = self.floor.max(id);
            self.told = self.told.split_off(&(self.floor + 1));
        }
        new
    }
}

/// One stream.
struct Reader {
    routes: Arc<LiveRoutes>,
    subscription: Subscription,
    session: SessionKey,
    deliveries: Seen,
    payments: Seen,
    queue: VecDeque<Event>,
    /// When the session was last seen to be alive.
    looked_at: Moment,
    spoke_at: Moment,
    started: Moment,
}

impl Source for Reader {
    fn queue(&mut self) -> &mut VecDeque<Event> {
        &mut self.queue
    }

    fn shutdown(&self) -> &CancellationToken {
        &self.routes.shutdown
    }

    /// Looks for news, or waits for a while.
    async fn refill(&mut self) -> bool {
        let now = self.routes.clock.now();
        if self.started.plus(LONGEST) < now || (self.looked_at.plus(TRUST) <= now && !self.is_operator().await) {
            return false;
        }
        if let Err(error) = self.read(now).await {
            tracing::warn!(%error, "a live stream of the console could not read on");
            return false;
        }
        if !self.queue.is_empty() {
            self.spoke_at = now;
            return true;
        }
        if self.spoke_at.plus(BEAT) <= now {
            self.spoke_at = now;
            self.queue.push_back(beat());
            return true;
        }
        tokio::select! {
            // Her own feed is no matter of the console: it is her session that may have ended.
            changed = self.subscription.changes.changed() => changed.is_ok() && self.is_operator().await,
            () = tokio::time::sleep(EVERY) => true,
            () = self.routes.shutdown.cancelled() => false,
        }
    }
}

impl Reader {
    async fn is_operator(&mut self) -> bool {
        self.looked_at = self.routes.clock.now();
        match self.routes.sessions.check(&self.session).await {
            Ok(Some(session)) => authorize(&session.viewer, Action::SeeDeliveries).is_ok(),
            Ok(None) | Err(_) => false,
        }
    }

    async fn read(&mut self, now: Moment) -> Result<(), StoreError> {
        let routes = Arc::clone(&self.routes);
        let arrivals = routes.store.arrived_after(self.deliveries.floor, BATCH).await?;
        self.deliveries.skip_before(arrivals.iter().map(|row| row.id));
        for row in arrivals {
            if self.deliveries.is_new(row.id, row.received_at, now) {
                self.queue.push_back(self.event("delivery", &arrived(&row)));
            }
        }
        let payments = routes.store.paid_after(self.payments.floor, BATCH).await?;
        self.payments.skip_before(payments.iter().map(|row| row.id));
        for row in payments {
            if self.payments.is_new(row.id, row.created_at, now) {
                self.queue.push_back(self.event("transaction", &paid(&row)));
            }
        }
        Ok(())
    }

    fn event(&self, name: &str, data: &serde_json::Value) -> Event {
        let place = format!("{}.{}", self.deliveries.newest(), self.payments.newest());
        Event::default().event(name).id(place).data(data.to_string())
    }
}

fn arrived(row: &ArrivedRow) -> serde_json::Value {
    json!({
        "id": row.id,
        "reference": row.reference,
        "event_name": row.event_name,
        "verdict": row.verdict,
        "reason": row.reason,
        "received_at": row.received_at.bank_text(),
        "current_try": row.current_try,
        "max_tries": row.max_tries,
        "peer": row.peer,
    })
}

fn paid(row: &PaidRow) -> serde_json::Value {
    json!({
        "txid": row.txid,
        "card_ref": row.card_ref,
        "status": row.status,
        "booked_at": row.booked_text,
        "confirmed": row.confirmed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_told_once_also_where_an_older_one_is_committed_later() {
        let at = |seconds: i64| Moment(seconds * 1_000_000);
        let mut seen = Seen::after(10);
        assert!(!seen.is_new(10, at(0), at(1)));
        assert!(seen.is_new(12, at(0), at(1)));
        assert!(seen.is_new(11, at(0), at(1)), "it was committed after the one with the higher number");
        assert!(!seen.is_new(12, at(0), at(2)));
        assert_eq!((seen.floor, seen.newest()), (10, 12));
        assert!(!seen.is_new(12, at(0), at(61)));
        assert_eq!((seen.floor, seen.told.len()), (12, 0), "nothing is remembered for ever");
    }

    #[test]
    fn a_place_that_is_none_of_ours_is_none() {
        assert_eq!(read_place("12.7"), Some((12, 7)));
        for bad in ["", "12", "a.b", "12.7.1"] {
            assert_eq!(read_place(bad), None, "{bad}");
        }
    }
}
