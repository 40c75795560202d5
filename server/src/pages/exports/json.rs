//! `GET /transactions.json`: what the dashboard shows for the same query, for programs. In pages; with `download`, all of it
//! as a file.

use super::asked::{Asked, Kind, filter};
use super::reading::Part;
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::pages::payments::list;
use crate::services::Services;
use app::backend::{BackendError, Cursor};
use axum::Json;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::response::{IntoResponse as _, Response};
use domain::filter::Filter;
use domain::transaction::Transaction;
use domain::viewer::Viewer;
use serde::Serialize;

/// Payments in one answer.
const PAGE: usize = 100;

/// The same shape, with nothing left for a next page.
const KIND: Kind = Kind { media_type: "application/json", ending: "json" };

#[derive(Serialize)]
struct Transactions {
    transactions: Vec<Transaction>,
    /// For `before`; null on the last page.
    next: Option<String>,
}

pub(super) async fn transactions(State(services): State<Services>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    if form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name == "download" && !value.is_empty()) {
        return match Asked::from_request_parts(&mut parts, &services).await {
            Ok(asked) => download(&services, asked).await.into_response(),
            Err(refusal) => refusal,
        };
    }
    match SignedIn::from_request_parts(&mut parts, &services).await {
        Ok(signed_in) => page(&services, signed_in.viewer(), &query).await.into_response(),
        Err(error) => error.into_response(),
    }
}

async fn page(services: &Services, viewer: &Viewer, query: &str) -> Result<Json<Transactions>, HttpError> {
    let (filter, cursor) = read(query).ok_or(HttpError::BadRequest)?;
    let page = list(services, &viewer.user_id, &filter, &cursor, PAGE).await.map_err(|error| match error {
        BackendError::NotFound => HttpError::BadRequest,
        BackendError::Unavailable => HttpError::Unavailable,
    })?;
    Ok(Json(Transactions { transactions: page.rows, next: page.older }))
}

async fn download(services: &Services, asked: Asked) -> Result<Response, HttpError> {
    let rows = services.store.export_rows(&asked.user, &asked.filter).await?;
    let parts = [
        Part::Text("{\"transactions\":[".to_owned()),
        Part::Payments(rows),
        Part::Text("\n],\"next\":null}\n".to_owned()),
    ];
    let mut between = "\n";
    Ok(asked.answer(services, &KIND, parts, move |payment, out| {
        // Our own types always serialise.
        if let Ok(text) = serde_json::to_string(payment) {
            out.push_str(between);
            out.push_str(&text);
            between = ",\n";
        }
    }))
}

/// None if a filter has a value that cannot be read: a program should not take everything for the answer.
fn read(query: &str) -> Option<(Filter, Cursor)> {
    let filter = filter(query).ok()?;
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let place = |wanted: &str| {
        let found = pairs.iter().find(|(name, value)| name == wanted && !value.is_empty());
        found.map(|(_, value)| value.clone().into_owned())
    };
    let cursor = place("before").map(Cursor::Before).or_else(|| place("after").map(Cursor::After));
    Some((filter, cursor.unwrap_or_default()))
}
