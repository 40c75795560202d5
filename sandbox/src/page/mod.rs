//! The bank's side for a person: who banks here, what they paid, and what the partner was told.

pub mod forms;
pub mod view;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Query, State},
    http::header,
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;

use crate::{Bank, control::gate};

const SCRIPT: &str = include_str!("../../assets/bank.js");
const STYLE: &str = include_str!("../../assets/bank.css");

pub fn router(bank: &Arc<Bank>) -> Router<Arc<Bank>> {
    let forms = Router::new()
        .route("/bank/create-token", post(forms::create_token))
        .route("/bank/purchase", post(forms::purchase))
        .route("/bank/refuse-payment", post(forms::refuse_payment))
        .route("/bank/refund", post(forms::refund))
        .route("/bank/revoke", post(forms::revoke))
        .route("/bank/resend", post(forms::resend))
        .route("/bank/scenario", post(forms::scenario))
        .route("/bank/pause", post(forms::pause))
        .route("/bank/reset", post(forms::reset))
        .layer(middleware::from_fn_with_state(Arc::clone(bank), gate::own_origin_only));
    Router::new()
        .route("/", get(show))
        .route("/bank/live", get(live))
        .route("/assets/bank.js", get(async || ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT)))
        .route("/assets/bank.css", get(async || ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)))
        .merge(forms)
}

#[derive(Debug, Deserialize)]
struct Notice {
    error: Option<String>,
}

async fn show(State(bank): State<Arc<Bank>>, Query(notice): Query<Notice>) -> Response {
    view::page(&bank, notice.error.as_deref()).into_response()
}

/// The part of the page that changes, for its script to put in place.
async fn live(State(bank): State<Arc<Bank>>) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], axum::response::Html(view::live(&bank))).into_response()
}
