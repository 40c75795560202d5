//! `/operator/users/{id}/as…`: an operator sees the pages of a user as she sees them, because she allows it.
//!
//! Nobody is signed in as her. The request is the operator's, in the operator's session; the four pages below, and no other, are drawn
//! with what is the user's. There is nothing to post to among them ([adr 22](../../../docs/adr/0022-seen-by-consent.md)).

use crate::access::{Action, authorize};
use crate::accounts::answer::{Stop, go_to};
use crate::accounts::form::Form;
use crate::accounts::proof;
use crate::clock::Moment;
use crate::desk::operator::reason_in;
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::http::pages::{PageRequest, seen};
use crate::mail::{Content, Mail};
use crate::randomness;
use crate::services::Services;
use crate::sessions::{CurrentSession, viewer_of};
use crate::store::{NewView, ViewRecord};
use app::backend::OwnPage;
use app::page::{DecisionProblem, FormProblem, RefusedForm, Seen};
use app::ui::place;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use domain::ids::UserId;
use http::{HeaderName, HeaderValue};
use std::time::Duration;

/// Then she gives her reason and her password anew.
const LONGEST: Duration = Duration::from_hours(1);
/// For who has no script: away from what she may not see any more.
const REFRESH: HeaderName = HeaderName::from_static("refresh");

/// What can be seen, by its address below the user's.
const PAGES: [(&str, OwnPage); 4] = [
    ("/operator/users/{id}/as/dashboard", OwnPage::Payments),
    ("/operator/users/{id}/as/dashboard/insights", OwnPage::Insights),
    ("/operator/users/{id}/as/transactions/{key}", OwnPage::Payment),
    ("/operator/users/{id}/as/settings/accounts", OwnPage::Accounts),
];

pub(super) fn router() -> Router<Services> {
    let forms =
        Router::new().route("/operator/users/{id}/as", post(begin)).route("/operator/users/{id}/as/end", post(end));
    PAGES.into_iter().fold(forms, |router, (route, what)| {
        let see = move |State(services): State<Services>, SignedIn(session): SignedIn, page: PageRequest| async move {
            see(&services, &session, page, what).await
        };
        router.route(route, get(see))
    })
}

/// Noted before it is shown; where that cannot be, nothing is.
async fn see(
    services: &Services,
    session: &CurrentSession,
    page: PageRequest,
    what: OwnPage,
) -> Result<Response, HttpError> {
    let (user, own) = asked_for(session, &page.path)?;
    let now = services.clock.now();
    let Some(view) = services.store.see_page(session.key.as_str(), &user, what, now).await? else {
        return Ok(go_to(&place::seen_as(user.as_str()), []));
    };
    let query = page.query.clone();
    let page = page.at(&own).asking(&query);
    let left = view.ends_at.since(now).as_secs();
    let mut response = seen(services, page, seen_of(view, now)).await;
    if let Ok(away) = HeaderValue::try_from(format!("{left}; url={}", place::seen_as(user.as_str()))) {
        response.headers_mut().insert(REFRESH, away);
    }
    Ok(response)
}

fn seen_of(view: ViewRecord, now: Moment) -> Seen {
    let ends_at = view.ends_at;
    Seen {
        person: viewer_of(view.user),
        until: ends_at.bank_text(),
        until_ms: ends_at.0.div_euclid(1_000),
        left_ms: i64::try_from(ends_at.since(now).as_millis()).unwrap_or(i64::MAX),
    }
}

/// An operator gives her reason and proves that it is still she.
async fn begin(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    page: PageRequest,
    form: Form,
) -> Result<Response, HttpError> {
    let (user, _) = asked_for(&session, &page.path)?;
    match open(&services, &session, &user, &form).await {
        Ok(()) => Ok(Redirect::to(&format!("{}/dashboard", place::seen_as(user.as_str()))).into_response()),
        Err(stop) => {
            let typed = RefusedForm { reason: form.get("reason").trim().to_owned(), ..RefusedForm::default() };
            Ok(stop.answer(&services, page, typed).await)
        }
    }
}

async fn open(services: &Services, session: &CurrentSession, user: &UserId, form: &Form) -> Result<(), Stop> {
    let reason = reason_in(form.get("reason")).map_err(|problem| match problem {
        DecisionProblem::ReasonTooLong => FormProblem::ReasonTooLong,
        _ => FormProblem::ReasonMissing,
    })?;
    proof::both(services, &session.viewer, form).await?;
    let (store, now) = (&services.store, services.clock.now());
    let consent = store.support_consent(user, now).await?.ok_or(FormProblem::NotAllowed)?;
    let mail = Mail { to: user.clone(), lang: consent.lang, content: Content::SupportLooks, good_until: None };
    let view = NewView {
        id: randomness::id(),
        operator_id: session.viewer.user_id.clone(),
        operator_name: session.viewer.name.clone(),
        session: session.key.as_str().to_owned(),
        user_id: user.clone(),
        consent: consent.id,
        reason,
        at: now,
        ends_at: now.plus(LONGEST).min(consent.ends_at),
        mail: services.mailer.seal(mail).await?,
    };
    if !store.begin_view(view).await? {
        return Err(FormProblem::NotAllowed.into());
    }
    services.mailer.wake();
    tracing::warn!(user.id = %user, operator = %session.viewer.user_id, "an operator sees the pages of a user");
    Ok(())
}

/// Back to the console. What has ended by itself meanwhile is as good.
async fn end(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    page: PageRequest,
) -> Result<Response, HttpError> {
    let (user, _) = asked_for(&session, &page.path)?;
    services.store.end_view(session.key.as_str(), &user, services.clock.now()).await?;
    Ok(go_to(&format!("/operator/users/{user}"), []))
}

/// Whose pages, and the address that the page has for her.
fn asked_for(session: &CurrentSession, path: &str) -> Result<(UserId, String), HttpError> {
    authorize(&session.viewer, Action::SeeAsUser).map_err(|_| HttpError::NotFound)?;
    let rest = path.strip_prefix("/operator/users/").and_then(|rest| rest.split_once("/as"));
    let (id, own) = rest.ok_or(HttpError::NotFound)?;
    Ok((UserId::parse(id).map_err(|_| HttpError::NotFound)?, own.to_owned()))
}
