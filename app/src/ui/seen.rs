//! What stands above a page that an operator sees as its owner does.

use super::icon::{Icon, shape};
use super::place::seen_as;
use crate::i18n::live::LiveTexts;
use crate::i18n::support::SupportTexts;
use crate::page::Seen;
use domain::lang::Lang;
use leptos::prelude::*;

const MINUTE_MS: i64 = 60_000;

/// Whose page it is, for how long, and the way out. A script leaves the page when it is over.
#[component]
pub fn SeenBanner(seen: Seen, lang: Lang, nonce: String) -> impl IntoView {
    let texts = SupportTexts::of(lang);
    let under = seen_as(seen.person.user_id.as_str());
    let (before, after) = texts.banner_about();
    let (left_before, left_after) = texts.left();
    let minutes = seen.left_ms.max(1).saturating_add(MINUTE_MS - 1) / MINUTE_MS;
    let until = texts.until(&LiveTexts::of(lang).moment(&seen.until));
    view! {
        <section class="seen" aria-label=texts.banner data-testid="seen" data-seen=format!("{under}/live") data-over=under.clone()>
            <div class="seen-row">
                <Icon shape=shape::EYE/>
                <div class="seen-words">
                    <p><strong>{before}<bdi>{seen.person.name}</bdi>{after}</strong></p>
                    <p>
                        <time datetime=seen.until>{until}</time>
                        " "{left_before}<span data-ends=seen.until_ms.to_string()>{minutes.to_string()}</span>{left_after}". "
                        {texts.banner_rules}" "{texts.snapshot}
                    </p>
                </div>
                <form method="post" action=format!("{under}/end")><button class="button" type="submit">{texts.end}</button></form>
            </div>
        </section>
        <script type="module" src="/console.js" nonce=nonce></script>
    }
}
