//! `/deliveries`: notifications as they came, and what was made of them; without their bodies.

use super::caller::{Caller, Scope};
use super::listing::{Asked, cut, limit, one_more, place};
use super::problem::Problem;
use crate::inbox::trust_card;
use crate::pages::cursor::{encode, row};
use crate::services::Services;
use crate::store::{DeliveriesQuery, DeliveryFilter, DeliveryRecord};
use app::backend::Verdict;
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One arrival of a notification.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Delivery {
    id: i64,
    /// The bank's; empty, as the name of the event, where the body could not be read.
    reference: String,
    event_name: String,
    /// `accepted`, `duplicate`, `held`, `quarantined` or `rejected`.
    verdict: &'static str,
    /// A short code of why; empty when accepted.
    reason: String,
    /// `pending`, `done`, `parked` or `dead`.
    state: &'static str,
    #[schema(format = DateTime)]
    received_at: String,
    current_try: Option<i64>,
    max_tries: Option<i64>,
    /// Each piece of evidence by its name.
    trust: BTreeMap<String, Evidence>,
}

/// What was seen of one piece of evidence.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Evidence {
    /// Null where it could not be judged.
    good: Option<bool>,
    detail: String,
}

/// A part of the arrivals, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Deliveries {
    deliveries: Vec<Delivery>,
    /// For `cursor`; null on the last part.
    next: Option<String>,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DeliveriesAsked {
    verdict: Option<String>,
    event_name: Option<String>,
    reference: Option<String>,
    /// `next` of the part before.
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 100)]
    limit: Option<usize>,
}

/// Lists arrivals
#[utoipa::path(get, path = "/deliveries", tag = "deliveries", params(DeliveriesAsked), security(("key" = ["deliveries:read"])),
    responses((status = 200, body = Deliveries),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(services): State<Services>,
    caller: Caller,
    Asked(asked): Asked<DeliveriesAsked>,
) -> Result<Json<Deliveries>, Problem> {
    caller.needs(Scope::DeliveriesRead)?;
    let limit = limit(asked.limit)?;
    let query = DeliveriesQuery {
        filter: DeliveryFilter {
            verdict: asked.verdict.as_deref().map(verdict).transpose()?,
            event_name: asked.event_name,
            // Stored in small letters.
            reference: asked.reference.map(|reference| reference.to_lowercase()),
            ..DeliveryFilter::default()
        },
        before: place(asked.cursor.as_deref(), row)?,
        limit: one_more(limit),
        ..DeliveriesQuery::default()
    };
    let (rows, next) = cut(services.store.deliveries(&query).await?, limit, |row| encode(&row.id.to_string()));
    Ok(Json(Deliveries { deliveries: rows.into_iter().map(delivery).collect(), next }))
}

/// Reads one arrival
#[utoipa::path(get, path = "/deliveries/{id}", tag = "deliveries", params(("id" = i64, Path)),
    security(("key" = ["deliveries:read"])),
    responses((status = 200, body = Delivery),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn one(
    State(services): State<Services>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Delivery>, Problem> {
    caller.needs(Scope::DeliveriesRead)?;
    let id = id.parse().map_err(|_| Problem::not_found())?;
    let found = services.store.delivery(id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(delivery(found)))
}

fn verdict(code: &str) -> Result<Verdict, Problem> {
    Verdict::from_code(code).ok_or_else(|| Problem::parameter("`verdict` is none that there is."))
}

fn delivery(record: DeliveryRecord) -> Delivery {
    let evidence = trust_card(&record.trust).into_iter();
    Delivery {
        id: record.id,
        verdict: record.verdict.code(),
        state: record.state.code(),
        received_at: record.received_at.bank_text(),
        current_try: record.current_try,
        max_tries: record.max_tries,
        trust: evidence.map(|one| (one.name.into_owned(), Evidence { good: one.good, detail: one.detail })).collect(),
        reference: record.reference,
        event_name: record.event_name,
        reason: record.reason,
    }
}
