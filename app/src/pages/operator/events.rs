use super::events_found::{Search, asked, pairs};
use super::{Console, operator};
use crate::backend::{Cursor, EndpointRow, Events, EventsQuery, SendRow, SendStanding};
use crate::i18n::desk::DeskTexts;
use crate::i18n::events::EventsTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::icon::{Icon, shape};
use crate::ui::pager::{Pager, cursor, neighbour};
use leptos::prelude::*;
use leptos_meta::Title;

pub(super) const PATH: &str = "/operator/events";

/// `/operator/events`: where events go, and what became of each.
#[component]
pub fn EventsPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let (console, texts) = (OperatorTexts::of(lang), EventsTexts::of(lang));
    let (query, at) = (asked(&visit.page.query), cursor(&visit.page.query));
    let call = {
        let (query, at) = (query.clone(), at.clone());
        async move { visit.backend.events(&visit.viewer, &query, &at).await }
    };
    loaded(call, move |events| view! { <Content console texts query at events/> }.into_any())
}

#[component]
fn Content(
    console: &'static OperatorTexts,
    texts: &'static EventsTexts,
    query: EventsQuery,
    at: Cursor,
    events: Events,
) -> impl IntoView {
    let Events { endpoints, log, looked_to } = events;
    let pairs = pairs(&query);
    let newer = log.newer.filter(|_| at != Cursor::Start).map(|newer| neighbour(PATH, &pairs, "after", &newer));
    let older = log.older.map(|older| neighbour(PATH, &pairs, "before", &older));
    let none = if pairs.is_empty() { texts.no_sends } else { texts.no_match };
    let (searching, known) = (looked_to.is_some(), endpoints.clone());
    let older_word = if searching { DeskTexts::of(texts.lang).go_on } else { console.older };
    let (no_endpoints, no_sends) = (endpoints.is_empty(), log.rows.is_empty());
    view! {
        <Title text=texts.title/>
        <Console texts=console part=PATH>
            <h1>{texts.title}</h1>
            <p class="quiet">{texts.lead}</p>
            <h2>{texts.endpoints}</h2>
            {if no_endpoints {
                view! { <p class="empty-line">{texts.no_endpoints}</p> }.into_any()
            } else {
                view! { <Endpoints texts endpoints/> }.into_any()
            }}
            <h2>{texts.log}</h2>
            <Search lang=texts.lang query endpoints=known/>
            {if no_sends && searching {
                ().into_any()
            } else if no_sends {
                view! { <p class="empty-line">{none}</p> }.into_any()
            } else {
                view! { <Log texts rows=log.rows/> }.into_any()
            }}
            {looked_to.map(|moment| view! {
                <p class="empty-line" data-testid="looked-to">{texts.looked_to(&moment)}</p>
            })}
            <Pager label=console.pages newer_word=console.newer older_word=older_word newer older/>
        </Console>
    }
}

#[component]
fn Endpoints(texts: &'static EventsTexts, endpoints: Vec<EndpointRow>) -> impl IntoView {
    let heads = [texts.address, texts.told_of, texts.state, texts.since, texts.id];
    view! {
        <div class="table-place">
            <table class="table">
                <thead><tr>{heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view()}</tr></thead>
                <tbody>{endpoints.into_iter().map(|row| view! { <EndpointLine texts row/> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn EndpointLine(texts: &'static EventsTexts, row: EndpointRow) -> impl IntoView {
    let moment = |at: &str| LiveTexts::of(texts.lang).moment(at);
    let secrets = row.old_secret_until.as_deref().map(|until| format!("{} {}", texts.two_secrets, moment(until)));
    let (state, live) = match &row.ended {
        None => (texts.live.to_owned(), true),
        Some((at, by)) => (format!("{}, {}", texts.ended(by), moment(at)), false),
    };
    view! {
        <tr data-testid="endpoint" data-id=row.id.clone() data-live=live.to_string()>
            <td data-label=texts.address class="is-text"><bdi>{row.url}</bdi></td>
            <td data-label=texts.told_of><code>{row.events.join(" ")}</code></td>
            <td data-label=texts.state class="is-text">
                {state}
                {secrets.map(|words| view! { <span class="reason quiet">{words}</span> })}
            </td>
            <td data-label=texts.since>{moment(&row.created_at)}</td>
            <td data-label=texts.id><code class="clip">{row.id.clone()}</code></td>
        </tr>
    }
}

#[component]
fn Log(texts: &'static EventsTexts, rows: Vec<SendRow>) -> impl IntoView {
    let heads = [texts.at, texts.event, texts.endpoint, texts.state, texts.answer, texts.tries, texts.next];
    view! {
        <div class="table-place">
            <table class="table">
                <thead><tr>{heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view()}</tr></thead>
                <tbody>{rows.into_iter().map(|row| view! { <Line texts row/> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Line(texts: &'static EventsTexts, row: SendRow) -> impl IntoView {
    let moment = |at: &str| LiveTexts::of(texts.lang).moment(at);
    let next = row.next_at.as_deref().map_or_else(|| "—".to_owned(), moment);
    view! {
        <tr data-testid="send" data-id=row.id.to_string() data-state=row.standing.code()>
            <td data-label=texts.at><a href=format!("{PATH}/{}", row.id)>{moment(&row.at)}</a></td>
            <td data-label=texts.event><code>{row.kind.clone()}</code></td>
            <td data-label=texts.endpoint class="is-text"><bdi>{row.url.clone()}</bdi></td>
            <td data-label=texts.state><Standing texts standing=row.standing/></td>
            <td data-label=texts.answer>{answer(texts, &row)}</td>
            <td data-label=texts.tries>{row.tries}</td>
            <td data-label=texts.next>{next}</td>
        </tr>
    }
}

/// Where a message stands, as a word with a shape.
#[component]
pub(super) fn Standing(texts: &'static EventsTexts, standing: SendStanding) -> impl IntoView {
    let (drawing, condition) = match standing {
        SendStanding::Waiting => (shape::CLOCK, "watch"),
        SendStanding::Sent => (shape::CHECK, "good"),
        SendStanding::Dead => (shape::REFUSED, "bad"),
    };
    view! { <span class="condition" data-condition=condition><Icon shape=drawing/>{texts.standing(standing)}</span> }
}

/// The last answer in words.
pub(super) fn answer(texts: &EventsTexts, row: &SendRow) -> String {
    let reason = Some(row.reason.as_str()).filter(|reason| !reason.is_empty()).map(|reason| texts.reason(reason));
    match (row.status, reason) {
        (Some(status), Some(reason)) => format!("{status}, {reason}"),
        (Some(status), None) => status.to_string(),
        (None, Some(reason)) => reason.to_owned(),
        (None, None) => "—".to_owned(),
    }
}
