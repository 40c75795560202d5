//! `/api/v1`: what the partner's other back ends may read, and have done again, by keys of their own.
//!
//! A key stands in `Authorization: Bearer`, has scopes, and can be bound to addresses. Lists are read by `cursor`; errors are
//! problem details (RFC 9457); answers carry `ETag` and `RateLimit`. [`document`] is generated from the handlers.

mod caller;
mod deliveries;
mod document;
mod links;
mod listing;
mod problem;
mod rate;
mod replays;
mod tag;
mod transactions;
mod users;

pub use caller::{KEY_PREFIX, Scope, hash_of};
pub use document::document;
pub(crate) use links::link_shape;

use crate::clock::SharedClock;
use crate::services::Services;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use problem::Problem;
use rate::Rates;

/// What callers share beside the services.
#[derive(Clone)]
struct Gate {
    services: Services,
    rates: Rates,
}

pub fn router(services: &Services) -> Router<Services> {
    let clock: SharedClock = services.clock.clone();
    let rates = Rates::new(clock, &services.store, &services.vault);
    let gate = Gate { services: services.clone(), rates };
    let resources = Router::new()
        .route("/users", get(users::list))
        .route("/users/{id}", get(users::one))
        .route("/links", get(links::list))
        .route("/links/{id}", get(links::one))
        .route("/links/{id}/token", get(links::token))
        .route("/transactions", get(transactions::list))
        .route("/deliveries", get(deliveries::list))
        .route("/deliveries/{id}", get(deliveries::one))
        .route("/deliveries/{id}/replay", post(replays::ask))
        .route("/replays/{id}", get(replays::one))
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { Problem::method() })
        .layer(from_fn_with_state(gate, caller::admit));
    let versions = Router::new().route("/openapi.json", get(document::show)).merge(resources);
    Router::new().nest("/api/v1", versions.layer(from_fn(tag::mark)))
}
