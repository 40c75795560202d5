//! All routes, and what every request goes through on its way to them.

use super::{access, body, headers, health, log, origin, pages, problems, session, statics};
use crate::accounts;
use crate::alerts;
use crate::api;
use crate::audit;
use crate::desk;
use crate::pages::{actions, exports, keys, own};
use crate::people;
use crate::services::Services;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate as _, SizeAbove};

/// Smaller answers fit into one packet anyway.
const WORTH_COMPRESSING: u16 = 1024;
/// Of brotli, 0 to 11. With 4 the dashboard is a seventh smaller and takes four times as long: at 10 Mbit/s whoever waits for it gains
/// nothing, and the processor is everybody's.
const QUICK: i32 = 1;

/// `extra` are the routes of modules with a life of their own: notifications, links and the live feed.
pub fn build(services: Services, extra: Router<Services>) -> Router {
    let routes = Router::new()
        .merge(pages::router())
        .merge(accounts::router())
        .merge(exports::router())
        .merge(actions::router())
        .merge(desk::router())
        .merge(keys::router())
        .merge(audit::router())
        .merge(people::router())
        .merge(own::router())
        .merge(alerts::router())
        .merge(health::router())
        .merge(api::router(&services))
        .merge(extra)
        .fallback(statics::file);
    let small = DefaultPredicate::new().and(SizeAbove::new(WORTH_COMPRESSING));
    let compression = CompressionLayer::new().quality(CompressionLevel::Precise(QUICK)).compress_when(small);
    // The last layer sees a request first.
    routes
        .layer(from_fn_with_state(services.clone(), access::guard))
        .layer(from_fn_with_state(services.clone(), body::collect))
        .layer(from_fn_with_state(services.clone(), origin::check))
        .layer(from_fn_with_state(services.clone(), in_time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(services.clone(), problems::dress))
        .layer(from_fn_with_state(services.clone(), session::load))
        .layer(compression)
        .layer(from_fn_with_state(services.clone(), headers::secure))
        .layer(from_fn(log::requests))
        .with_state(services)
}

/// Ends what takes too long. A stream has answered once it begins, and is not ended by this.
async fn in_time(State(services): State<Services>, request: Request, next: Next) -> Response {
    let limit = services.config.limits.handler_time + services.config.limits.body_time;
    tokio::time::timeout(limit, next.run(request)).await.unwrap_or_else(|_| {
        tracing::error!("a handler took too long");
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    })
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let words = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = words.unwrap_or("unknown"), "a handler panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
