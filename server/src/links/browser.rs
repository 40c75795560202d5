//! What pages send of links: the token, the bank's events, and the wishes to ask again and to forget.

use super::{Links, Outcome};
use crate::accounts::device;
use crate::accounts::preferences::lang_of;
use crate::http::SignedIn;
use crate::secret::Secret;
use crate::webhooks::event::is_token;
use app::backend::FunnelStep;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use domain::ids::LinkId;
use domain::viewer::Viewer;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Longest custom reference that is looked at.
const LONGEST_REFERENCE: usize = 255;
/// What these routes need.
pub struct LinkRoutes {
    pub links: Links,
}

/// The routes of a signed-in user; who is not signed in is turned away before.
pub fn router<S: Clone + Send + Sync + 'static>(routes: LinkRoutes) -> Router<S> {
    Router::new()
        .route("/links", post(bring))
        .route("/links/{id}", get(state))
        .route("/links/{id}/ask", post(ask))
        .route("/links/{id}/forget", post(forget))
        .route("/link-events", post(note_event))
        .with_state(Arc::new(routes))
}

#[derive(Deserialize)]
struct Brought {
    token: String,
    #[serde(default)]
    custom_reference: Option<String>,
}

/// A link's state as the connect page asks for it.
#[derive(Serialize)]
struct LinkState {
    id: LinkId,
    status: &'static str,
}

#[derive(Serialize)]
struct Problem {
    problem: &'static str,
}

fn refused(status: StatusCode, problem: &'static str) -> Response {
    (status, Json(Problem { problem })).into_response()
}

async fn bring(State(routes): State<Arc<LinkRoutes>>, signed_in: SignedIn, Json(brought): Json<Brought>) -> Response {
    let reference = brought.custom_reference.filter(|reference| !reference.is_empty());
    let token = Secret::new(brought.token);
    if !is_token(token.expose()) || reference.as_ref().is_some_and(|reference| reference.len() > LONGEST_REFERENCE) {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, "bad-token");
    }
    match routes.links.brought(&signed_in.viewer().user_id, &token, reference.as_deref()).await {
        Ok(Outcome::Link(id)) => routes.answer(signed_in.viewer(), &id, StatusCode::CREATED).await,
        Ok(Outcome::IntentGone) => refused(StatusCode::CONFLICT, "intent-gone"),
        Ok(Outcome::Conflict) => refused(StatusCode::CONFLICT, "linked-elsewhere"),
        Err(error) => {
            tracing::error!(%error, "a token from the browser could not be kept");
            refused(StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
    }
}

async fn state(State(routes): State<Arc<LinkRoutes>>, signed_in: SignedIn, Path(id): Path<String>) -> Response {
    match LinkId::parse(id) {
        Ok(id) => routes.answer(signed_in.viewer(), &id, StatusCode::OK).await,
        Err(_) => refused(StatusCode::NOT_FOUND, "not-found"),
    }
}

impl LinkRoutes {
    async fn answer(&self, viewer: &Viewer, id: &LinkId, status: StatusCode) -> Response {
        match self.links.store.link(id).await {
            Ok(Some(link)) if link.user_id == viewer.user_id && link.forgotten_at.is_none() => {
                let code = link.status().code();
                (status, Json(LinkState { id: link.id, status: code })).into_response()
            }
            Ok(_) => refused(StatusCode::NOT_FOUND, "not-found"),
            Err(error) => {
                tracing::error!(%error, "a link could not be read");
                refused(StatusCode::SERVICE_UNAVAILABLE, "unavailable")
            }
        }
    }
}

async fn ask(State(routes): State<Arc<LinkRoutes>>, signed_in: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = LinkId::parse(id) else { return refused(StatusCode::NOT_FOUND, "not-found") };
    match routes.links.ask(&id, &signed_in.viewer().user_id).await {
        Ok(true) => Redirect::to("/settings/accounts?asked=yes").into_response(),
        Ok(false) => refused(StatusCode::NOT_FOUND, "not-found"),
        Err(error) => {
            tracing::error!(%error, "the bank could not be asked for a link");
            refused(StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
    }
}

#[derive(Deserialize)]
struct Forgetting {
    /// `keep` or `erase`.
    #[serde(default)]
    history: String,
}

async fn forget(
    State(routes): State<Arc<LinkRoutes>>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    Form(wish): Form<Forgetting>,
) -> Response {
    let Ok(id) = LinkId::parse(id) else { return refused(StatusCode::NOT_FOUND, "not-found") };
    match routes.links.forget(&id, &signed_in.viewer().user_id, wish.history == "erase").await {
        Ok(true) => Redirect::to("/settings/accounts").into_response(),
        Ok(false) => refused(StatusCode::NOT_FOUND, "not-found"),
        Err(error) => {
            tracing::error!(%error, "a link could not be forgotten");
            refused(StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
    }
}

#[derive(Deserialize)]
struct Noted {
    event: String,
    #[serde(default)]
    custom_reference: Option<String>,
}

async fn note_event(
    State(routes): State<Arc<LinkRoutes>>,
    signed_in: SignedIn,
    headers: HeaderMap,
    Json(noted): Json<Noted>,
) -> Response {
    let Some(event) = FunnelStep::from_event(&noted.event).and_then(FunnelStep::event) else {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, "unknown-event");
    };
    let links = &routes.links;
    let intent = noted.custom_reference.and_then(|reference| links.vault.open_reference(&reference).ok());
    let browser = device::browser(&headers);
    let now = links.clock.now();
    match links
        .store
        .add_link_event(&signed_in.viewer().user_id, intent.as_ref(), event, now, lang_of(&headers), browser)
        .await
    {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => {
            tracing::error!(%error, "an event of the bank's script could not be kept");
            refused(StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
    }
}
