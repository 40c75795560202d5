//! How a script makes things happen at the bank: JSON in, JSON out.

pub mod create_token;
pub mod error;
pub mod gate;
pub mod input;
pub mod ledger;
pub mod purchase;
pub mod refund;
pub mod refuse_payment;
pub mod resend;
pub mod revoke;
pub mod scenario;
pub mod settle;
pub mod switch;

use std::sync::Arc;

use axum::{
    Json, Router, middleware,
    routing::{get, post},
};
use serde::Serialize;
use serde_json::Value;

use crate::{
    Bank,
    notification::{dispatch::Sending, outbox::Report},
};
pub use error::ControlError;

pub fn router(bank: &Arc<Bank>) -> Router<Arc<Bank>> {
    Router::new()
        .route("/create-token", post(create_token::handle))
        .route("/purchase", post(purchase::handle))
        .route("/refund", post(refund::handle))
        .route("/refuse-payment", post(refuse_payment::handle))
        .route("/settle", post(settle::handle))
        .route("/revoke", post(revoke::handle))
        .route("/resend", post(resend::handle))
        .route("/scenario", get(scenario::list).post(scenario::play))
        .route("/pause", post(switch::pause))
        .route("/api", post(switch::api))
        .route("/reset", post(switch::reset))
        .route("/ledger", get(ledger::handle))
        .route("/deliveries", get(switch::deliveries))
        .fallback(async || ControlError::NotFound("control route"))
        .method_not_allowed_fallback(async || ControlError::Method)
        .layer(middleware::from_fn_with_state(Arc::clone(bank), gate::own_origin_only))
}

/// What most calls answer.
#[derive(Debug, Default, Serialize)]
pub struct Done {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transactions: Option<Vec<Value>>,
    pub deliveries: Vec<Report>,
}

pub type Outcome = Result<Json<Done>, ControlError>;

/// Waits until the first try of each has been answered.
pub async fn first_tries(sent: Vec<Sending>) -> Vec<Report> {
    let mut reports = Vec::with_capacity(sent.len());
    for sending in sent {
        reports.push(sending.first_try().await);
    }
    reports
}
