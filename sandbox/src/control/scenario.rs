//! `/control/scenario`: what goes wrong from now on.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    ControlError,
    input::{Body, Whole},
};
use crate::{
    Bank, Scenario,
    scenario::{ScenarioError, library},
};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// One of those that ship with the stand-in; `fine` unless given.
    name: Option<String>,
    /// A scenario's own text.
    toml: Option<String>,
    /// What it is drawn from; the stand-in's own unless given.
    seed: Option<Whole>,
}

impl From<ScenarioError> for ControlError {
    fn from(error: ScenarioError) -> Self {
        match error {
            ScenarioError::Unknown(_) => Self::Unknown(error.to_string()),
            ScenarioError::Toml(_) => Self::Invalid(error.to_string()),
        }
    }
}

/// `POST /control/scenario`: plays it from its beginning. What the last one held back goes on its way.
pub async fn play(State(bank): State<Arc<Bank>>, Body(input): Body<Input>) -> Result<Json<Value>, ControlError> {
    let scenario = match (&input.name, &input.toml) {
        (Some(_), Some(_)) => return Err(ControlError::Invalid("give either name or toml".to_owned())),
        (None, Some(text)) => Scenario::parse("custom", text)?,
        (name, None) => library::find(name.as_deref().unwrap_or(library::FINE))?,
    };
    let seed = input.seed.map_or(Ok(bank.config.seed), |seed| seed.parse("seed"))?;
    bank.perform(scenario, seed);
    Ok(Json(playing(&bank)))
}

/// `GET /control/scenario`: what is played, and what could be.
pub async fn list(State(bank): State<Arc<Bank>>) -> Json<Value> {
    let all = library::all().map(|scenario| json!({ "name": scenario.name, "about": scenario.about }));
    Json(json!({ "playing": playing(&bank), "scenarios": all.collect::<Vec<_>>() }))
}

fn playing(bank: &Bank) -> Value {
    let play = bank.play();
    json!({
        "name": play.scenario().name,
        "about": play.scenario().about,
        "seed": play.seed(),
        "went_wrong": play.went_wrong(),
    })
}
