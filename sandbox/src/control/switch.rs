//! The switches of the stand-in, and what it sent lately.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ControlError, first_tries, input::Body};
use crate::{Bank, bank::Weather, notification::dispatch};

#[derive(Debug, Deserialize)]
pub struct Pause {
    pub paused: bool,
}

/// `POST /control/pause`: while paused, notifications wait; going on sends them in their order.
pub async fn pause(State(bank): State<Arc<Bank>>, Body(input): Body<Pause>) -> Json<Value> {
    if input.paused {
        bank.outbox().pause();
        return Json(json!({ "paused": true, "deliveries": [] }));
    }
    let waiting = bank.outbox().resume();
    let sent = waiting.into_iter().map(|delivery| dispatch::start(&bank, delivery)).collect();
    Json(json!({ "paused": false, "deliveries": first_tries(sent).await }))
}

#[derive(Debug, Deserialize)]
pub struct Api {
    mode: String,
    /// For `slow`: how long each answer takes, 3000 unless given.
    delay_ms: Option<u64>,
}

/// `POST /control/api`: good and bad days of the bank's API.
pub async fn api(State(bank): State<Arc<Bank>>, Body(input): Body<Api>) -> Result<Json<Value>, ControlError> {
    let weather = match input.mode.as_str() {
        "ok" => Weather::Fine,
        "down" => Weather::Down,
        "429" => Weather::TooMany,
        "slow" => Weather::Slow(Duration::from_millis(input.delay_ms.unwrap_or(3_000))),
        _ => {
            return Err(ControlError::Invalid("mode must be ok, down, slow or 429".to_owned()));
        }
    };
    bank.set_weather(weather);
    Ok(Json(json!({ "mode": input.mode })))
}

/// `POST /control/reset`: back to the seeded world; tokens are forgotten.
pub async fn reset(State(bank): State<Arc<Bank>>) -> Json<Value> {
    bank.reset();
    Json(json!({ "reset": true, "seed": bank.config.seed, "today": bank.today.to_string() }))
}

#[derive(Debug, Deserialize)]
pub struct Limit {
    limit: Option<usize>,
}

/// `GET /control/deliveries`: newest first.
pub async fn deliveries(
    State(bank): State<Arc<Bank>>,
    limit: Result<Query<Limit>, QueryRejection>,
) -> Result<Json<Value>, ControlError> {
    let Query(limit) = limit.map_err(|error| ControlError::Invalid(error.body_text()))?;
    let outbox = bank.outbox();
    Ok(Json(json!({
        "paused": outbox.is_paused(),
        "waiting": outbox.waiting(),
        "deliveries": outbox.recent(limit.limit.unwrap_or(100)),
    })))
}
