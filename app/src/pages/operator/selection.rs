use super::EVENTS;
use crate::backend::{DeliveryQuery, ReplayRow, Verdict};
use crate::i18n::desk::DeskTexts;
use crate::i18n::operator::OperatorTexts;
use crate::ui::query;
use domain::calendar::Day;
use domain::lang::Lang;
use leptos::prelude::*;

/// Tries that are asked for by themselves.
const TRIES: [i64; 3] = [1, 2, 3];

/// What the address asks for; what it asks for wrongly does not restrict.
pub fn selected(raw_query: &str) -> DeliveryQuery {
    let value = |name: &str| {
        query::value(raw_query, name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let day = |name: &str| value(name).filter(|day| Day::parse(day).is_some_and(|parsed| parsed.iso() == *day));
    DeliveryQuery {
        verdict: value("verdict").and_then(|code| Verdict::from_code(&code)),
        event_name: value("event"),
        reference: value("reference"),
        peer: value("peer"),
        current_try: value("try").and_then(|number| number.parse().ok()).filter(|number| *number > 0),
        from: day("from"),
        to: day("to"),
    }
}

/// The same as names and values of an address or a form.
pub fn pairs(query: &DeliveryQuery) -> Vec<(&'static str, String)> {
    let all = [
        ("verdict", query.verdict.map(|verdict| verdict.code().to_owned())),
        ("event", query.event_name.clone()),
        ("reference", query.reference.clone()),
        ("peer", query.peer.clone()),
        ("try", query.current_try.map(|number| number.to_string())),
        ("from", query.from.clone()),
        ("to", query.to.clone()),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The selection in words, and the way to it.
#[component]
pub fn Selected(lang: Lang, row: ReplayRow) -> impl IntoView {
    let (texts, operator) = (DeskTexts::of(lang), OperatorTexts::of(lang));
    if let Some(id) = row.delivery {
        return view! { <a href=format!("/operator/deliveries/{id}")>{operator.delivery}" "{id}</a> }.into_any();
    }
    let pairs = pairs(&row.query);
    let href = query::address("/operator/deliveries", pairs.iter().map(|(name, value)| (*name, value.as_str())));
    let words = in_words(lang, &row.query);
    let words = if words.is_empty() { texts.everything.to_owned() } else { words };
    view! { <a href=href><bdi>{words}</bdi></a> }.into_any()
}

fn in_words(lang: Lang, query: &DeliveryQuery) -> String {
    let (texts, operator) = (DeskTexts::of(lang), OperatorTexts::of(lang));
    let day = |word: &str, day: &String| {
        let shown = Day::parse(day).map_or_else(|| day.clone(), |day| day.display(lang));
        format!("{} {shown}", word.to_lowercase())
    };
    let words = [
        query.verdict.map(|verdict| operator.verdict(verdict).to_lowercase()),
        query.event_name.clone(),
        query.reference.clone(),
        query.peer.clone(),
        query.current_try.map(|number| format!("{} {number}", texts.try_number.to_lowercase())),
        query.from.as_ref().map(|from| day(texts.from, from)),
        query.to.as_ref().map(|to| day(texts.to, to)),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The fields that select deliveries.
#[component]
pub fn Fields(lang: Lang, wanted: DeliveryQuery) -> impl IntoView {
    let (texts, operator) = (DeskTexts::of(lang), OperatorTexts::of(lang));
    let verdicts = Verdict::ALL.map(|verdict| {
        view! { <option value=verdict.code() selected={wanted.verdict == Some(verdict)}>{operator.verdict(verdict)}</option> }
    });
    let chosen = wanted.event_name.unwrap_or_default();
    let events = EVENTS.map(|event| view! { <option value=event selected={chosen == event}>{event}</option> });
    let tries = TRIES.map(|number| {
        view! { <option value=number.to_string() selected={wanted.current_try == Some(number)}>{number}</option> }
    });
    view! {
        <div class="field">
            <label for="verdict">{operator.verdict}</label>
            <select id="verdict" name="verdict"><option value="">{operator.any}</option>{verdicts.collect_view()}</select>
        </div>
        <div class="field">
            <label for="event">{operator.event}</label>
            <select id="event" name="event"><option value="">{operator.any}</option>{events.collect_view()}</select>
        </div>
        <div class="field is-short is-alone">
            <label for="try">{texts.try_number}</label>
            <select id="try" name="try"><option value="">{operator.any}</option>{tries.collect_view()}</select>
        </div>
        <div class="field is-short">
            <label for="from">{texts.from}</label>
            <input id="from" type="date" name="from" value=wanted.from.unwrap_or_default()/>
        </div>
        <div class="field is-short">
            <label for="to">{texts.to}</label>
            <input id="to" type="date" name="to" value=wanted.to.unwrap_or_default()/>
        </div>
        <div class="field">
            <label for="reference">{operator.reference}</label>
            <input id="reference" type="search" name="reference" value=wanted.reference.unwrap_or_default()/>
        </div>
        <div class="field">
            <label for="peer">{texts.source}</label>
            <input id="peer" type="search" name="peer" title=texts.source_hint value=wanted.peer.unwrap_or_default()/>
        </div>
    }
}
