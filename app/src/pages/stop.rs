//! `/stop-mails/{token}`: ends the mails of rules, by a link of such a mail, without signing in.

use super::{error::NotFound, loaded};
use crate::backend::SharedBackend;
use crate::i18n::alerts::{AlertTexts, StopTexts};
use crate::page::PageContext;
use crate::ui::query;
use domain::alerts::RuleView;
use domain::lang::Lang;
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn StopMails() -> impl IntoView {
    let (Some(page), Some(backend)) = (use_context::<PageContext>(), use_context::<SharedBackend>()) else {
        return view! { <NotFound/> }.into_any();
    };
    let Some(token) = page.path.strip_prefix("/stop-mails/").map(ToOwned::to_owned) else {
        return view! { <NotFound/> }.into_any();
    };
    let (lang, path) = (page.lang, page.path.clone());
    let done = query::value(&page.query, "done").is_some();
    let call = async move { backend.stopping(&token).await };
    loaded(call, move |rules| view! { <Content rules path done lang/> }.into_any())
}

/// The link is opened by programs that look for harm too, so only the button does something.
#[component]
fn Content(rules: Vec<RuleView>, path: String, done: bool, lang: Lang) -> impl IntoView {
    let (texts, words) = (StopTexts::of(lang), AlertTexts::of(lang));
    let done = done || rules.iter().all(|rule| !rule.ways.mail);
    let lines = rules.into_iter().map(|rule| view! { <li>{words.condition(rule.rule.condition)}</li> });
    view! {
        <Title text=texts.title/>
        <div class="door">
            <h1>{if done { texts.done } else { texts.title }}</h1>
            <p>{if done { texts.done_help } else { texts.help }}</p>
            <ul class="stop-rules">{lines.collect_view()}</ul>
            {if done {
                view! { <a class="button" href="/settings/alerts">{texts.settings}</a> }.into_any()
            } else {
                view! {
                    <form method="post" action=path>
                        <button class="button is-primary" type="submit">{texts.stop}</button>
                    </form>
                }
                .into_any()
            }}
        </div>
    }
}
