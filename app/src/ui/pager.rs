//! The way to the neighbours of a keyset page.

use super::icon::{Icon, shape};
use crate::backend::Cursor;
use crate::ui::query;
use leptos::prelude::*;

/// Where the address says that the page begins; older wins where both are given.
pub fn cursor(raw_query: &str) -> Cursor {
    match (query::value(raw_query, "before"), query::value(raw_query, "after")) {
        (Some(before), _) if !before.is_empty() => Cursor::Before(before),
        (_, Some(after)) if !after.is_empty() => Cursor::After(after),
        _ => Cursor::Start,
    }
}

/// The address of a neighbour: the same filters, another beginning.
pub fn neighbour(path: &str, filters: &[(&str, String)], name: &str, at: &str) -> String {
    let kept = filters.iter().map(|(name, value)| (*name, value.as_str()));
    query::address(path, kept.chain([(name, at)]))
}

/// Links to the newer and to the older rows, where there are any.
#[component]
pub fn Pager(
    label: &'static str,
    newer_word: &'static str,
    older_word: &'static str,
    newer: Option<String>,
    older: Option<String>,
) -> impl IntoView {
    if newer.is_none() && older.is_none() {
        return None;
    }
    Some(view! {
        <nav class="pager" aria-label=label>
            {newer.map(|href| view! { <a class="button" rel="prev" href=href><Icon shape=shape::LEFT/>{newer_word}</a> })}
            {older.map(|href| view! { <a class="button pager-older" rel="next" href=href>{older_word}<Icon shape=shape::RIGHT/></a> })}
        </nav>
    })
}
