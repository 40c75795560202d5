use crate::backend::{Pause, Processing};
use crate::i18n::processing::ProcessingTexts;
use domain::lang::Lang;
use leptos::prelude::*;

/// Says that processing is paused, and lets those who may resume it.
#[component]
pub fn Paused(processing: Processing, lang: Lang) -> impl IntoView {
    let texts = ProcessingTexts::of(lang);
    let Processing { paused, may_switch } = processing;
    paused.map(|Pause { since, by }| {
        let by = by.map(|name| view! { ", "{texts.by}" "<bdi>{name}</bdi> });
        view! {
            <section class="notice is-warning" data-testid="paused">
                <p class="notice-title">{texts.paused_since(&since)}{by}</p>
                <p>{texts.help}</p>
                {may_switch.then(|| view! {
                    <form method="post" action="/operator/deliveries/resume">
                        <button class="button is-primary" type="submit">{texts.resume}</button>
                    </form>
                })}
            </section>
        }
    })
}

/// Pausing, unfolded first so that it is never one slip away.
#[component]
pub fn PauseForm(processing: Processing, lang: Lang) -> impl IntoView {
    let texts = ProcessingTexts::of(lang);
    (processing.may_switch && processing.paused.is_none()).then(|| {
        view! {
            <details class="forget" data-testid="pause">
                <summary class="button is-quiet">{texts.pause}</summary>
                <form method="post" action="/operator/deliveries/pause">
                    <h2>{texts.pause_title}</h2>
                    <p>{texts.pause_help}</p>
                    <button class="button" type="submit">{texts.pause_submit}</button>
                </form>
            </details>
        }
    })
}
