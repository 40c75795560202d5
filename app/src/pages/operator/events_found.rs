//! Which messages of the log of events are shown: the form above it, and what is active as badges.

use super::events::PATH;
use crate::backend::{EVENT_KINDS, EndpointRow, EventsQuery, SendStanding};
use crate::i18n::desk::DeskTexts;
use crate::i18n::events::EventsTexts;
use crate::i18n::operator::OperatorTexts;
use crate::ui::badges::{Badge, Badges};
use crate::ui::query;
use domain::calendar::Day;
use domain::lang::Lang;
use leptos::prelude::*;

/// What the address asks for; what it asks for wrongly does not restrict.
pub fn asked(raw_query: &str) -> EventsQuery {
    let value = |name: &str| {
        query::value(raw_query, name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let day = |name: &str| value(name).filter(|day| Day::parse(day).is_some_and(|parsed| parsed.iso() == *day));
    EventsQuery {
        kind: value("kind"),
        endpoint: value("endpoint"),
        standing: value("state").and_then(|code| SendStanding::from_code(&code)),
        user: value("user"),
        from: day("from"),
        to: day("to"),
    }
}

/// The same as names and values of an address.
pub fn pairs(query: &EventsQuery) -> Vec<(&'static str, String)> {
    let all = [
        ("kind", query.kind.clone()),
        ("endpoint", query.endpoint.clone()),
        ("state", query.standing.map(|standing| standing.code().to_owned())),
        ("user", query.user.clone()),
        ("from", query.from.clone()),
        ("to", query.to.clone()),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

#[component]
pub fn Search(lang: Lang, query: EventsQuery, endpoints: Vec<EndpointRow>) -> impl IntoView {
    let (console, texts, desk) = (OperatorTexts::of(lang), EventsTexts::of(lang), DeskTexts::of(lang));
    let badges = badges(lang, &query, &endpoints);
    let kinds = EVENT_KINDS.map(|kind| {
        view! { <option value=kind selected={query.kind.as_deref() == Some(kind)}>{kind}</option> }
    });
    let places = endpoints.into_iter().map(|row| {
        let selected = query.endpoint.as_ref() == Some(&row.id);
        view! { <option value=row.id.clone() selected=selected>{row.url}</option> }
    });
    let states = SendStanding::ALL.map(|standing| {
        view! { <option value=standing.code() selected={query.standing == Some(standing)}>{texts.standing(standing)}</option> }
    });
    view! {
        <form class="console-filters" method="get" action=PATH role="search">
            <div class="field">
                <label for="kind">{texts.event}</label>
                <select id="kind" name="kind"><option value="">{console.any}</option>{kinds.collect_view()}</select>
            </div>
            <div class="field">
                <label for="endpoint">{texts.endpoint}</label>
                <select id="endpoint" name="endpoint"><option value="">{console.any}</option>{places.collect_view()}</select>
            </div>
            <div class="field is-short">
                <label for="state">{texts.state}</label>
                <select id="state" name="state"><option value="">{console.any}</option>{states.collect_view()}</select>
            </div>
            <div class="field is-short">
                <label for="from">{desk.from}</label>
                <input id="from" type="date" name="from" value=query.from.unwrap_or_default()/>
            </div>
            <div class="field is-short">
                <label for="to">{desk.to}</label>
                <input id="to" type="date" name="to" value=query.to.unwrap_or_default()/>
            </div>
            <div class="field">
                <label for="user">{texts.user}</label>
                <input id="user" type="search" name="user" maxlength="254" title=texts.user_hint value=query.user.unwrap_or_default()/>
            </div>
            <button class="button" type="submit">{console.apply}</button>
        </form>
        <Badges lang badges clear=PATH.to_owned()/>
    }
}

/// Each active filter in words, and the way to the list without it.
fn badges(lang: Lang, query: &EventsQuery, endpoints: &[EndpointRow]) -> Vec<Badge> {
    let all = pairs(query);
    let without = |name: &str| {
        let kept = all.iter().filter(|(known, _)| *known != name);
        query::address(PATH, kept.map(|(name, value)| (*name, value.as_str())))
    };
    let badge = |(name, value): &(&'static str, String)| Badge {
        words: words(lang, name, value, query, endpoints),
        without: without(name),
    };
    all.iter().map(badge).collect()
}

fn words(lang: Lang, name: &str, value: &str, query: &EventsQuery, endpoints: &[EndpointRow]) -> String {
    let (texts, desk) = (EventsTexts::of(lang), DeskTexts::of(lang));
    let day = |word: &str| {
        let shown = Day::parse(value).map_or_else(|| value.to_owned(), |day| day.display(lang));
        format!("{word} {shown}")
    };
    match (name, query.standing) {
        ("state", Some(standing)) => texts.standing(standing).to_owned(),
        ("endpoint", _) => {
            endpoints.iter().find(|row| row.id == value).map_or_else(|| value.to_owned(), |row| row.url.clone())
        }
        ("from", _) => day(desk.from),
        ("to", _) => day(desk.to),
        _ => value.to_owned(),
    }
}
