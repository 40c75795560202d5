//! The form above the list: a GET form, so that what is filtered stands in the address.

use super::export::Export;
use crate::i18n::dashboard::FilterTexts;
use crate::i18n::live::LiveTexts;
use crate::ui::badges::{Badge, Badges};
use crate::ui::icon::{Icon, shape};
use crate::ui::place::{is_seen, own};
use crate::ui::query;
use domain::calendar::Day;
use domain::category::Category;
use domain::filter::{Filter, LONGEST_SEARCH};
use domain::lang::Lang;
use domain::link::CardView;
use domain::money::{Currency, Money};
use domain::transaction::{TxStatus, TxType};
use leptos::prelude::*;

/// Search, the other filters folded away, and what is active as badges that can be taken off.
#[component]
pub fn Filters(
    texts: &'static FilterTexts,
    filter: Filter,
    /// Values of the address that could not be read.
    refused: Vec<&'static str>,
    cards: Vec<CardView>,
    any_rows: bool,
) -> impl IntoView {
    if filter.is_empty() && refused.is_empty() && !any_rows {
        return None;
    }
    let badges = badges(texts, &filter, &cards);
    let misread = (!refused.is_empty()).then(|| texts.not_understood(&refused));
    Some(view! {
        <form class="filters" method="get" action=own("/dashboard") role="search" aria-label=texts.form>
            <div class="filters-row">
                <label class="visually-hidden" for="q">{texts.search}</label>
                <input id="q" class="filters-search" type="search" name="q" maxlength=LONGEST_SEARCH.to_string() placeholder=texts.search_hint value=filter.q.clone().unwrap_or_default()/>
                <button class="button" type="submit"><Icon shape=shape::SEARCH/><span class="filters-word">{texts.search}</span></button>
                <details class="filters-more">
                    <summary class="button"><Icon shape=shape::SETTINGS/>{texts.more}</summary>
                    <Sheet texts filter=filter.clone() cards/>
                </details>
                {(any_rows && !is_seen()).then(|| view! { <Export lang=texts.lang filter=filter.clone()/> })}
            </div>
            {misread.map(|words| view! { <p class="notice is-warning" role="alert">{words}</p> })}
        </form>
        <Badges lang=texts.lang badges clear=own("/dashboard")/>
    })
}

/// Everything but the search, as it opens below the button.
#[component]
fn Sheet(texts: &'static FilterTexts, filter: Filter, cards: Vec<CardView>) -> impl IntoView {
    let live = LiveTexts::of(texts.lang);
    let decimal = |minor: Option<i64>| minor.map(|minor| typed(minor, texts.lang)).unwrap_or_default();
    let cards: Vec<_> = cards.iter().map(|card| (card.card_ref.to_string(), card_name(card))).collect();
    let categories = Category::ALL.iter().map(|known| (known.code().to_owned(), known.name(texts.lang).to_owned()));
    let kinds = [TxType::Debit, TxType::Credit].map(|kind| (kind.code().to_owned(), texts.direction(kind).to_owned()));
    let statuses = [TxStatus::Authorised, TxStatus::Settled, TxStatus::Refused].map(|status| {
        (status.code().to_owned(), live.payment_status(status, true).unwrap_or(texts.status_settled).to_owned())
    });
    let chosen_card = filter.card.as_ref().map(ToString::to_string);
    view! {
        <div class="filters-sheet">
            <Choice name="card" label=texts.card any=texts.any_card options=cards chosen=chosen_card/>
            <Choice name="category" label=texts.category any=texts.any_category options=categories.collect() chosen=filter.category.map(|known| known.code().to_owned())/>
            <Entry name="tag" label=texts.tag kind="text" value=filter.tag.clone().unwrap_or_default()/>
            <Choice name="type" label=texts.kind any=texts.any options=kinds.to_vec() chosen=filter.kind.map(|kind| kind.code().to_owned())/>
            <Choice name="status" label=texts.status any=texts.any options=statuses.to_vec() chosen=filter.status.map(|status| status.code().to_owned())/>
            <Entry name="from" label=texts.from kind="date" value=filter.from.clone().unwrap_or_default()/>
            <Entry name="to" label=texts.to kind="date" value=filter.to.clone().unwrap_or_default()/>
            <Entry name="min" label=texts.min kind="text" value=decimal(filter.min)/>
            <Entry name="max" label=texts.max kind="text" value=decimal(filter.max)/>
            <button class="button is-primary filters-apply" type="submit">{texts.apply}</button>
        </div>
    }
}

#[component]
fn Choice(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    options: Vec<(String, String)>,
    chosen: Option<String>,
) -> impl IntoView {
    let options = options.into_iter().map(|(code, word)| {
        let selected = chosen.as_ref() == Some(&code);
        view! { <option value=code selected=selected>{word}</option> }
    });
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name><option value="">{any}</option>{options.collect_view()}</select>
        </div>
    }
}

#[component]
fn Entry(name: &'static str, label: &'static str, kind: &'static str, value: String) -> impl IntoView {
    let keys = matches!(name, "min" | "max").then_some("decimal");
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input id=name name=name type=kind inputmode=keys value=value/>
        </div>
    }
}

fn badges(texts: &'static FilterTexts, filter: &Filter, cards: &[CardView]) -> Vec<Badge> {
    let names = filter.to_query().into_iter().map(|(name, _)| name);
    names
        .filter_map(|name| {
            let kept = filter.without(name).to_query();
            let without = query::address(&own("/dashboard"), kept.iter().map(|(name, value)| (*name, value.as_str())));
            Some(Badge { words: words(texts, filter, cards, name)?, without })
        })
        .collect()
}

fn words(texts: &'static FilterTexts, filter: &Filter, cards: &[CardView], name: &str) -> Option<String> {
    let day = |iso: &Option<String>| Some(Day::parse(iso.as_deref()?)?.display(texts.lang));
    let sum = |minor: i64| Money::new(minor, Currency::EUR).display(texts.lang);
    match name {
        "q" => filter.q.as_ref().map(|q| match texts.lang {
            Lang::Fr => format!("«\u{202f}{q}\u{202f}»"),
            Lang::En => format!("“{q}”"),
        }),
        "card" => filter.card.as_ref().map(|chosen| {
            cards.iter().find(|card| card.card_ref == *chosen).map_or_else(|| chosen.masked(), card_name)
        }),
        "category" => filter.category.map(|category| category.name(texts.lang).to_owned()),
        "tag" => filter.tag.as_deref().map(|tag| texts.tagged(tag)),
        "from" => Some(texts.since(&day(&filter.from)?)),
        "to" => Some(texts.until(&day(&filter.to)?)),
        "min" => filter.min.map(|min| format!("≥\u{a0}{}", sum(min))),
        "max" => filter.max.map(|max| format!("≤\u{a0}{}", sum(max))),
        "type" => filter.kind.map(|kind| texts.direction(kind).to_owned()),
        "status" => filter.status.map(|status| {
            LiveTexts::of(texts.lang).payment_status(status, true).unwrap_or(texts.status_settled).to_owned()
        }),
        _ => None,
    }
}

/// An amount as it is typed: without its currency, with the language's decimal sign.
fn typed(minor: i64, lang: Lang) -> String {
    let decimal = Money::new(minor, Currency::EUR).decimal();
    match lang {
        Lang::Fr => decimal.replace('.', ","),
        Lang::En => decimal,
    }
}

fn card_name(card: &CardView) -> String {
    match card.name.trim() {
        "" => card.card_ref.masked(),
        name => format!("{name} {}", card.card_ref.masked()),
    }
}
