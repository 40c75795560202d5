//! The part of the bank's API that a partner reads.

pub mod accounts;
pub mod answer;
pub mod caller;
pub mod cards;
pub mod error;
pub mod signature;
pub mod token;
pub mod transactions;
pub mod trouble;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};

use crate::Bank;
pub use answer::Answer;
pub use caller::Caller;
pub use error::ApiError;
use trouble::Trouble;

pub fn router(bank: &Arc<Bank>) -> Router<Arc<Bank>> {
    Router::new()
        .route("/oauth/v2/token", post(token::create))
        .route("/v1.0/apicheck", get(accounts::check))
        .route("/v1.0/accounts", get(accounts::list))
        .route("/v1.0/accounts/{acc_id}", get(accounts::show))
        .route("/v1.0/accounts/{acc_id}/balance", get(accounts::balance))
        .route("/v1.0/accounts/{acc_id}/cards", get(cards::list))
        .route("/v1.0/cards/{card_ref}", get(cards::show))
        .route("/v1.0/cards/{card_ref}/transactions", get(transactions::list))
        .route("/v1.0/{*rest}", axum::routing::any(async || ApiError::InvalidRoute))
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .route_layer(middleware::from_fn_with_state(Arc::clone(bank), gate))
}

/// What every call passes: the scenario, then the signature.
async fn gate(State(bank): State<Arc<Bank>>, mut request: Request, next: Next) -> Response {
    let trouble = bank.play().trouble();
    if let Some(answer) = trouble.instead().await {
        return answer;
    }
    if let Err(error) = signature::check(&bank, request.headers()) {
        return error.into_response();
    }
    if let Some(mix_up) = trouble.mix_up() {
        request.extensions_mut().insert(mix_up);
    }
    let answer = next.run(request).await;
    if trouble == Trouble::HalfJson { trouble::half(answer).await } else { answer }
}
