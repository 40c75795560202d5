//! `POST /settings/alerts…`: rules are added, changed, switched and removed, and what was told is marked as read.

use crate::accounts::form::Form;
use crate::accounts::preferences::lang_of;
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::http::pages::{PageRequest, refused_rule};
use crate::randomness;
use crate::services::Services;
use crate::store::{RuleOutcome, StoreError};
use app::page::RefusedRule;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::post;
use domain::alerts::{Rule, RuleProblem, TypedRule, Ways};
use domain::ids::{RuleId, UserId};
use http::StatusCode;

pub(super) fn router() -> Router<Services> {
    Router::new()
        .route("/settings/alerts", post(add))
        .route("/settings/alerts/seen", post(see))
        .route("/settings/alerts/{id}", post(change))
        .route("/settings/alerts/{id}/switch", post(switch))
        .route("/settings/alerts/{id}/remove", post(remove))
}

async fn add(State(services): State<Services>, SignedIn(session): SignedIn, page: PageRequest, form: Form) -> Response {
    let user = &session.viewer.user_id;
    let Ok(id) = RuleId::parse(randomness::id()) else { return HttpError::Internal.into_response() };
    let (typed, rule) = match read(&services, user, &form).await {
        Ok(read) => read,
        Err(stop) => return stop.answer(&services, page).await,
    };
    let lang = lang_of(&page.headers);
    let kept = services.store.add_alert_rule(user, &id, &rule, typed.ways, lang, services.clock.now()).await;
    answer(&services, page, typed, kept, "added").await
}

async fn change(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    page: PageRequest,
    form: Form,
) -> Response {
    let Ok(id) = RuleId::parse(id) else { return HttpError::NotFound.into_response() };
    let user = &session.viewer.user_id;
    let (typed, rule) = match read(&services, user, &form).await {
        Ok(read) => read,
        Err(stop) => return stop.answer(&services, page).await,
    };
    let kept = services.store.change_alert_rule(user, &id, &rule, typed.ways, lang_of(&page.headers)).await;
    answer(&services, page, typed, kept, "changed").await
}

async fn switch(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    form: Form,
) -> Response {
    let Ok(id) = RuleId::parse(id) else { return HttpError::NotFound.into_response() };
    let on = form.get("on") == "yes";
    let switched = services.store.switch_alert_rule(&session.viewer.user_id, &id, on).await;
    done(switched, if on { "on" } else { "off" })
}

async fn remove(State(services): State<Services>, SignedIn(session): SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = RuleId::parse(id) else { return HttpError::NotFound.into_response() };
    done(services.store.remove_alert_rule(&session.viewer.user_id, &id).await, "removed")
}

/// A script that marks what its page shows needs no page back.
async fn see(State(services): State<Services>, SignedIn(session): SignedIn, form: Form) -> Response {
    let Ok(up_to) = form.get("up_to").parse() else { return HttpError::BadRequest.into_response() };
    match services.store.see_alerts(&session.viewer.user_id, up_to, services.clock.now()).await {
        Ok(()) if form.get("quiet") == "yes" => StatusCode::NO_CONTENT.into_response(),
        Ok(()) => Redirect::to("/settings/alerts").into_response(),
        Err(error) => HttpError::from(error).into_response(),
    }
}

/// Why a form is not kept.
enum Stop {
    Refused(TypedRule, Vec<RuleProblem>),
    Store(StoreError),
}

impl Stop {
    async fn answer(self, services: &Services, page: PageRequest) -> Response {
        match self {
            Self::Refused(typed, problems) => refused_rule(services, page, RefusedRule { typed, problems }).await,
            Self::Store(error) => HttpError::from(error).into_response(),
        }
    }
}

async fn read(services: &Services, user: &UserId, form: &Form) -> Result<(TypedRule, Rule), Stop> {
    let field = |name| form.get(name).to_owned();
    let typed = TypedRule {
        kind: field("kind"),
        amount: field("amount"),
        currency: field("currency"),
        card: field("card"),
        ways: Ways { mail: form.get("mail") == "yes", push: form.get("push") == "yes" },
    };
    let cards = super::card_choices(&services.store, user).await.map_err(Stop::Store)?;
    let cards: Vec<_> = cards.into_iter().map(|card| (card.card_ref, card.currency)).collect();
    match typed.read(&cards) {
        Ok(rule) => Ok((typed, rule)),
        Err(problems) => Err(Stop::Refused(typed, problems)),
    }
}

async fn answer(
    services: &Services,
    page: PageRequest,
    typed: TypedRule,
    kept: Result<RuleOutcome, StoreError>,
    code: &str,
) -> Response {
    let problem = match kept {
        Ok(RuleOutcome::Kept) => return done(Ok(true), code),
        Ok(RuleOutcome::Missing) => return HttpError::NotFound.into_response(),
        Ok(RuleOutcome::Known) => RuleProblem::Known,
        Ok(RuleOutcome::TooMany) => RuleProblem::TooMany,
        Err(error) => return HttpError::from(error).into_response(),
    };
    refused_rule(services, page, RefusedRule { typed, problems: vec![problem] }).await
}

/// Back to the top, where it is said: a browser would go on to the part of the page that the form stood in.
fn done(done: Result<bool, StoreError>, code: &str) -> Response {
    match done {
        Ok(true) => Redirect::to(&format!("/settings/alerts?done={code}#main")).into_response(),
        Ok(false) => HttpError::NotFound.into_response(),
        Err(error) => HttpError::from(error).into_response(),
    }
}
