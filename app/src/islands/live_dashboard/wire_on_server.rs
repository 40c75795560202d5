//! On the server, the page stands in the context, and JSON is read by serde.

use super::board::Drawn;
use domain::alerts::AlertNews;
use domain::link::{CardView, LinkView};
use domain::transaction::Transaction;
use leptos::prelude::use_context;

pub(super) fn drawn() -> Option<Drawn> {
    use_context()
}

pub(super) fn transaction(text: &str) -> Option<Transaction> {
    serde_json::from_str(text).ok()
}

pub(super) fn link(text: &str) -> Option<LinkView> {
    serde_json::from_str(text).ok()
}

pub(super) fn alert(text: &str) -> Option<AlertNews> {
    serde_json::from_str(text).ok()
}

pub(super) fn card(text: &str) -> Option<CardView> {
    serde_json::from_str(text).ok()
}
