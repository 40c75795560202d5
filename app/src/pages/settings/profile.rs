use crate::backend::TwoStep;
use crate::i18n::privacy::PrivacyTexts;
use crate::i18n::security::SecurityTexts;
use crate::i18n::settings::SettingsTexts;
use crate::i18n::support::SupportTexts;
use crate::page::PageContext;
use crate::pages::error::NotFound;
use crate::pages::{loaded, visit};
use crate::ui::frame::{ThemeChoice, here};
use crate::ui::query;
use domain::lang::Lang;
use domain::viewer::{Role, Viewer};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/settings`
#[component]
pub fn Settings() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let (page, viewer) = (visit.page.clone(), visit.viewer.clone());
    let call = async move { visit.backend.two_step(&visit.viewer).await };
    loaded(call, move |two_step| {
        let on = matches!(two_step, TwoStep::On { .. });
        view! { <Content page viewer on/> }.into_any()
    })
}

#[component]
fn Content(page: PageContext, viewer: Viewer, on: bool) -> impl IntoView {
    let texts = SettingsTexts::of(page.lang);
    let is_user = viewer.role == Role::User;
    let changed = query::value(&page.query, "changed").as_deref() == Some("password");
    view! {
        <Title text=texts.title/>
        <div class="settings">
            <h1>{texts.title}</h1>
            {changed.then(|| view! {
                <p class="notice is-good" role="status" data-testid="changed">{SecurityTexts::of(page.lang).password_changed}</p>
            })}
            <Profile texts viewer/>
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
                <LanguageChoice page=page.clone() texts/>
                <ThemeChoice page=page.clone()/>
                <PrivacyChoice page=page.clone()/>
            </section>
            <Security lang=page.lang on/>
            <Data lang=page.lang is_user/>
            <section class="panel">
                <h2>{texts.session}</h2>
                <p class="quiet">{texts.session_help}</p>
                <form method="post" action="/sign-out"><button class="button" type="submit">{texts.sign_out}</button></form>
            </section>
        </div>
    }
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

#[component]
fn PrivacyChoice(page: PageContext) -> impl IntoView {
    let texts = PrivacyTexts::of(page.lang);
    let buttons = [("off", texts.show, false), ("on", texts.hide, true)].map(|(code, word, hides)| {
        let pressed = if hides == page.privacy { "true" } else { "false" };
        view! { <button type="submit" name="privacy" value=code aria-pressed=pressed>{word}</button> }
    });
    view! {
        <form class="choice" method="post" action="/preferences" data-testid="privacy">
            <input type="hidden" name="return_to" value=here(&page)/>
            <fieldset aria-describedby="privacy-hint">
                <legend>{texts.hidden}</legend>
                <div class="choice-row">{buttons.collect_view()}</div>
                <p class="field-hint" id="privacy-hint">{texts.hidden_help}</p>
            </fieldset>
        </form>
    }
}

#[component]
fn Security(lang: Lang, on: bool) -> impl IntoView {
    let texts = SecurityTexts::of(lang);
    let (state, word) = if on { ("on", texts.on) } else { ("off", texts.off) };
    view! {
        <section class="panel" aria-labelledby="security">
            <h2 id="security">{texts.title}</h2>
            <ul class="settings-lines">
                <Line name=texts.password help=texts.password_help word=texts.change href="/settings/password"/>
                <li class="settings-line" data-testid="two-step" data-state=state>
                    <div>
                        <h3>{texts.two_step}</h3>
                        <p class="quiet"><strong class="settings-state">{word}</strong>" · "{texts.two_step_help}</p>
                    </div>
                    <a class="button" href="/settings/two-step" aria-label=format!("{} – {}", texts.manage, texts.two_step)>{texts.manage}</a>
                </li>
                <Line name=texts.passkeys help=texts.passkeys_help word=texts.manage href="/settings/passkeys"/>
                <Line name=texts.sessions help=texts.sessions_help word=texts.see href="/settings/sessions"/>
            </ul>
        </section>
    }
}

#[component]
fn Data(lang: Lang, is_user: bool) -> impl IntoView {
    let (texts, support) = (PrivacyTexts::of(lang), SupportTexts::of(lang));
    view! {
        <section class="panel" aria-labelledby="data">
            <h2 id="data">{texts.title}</h2>
            <ul class="settings-lines">
                <Line name=texts.looks help=texts.looks_help word=texts.see href="/settings/looks"/>
                {is_user.then(|| view! {
                    <Line name=support.title help=support.help word=support.manage href="/settings/support"/>
                })}
                <li class="settings-line">
                    <div><h3>{texts.download}</h3><p class="quiet">{texts.download_help}</p></div>
                    <a class="button" href="/settings/download" download="" aria-label=format!("{} – {}", texts.download_submit, texts.download)>{texts.download_submit}</a>
                </li>
                <Line name=texts.erase help=texts.erase_help word=texts.erase_link href="/settings/erase" danger=true/>
            </ul>
        </section>
    }
}

/// A thing to decide, and where.
#[component]
fn Line(
    name: &'static str,
    help: &'static str,
    word: &'static str,
    href: &'static str,
    #[prop(optional)] danger: bool,
) -> impl IntoView {
    let class = if danger { "button is-danger-quiet" } else { "button" };
    view! {
        <li class="settings-line">
            <div><h3>{name}</h3><p class="quiet">{help}</p></div>
            <a class=class href=href aria-label=format!("{word} – {name}")>{word}</a>
        </li>
    }
}
