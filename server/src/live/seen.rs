//! `GET /operator/users/{id}/as/live`: whether an operator may still see the pages of a user as she does.
//!
//! It tells nothing of the user's: a page that is seen like that is a snapshot. Its end is the one event.

use super::Subscription;
use super::sse::LiveRoutes;
use super::stream::{LONGEST, Source, TRUST, answer, beat, hello, too_many};
use crate::access::{Action, authorize};
use crate::clock::Moment;
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::sessions::SessionKey;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::response::sse::Event;
use axum::routing::get;
use domain::ids::UserId;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The store is looked at this often.
const EVERY: Duration = Duration::from_secs(1);
/// The browser hears from us at least this often.
const BEAT: Duration = Duration::from_secs(15);

pub fn seen_router<S: Clone + Send + Sync + 'static>(routes: LiveRoutes) -> Router<S> {
    Router::new().route("/operator/users/{id}/as/live", get(watch)).with_state(Arc::new(routes))
}

async fn watch(
    State(routes): State<Arc<LiveRoutes>>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    authorize(&session.viewer, Action::SeeAsUser).map_err(|_| HttpError::NotFound)?;
    let user = UserId::parse(id).map_err(|_| HttpError::NotFound)?;
    let Some(subscription) = routes.hub.subscribe(&session.viewer.user_id) else {
        return Ok(too_many());
    };
    let now = routes.clock.now();
    Ok(answer(Watch {
        routes,
        _subscription: subscription,
        session: session.key,
        user,
        queue: hello(),
        is_over: false,
        looked_at: now,
        spoke_at: now,
        started: now,
    }))
}

/// One stream.
struct Watch {
    routes: Arc<LiveRoutes>,
    /// Its place among those of its operator.
    _subscription: Subscription,
    /// The operator's.
    session: SessionKey,
    user: UserId,
    queue: VecDeque<Event>,
    /// The end was told.
    is_over: bool,
    /// When the session was last seen to be alive.
    looked_at: Moment,
    spoke_at: Moment,
    started: Moment,
}

impl Source for Watch {
    fn queue(&mut self) -> &mut VecDeque<Event> {
        &mut self.queue
    }

    fn shutdown(&self) -> &CancellationToken {
        &self.routes.shutdown
    }

    /// Looks whether it is over, or waits for a while.
    async fn refill(&mut self) -> bool {
        let now = self.routes.clock.now();
        if self.is_over || self.started.plus(LONGEST) < now {
            return false;
        }
        if !self.may_see(now).await {
            self.is_over = true;
            self.queue.push_back(Event::default().event("over").data("{}"));
            return true;
        }
        if self.spoke_at.plus(BEAT) <= now {
            self.spoke_at = now;
            self.queue.push_back(beat());
            return true;
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => true,
            () = self.routes.shutdown.cancelled() => false,
        }
    }
}

impl Watch {
    /// What cannot be found out may not be seen. A session that was ended has no view; one that was not used for long is looked for.
    async fn may_see(&mut self, now: Moment) -> bool {
        if self.looked_at.plus(TRUST) <= now {
            self.looked_at = now;
            if !self.is_operator().await {
                return false;
            }
        }
        matches!(self.routes.store.view(self.session.as_str(), &self.user, now).await, Ok(Some(_)))
    }

    async fn is_operator(&self) -> bool {
        match self.routes.sessions.check(&self.session).await {
            Ok(Some(session)) => authorize(&session.viewer, Action::SeeAsUser).is_ok(),
            Ok(None) | Err(_) => false,
        }
    }
}
