//! `GET /transactions.json`: what the dashboard shows for the same query, for programs.

use super::payments::list;
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::services::Services;
use app::backend::{BackendError, Cursor};
use axum::Json;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::get;
use domain::filter::Filter;
use domain::transaction::Transaction;
use serde::Serialize;

/// Payments in one answer.
const PAGE: usize = 100;

pub fn router() -> Router<Services> {
    Router::new().route("/transactions.json", get(transactions))
}

#[derive(Serialize)]
struct Transactions {
    transactions: Vec<Transaction>,
    /// For `before`; null on the last page.
    next: Option<String>,
}

async fn transactions(
    State(services): State<Services>,
    signed_in: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Json<Transactions>, HttpError> {
    let query = query.unwrap_or_default();
    let (filter, cursor) = read(&query).ok_or(HttpError::BadRequest)?;
    let page = list(&services, signed_in.viewer(), &filter, &cursor, PAGE).await.map_err(|error| match error {
        BackendError::NotFound => HttpError::BadRequest,
        BackendError::Unavailable => HttpError::Unavailable,
    })?;
    Ok(Json(Transactions { transactions: page.rows, next: page.older }))
}

/// None if a filter has a value that cannot be read: a program should not take everything for the answer.
fn read(query: &str) -> Option<(Filter, Cursor)> {
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let (filter, refused) = Filter::from_query(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())));
    let place = |wanted: &str| {
        let found = pairs.iter().find(|(name, value)| name == wanted && !value.is_empty());
        found.map(|(_, value)| value.clone().into_owned())
    };
    let cursor = place("before").map(Cursor::Before).or_else(|| place("after").map(Cursor::After));
    refused.is_empty().then_some((filter, cursor.unwrap_or_default()))
}
