//! Header, main part and footer, the same on every page.

use super::icon::{Icon, shape};
use super::place::{is_seen, own};
use super::seen::SeenBanner;
use crate::i18n::frame::FrameTexts;
use crate::i18n::live::{LiveTexts, few};
use crate::page::{PageContext, Theme};
use domain::lang::Lang;
use domain::viewer::Viewer;
use leptos::prelude::*;

/// The page's surroundings; draws nothing but its children where no request exists.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let Some(page) = use_context::<PageContext>() else {
        return children().into_any();
    };
    let texts = FrameTexts::of(page.lang);
    let wide = page.path.starts_with("/operator");
    view! {
        <a class="skip" href="#main">{texts.skip}</a>
        <Header page=page.clone()/>
        {page.seen.map(|seen| view! { <SeenBanner seen lang=page.lang nonce=page.nonce.clone()/> })}
        <main id="main" class="main" class:is-wide=wide tabindex="-1">{children()}</main>
        <footer class="footer"><p>{texts.footer}</p></footer>
    }
    .into_any()
}

#[component]
fn Header(page: PageContext) -> impl IntoView {
    let texts = FrameTexts::of(page.lang);
    let home = if page.viewer.is_some() { own("/dashboard") } else { "/".to_owned() };
    let bell = page.viewer.is_some() && page.seen.is_none();
    view! {
        <header class="header">
            <div class="header-row">
                <a class="brand" href=home>
                    <span class="brand-mark" aria-hidden="true"></span>
                    {texts.name}
                </a>
                {page.viewer.clone().map(|viewer| view! { <Navigation viewer path=page.path.clone() texts/> })}
                {bell.then(|| view! { <Bell unread=page.unread path=page.path.clone() lang=page.lang/> })}
                <LanguageSwitch page=page.clone()/>
                {match page.viewer.clone() {
                    Some(viewer) => view! { <Menu viewer page/> }.into_any(),
                    None => view! { <a class="button header-sign-in" href="/sign-in">{texts.sign_in}</a> }.into_any(),
                }}
            </div>
        </header>
    }
}

#[component]
fn Navigation(viewer: Viewer, path: String, texts: &'static FrameTexts) -> impl IntoView {
    let seen = is_seen();
    let places = [
        ("/dashboard", texts.payments, shape::CARD, true),
        ("/dashboard/insights", texts.insights, shape::CHART, true),
        ("/settings/accounts", texts.accounts, shape::BANK, true),
        ("/settings", texts.settings, shape::SETTINGS, !seen),
        ("/operator/users", texts.console, shape::INBOX, !seen && viewer.role.sees_console()),
    ];
    let here = move |href: &str| match href {
        "/dashboard" => path == href || path.starts_with("/transactions/"),
        "/settings" => path.starts_with(href) && path != "/settings/accounts",
        "/operator/users" => path.starts_with("/operator"),
        _ => path == href,
    };
    let links = places.into_iter().filter(|place| place.3).map(|(href, word, drawing, _)| {
        let current = here(href).then_some("page");
        view! { <li><a href=own(href) aria-current=current><Icon shape=drawing/><span>{word}</span></a></li> }
    });
    view! {
        <nav class="nav" aria-label=texts.navigation><ul>{links.collect_view()}</ul></nav>
    }
}

/// The way to the alerts, with the number of those that wait. The live dashboard keeps it up to date.
#[component]
fn Bell(unread: i64, path: String, lang: Lang) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    let current = (path == "/settings/alerts").then_some("page");
    let count = (unread > 0).then(|| few(unread));
    view! {
        <a class="bell button is-quiet" href="/settings/alerts" aria-current=current data-testid="bell">
            <Icon shape=shape::BELL/>
            <span class="visually-hidden">{texts.alerts}" "</span>
            <span class="bell-count" aria-hidden="true" data-alert-count="">{count}</span>
            <span class="visually-hidden" data-alert-words="">{texts.unread(unread)}</span>
        </a>
    }
}

/// The other language, one press away. Back to the same page, filters included.
#[component]
fn LanguageSwitch(page: PageContext) -> impl IntoView {
    let texts = FrameTexts::of(page.lang);
    let other = match page.lang {
        Lang::Fr => Lang::En,
        Lang::En => Lang::Fr,
    };
    view! {
        <form class="language" method="post" action="/preferences">
            <input type="hidden" name="return_to" value=here(&page)/>
            <button class="button is-quiet" type="submit" name="lang" value=other.code() lang=other.code() aria-label=texts.other_language>{texts.other_code}</button>
        </form>
    }
}

#[component]
fn Menu(viewer: Viewer, page: PageContext) -> impl IntoView {
    let texts = FrameTexts::of(page.lang);
    view! {
        <details class="menu">
            <summary class="button is-quiet"><Icon shape=shape::MENU/><span class="menu-word">{texts.menu}</span></summary>
            <div class="menu-sheet">
                <p class="menu-who"><strong><bdi>{viewer.name}</bdi></strong><bdi class="quiet">{viewer.email}</bdi></p>
                <PrivacySwitch page=page.clone()/>
                <ThemeChoice page/>
                <form method="post" action="/sign-out">
                    <button class="button" type="submit">{texts.sign_out}</button>
                </form>
            </div>
        </details>
    }
}

/// Hides amounts, or shows them again; back to the same page.
#[component]
fn PrivacySwitch(page: PageContext) -> impl IntoView {
    let texts = FrameTexts::of(page.lang);
    let (code, word) = if page.privacy { ("off", texts.show_amounts) } else { ("on", texts.hide_amounts) };
    view! {
        <form method="post" action="/preferences">
            <input type="hidden" name="return_to" value=here(&page)/>
            <button class="button" type="submit" name="privacy" value=code>{word}</button>
        </form>
    }
}

/// Three buttons, the chosen one pressed.
#[component]
pub fn ThemeChoice(page: PageContext) -> impl IntoView {
    let texts = FrameTexts::of(page.lang);
    let chosen = page.theme;
    let themes =
        [(Theme::System, texts.theme_system), (Theme::Light, texts.theme_light), (Theme::Dark, texts.theme_dark)];
    let buttons = themes.map(|(theme, word)| {
        let pressed = if theme == chosen { "true" } else { "false" };
        view! { <button type="submit" name="theme" value=theme.code() aria-pressed=pressed>{word}</button> }
    });
    view! {
        <form class="choice" method="post" action="/preferences">
            <input type="hidden" name="return_to" value=here(&page)/>
            <fieldset>
                <legend>{texts.theme}</legend>
                <div class="choice-row">{buttons.collect_view()}</div>
            </fieldset>
        </form>
    }
}

/// Path and query of this page, to come back to.
pub fn here(page: &PageContext) -> String {
    let path = own(&page.path);
    if page.query.is_empty() { path } else { format!("{path}?{}", page.query) }
}
