use super::processing::{PauseForm, Paused};
use super::{Console, DeliveryTable, operator};
use crate::backend::{Cursor, DeliveryQuery, DeliveryRow, Page, Processing, Verdict};
use crate::i18n::operator::OperatorTexts;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::pager::{Pager, cursor, neighbour};
use crate::ui::query;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/deliveries";
/// The events that the vendor documents.
const EVENTS: [&str; 3] = ["token_created", "token_revoked", "card_transaction_received"];

/// `/operator/deliveries`: every notification that came, with its verdict.
#[component]
pub fn DeliveriesPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let texts = OperatorTexts::of(visit.page.lang);
    let value = |name: &str| {
        query::value(&visit.page.query, name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let wanted = DeliveryQuery {
        verdict: value("verdict").and_then(|code| Verdict::from_code(&code)),
        event_name: value("event"),
        reference: value("reference"),
    };
    let at = cursor(&visit.page.query);
    let call = {
        let (wanted, at) = (wanted.clone(), at.clone());
        async move {
            let page = visit.backend.deliveries(&visit.viewer, &wanted, &at).await?;
            Ok((page, visit.backend.processing(&visit.viewer).await?))
        }
    };
    loaded(call, move |(page, processing)| view! { <Content texts wanted at page processing/> }.into_any())
}

#[component]
fn Content(
    texts: &'static OperatorTexts,
    wanted: DeliveryQuery,
    at: Cursor,
    page: Page<DeliveryRow>,
    processing: Processing,
) -> impl IntoView {
    let pairs: Vec<_> = [
        ("verdict", wanted.verdict.map(|verdict| verdict.code().to_owned())),
        ("event", wanted.event_name.clone()),
        ("reference", wanted.reference.clone()),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect();
    let newer = page.newer.filter(|_| at != Cursor::Start).map(|newer| neighbour(PATH, &pairs, "after", &newer));
    let older = page.older.map(|older| neighbour(PATH, &pairs, "before", &older));
    let none = page.rows.is_empty();
    view! {
        <Title text=texts.deliveries/>
        <Console texts part=PATH>
            <h1>{texts.deliveries}</h1>
            <Paused processing=processing.clone() lang=texts.lang/>
            <Search texts wanted/>
            {if none {
                view! { <p class="empty-line">{texts.no_deliveries}</p> }.into_any()
            } else {
                view! { <DeliveryTable texts rows=page.rows/> }.into_any()
            }}
            <Pager label=texts.pages newer_word=texts.newer older_word=texts.older newer older/>
            <PauseForm processing lang=texts.lang/>
        </Console>
    }
}

#[component]
fn Search(texts: &'static OperatorTexts, wanted: DeliveryQuery) -> impl IntoView {
    let active = wanted != DeliveryQuery::default();
    let verdicts = Verdict::ALL.map(|verdict| {
        view! { <option value=verdict.code() selected={wanted.verdict == Some(verdict)}>{texts.verdict(verdict)}</option> }
    });
    let chosen = wanted.event_name.unwrap_or_default();
    let events = EVENTS.map(|event| view! { <option value=event selected={chosen == event}>{event}</option> });
    view! {
        <form class="console-filters" method="get" action=PATH role="search">
            <div class="field">
                <label for="verdict">{texts.verdict}</label>
                <select id="verdict" name="verdict"><option value="">{texts.any}</option>{verdicts.collect_view()}</select>
            </div>
            <div class="field">
                <label for="event">{texts.event}</label>
                <select id="event" name="event"><option value="">{texts.any}</option>{events.collect_view()}</select>
            </div>
            <div class="field">
                <label for="reference">{texts.reference}</label>
                <input id="reference" type="search" name="reference" value=wanted.reference.unwrap_or_default()/>
            </div>
            <button class="button" type="submit">{texts.apply}</button>
            {active.then(|| view! { <a class="button is-quiet" href=PATH>{texts.clear}</a> })}
        </form>
    }
}
