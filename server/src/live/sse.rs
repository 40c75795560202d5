//! `GET /live`: server-sent events of one user, resumable at any sequence number.

use super::hub;
use super::places::{Place, Places};
use super::read::{BATCH, read_after};
use super::stream::{LONGEST, Source, TRUST, answer, beat, hello, too_many};
use super::{Hub, Subscription};
use crate::clock::{Moment, SharedClock};
use crate::http::SignedIn;
use crate::sessions::{SessionKey, Sessions};
use crate::store::{Store, StoreError};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::ids::UserId;
use domain::live::{Seq, event_name};
use serde::Deserialize;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Further behind than this, a page is quicker loaded anew.
const FURTHEST_BEHIND: i64 = 5_000;
/// The browser hears from us at least this often.
const BEAT: Duration = Duration::from_secs(5);

/// What streams need.
pub struct LiveRoutes {
    pub store: Store,
    pub hub: Hub,
    /// Those of users, over all nodes.
    pub places: Places,
    pub clock: SharedClock,
    pub sessions: Sessions,
    /// Ends all streams, so that the server can end.
    pub shutdown: CancellationToken,
}

pub fn router<S: Clone + Send + Sync + 'static>(routes: LiveRoutes) -> Router<S> {
    Router::new()
        .route("/live", get(live))
        .route("/live/session", get(|| async { StatusCode::NO_CONTENT }))
        .with_state(Arc::new(routes))
}

#[derive(Deserialize)]
struct From {
    after: Option<i64>,
}

async fn live(
    State(routes): State<Arc<LiveRoutes>>,
    SignedIn(session): SignedIn,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Response {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
    let (subscription, place) = match routes.places.take(&session.viewer.user_id, &routes.hub).await {
        Ok(Some(taken)) => taken,
        Ok(None) => return too_many(),
        Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    let started = routes.clock.now();
    let start = match last.or(from.after).map(Seq) {
        Some(seq) => seq,
        None => match routes.store.last_seq(&session.viewer.user_id).await {
            Ok(seq) => seq,
            Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        },
    };
    answer(Reader {
        routes,
        subscription,
        _place: place,
        session: session.key,
        user: session.viewer.user_id,
        applied: start,
        queue: hello(),
        caught_up: false,
        checked: false,
        woken: false,
        up_to: None,
        looked_at: started,
        started,
    })
}

/// One stream.
struct Reader {
    routes: Arc<LiveRoutes>,
    subscription: Subscription,
    _place: Place,
    session: SessionKey,
    user: UserId,
    /// Everything up to here has been queued.
    applied: Seq,
    queue: VecDeque<Event>,
    caught_up: bool,
    /// Whether the start was found to be within reach of the log.
    checked: bool,
    /// Woken, and nothing read since.
    woken: bool,
    /// The wake-up up to which everything has been read.
    up_to: Option<u64>,
    /// When the session was last seen to be alive.
    looked_at: Moment,
    started: Moment,
}

impl Source for Reader {
    fn queue(&mut self) -> &mut VecDeque<Event> {
        &mut self.queue
    }

    fn shutdown(&self) -> &CancellationToken {
        &self.routes.shutdown
    }

    /// Queues at least one event.
    async fn refill(&mut self) -> bool {
        let now = self.routes.clock.now();
        if self.started.plus(LONGEST) < now || (self.looked_at.plus(TRUST) <= now && !self.is_signed_in().await) {
            return false;
        }
        if self.up_to != Some(*self.subscription.changes.borrow()) {
            // On the heap, for what reads is large, and a stream that waits needs none of it.
            match Box::pin(self.read()).await {
                Ok(true) => {
                    self.woken = false;
                    return true;
                }
                // What else would have woken it?
                Ok(false) if std::mem::take(&mut self.woken) && !self.is_signed_in().await => return false,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "a live stream could not read on");
                    return false;
                }
            }
        }
        if !self.caught_up {
            self.caught_up = true;
            self.queue.push_back(Event::default().event("caught-up").data(format!("{{\"seq\":{}}}", self.applied.0)));
            return true;
        }
        self.up_to = None;
        tokio::select! {
            changed = self.subscription.changes.changed() => {
                self.woken = true;
                changed.is_ok()
            }
            () = tokio::time::sleep(BEAT) => {
                self.queue.push_back(beat());
                true
            }
            () = self.routes.shutdown.cancelled() => false,
        }
    }
}

impl Reader {
    async fn is_signed_in(&mut self) -> bool {
        self.looked_at = self.routes.clock.now();
        matches!(Box::pin(self.routes.sessions.check(&self.session)).await, Ok(Some(_)))
    }

    /// Queues what comes after `applied`; false where there is nothing.
    async fn read(&mut self) -> Result<bool, Arc<StoreError>> {
        // Seen before reading: what is committed meanwhile wakes us again.
        let from = hub::ReadFrom { after: self.applied, woken: *self.subscription.changes.borrow_and_update() };
        let store = &self.routes.store;
        if !self.checked {
            self.checked = true;
            let newest = store.last_seq(&self.user).await?;
            let oldest = store.oldest_live_seq(&self.user).await?.unwrap_or(Seq(newest.0 + 1));
            let unreachable =
                self.applied > newest || self.applied.0 + 1 < oldest.0 || newest.0 - self.applied.0 > FURTHEST_BEHIND;
            if unreachable {
                self.applied = newest;
                self.queue.push_back(Event::default().event(event_name::RESET).id(newest.0.to_string()).data("{}"));
                self.subscription.reached(newest);
                return Ok(true);
            }
        }
        let events = self.subscription.join(from, || read_after(store.clone(), self.user.clone(), from.after)).await?;
        for event in events.iter() {
            self.applied = event.seq;
            self.queue.push_back(Event::default().event(event.name).id(event.seq.0.to_string()).data(&event.data));
        }
        // Numbers follow one another, so a full read is one that has come this far.
        self.up_to = (self.applied.0 - from.after.0 < BATCH).then_some(from.woken);
        self.subscription.reached(self.applied);
        Ok(!events.is_empty())
    }
}
