use super::processing::{PauseForm, Paused};
use super::selection::{Fields, pairs, selected};
use super::{Console, DeliveryTable, operator};
use crate::backend::{Cursor, DeliveryQuery, FoundDeliveries, Processing};
use crate::i18n::desk::DeskTexts;
use crate::i18n::operator::OperatorTexts;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::icon::{Icon, shape};
use crate::ui::pager::{Pager, cursor, neighbour};
use crate::ui::query;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/deliveries";

/// `/operator/deliveries`: every notification that came, with its verdict.
#[component]
pub fn DeliveriesPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let texts = OperatorTexts::of(visit.page.lang);
    let wanted = selected(&visit.page.query);
    let text = query::value(&visit.page.query, "text").map(|text| text.trim().to_owned()).unwrap_or_default();
    let nonce = visit.page.nonce.clone();
    let at = cursor(&visit.page.query);
    let call = {
        let (wanted, text, at) = (wanted.clone(), text.clone(), at.clone());
        async move {
            let found = visit.backend.deliveries(&visit.viewer, &wanted, &text, &at).await?;
            Ok((found, visit.backend.processing(&visit.viewer).await?))
        }
    };
    let asked = Asked { wanted, text, at };
    loaded(call, move |(found, processing)| view! { <Content texts asked found processing nonce/> }.into_any())
}

/// What the address asks for.
struct Asked {
    wanted: DeliveryQuery,
    /// Looked for in the contents; empty for none.
    text: String,
    at: Cursor,
}

#[component]
fn Content(
    texts: &'static OperatorTexts,
    asked: Asked,
    found: FoundDeliveries,
    processing: Processing,
    nonce: String,
) -> impl IntoView {
    let Asked { wanted, text, at } = asked;
    let FoundDeliveries { page, looked_to } = found;
    let searching = !text.is_empty();
    let mut pairs = pairs(&wanted);
    let replay = query::address("/operator/replays/new", pairs.iter().map(|(name, value)| (*name, value.as_str())));
    pairs.extend(searching.then(|| ("text", text.clone())));
    let newer = page.newer.filter(|_| at != Cursor::Start).map(|newer| neighbour(PATH, &pairs, "after", &newer));
    let older = page.older.map(|older| neighbour(PATH, &pairs, "before", &older));
    let none = page.rows.is_empty();
    let desk = DeskTexts::of(texts.lang);
    // What comes now stands on top of the newest ones only.
    let live = at == Cursor::Start && !searching;
    let older_word = if searching { desk.go_on } else { texts.older };
    let here = query::address(PATH, pairs.iter().map(|(name, value)| (*name, value.as_str())));
    let newest = page.rows.first().map_or(0, |row| row.id);
    view! {
        <Title text=texts.deliveries/>
        <Console texts part=PATH>
            <h1>{texts.deliveries}</h1>
            <Paused processing=processing.clone() lang=texts.lang/>
            <Search texts wanted text/>
            <p class="list-head">
                {live.then(|| view! { <Live texts=desk here nonce newest/> })}
                {(!searching).then(|| view! {
                    <a class="list-replay" href=replay><Icon shape=shape::REPLAY/>{desk.replay_these}</a>
                })}
            </p>
            {if none && searching {
                ().into_any()
            } else if none {
                view! { <p class="empty-line">{texts.no_deliveries}</p> }.into_any()
            } else {
                view! { <DeliveryTable texts rows=page.rows/> }.into_any()
            }}
            {searching.then(|| view! {
                <p class="empty-line" role="status" data-testid="looked-to">{desk.looked_to(looked_to.as_deref(), none)}</p>
            })}
            <Pager label=texts.pages newer_word=texts.newer older_word=older_word newer older/>
            <PauseForm processing lang=texts.lang/>
        </Console>
    }
}

#[component]
fn Search(texts: &'static OperatorTexts, wanted: DeliveryQuery, text: String) -> impl IntoView {
    let active = wanted != DeliveryQuery::default() || !text.is_empty();
    let desk = DeskTexts::of(texts.lang);
    view! {
        <form class="console-filters" method="get" action=PATH role="search">
            <Fields lang=texts.lang wanted/>
            <div class="field is-wide">
                <label for="text">{desk.text}</label>
                <input id="text" type="search" name="text" maxlength="100" aria-describedby="text-hint" value=text/>
            </div>
            <button class="button" type="submit">{texts.apply}</button>
            {active.then(|| view! { <a class="button is-quiet" href=PATH>{texts.clear}</a> })}
            <p class="field-hint" id="text-hint">{desk.text_hint}</p>
        </form>
    }
}

/// Without a script it leads to the newest ones; with it they come by themselves.
#[component]
fn Live(texts: &'static DeskTexts, here: String, nonce: String, newest: i64) -> impl IntoView {
    view! {
        <span class="list-live" data-tail=newest.to_string() data-state="offline" data-testid="live-status">
            <a href=here>{texts.newer_live}</a>
            <span class="list-live-word" data-live=texts.live_on data-offline=texts.live_off role="status"></span>
        </span>
        <script type="module" src="/console.js" nonce=nonce></script>
    }
}
