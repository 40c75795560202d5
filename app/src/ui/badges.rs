//! What a list is filtered by, each to be taken off.

use super::icon::{Icon, shape};
use crate::i18n::dashboard::FilterTexts;
use domain::lang::Lang;
use leptos::prelude::*;

/// One active filter.
pub struct Badge {
    pub words: String,
    /// The same list without it.
    pub without: String,
}

/// Nothing where nothing is filtered.
#[component]
pub fn Badges(
    lang: Lang,
    badges: Vec<Badge>,
    /// The list without any of them.
    clear: String,
) -> impl IntoView {
    let texts = FilterTexts::of(lang);
    let many = badges.len() > 1;
    let items = badges.into_iter().map(|badge| {
        let label = texts.remove(&badge.words);
        view! {
            <li><a class="tag" href=badge.without aria-label=label><bdi>{badge.words}</bdi><Icon shape=shape::CROSS/></a></li>
        }
    });
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then(|| {
        view! {
            <ul class="tags" aria-label=texts.active>
                {items}
                {many.then(|| view! { <li><a class="tags-clear" href=clear>{texts.clear}</a></li> })}
            </ul>
        }
    })
}
