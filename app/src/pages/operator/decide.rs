use crate::backend::{Movable, ReplayRow};
use crate::i18n::desk::DeskTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::reasons;
use crate::page::{DecisionProblem, RefusedDecision};
use crate::ui::area::Area;
use crate::ui::field::{Field, Input};
use domain::lang::Lang;
use leptos::prelude::*;

/// Why an operator does what she does.
#[component]
pub fn ReasonField(
    texts: &'static DeskTexts,
    refused: Option<RefusedDecision>,
    /// Where there are several on a page.
    #[prop(optional)]
    id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| "reason".to_owned());
    let problem = refused.as_ref().map(|refused| refused.problem).filter(|problem| problem.is_of_reason());
    let typed = refused.map(|refused| refused.reason).unwrap_or_default();
    let problem = problem.map(|problem| texts.problem(problem).to_owned());
    view! { <Area name="reason" id=id label=texts.reason value=typed hint=texts.reason_hint problem/> }
}

/// What is the matter with a delivery, and everything that can be done about it.
#[component]
pub fn Decide(
    lang: Lang,
    id: i64,
    /// Why it waits; empty where it does not.
    reason: String,
    movable: Movable,
    may_act: bool,
    refused: Option<RefusedDecision>,
) -> impl IntoView {
    let texts = DeskTexts::of(lang);
    let action = move |what: &str| format!("/operator/deliveries/{id}/{what}");
    let words = reasons::reason(lang, &reason).map(|words| {
        view! { <p><strong>{words.what}</strong>" "{words.advice}</p> }
    });
    let nothing =
        movable == Movable { is_closed: movable.is_closed, takes_two: movable.takes_two, ..Movable::default() };
    view! {
        <section class="panel decide" data-testid="decide">
            <h2>{texts.can_be_done}</h2>
            {words}
            {movable.is_closed.then(|| view! { <p class="quiet">{texts.closed}</p> })}
            {(nothing && may_act).then(|| view! { <p class="quiet">{texts.nothing_to_do}</p> })}
            {(!may_act).then(|| view! { <p class="quiet">{texts.viewers_only_see}</p> })}
            {(movable.takes_two && (movable.release || movable.attach)).then(|| view! { <p class="notice is-warning">{texts.takes_two}</p> })}
            <div class="decide-ways">
                {movable.replay.then(|| view! { <Way action=action("replay") help=texts.replay_help word=texts.try_replay/> })}
                {movable.release.then(|| view! { <Way action=action("release") help=texts.release_help word=texts.try_release/> })}
                {movable.attach.then(|| view! { <Attach texts action=action("attach") refused=refused.clone()/> })}
                {movable.ask.then(|| view! {
                    <form method="post" action=action("ask")><button class="button" type="submit">{texts.ask}</button></form>
                })}
            </div>
            {(movable.close && !movable.is_closed).then(|| view! { <Close texts action=action("close") refused/> })}
            {(movable.close && movable.is_closed).then(|| view! {
                <form method="post" action=action("reopen")><button class="button is-quiet" type="submit">{texts.reopen}</button></form>
            })}
        </section>
    }
}

/// One thing to do, which begins with a dry run.
#[component]
fn Way(action: String, help: &'static str, word: &'static str) -> impl IntoView {
    view! {
        <form method="post" action=action>
            <p class="quiet">{help}</p>
            <button class="button" type="submit">{word}</button>
        </form>
    }
}

#[component]
fn Attach(texts: &'static DeskTexts, action: String, refused: Option<RefusedDecision>) -> impl IntoView {
    let refused = refused.filter(|refused| refused.problem == DecisionProblem::NobodyKnown);
    let problem = refused.as_ref().map(|refused| texts.problem(refused.problem).to_owned());
    let typed = refused.map(|refused| refused.email).unwrap_or_default();
    let input = Input { name: "email", kind: "email", autocomplete: "off" };
    view! {
        <form method="post" action=action>
            <Field input label=texts.attach_email value=typed hint=Some(texts.attach_help) problem/>
            <button class="button" type="submit">{texts.try_attach}</button>
        </form>
    }
}

/// Unfolded first, so that it is never one slip away.
#[component]
fn Close(texts: &'static DeskTexts, action: String, refused: Option<RefusedDecision>) -> impl IntoView {
    let refused = refused.filter(|refused| refused.problem != DecisionProblem::NobodyKnown);
    let is_open = refused.is_some();
    view! {
        <details class="forget" open=is_open>
            <summary class="button is-quiet">{texts.close}</summary>
            <form method="post" action=action>
                <h3>{texts.close_title}</h3>
                <p>{texts.close_help}</p>
                <ReasonField texts refused/>
                <button class="button" type="submit">{texts.close_submit}</button>
            </form>
        </details>
    }
}

/// What was asked for a delivery before.
#[component]
pub fn AskedBefore(lang: Lang, replays: Vec<ReplayRow>) -> impl IntoView {
    let texts = DeskTexts::of(lang);
    (!replays.is_empty()).then(|| {
        let rows = replays.into_iter().map(|row| {
            view! {
                <li>
                    <a href=format!("/operator/replays/{}", row.id)>{texts.what(&row.act).to_owned()}</a>
                    ", "{texts.replay_state(row.state)}", "{LiveTexts::of(lang).moment(&row.created_at)}", "
                    <bdi>{row.by}</bdi>
                    {(!row.reason.is_empty()).then(|| view! { <p class="quiet"><bdi>{row.reason}</bdi></p> })}
                </li>
            }
        });
        view! {
            <section>
                <h2>{texts.asked_before}</h2>
                <ul class="asked">{rows.collect_view()}</ul>
            </section>
        }
    })
}
