//! An account that has gone silent.

use super::icon::{Icon, shape};
use super::place::is_seen;
use crate::backend::Silent;
use crate::i18n::live::LiveTexts;
use crate::i18n::silence::SilenceTexts;
use domain::lang::Lang;
use leptos::prelude::*;

/// Since when it is silent, and what its owner can do. Where other accounts stand beside it, it says which one it is.
#[component]
pub fn Silence(silent: Silent, lang: Lang, alone: bool) -> impl IntoView {
    let (texts, live) = (SilenceTexts::of(lang), LiveTexts::of(lang));
    let name = (!alone).then(|| view! { <bdi>{live.account_of(&silent.holder)}</bdi>" · " });
    view! {
        <div class="notice is-warning silence" class:is-alone=alone data-testid="silent" data-link=silent.link.to_string()>
            <p class="notice-title">{name}{texts.since(&silent.since)}</p>
            <p>{texts.help}</p>
            {(!is_seen()).then(|| view! {
                <div class="silence-ways">
                    <form method="post" action=format!("/links/{}/ask", silent.link)>
                        <button class="button" type="submit">{texts.ask}</button>
                    </form>
                    <a class="button" href="/connect"><Icon shape=shape::LINK/>{live.link_again}</a>
                </div>
            })}
        </div>
    }
}
