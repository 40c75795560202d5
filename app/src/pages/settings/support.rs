use super::Back;
use crate::backend::{Support, SupportTime};
use crate::i18n::live::LiveTexts;
use crate::i18n::support::SupportTexts;
use crate::pages::error::NotFound;
use crate::pages::{loaded, visit};
use crate::ui::icon::{Icon, shape};
use domain::viewer::Role;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/settings/support`: whether operators may see the viewer's pages as she does, and for how long.
#[component]
pub fn SupportPage() -> impl IntoView {
    // What operators have of their own nobody sees as they do.
    let Some(visit) = visit().filter(|visit| visit.viewer.role == Role::User) else {
        return view! { <NotFound/> }.into_any();
    };
    let texts = SupportTexts::of(visit.page.lang);
    let call = async move { visit.backend.support(&visit.viewer).await };
    loaded(call, move |support| view! { <Content texts support/> }.into_any())
}

#[component]
fn Content(texts: &'static SupportTexts, support: Support) -> impl IntoView {
    let Support { until, looking } = support;
    let allowed = until.is_some();
    view! {
        <Title text=texts.title/>
        <div class="settings is-form">
            <Back word=texts.back/>
            <h1>{texts.title}</h1>
            <p class="lead">{texts.lead}</p>
            <ul class="panel erase-what">
                {[texts.seen_1, texts.seen_2, texts.seen_3, texts.seen_4].map(|line| view! { <li>{line}</li> }).collect_view()}
            </ul>
            <State texts until looking/>
            <TimeForm texts allowed/>
            <p><a href="/settings/looks">{texts.looks_link}</a></p>
        </div>
    }
}

/// What is allowed, who makes use of it, and the end of it.
#[component]
fn State(texts: &'static SupportTexts, until: Option<String>, looking: Vec<(String, String)>) -> impl IntoView {
    let moment = |at: &str| LiveTexts::of(texts.lang).moment(at);
    let Some(until) = until else {
        return view! { <p class="empty-line" data-testid="consent" data-state="off"><Icon shape=shape::SHIELD/>{texts.not_allowed}</p> }.into_any();
    };
    let (shown, nobody) = (moment(&until), looking.is_empty());
    let names = looking.into_iter().map(|(who, since)| {
        let when = moment(&since);
        view! {
            <li data-testid="looking">
                <strong>{texts.looking}" "</strong><bdi>{who}</bdi>", "{texts.since}" "<time datetime=since>{when}</time>
            </li>
        }
    });
    view! {
        <section class="notice is-warning" data-testid="consent" data-state="on">
            <p class="notice-title">{texts.allowed_until}" "<time datetime=until>{shown}</time>"."</p>
            {nobody.then(|| view! { <p>{texts.nobody}</p> })}
            <ul class="plain-list">{names.collect_view()}</ul>
            <form method="post" action="/settings/support/end">
                <button class="button" type="submit">{texts.withdraw}</button>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn TimeForm(texts: &'static SupportTexts, allowed: bool) -> impl IntoView {
    let choices = SupportTime::ALL.map(|time| {
        let checked = time == SupportTime::QuarterHour;
        view! {
            <label class="radio">
                <input type="radio" name="time" value=time.code() checked=checked/>
                <span>{texts.time(time)}</span>
            </label>
        }
    });
    let legend = if allowed { texts.change } else { texts.choose };
    view! {
        <form class="settings-form" method="post" action="/settings/support">
            <fieldset><legend>{legend}</legend>{choices.collect_view()}</fieldset>
            <button class="button is-primary" type="submit">{texts.allow}</button>
        </form>
    }
}
