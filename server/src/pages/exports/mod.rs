//! `GET /transactions.csv`, `.ofx` and `.json`: what the dashboard shows for the same query, all of it and not one page.
//!
//! `GET /settings/download` is everything that is kept about its user.
//!
//! An export is streamed: payments are read a group at a time, when the reader on the other side has taken the group before.
//! Nobody's slowness holds a transaction open, and a reader that goes away ends the reading.

mod all;
mod asked;
mod csv;
mod json;
mod ofx;
mod reading;
#[cfg(test)]
mod samples;
mod table;
mod turns;

pub use asked::attachment;
pub use table::{Cells, Table};

use crate::services::Services;
use axum::routing::get;
use axum::{Extension, Router};
use turns::Turns;

pub fn router() -> Router<Services> {
    Router::new()
        .route("/transactions.csv", get(csv::download))
        .route("/transactions.ofx", get(ofx::download))
        .route("/transactions.json", get(json::transactions))
        .route("/settings/download", get(all::download))
        .layer(Extension(Turns::default()))
}
