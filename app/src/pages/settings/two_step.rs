use super::Back;
use crate::backend::{Enrolment, QrDrawing, TwoStep};
use crate::i18n::account::AccountTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::security::{SecurityTexts, TwoStepTexts};
use crate::page::{RecoveryCodes, RefusedForm};
use crate::pages::account::{Problems, form_of, problem_at};
use crate::pages::error::NotFound;
use crate::pages::{loaded, visit};
use crate::ui::field::{Field, Input};
use leptos::prelude::*;
use leptos_meta::Title;

/// Fewer recovery codes than this are few.
const FEW: i64 = 3;

/// `/settings/two-step`: turning codes beside the password on and off.
#[component]
pub fn TwoStepPage() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let page = visit.page.clone();
    let texts = TwoStepTexts::of(page.lang);
    if let Some(codes) = page.codes {
        return view! { <Codes texts codes/> }.into_any();
    }
    let (words, form) = form_of(Some(&page));
    let call = async move { visit.backend.two_step(&visit.viewer).await };
    loaded(call, move |state| view! { <Content texts words form state/> }.into_any())
}

#[component]
fn Content(
    texts: &'static TwoStepTexts,
    words: &'static AccountTexts,
    form: RefusedForm,
    state: TwoStep,
) -> impl IntoView {
    let code = match &state {
        TwoStep::Off => "off",
        TwoStep::Pending(_) => "pending",
        TwoStep::On { .. } => "on",
    };
    let problems = form.problems.clone();
    view! {
        <Title text=texts.title/>
        <div class="settings is-form" data-testid="two-step" data-state=code>
            <Back word=SecurityTexts::of(texts.lang).back/>
            <h1>{texts.title}</h1>
            <p class="lead">{texts.lead}</p>
            <Problems texts=words problems/>
            {match state {
                TwoStep::Off => view! { <Begin texts words form/> }.into_any(),
                TwoStep::Pending(enrolment) => view! { <Enrol texts words form enrolment/> }.into_any(),
                TwoStep::On { since, codes_left } => view! { <On texts words form since codes_left/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Begin(texts: &'static TwoStepTexts, words: &'static AccountTexts, form: RefusedForm) -> impl IntoView {
    let problem = problem_at(words, &form, "current");
    view! {
        <p>{texts.need}</p>
        <form class="settings-form" method="post" action="/settings/two-step" novalidate=true>
            <Current texts problem/>
            <button class="button is-primary" type="submit">{texts.begin}</button>
        </form>
    }
}

#[component]
fn Current(texts: &'static TwoStepTexts, #[prop(optional_no_strip)] problem: Option<String>) -> impl IntoView {
    view! {
        <Field
            input=Input { name: "current", kind: "password", autocomplete: "current-password" }
            label=texts.current problem
        />
    }
}

#[component]
fn Enrol(
    texts: &'static TwoStepTexts,
    words: &'static AccountTexts,
    form: RefusedForm,
    enrolment: Enrolment,
) -> impl IntoView {
    let (problem, current) = (problem_at(words, &form, "code"), problem_at(words, &form, "current"));
    let refused = current.is_some();
    let Enrolment { secret, uri, qr } = enrolment;
    view! {
        <section class="panel">
            <h2>{format!("1. {}", texts.step_1)}</h2>
            {qr.map(|drawing| view! { <p>{texts.scan}</p><Qr texts drawing/> })}
            <p>{texts.or_type}</p>
            <p><code class="secret" data-testid="secret">{secret}</code></p>
            <details class="twin">
                <summary>{texts.address}</summary>
                <p><code class="secret" data-testid="uri">{uri.clone()}</code></p>
                <a class="button" href=uri>{texts.or_open}</a>
            </details>
        </section>
        <section class="panel">
            <h2>{format!("2. {}", texts.step_2)}</h2>
            <form class="settings-form" method="post" action="/settings/two-step/confirm" novalidate=true>
                <Field
                    input=Input { name: "code", kind: "text", autocomplete: "one-time-code" }
                    label=texts.code problem keys="numeric"
                />
                <button class="button is-primary" type="submit">{texts.confirm}</button>
            </form>
        </section>
        <details class="forget" open=refused>
            <summary class="button is-quiet">{texts.again}</summary>
            <form class="settings-form" method="post" action="/settings/two-step" novalidate=true>
                <Current texts problem=current/>
                <button class="button" type="submit">{texts.begin}</button>
            </form>
        </details>
    }
}

/// Dark on light whatever the colours of the page, or cameras do not see it.
#[component]
fn Qr(texts: &'static TwoStepTexts, drawing: QrDrawing) -> impl IntoView {
    let QrDrawing { size, path } = drawing;
    view! {
        <svg class="qr" viewBox=format!("0 0 {size} {size}") role="img" aria-label=texts.qr shape-rendering="crispEdges">
            <rect class="qr-ground" width=size.to_string() height=size.to_string()></rect>
            <path class="qr-code" d=path></path>
        </svg>
    }
}

/// Shown this once.
#[component]
fn Codes(texts: &'static TwoStepTexts, codes: RecoveryCodes) -> impl IntoView {
    let items = codes.0.into_iter().map(|code| view! { <li><code data-testid="recovery-code">{code}</code></li> });
    view! {
        <Title text=texts.codes_title/>
        <div class="settings is-form" data-testid="recovery-codes">
            <h1>{texts.codes_title}</h1>
            <p class="notice is-good" role="status">{texts.codes_on}</p>
            <p class="lead">{texts.codes_lead}</p>
            <ul class="panel recovery-codes">{items.collect_view()}</ul>
            <a class="button is-primary" href="/settings/two-step">{texts.codes_done}</a>
        </div>
    }
}

#[component]
fn On(
    texts: &'static TwoStepTexts,
    words: &'static AccountTexts,
    form: RefusedForm,
    since: String,
    codes_left: i64,
) -> impl IntoView {
    let when = LiveTexts::of(texts.lang).moment(&since);
    // Both forms are folded and share their names, so what was refused is said above them, and here beside the fields of each.
    let refused = !form.problems.is_empty();
    view! {
        <dl class="facts-list panel">
            <div><dt>{texts.since}</dt><dd><time datetime=since>{when}</time></dd></div>
            <div><dt>{texts.left}</dt><dd data-testid="codes-left">{codes_left}</dd></div>
        </dl>
        {(codes_left < FEW).then(|| view! { <p class="notice is-warning">{texts.few_left}</p> })}
        <Ask
            words=AskWords { unfold: texts.renew, title: texts.renew_title, help: texts.renew_help, submit: texts.renew_submit }
            action="/settings/two-step/codes" danger=false texts form=form.clone() account=words open=false
        />
        <Ask
            words=AskWords { unfold: texts.end, title: texts.end_title, help: texts.end_help, submit: texts.end_submit }
            action="/settings/two-step/off" danger=true texts form account=words open=refused
        />
    }
}

#[derive(Clone, Copy)]
struct AskWords {
    unfold: &'static str,
    title: &'static str,
    help: &'static str,
    submit: &'static str,
}

/// A form that asks for password and code, unfolded first so that it is never one slip away.
#[component]
fn Ask(
    words: AskWords,
    action: &'static str,
    danger: bool,
    texts: &'static TwoStepTexts,
    account: &'static AccountTexts,
    form: RefusedForm,
    open: bool,
) -> impl IntoView {
    // Ids are the page's, so each form has its own.
    let (current, code) = if danger { ("current", "code") } else { ("renew-current", "renew-code") };
    let at = |field| if danger { problem_at(account, &form, field) } else { None };
    let (class, button) =
        if danger { ("button is-danger-quiet", "button is-danger") } else { ("button", "button is-primary") };
    view! {
        <details class="forget" open=open>
            <summary class=class>{words.unfold}</summary>
            <form class="settings-form" method="post" action=action novalidate=true>
                <h2>{words.title}</h2>
                <p>{words.help}</p>
                <Field
                    input=Input { name: "current", kind: "password", autocomplete: "current-password" }
                    id=current label=texts.current problem=at("current")
                />
                <Field
                    input=Input { name: "code", kind: "text", autocomplete: "one-time-code" }
                    id=code label=texts.any_code problem=at("code")
                />
                <button class=button type="submit">{words.submit}</button>
            </form>
        </details>
    }
}
