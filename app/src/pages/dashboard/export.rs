//! Links to files of what is shown.

use crate::i18n::export::ExportTexts;
use crate::ui::icon::{Icon, shape};
use crate::ui::query;
use domain::filter::Filter;
use domain::lang::Lang;
use leptos::prelude::*;

/// The formats, folded away behind a button.
#[component]
pub fn Export(lang: Lang, filter: Filter) -> impl IntoView {
    let texts = ExportTexts::of(lang);
    let pairs = filter.to_query();
    let asked = || pairs.iter().map(|(name, value)| (*name, value.as_str()));
    let files = [
        ("CSV", texts.csv, query::address("/transactions.csv", asked())),
        ("OFX", texts.ofx, query::address("/transactions.ofx", asked())),
        ("JSON", texts.json, query::address("/transactions.json", asked().chain([("download", "yes")]))),
    ];
    let links = files.map(|(format, what, href)| {
        view! { <li><a href=href><strong>{format}</strong><span class="quiet">{what}</span></a></li> }
    });
    view! {
        <details class="export">
            <summary class="button"><Icon shape=shape::DOWNLOAD/><span class="export-word">{texts.export}</span></summary>
            <div class="export-sheet">
                <p class="export-title">{texts.shown}</p>
                <p class="quiet">{texts.shown_help}</p>
                <ul>{links.collect_view()}</ul>
            </div>
        </details>
    }
}
