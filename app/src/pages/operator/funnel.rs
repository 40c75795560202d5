use super::funnel_picture::{ByDay, Path};
use super::{Console, operator};
use crate::backend::{BROWSERS, Funnel, FunnelQuery, FunnelStep};
use crate::i18n::funnel::FunnelTexts;
use crate::i18n::operator::OperatorTexts;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::query;
use domain::calendar::Day;
use domain::lang::Lang;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/funnel";

/// `/operator/funnel`: how many attempts to link came to each step, and where they ended.
#[component]
pub fn FunnelPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let (console, texts) = (OperatorTexts::of(lang), FunnelTexts::of(lang));
    let wanted = selected(&visit.page.query);
    let call = {
        let wanted = wanted.clone();
        async move { visit.backend.funnel(&visit.viewer, &wanted).await }
    };
    loaded(call, move |funnel| view! { <Content console texts wanted funnel/> }.into_any())
}

/// What the address asks for; what it asks for wrongly does not restrict.
fn selected(raw_query: &str) -> FunnelQuery {
    let value = |name: &str| query::value(raw_query, name).unwrap_or_default();
    let day = |name: &str| Day::parse(&value(name)).filter(|day| day.iso() == value(name));
    FunnelQuery {
        from: day("from"),
        to: day("to"),
        browser: BROWSERS.into_iter().find(|known| *known == value("browser")),
        lang: Lang::from_code(&value("lang")),
    }
}

#[component]
fn Content(
    console: &'static OperatorTexts,
    texts: &'static FunnelTexts,
    wanted: FunnelQuery,
    funnel: Funnel,
) -> impl IntoView {
    let (begun, kept) = (funnel.came_to(FunnelStep::Shown), funnel.came_to(FunnelStep::Kept));
    let days = funnel.days.first().zip(funnel.days.last()).map(|(first, last)| (first.day, last.day));
    view! {
        <Title text=texts.title/>
        <Console texts=console part=PATH>
            <h1>{texts.title}</h1>
            <p class="quiet">{texts.lead}</p>
            <Filters console texts wanted days/>
            <p class="funnel-summary" data-testid="funnel" data-begun=begun.to_string() data-kept=kept.to_string()>
                {texts.summary(begun, kept)}
            </p>
            {(begun > 0).then(|| view! {
                <section class="panel" aria-labelledby="steps">
                    <h2 id="steps">{texts.steps}</h2>
                    <Path texts funnel=funnel.clone()/>
                    <Steps texts funnel=funnel.clone()/>
                </section>
                <section class="panel" aria-labelledby="by-day">
                    <h2 id="by-day">{texts.by_day}</h2>
                    <ByDay texts funnel=funnel.clone()/>
                </section>
                <section class="panel" aria-labelledby="aside">
                    <h2 id="aside">{texts.aside}</h2>
                    <p class="quiet panel-sub">{texts.aside_lead}</p>
                    <Aside texts funnel/>
                </section>
            })}
        </Console>
    }
}

#[component]
fn Filters(
    console: &'static OperatorTexts,
    texts: &'static FunnelTexts,
    wanted: FunnelQuery,
    days: Option<(Day, Day)>,
) -> impl IntoView {
    let active = wanted != FunnelQuery::default();
    let (from, to) = days.map_or_else(Default::default, |(from, to)| (from.iso(), to.iso()));
    let browsers = BROWSERS.map(|known| {
        view! { <option value=known selected={wanted.browser == Some(known)}>{texts.family(known)}</option> }
    });
    let languages = [(Lang::Fr, texts.french), (Lang::En, texts.english)].map(|(lang, word)| {
        view! { <option value=lang.code() selected={wanted.lang == Some(lang)}>{word}</option> }
    });
    view! {
        <form class="console-filters" method="get" action=PATH role="search">
            <div class="field is-short">
                <label for="from">{texts.from}</label>
                <input id="from" type="date" name="from" value=from/>
            </div>
            <div class="field is-short">
                <label for="to">{texts.to}</label>
                <input id="to" type="date" name="to" value=to/>
            </div>
            <div class="field is-short">
                <label for="browser">{texts.browser}</label>
                <select id="browser" name="browser"><option value="">{texts.any_browser}</option>{browsers.collect_view()}</select>
            </div>
            <div class="field is-short">
                <label for="lang">{texts.language}</label>
                <select id="lang" name="lang"><option value="">{texts.any_language}</option>{languages.collect_view()}</select>
            </div>
            <button class="button" type="submit">{console.apply}</button>
            {active.then(|| view! { <a class="button is-quiet" href=PATH>{console.clear}</a> })}
        </form>
    }
}

/// The twin of the picture, and what each step is.
#[component]
fn Steps(texts: &'static FunnelTexts, funnel: Funnel) -> impl IntoView {
    let begun = funnel.came_to(FunnelStep::Shown);
    let mut before = begun;
    let rows = FunnelStep::PATH.map(|step| {
        let here = funnel.came_to(step);
        let lost = texts.lost(before, here);
        before = here;
        view! {
            <tr data-testid="step" data-step=step.code() data-attempts=here.to_string()>
                <th scope="row"><Named texts step/></th>
                <td class="is-number">{texts.number(here)}</td>
                <td class="is-number">{texts.percent(here, begun)}</td>
                <td class="is-number">{(step != FunnelStep::Shown).then_some(lost)}</td>
            </tr>
        }
    });
    view! {
        <table class="figures funnel-steps">
            <caption class="visually-hidden">{texts.steps}</caption>
            <thead><tr>
                <th scope="col">{texts.step}</th>
                <th scope="col" class="is-number">{texts.attempts}</th>
                <th scope="col" class="is-number">{texts.share}</th>
                <th scope="col" class="is-number">{texts.lost}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Aside(texts: &'static FunnelTexts, funnel: Funnel) -> impl IntoView {
    let begun = funnel.came_to(FunnelStep::Shown);
    let rows = FunnelStep::ASIDE.map(|step| {
        let here = funnel.came_to(step);
        view! {
            <tr data-testid="step" data-step=step.code() data-attempts=here.to_string()>
                <th scope="row"><Named texts step/></th>
                <td class="is-number">{texts.number(here)}</td>
                <td class="is-number">{texts.percent(here, begun)}</td>
            </tr>
        }
    });
    view! {
        <table class="figures funnel-steps">
            <caption class="visually-hidden">{texts.aside}</caption>
            <thead><tr>
                <th scope="col">{texts.event}</th>
                <th scope="col" class="is-number">{texts.attempts}</th>
                <th scope="col" class="is-number">{texts.share}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

/// A step, the vendor's name for it, and when the vendor says that it happens.
#[component]
fn Named(texts: &'static FunnelTexts, step: FunnelStep) -> impl IntoView {
    let name = match step.event() {
        Some(event) => view! { <code>{event}</code> }.into_any(),
        None => view! { <span class="tag">{texts.ours}</span> }.into_any(),
    };
    view! {
        <span class="funnel-name">{texts.step(step)}" "{name}</span>
        <span class="funnel-words quiet">{texts.explained(step)}</span>
    }
}
