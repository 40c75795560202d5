//! The bank's side for a person.

use std::sync::Arc;

use axum::{Router, response::Html, routing::get};

use crate::Bank;

pub fn router(_bank: &Arc<Bank>) -> Router<Arc<Bank>> {
    Router::new().route("/", get(async || Html("<h1>The bank</h1>")))
}
