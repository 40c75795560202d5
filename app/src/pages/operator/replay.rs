use super::changes::Items;
use super::decide::ReasonField;
use super::replays::{PATH, title};
use super::selection::Selected;
use super::{Console, operator};
use crate::backend::{ReplayDetail, ReplayRow, ReplayState};
use crate::i18n::desk::DeskTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::page::RefusedDecision;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::icon::{Icon, shape};
use crate::ui::pager::cursor;
use domain::lang::Lang;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/operator/replays/{id}`: how far it is, what it changes, and what can be done next.
#[component]
pub fn ReplayPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let id = visit.page.path.strip_prefix("/operator/replays/").and_then(|id| id.parse::<i64>().ok());
    let Some(id) = id else { return view! { <NotFound/> }.into_any() };
    let (refused, nonce) = (visit.page.decision.clone(), visit.page.nonce.clone());
    let at = cursor(&visit.page.query);
    let call = async move { visit.backend.replay(&visit.viewer, id, &at).await };
    loaded(call, move |detail| view! { <Content lang detail refused nonce/> }.into_any())
}

#[component]
fn Content(lang: Lang, detail: ReplayDetail, refused: Option<RefusedDecision>, nonce: String) -> impl IntoView {
    let texts = DeskTexts::of(lang);
    let ReplayDetail { row, items, more, may_replay, may_answer, attached, is_paused } = detail;
    let (id, row_state) = (row.id, row.state);
    let running = row.state == ReplayState::Running;
    let ended = !running && row.state != ReplayState::Proposed;
    let more = more.map(|more| format!("{PATH}/{id}?after={more}"));
    let may_apply = may_replay && row.dry && row.state == ReplayState::Done;
    view! {
        <Title text=texts.replay/>
        <Console texts=OperatorTexts::of(lang) part=PATH>
            <a class="back" href=PATH><Icon shape=shape::LEFT/>{texts.replays}</a>
            <h1>{title(texts, &row)}" "<code class="quiet">{id}</code></h1>
            <div data-testid="replay" data-state=row.state.code() data-dry=row.dry.to_string() data-refresh=running.then_some("")>
                <Progress lang row=row.clone() is_paused/>
                {(running && may_replay).then(|| view! { <Cancel texts id/> })}
            </div>
            <Facts lang row=row.clone() attached/>
            {(may_answer && row_state == ReplayState::Proposed).then(|| view! { <Answer texts id refused=refused.clone()/> })}
            {ended.then(|| view! { <Items lang dry=row.dry items more/> })}
            {may_apply.then(|| view! { <Apply texts row refused/> })}
            {running.then(|| view! { <script type="module" src="/console.js" nonce=nonce></script> })}
        </Console>
    }
}

/// How far it is. Without a script it is looked at again by hand.
#[component]
fn Progress(lang: Lang, row: ReplayRow, is_paused: bool) -> impl IntoView {
    let texts = DeskTexts::of(lang);
    let running = row.state == ReplayState::Running;
    let label = texts.of_total(row.seen, row.total);
    let waits = is_paused && running && !row.dry;
    view! {
        <p class="replay-state" role="status">
            <strong>{texts.replay_state(row.state)}</strong>", "{label.clone()}
        </p>
        <progress class="progress" max=row.total.max(1).to_string() value=row.seen.to_string() aria-label=texts.progress>{label}</progress>
        {waits.then(|| view! { <p class="notice is-warning">{texts.paused}</p> })}
        {(row.state == ReplayState::Proposed).then(|| view! { <p class="notice is-warning">{texts.waits_for_second}</p> })}
        {running.then(|| view! { <a class="button is-quiet" href=format!("{PATH}/{}", row.id)>{texts.refresh}</a> })}
    }
}

#[component]
fn Cancel(texts: &'static DeskTexts, id: i64) -> impl IntoView {
    view! {
        <form class="replay-cancel" method="post" action=format!("{PATH}/{id}/cancel")>
            <button class="button" type="submit">{texts.cancel}</button>
            <span class="quiet">{texts.cancel_help}</span>
        </form>
    }
}

#[component]
fn Facts(lang: Lang, row: ReplayRow, attached: Option<String>) -> impl IntoView {
    let texts = DeskTexts::of(lang);
    let moment = |rfc3339: &str| LiveTexts::of(lang).moment(rfc3339);
    view! {
        <dl class="facts-list is-row">
            <div><dt>{texts.selection}</dt><dd><Selected lang row=row.clone()/></dd></div>
            <div><dt>{texts.changed}</dt><dd>{texts.count(row.changed, false)}</dd></div>
            <div><dt>{texts.doubtful}</dt><dd>{texts.count(row.doubtful, false)}</dd></div>
            <div><dt>{texts.by}</dt><dd><bdi>{row.by}</bdi></dd></div>
            <div><dt>{texts.when}</dt><dd>{moment(&row.created_at)}</dd></div>
            {(!row.reason.is_empty()).then(|| view! { <div><dt>{texts.reason}</dt><dd><bdi>{row.reason}</bdi></dd></div> })}
            {attached.map(|email| view! { <div><dt>{texts.attached}</dt><dd><bdi>{email}</bdi></dd></div> })}
            {row.second.map(|second| view! { <div><dt>{texts.second}</dt><dd><bdi>{second}</bdi></dd></div> })}
        </dl>
    }
}

/// For good, for a reason.
#[component]
fn Apply(texts: &'static DeskTexts, row: ReplayRow, refused: Option<RefusedDecision>) -> impl IntoView {
    view! {
        <form class="panel decide" method="post" action=format!("{PATH}/{}/apply", row.id)>
            <h2>{texts.apply_title}</h2>
            <ReasonField texts refused/>
            <button class="button is-primary" type="submit">{texts.apply}</button>
        </form>
    }
}

/// The second person's word.
#[component]
fn Answer(texts: &'static DeskTexts, id: i64, refused: Option<RefusedDecision>) -> impl IntoView {
    view! {
        <form class="panel decide" method="post" action=format!("{PATH}/{id}/answer")>
            <h2>{texts.answer_title}</h2>
            <ReasonField texts refused/>
            <div class="decide-answers">
                <button class="button is-primary" type="submit" name="answer" value="agree">{texts.agree}</button>
                <button class="button" type="submit" name="answer" value="decline">{texts.decline}</button>
            </div>
        </form>
    }
}
