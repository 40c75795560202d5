//! The steps of the popup: sign-in, scope, end.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    error::{ConnectError, lang},
    grant::{self, LONGEST_REFERENCE},
    session::Session,
    view::{Event, Window},
};
use crate::{Bank, notification::Oddities, world::PASSWORD};

#[derive(Debug, Deserialize)]
pub struct Opened {
    #[serde(default)]
    custom_ref: String,
    #[serde(default)]
    channel: String,
}

/// Paths of one partner and language.
type Where = Path<(String, String)>;

pub async fn open(
    State(bank): State<Arc<Bank>>,
    Path((partner_id, lang_code)): Where,
    Query(opened): Query<Opened>,
) -> Result<Response, ConnectError> {
    let lang = lang(&bank, &partner_id, &lang_code)?;
    let window = Window { bank: &bank, lang, channel: &opened.channel };
    if opened.custom_ref.chars().count() > LONGEST_REFERENCE {
        let error = Event::error("custom_ref_too_long", lang.words().too_long);
        return Ok((StatusCode::BAD_REQUEST, window.trouble(lang.words().too_long, error)).into_response());
    }
    let session = bank.sessions().open(Session {
        custom_reference: Some(opened.custom_ref).filter(|reference| !reference.is_empty()),
        channel: opened.channel.clone(),
        customer: None,
    });
    let events = [Event::named("onDisplayPopup"), Event::named("onDisplayLoginFormScreen")];
    Ok(window.sign_in(&session, "", false, &events).into_response())
}

#[derive(Debug, Deserialize)]
pub struct SignIn {
    session: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

pub async fn sign_in(
    State(bank): State<Arc<Bank>>,
    Path((partner_id, lang_code)): Where,
    Form(form): Form<SignIn>,
) -> Result<Response, ConnectError> {
    let lang = lang(&bank, &partner_id, &lang_code)?;
    let Some(session) = bank.sessions().get(&form.session) else {
        return Ok(Window { bank: &bank, lang, channel: "" }.expired());
    };
    let window = Window { bank: &bank, lang, channel: &session.channel };
    let customer = bank.world().customer(&form.email).filter(|_| form.password == PASSWORD);
    let Some(customer) = customer else {
        let page = window.sign_in(&form.session, &form.email, true, &[Event::named("onLoginFailed")]);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let Some(id) = bank.sessions().sign_in(&form.session, customer) else {
        return Ok(window.expired());
    };
    let events = [Event::named("onLoginSucceeded"), Event::named("onDisplayScopeAcceptanceScreen")];
    Ok(window.scope(&id, customer, session.custom_reference.as_deref(), &events).into_response())
}

#[derive(Debug, Deserialize)]
pub struct Decision {
    session: String,
    decision: String,
}

pub async fn decide(
    State(bank): State<Arc<Bank>>,
    Path((partner_id, lang_code)): Where,
    Form(form): Form<Decision>,
) -> Result<Response, ConnectError> {
    let lang = lang(&bank, &partner_id, &lang_code)?;
    let session = bank.sessions().take(&form.session);
    let Some((session, customer)) = session.and_then(|session| Some((session.clone(), session.customer?))) else {
        return Ok(Window { bank: &bank, lang, channel: "" }.expired());
    };
    let window = Window { bank: &bank, lang, channel: &session.channel };
    if form.decision != "accept" {
        return Ok(window.refused().into_response());
    }
    // The page and the partner's server hear of the token independently of each other.
    let (token, _sending) = grant::grant(&bank, customer, session.custom_reference, Oddities::default());
    let event = Event { name: "onTokenCreated", data: json!({ "token": token }) };
    Ok(window.done(&[event]).into_response())
}
