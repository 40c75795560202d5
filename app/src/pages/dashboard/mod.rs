//! `/dashboard`: the island with its data, and what surrounds it.

pub mod export;
pub mod filters;
pub mod glance;

use super::{loaded, visit};
use crate::backend::{Cursor, Dashboard as Data, Page};
use crate::i18n::dashboard::FilterTexts;
use crate::islands::live_dashboard::board::{Drawn, Edges};
use crate::islands::live_dashboard::{DrawnWith, LiveDashboard};
use crate::page::PageContext;
use crate::pages::error::NotFound;
use crate::ui::pager::{Pager, cursor, neighbour};
use crate::ui::place::{is_seen, own};
use crate::ui::query;
use crate::ui::silence::Silence;
use domain::filter::Filter;
use filters::{Filters, FiltersProps};
use glance::GlanceStrip;
use leptos::prelude::*;
use leptos_meta::Title;

/// Balances, links and payments of the viewer.
#[component]
pub fn Dashboard() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let pairs = query::pairs(&visit.page.query);
    let (filter, refused) = Filter::from_query(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let at = cursor(&visit.page.query);
    let page = visit.page.clone();
    let call = {
        let (filter, at) = (filter.clone(), at.clone());
        async move { visit.backend.dashboard(&visit.viewer, &filter, &at).await }
    };
    loaded(call, move |data| view! { <Content page filter refused at data/> }.into_any())
}

#[component]
fn Content(page: PageContext, filter: Filter, refused: Vec<&'static str>, at: Cursor, data: Data) -> impl IntoView {
    let texts = FilterTexts::of(page.lang);
    let edges =
        Edges { newer: at != Cursor::Start && data.payments.newer.is_some(), older: data.payments.older.is_some() };
    let pairs = filter.to_query();
    let list = own("/dashboard");
    let newer = data.payments.newer.as_ref().map(|newer| neighbour(&list, &pairs, "after", newer));
    let older = data.payments.older.as_ref().map(|older| neighbour(&list, &pairs, "before", older));
    let cards = data.links.iter().flat_map(|link| link.cards.clone()).collect();
    let form = FiltersProps { texts, filter: filter.clone(), refused, cards, any_rows: !data.payments.rows.is_empty() };
    let Data { links, silent, payments: Page { rows: payments, .. }, glance, seq } = data;
    let (lang, alone) = (page.lang, links.len() == 1);
    // The bell was drawn by what was known a moment earlier. What came in between is told once more.
    let seq = page.feed.map_or(seq, |feed| feed.min(seq));
    let drawn = Drawn { lang: page.lang, seq, links, payments, filter, edges };
    view! {
        <Title text=texts.title/>
        <DrawnWith drawn><LiveDashboard>
            {silent.into_iter().map(|silent| view! { <Silence silent lang alone/> }).collect_view()}
            {glance.map(|glance| view! { <GlanceStrip glance lang/> })}
            {Filters(form)}
        </LiveDashboard></DrawnWith>
        <Pager label=texts.pages newer_word=texts.newer older_word=texts.older newer older/>
        // What is only seen stays as it was drawn.
        {(!is_seen()).then(|| view! { <IslandLoader page/> })}
    }
}

/// Wakes the islands of this page. It is leptos's own script with a second try, and a page that says so when both fail.
#[component]
fn IslandLoader(page: PageContext) -> impl IntoView {
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default().replace('<', "\\u003c");
    let script = include_str!("loader.js")
        .replace("\"{js}\"", &quoted(&page.assets.js))
        .replace("\"{wasm}\"", &quoted(&page.assets.wasm));
    view! { <script type="module" nonce=page.nonce>{script}</script> }
}
