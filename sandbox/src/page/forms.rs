//! The page's buttons: the control calls, for a browser without scripts too.

use std::sync::Arc;

use axum::{Form, Json, extract::State, response::Redirect};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    Bank,
    control::{
        ControlError, create_token, input::Body, purchase, refund, refuse_payment, resend, revoke,
        scenario as scenarios, switch,
    },
};

/// The fields of a form, as the browser sent them.
type Fields = Form<Map<String, Value>>;

pub async fn create_token(bank: State<Arc<Bank>>, fields: Fields) -> Redirect {
    match read(fields) {
        Ok(body) => done(create_token::handle(bank, body).await),
        Err(error) => failed(&error),
    }
}

pub async fn purchase(bank: State<Arc<Bank>>, fields: Fields) -> Redirect {
    match read(fields) {
        Ok(body) => done(purchase::handle(bank, body).await),
        Err(error) => failed(&error),
    }
}

pub async fn refuse_payment(bank: State<Arc<Bank>>, fields: Fields) -> Redirect {
    match read(fields) {
        Ok(body) => done(refuse_payment::handle(bank, body).await),
        Err(error) => failed(&error),
    }
}

pub async fn refund(bank: State<Arc<Bank>>, fields: Fields) -> Redirect {
    match read(fields) {
        Ok(body) => done(refund::handle(bank, body).await),
        Err(error) => failed(&error),
    }
}

pub async fn revoke(bank: State<Arc<Bank>>, fields: Fields) -> Redirect {
    match read(fields) {
        Ok(body) => done(revoke::handle(bank, body).await),
        Err(error) => failed(&error),
    }
}

pub async fn resend(bank: State<Arc<Bank>>, fields: Fields) -> Redirect {
    match read(fields) {
        Ok(body) => done(resend::handle(bank, body).await),
        Err(error) => failed(&error),
    }
}

pub async fn scenario(bank: State<Arc<Bank>>, fields: Fields) -> Redirect {
    match read(fields) {
        Ok(body) => done(scenarios::play(bank, body).await),
        Err(error) => failed(&error),
    }
}

#[derive(Debug, Deserialize)]
pub struct Pause {
    paused: bool,
}

pub async fn pause(bank: State<Arc<Bank>>, Form(Pause { paused }): Form<Pause>) -> Redirect {
    let Json(_) = switch::pause(bank, Body(switch::Pause { paused })).await;
    Redirect::to("/")
}

pub async fn reset(bank: State<Arc<Bank>>) -> Redirect {
    let Json(_) = switch::reset(bank).await;
    Redirect::to("/")
}

/// An empty field is one that was not given.
fn read<T: DeserializeOwned>(Form(mut fields): Fields) -> Result<Body<T>, ControlError> {
    fields.retain(|_, value| value.as_str().is_none_or(|text| !text.trim().is_empty()));
    serde_json::from_value(Value::Object(fields)).map(Body).map_err(|error| ControlError::Invalid(error.to_string()))
}

fn done<T>(outcome: Result<T, ControlError>) -> Redirect {
    match outcome {
        Ok(_) => Redirect::to("/"),
        Err(error) => failed(&error),
    }
}

fn failed(error: &ControlError) -> Redirect {
    let query = reqwest::Url::parse_with_params("http://bank/", [("error", error.to_string())]);
    Redirect::to(&query.map_or_else(|_| "/".to_owned(), |url| format!("/?{}", url.query().unwrap_or_default())))
}
