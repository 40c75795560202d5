//! `/deliveries/{id}/replay` and `/replays/{id}`: an arrival is processed again, and what came of it.

use super::caller::{Caller, Scope};
use super::problem::Problem;
use crate::clock::Moment;
use crate::services::Services;
use crate::store::{Actor, DeliveryFilter, NewReplay, ReplayAct, ReplayItem, ReplayRecord};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::LOCATION;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// As long as what operators write.
const LONGEST_REASON: usize = 500;
/// A replay of one arrival has one; of a selection that an operator has made, these many are told.
const MOST_ITEMS: i64 = 200;

/// How an arrival is to be processed again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayAsked {
    /// Tell what would change, and change nothing.
    #[serde(default)]
    dry_run: bool,
    /// Why; kept in the log of acts.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: String,
}

/// Arrivals that are processed again.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Replay {
    id: i64,
    /// `proposed`, `running`, `done`, `cancelled`, `declined` or `failed`.
    state: &'static str,
    dry_run: bool,
    /// Who asked for it.
    by: String,
    reason: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// Arrivals that it is about, and those that it has been through.
    total: i64,
    seen: i64,
    /// Of these, the ones with an effect; what had its effect before has none twice.
    changed: i64,
    /// Of these, the ones that stay as they are although somebody should look at them.
    stay: i64,
    /// What became of each, where there is something to tell.
    items: Vec<Item>,
}

/// What became of one arrival.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Item {
    delivery_id: i64,
    reference: String,
    /// `effect`, `nothing`, `under-way`, or `stays:` with the reason.
    outcome: String,
    /// How many fields it changes.
    changes: usize,
}

/// Processes one arrival again. What has had its effect has none twice
#[utoipa::path(post, path = "/deliveries/{id}/replay", tag = "deliveries", params(("id" = i64, Path)),
    request_body(content = Option<ReplayAsked>, description = "May be left out."), security(("key" = ["deliveries:write"])),
    responses((status = 202, body = Replay, description = "It is under way: `Location` tells what comes of it."),

        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn ask(
    State(services): State<Services>,
    caller: Caller,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    caller.needs(Scope::DeliveriesWrite)?;
    let asked = read(&body)?;
    let id = id.parse().map_err(|_| Problem::not_found())?;
    let found = services.store.delivery(id).await?.ok_or_else(Problem::not_found)?;
    if found.body.is_none() || found.next_at.is_some() {
        return Err(Problem::not_replayable());
    }
    let new = NewReplay {
        by: Actor { user_id: None, name: caller.name.clone() },
        reason: asked.reason,
        act: ReplayAct::Replay,
        dry: asked.dry_run,
        filter: DeliveryFilter { id: Some(id), ..DeliveryFilter::default() },
        upto: id,
        total: 1,
        proposed: false,
        at: services.clock.now(),
    };
    let replay = services.store.add_replay(new).await?;
    tracing::info!(replay, delivery = id, api_key = caller.id, "a replay was asked for by the API");
    services.replays.notify_one();
    let told = services.store.replay(replay).await?.ok_or_else(Problem::unavailable)?;
    let place = format!("/api/v1/replays/{replay}");
    Ok((StatusCode::ACCEPTED, [(LOCATION, place)], Json(tell(told, Vec::new()))).into_response())
}

/// Reads what came of a replay
#[utoipa::path(get, path = "/replays/{id}", tag = "deliveries", params(("id" = i64, Path)),
    security(("key" = ["deliveries:read"])),
    responses((status = 200, body = Replay),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn one(
    State(services): State<Services>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Replay>, Problem> {
    caller.needs(Scope::DeliveriesRead)?;
    let id = id.parse().map_err(|_| Problem::not_found())?;
    let found = services.store.replay(id).await?.ok_or_else(Problem::not_found)?;
    let items = services.store.replay_items(id, 0, MOST_ITEMS).await?;
    Ok(Json(tell(found, items)))
}

/// No body asks for what is usual.
fn read(body: &[u8]) -> Result<ReplayAsked, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(ReplayAsked::default());
    }
    let unreadable = |error: serde_json::Error| Problem::body(error.to_string());
    // An object first: a list would pass for the fields in their order.
    let asked: Option<Map<String, Value>> = serde_json::from_slice(body).map_err(unreadable)?;
    let asked = ReplayAsked::deserialize(Value::Object(asked.unwrap_or_default())).map_err(unreadable)?;
    if asked.reason.chars().count() > LONGEST_REASON {
        return Err(Problem::body(format!("`reason` has at most {LONGEST_REASON} characters.")));
    }
    Ok(asked)
}

fn tell(replay: ReplayRecord, items: Vec<ReplayItem>) -> Replay {
    let items = items.into_iter().map(|item| Item {
        delivery_id: item.delivery_id,
        reference: item.reference,
        outcome: item.outcome,
        changes: item.changes.len(),
    });
    Replay {
        id: replay.id,
        state: replay.state.code(),
        dry_run: replay.dry,
        by: replay.user_name,
        reason: replay.reason,
        created_at: replay.created_at.bank_text(),
        ended_at: replay.ended_at.map(Moment::bank_text),
        total: replay.total,
        seen: replay.seen,
        changed: replay.changed,
        stay: replay.doubtful,
        items: items.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_may_be_left_out_and_has_to_be_understood() {
        for (body, dry_run, reason) in [
            ("", false, ""),
            (" \n", false, ""),
            ("null", false, ""),
            ("{}", false, ""),
            (r#"{"dry_run": true, "reason": "after a mistake"}"#, true, "after a mistake"),
        ] {
            let asked = read(body.as_bytes()).unwrap();
            assert_eq!((asked.dry_run, asked.reason.as_str()), (dry_run, reason), "{body}");
        }
        let long = format!(r#"{{"reason": "{}"}}"#, "é".repeat(LONGEST_REASON + 1));
        for body in ["{", "[]", "true", r#"{"dry": true}"#, r#"{"dry_run": "yes"}"#, &long] {
            assert!(read(body.as_bytes()).is_err(), "{body}");
        }
    }
}
