//! The dashboard: drawn on the server with its data, kept up to date in the browser by `GET /live`.

pub mod accounts;
pub mod alerts;
pub mod badge;
pub mod board;
pub mod list;

#[cfg(any(feature = "hydrate", test))]
mod backoff;
// Where the two sides differ: the server has no stream to listen to, and the browser reads JSON with its own parser.
#[cfg_attr(not(feature = "hydrate"), path = "stream_on_server.rs")]
mod stream;
#[cfg_attr(not(feature = "hydrate"), path = "wire_on_server.rs")]
mod wire;

use crate::i18n::live::LiveTexts;
use accounts::Accounts;
use alerts::Alerts;
use badge::{Badge, Liveness};
use board::{Board, Drawn};
use leptos::prelude::*;
use list::PaymentList;

/// Badge, accounts and payments. `children` is what stands between the accounts and the list: the filters.
///
/// It has no other properties, because reading them would bring a JSON parser into the bundle. What it is drawn with is a
/// [`Drawn`] in the context on the server, and an attribute beside the island in the browser: see [`DrawnWith`].
#[island]
pub fn LiveDashboard(children: Children) -> impl IntoView {
    wire::drawn().map(|drawn| view! { <Content drawn children/> })
}

/// Gives the island, its only child, what it is drawn with.
#[cfg(feature = "ssr")]
#[component]
pub fn DrawnWith(drawn: Drawn, children: Children) -> impl IntoView {
    let text = serde_json::to_string(&drawn).unwrap_or_default();
    provide_context(drawn);
    view! { <div class="dashboard" data-drawn=text>{children()}</div> }
}

#[component]
fn Content(drawn: Drawn, children: Children) -> impl IntoView {
    let (lang, since) = (drawn.lang, drawn.seq);
    let filtered = !drawn.filter.is_empty();
    let board = RwSignal::new(Board::new(drawn));
    let liveness = RwSignal::new(Liveness::Snapshot);
    let said = RwSignal::new(String::new());
    Effect::new(move |_| stream::start(board, liveness, said, lang));
    view! {
        <div class="dashboard-head">
            <h1>{LiveTexts::of(lang).heading}</h1>
            <Badge board liveness lang/>
        </div>
        <Alerts board lang/>
        <Accounts board lang/>
        <div class="filters-place" class:is-empty=move || board.with(|board| board.links().is_empty())>{children()}</div>
        <p class="visually-hidden" role="status" aria-live="polite" data-testid="announcement">{move || said.get()}</p>
        <PaymentList board lang since filtered/>
    }
}
