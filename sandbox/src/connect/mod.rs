//! `client.js` and the popup in which a customer lets the partner in.

pub mod error;
pub mod grant;
pub mod lang;
pub mod popup;
pub mod script;
pub mod session;
pub mod view;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};

use crate::Bank;

pub fn router() -> Router<Arc<Bank>> {
    Router::new()
        .route("/{partner_id}/{lang}/client.js", get(script::client))
        .route("/{partner_id}/{lang}/popup", get(popup::open))
        .route("/{partner_id}/{lang}/popup/sign-in", post(popup::sign_in))
        .route("/{partner_id}/{lang}/popup/decide", post(popup::decide))
        .route("/assets/popup.js", get(script::popup))
        .route("/assets/popup.css", get(script::style))
}
