use super::replays::ReplayTable;
use super::{Console, VerdictWord, operator};
use crate::backend::{Cursor, Doubt, Doubtful, DoubtfulRow};
use crate::i18n::desk::DeskTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::i18n::reasons;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::icon::{Icon, shape};
use crate::ui::pager::{Pager, cursor, neighbour};
use crate::ui::query;
use domain::lang::Lang;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/quarantine";

/// `/operator/quarantine`: deliveries that wait for somebody, why, and what can be done.
#[component]
pub fn ReviewPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let doubt = query::value(&visit.page.query, "kind").and_then(|code| Doubt::from_code(&code)).unwrap_or_default();
    let at = cursor(&visit.page.query);
    let call = {
        let at = at.clone();
        async move { visit.backend.doubtful(&visit.viewer, doubt, &at).await }
    };
    loaded(call, move |doubtful| view! { <Content lang doubt at doubtful/> }.into_any())
}

#[component]
fn Content(lang: Lang, doubt: Doubt, at: Cursor, doubtful: Doubtful) -> impl IntoView {
    let (texts, operator) = (DeskTexts::of(lang), OperatorTexts::of(lang));
    let Doubtful { counts, most_counted, rows: page, proposed } = doubtful;
    let kind = [("kind", doubt.code().to_owned())];
    let newer = page.newer.filter(|_| at != Cursor::Start).map(|newer| neighbour(PATH, &kind, "after", &newer));
    let older = page.older.map(|older| neighbour(PATH, &kind, "before", &older));
    let none = page.rows.is_empty();
    let tabs = counts.map(|(kind, count)| {
        let current = (kind == doubt).then_some("page");
        let count = texts.count(count, count == most_counted);
        view! {
            <li><a href=format!("{PATH}?kind={}", kind.code()) aria-current=current>{texts.doubt(kind)}" "<span class="tab-count">{count}</span></a></li>
        }
    });
    view! {
        <Title text=texts.review/>
        <Console texts=operator part=PATH>
            <h1>{texts.review}</h1>
            {(!proposed.is_empty()).then(|| view! {
                <section data-testid="proposed"><h2>{texts.to_agree}</h2><ReplayTable lang rows=proposed/></section>
            })}
            <nav class="tabs" aria-label=texts.kinds><ul>{tabs.collect_view()}</ul></nav>
            {none.then(|| view! { <p class="empty-line"><Icon shape=shape::CHECK/>{texts.none_of(doubt)}</p> })}
            <ul class="doubtful">{page.rows.into_iter().map(|row| view! { <Waiting lang row/> }).collect_view()}</ul>
            <Pager label=operator.pages newer_word=operator.newer older_word=operator.older newer older/>
        </Console>
    }
}

#[component]
fn Waiting(lang: Lang, row: DoubtfulRow) -> impl IntoView {
    let (texts, operator) = (DeskTexts::of(lang), OperatorTexts::of(lang));
    let DoubtfulRow { row, movable } = row;
    let or_unreadable = |text: &str| if text.is_empty() { operator.unreadable.to_owned() } else { text.to_owned() };
    let words = match reasons::reason(lang, &row.reason) {
        Some(words) => view! { <p><strong>{words.what}</strong>" "{words.advice}</p> }.into_any(),
        None => view! { <p><code>{row.reason.clone()}</code></p> }.into_any(),
    };
    view! {
        <li class="panel waiting" data-testid="delivery" data-reference=row.reference.clone() data-verdict=row.verdict.code()>
            <h2><a href=format!("/operator/deliveries/{}", row.id)><code>{or_unreadable(&row.event_name)}</code>" "<code class="quiet">{row.id}</code></a></h2>
            <p class="waiting-facts quiet">
                <VerdictWord texts=operator verdict=row.verdict/>
                <span>{LiveTexts::of(lang).moment(&row.received_at)}</span>
                <code>{row.peer}</code>
                <code class="clip">{or_unreadable(&row.reference)}</code>
            </p>
            {words}
            {(movable.takes_two && (movable.release || movable.attach)).then(|| view! { <p class="quiet">{texts.takes_two}</p> })}
        </li>
    }
}
