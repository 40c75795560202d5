use crate::i18n::settings::SettingsTexts;
use crate::page::PageContext;
use crate::pages::error::NotFound;
use crate::pages::visit;
use crate::ui::frame::{ThemeChoice, here};
use domain::lang::Lang;
use domain::viewer::Viewer;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/settings`
#[component]
pub fn Settings() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let texts = SettingsTexts::of(visit.page.lang);
    view! {
        <Title text=texts.title/>
        <div class="settings">
            <h1>{texts.title}</h1>
            <Profile texts viewer=visit.viewer/>
            <section class="panel">
                <h2>{texts.accounts}</h2>
                <p class="quiet">{texts.accounts_help}</p>
                <a class="button" href="/settings/accounts">{texts.manage}</a>
            </section>
            <section class="panel">
                <h2>{texts.alerts}</h2>
                <p class="quiet">{texts.alerts_help}</p>
                <a class="button" href="/settings/alerts">{texts.alerts_manage}</a>
            </section>
            <section class="panel">
                <LanguageChoice page=visit.page.clone() texts/>
                <ThemeChoice page=visit.page/>
            </section>
            <section class="panel">
                <h2>{texts.session}</h2>
                <p class="quiet">{texts.session_help}</p>
                <form method="post" action="/sign-out"><button class="button" type="submit">{texts.sign_out}</button></form>
            </section>
        </div>
    }
    .into_any()
}

#[component]
fn Profile(texts: &'static SettingsTexts, viewer: Viewer) -> impl IntoView {
    view! {
        <section class="panel">
            <h2>{texts.profile}</h2>
            <dl class="facts-list">
                <div><dt>{texts.name}</dt><dd><bdi>{viewer.name}</bdi></dd></div>
                <div><dt>{texts.email}</dt><dd><bdi>{viewer.email}</bdi></dd></div>
            </dl>
        </section>
    }
}

#[component]
fn LanguageChoice(page: PageContext, texts: &'static SettingsTexts) -> impl IntoView {
    let buttons = [(Lang::Fr, "Français"), (Lang::En, "English")].map(|(lang, word)| {
        let pressed = if lang == page.lang { "true" } else { "false" };
        view! { <button type="submit" name="lang" value=lang.code() lang=lang.code() aria-pressed=pressed>{word}</button> }
    });
    view! {
        <form class="choice" method="post" action="/preferences">
            <input type="hidden" name="return_to" value=here(&page)/>
            <fieldset>
                <legend>{texts.language}</legend>
                <div class="choice-row">{buttons.collect_view()}</div>
            </fieldset>
        </form>
    }
}
