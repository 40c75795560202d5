//! Who is signed in, put into each request before anything else asks.

use super::access::{Speaks, known_rule};
use super::error::HttpError;
use crate::services::Services;
use crate::sessions::CurrentSession;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::viewer::Viewer;
use http::request::Parts;

/// What the cookies of a request say.
#[derive(Debug, Clone)]
pub(super) enum SessionState {
    SignedOut,
    SignedIn(CurrentSession),
    /// It could not be looked up. Pages for everybody are shown as to nobody, others have to wait.
    Unavailable,
}

/// Looks the session up, and notes its use afterwards, off the way of the answer.
pub(super) async fn load(State(services): State<Services>, mut request: Request, next: Next) -> Response {
    if !is_personal(request.uri().path()) {
        return next.run(request).await;
    }
    let state = match services.sessions.find(request.headers()).await {
        Ok(Some(session)) => SessionState::SignedIn(session),
        Ok(None) => SessionState::SignedOut,
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a session could not be looked up");
            SessionState::Unavailable
        }
    };
    if let SessionState::SignedIn(session) = &state
        && services.sessions.is_stale(session)
    {
        touch(&services, session.clone());
    }
    request.extensions_mut().insert(state);
    next.run(request).await
}

fn touch(services: &Services, session: CurrentSession) {
    let sessions = services.sessions.clone();
    services.tasks.spawn(async move {
        if let Err(error) = sessions.touch(&session).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the use of a session could not be noted");
        }
    });
}

/// Files and machines need no session. A name with a point in it is a file's, unless it is a route's.
fn is_personal(path: &str) -> bool {
    let is_file = || path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    known_rule(path).map_or_else(|| !is_file(), |rule| rule.speaks != Speaks::Own)
}

/// The signed-in person, for handlers behind the guard; 401 if there is none.
#[derive(Debug, Clone)]
pub struct SignedIn(pub CurrentSession);

impl SignedIn {
    pub fn viewer(&self) -> &Viewer {
        &self.0.viewer
    }
}

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpError> {
        match parts.extensions.get::<SessionState>() {
            Some(SessionState::SignedIn(session)) => Ok(Self(session.clone())),
            Some(SessionState::Unavailable) => Err(HttpError::Unavailable),
            Some(SessionState::SignedOut) | None => Err(HttpError::SignedOut),
        }
    }
}
