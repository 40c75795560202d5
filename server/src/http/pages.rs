//! Rendering pages.
//!
//! A page is rendered in a task of its own and collected before it is sent: a browser that goes away in the middle cannot
//! leave half-rendered pages behind in memory, and status and headers are still open until the last part is known.

use super::error::HttpError;
use super::headers::PageNonce;
use super::kept::MadeOf;
use super::session::SessionState;
use crate::accounts::preferences::{lang_of, privacy_of, theme_of};
use crate::pages::Pages;
use crate::services::Services;
use crate::sessions::SessionKey;
use app::backend::SharedBackend;
use app::page::{
    ErrorKind, OneTimeLink, PageContext, RecoveryCodes, RefusedDecision, RefusedForm, RefusedRule, RefusedWriting, Seen,
};
use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use bytes::Bytes;
use domain::lang::Lang;
use domain::live::Seq;
use domain::viewer::Viewer;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt as _;
use leptos::nonce::Nonce;
use leptos::prelude::provide_context;
use std::convert::Infallible;
use std::sync::Arc;

/// What a page needs to know of its request.
#[derive(Debug, Clone)]
pub struct PageRequest {
    pub viewer: Option<Viewer>,
    session: Option<SessionKey>,
    /// Alerts that the viewer has not seen.
    unread: i64,
    feed: Option<Seq>,
    pub path: String,
    /// Raw, without the question mark.
    pub query: String,
    pub headers: HeaderMap,
    nonce: String,
}

impl FromRequestParts<Services> for PageRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Services) -> Result<Self, Infallible> {
        let session = match parts.extensions.get::<SessionState>() {
            Some(SessionState::SignedIn(session)) => Some(session),
            _ => None,
        };
        let nonce = parts.extensions.get::<PageNonce>().map(|nonce| nonce.0.clone()).unwrap_or_default();
        Ok(Self {
            viewer: session.map(|session| session.viewer.clone()),
            session: session.map(|session| session.key.clone()),
            unread: session.map_or(0, |session| session.unread),
            feed: session.map(|session| session.feed),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers.clone(),
            nonce,
        })
    }
}

impl PageRequest {
    pub fn lang(&self) -> Lang {
        lang_of(&self.headers)
    }

    /// For a page at another address than the one that was posted to.
    #[must_use]
    pub fn at(self, path: &str) -> Self {
        Self { path: path.to_owned(), query: String::new(), ..self }
    }

    /// The same page, asked with this.
    #[must_use]
    pub fn asking(self, query: &str) -> Self {
        Self { query: query.to_owned(), ..self }
    }

    fn context(&self, services: &Services) -> PageContext {
        PageContext {
            viewer: self.viewer.clone(),
            unread: self.unread,
            feed: self.feed,
            lang: lang_of(&self.headers),
            theme: theme_of(&self.headers),
            privacy: privacy_of(&self.headers),
            nonce: self.nonce.clone(),
            path: self.path.clone(),
            query: self.query.clone(),
            form: None,
            writing: None,
            codes: None,
            rule: None,
            decision: None,
            one_time: None,
            seen: None,
            error: None,
            assets: services.assets.clone(),
        }
    }
}

/// Every page of the app at its path.
pub(super) fn router() -> Router<Services> {
    let paths = leptos_axum::generate_route_list(app::app::App);
    let console = Router::new().route("/operator", get(|| async { Redirect::to("/operator/users") }));
    paths.iter().fold(console, |router, listing| router.route(listing.path(), get(show)))
}

async fn show(State(services): State<Services>, page: PageRequest) -> Response {
    let context = page.context(&services);
    let made_of = MadeOf::of(&context, services.clock.now());
    if let Some(kept) = made_of.as_ref().and_then(|made_of| services.kept.find(made_of, &page.nonce)) {
        return kept;
    }
    match made(&services, page.session, context).await {
        Ok(response) => {
            if let Some(made_of) = made_of {
                services.kept.keep(made_of, &page.nonce, &response);
            }
            response.map(Body::from)
        }
        Err(error) => error.into_response(),
    }
}

/// The page of a form again, with what is wrong with it.
pub async fn refused_form(services: &Services, page: PageRequest, form: RefusedForm, status: StatusCode) -> Response {
    let context = PageContext { form: Some(form), ..page.context(services) };
    refused(services, page.session, context, status).await
}

/// A payment's page again, with what is wrong with what was written on it.
pub async fn refused_writing(services: &Services, page: PageRequest, writing: RefusedWriting) -> Response {
    let context = PageContext { writing: Some(writing), ..page.context(services) };
    refused(services, page.session, context, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// The page of two-step sign-in with new recovery codes, which are shown this once.
pub async fn recovery_codes(services: &Services, page: PageRequest, codes: RecoveryCodes) -> Response {
    let page = page.at("/settings/two-step");
    let context = PageContext { codes: Some(codes), ..page.context(services) };
    render(services, page.session, context).await
}

/// The page of a rule again, or of all of them, with what is wrong with it.
pub async fn refused_rule(services: &Services, page: PageRequest, rule: RefusedRule) -> Response {
    let context = PageContext { rule: Some(rule), ..page.context(services) };
    refused(services, page.session, context, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// The page on which an operator decides, with what is wrong with her decision.
pub async fn refused_decision(services: &Services, page: PageRequest, decision: RefusedDecision) -> Response {
    let context = PageContext { decision: Some(decision), ..page.context(services) };
    refused(services, page.session, context, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// A page with a link that is shown this once.
pub async fn one_time_link(services: &Services, page: PageRequest, link: OneTimeLink) -> Response {
    let context = PageContext { one_time: Some(link), ..page.context(services) };
    render(services, page.session, context).await
}

/// A page of another person's, for an operator whom she lets see it. It is drawn at that person's address, and nothing of the
/// operator's stands on it but who she is.
pub async fn seen(services: &Services, page: PageRequest, seen: Seen) -> Response {
    let context = PageContext { seen: Some(seen), unread: 0, feed: None, ..page.context(services) };
    render(services, None, context).await
}

/// The page of what was posted to, as it is after it: no redirect, for programs that follow none.
pub async fn done(services: &Services, page: PageRequest) -> Response {
    let context = PageContext { query: "done=yes".to_owned(), ..page.context(services) };
    render(services, page.session, context).await
}

/// A page that could not be shown at all keeps its own status.
async fn refused(
    services: &Services,
    session: Option<SessionKey>,
    context: PageContext,
    status: StatusCode,
) -> Response {
    let mut response = render(services, session, context).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}

/// A page that says what went wrong.
pub(super) async fn error(services: &Services, page: PageRequest, kind: ErrorKind) -> Response {
    let context = PageContext { error: Some(kind), ..page.context(services) };
    render(services, page.session, context).await
}

async fn render(services: &Services, session: Option<SessionKey>, context: PageContext) -> Response {
    match made(services, session, context).await {
        Ok(response) => response.map(Body::from),
        Err(error) => error.into_response(),
    }
}

async fn made(
    services: &Services,
    session: Option<SessionKey>,
    context: PageContext,
) -> Result<Response<Bytes>, HttpError> {
    let backend: SharedBackend = Arc::new(Pages::new(services.clone(), context.lang, session));
    let rendering = services.tasks.spawn(render_whole(backend, context));
    match rendering.await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => {
            tracing::error!(%error, "a page could not be rendered");
            Err(HttpError::Internal)
        }
        Err(error) => {
            tracing::error!(%error, "rendering a page panicked");
            Err(HttpError::Internal)
        }
    }
}

async fn render_whole(backend: SharedBackend, context: PageContext) -> Result<Response<Bytes>, axum::Error> {
    let request = request_for(&context);
    let provide = move || {
        provide_context(Nonce::from_value(context.nonce.as_str()));
        provide_context(backend.clone());
        provide_context(context.clone());
    };
    let response = leptos_axum::render_app_async_with_context(provide, app::shell::shell)(request).await;
    let (parts, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    Ok(Response::from_parts(parts, body))
}

/// All that leptos is told of the request: where it went. Cookies and passwords stay out of its reach.
fn request_for(context: &PageContext) -> Request {
    let mut request = Request::new(Body::empty());
    let address =
        if context.query.is_empty() { context.path.clone() } else { format!("{}?{}", context.path, context.query) };
    *request.uri_mut() = address.parse().unwrap_or_default();
    request
}
