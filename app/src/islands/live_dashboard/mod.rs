//! The dashboard: drawn on the server with its data, kept up to date in the browser by `GET /live`.

pub mod accounts;
pub mod badge;
pub mod board;
pub mod list;

#[cfg(any(feature = "hydrate", test))]
mod backoff;
// The one place where the two sides differ: the server has no stream to listen to.
#[cfg_attr(not(feature = "hydrate"), path = "stream_on_server.rs")]
mod stream;

use crate::i18n::live::LiveTexts;
use accounts::Accounts;
use badge::{Badge, Liveness};
use board::{Board, Edges};
use domain::filter::Filter;
use domain::lang::Lang;
use domain::link::LinkView;
use domain::live::Seq;
use domain::transaction::Transaction;
use leptos::prelude::*;
use list::PaymentList;

/// Badge, accounts and payments. `children` is what stands between the accounts and the list: the filters.
#[island]
pub fn LiveDashboard(
    lang: Lang,
    /// Where the page was drawn, and the stream goes on.
    seq: Seq,
    links: Vec<LinkView>,
    payments: Vec<Transaction>,
    filter: Filter,
    edges: Edges,
    children: Children,
) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    let filtered = !filter.is_empty();
    let board = RwSignal::new(Board::new(links, payments, filter, seq, edges));
    let liveness = RwSignal::new(Liveness::Snapshot);
    let said = RwSignal::new(String::new());
    Effect::new(move |_| stream::start(board, liveness, said, lang));
    let has_links = Memo::new(move |_| board.with(|board| !board.links().is_empty()));
    view! {
        <div class="dashboard-head">
            <h1>{texts.heading}</h1>
            <Badge board liveness lang/>
        </div>
        <Accounts board lang/>
        <div class="filters-place" class:is-empty=move || !has_links.get()>{children()}</div>
        <p class="visually-hidden" role="status" aria-live="polite" data-testid="announcement">{move || said.get()}</p>
        <PaymentList board lang since=seq filtered/>
    }
}
