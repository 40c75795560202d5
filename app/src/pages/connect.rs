//! `/connect`: consent in plain words, the bank's button, and help that fits the step reached.
//!
//! The bank's script runs on this page, so it holds no bank data and no bundle of ours: `connect.js` only switches between
//! texts that stand in the page already.

use super::{loaded, visit};
use crate::backend::ConnectOffer;
use crate::i18n::connect::ConnectTexts;
use crate::page::PageContext;
use crate::pages::error::NotFound;
use crate::ui::icon::{Icon, shape};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn Connect() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let page = visit.page.clone();
    let call = async move { visit.backend.offer(&visit.viewer).await };
    loaded(call, move |offer| view! { <Content page offer/> }.into_any())
}

#[component]
fn Content(page: PageContext, offer: ConnectOffer) -> impl IntoView {
    let texts = ConnectTexts::of(page.lang);
    view! {
        <Title text=texts.title/>
        <div class="connect" data-connect="">
            <h1>{texts.title}</h1>
            <p class="lead">{texts.lead}</p>
            <Consent texts/>
            <section class="connect-action" aria-label=texts.button_label>
                <p class="connect-before">{texts.before}</p>
                <div id="anytime-connect" data-custom-ref=offer.custom_ref></div>
                <p class="connect-loading quiet" data-loading="">{texts.loading}</p>
                <noscript><p class="notice is-warning">{texts.no_script}</p></noscript>
                <div class="connect-help" role="status" aria-live="polite" data-help=""></div>
            </section>
            <Steps texts/>
            <Messages texts/>
        </div>
        // Ours first: it is listening when the bank's fails to load.
        <script type="module" src="/connect.js" nonce=page.nonce.clone()></script>
        <script src=offer.script nonce=page.nonce defer=true data-bank-script=""></script>
    }
}

#[component]
fn Consent(texts: &'static ConnectTexts) -> impl IntoView {
    let parts = [
        (shape::CHECK, texts.shared, vec![texts.shared_1, texts.shared_2, texts.shared_3], Some(texts.purpose)),
        (shape::SHIELD, texts.kept, vec![texts.kept_1, texts.kept_2, texts.kept_3], None),
        (shape::CROSS, texts.stop, vec![texts.stop_1, texts.stop_2], None),
    ];
    let parts = parts.map(|(drawing, title, lines, purpose)| {
        view! {
            <section class="consent-part">
                <h2><Icon shape=drawing/>{title}</h2>
                <ul>{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
                {purpose.map(|words| view! { <p>{words}</p> })}
            </section>
        }
    });
    view! { <div class="consent">{parts.collect_view()}</div> }
}

#[component]
fn Steps(texts: &'static ConnectTexts) -> impl IntoView {
    let steps = [
        ("window", texts.step_window),
        ("sign-in", texts.step_sign_in),
        ("access", texts.step_access),
        ("confirmed", texts.step_confirmed),
    ];
    let steps = steps.map(|(name, words)| {
        view! {
            <li class="step" data-step=name data-state="todo">
                <span class="step-words">{words}</span>
                <span class="step-state" data-todo=texts.state_todo data-now=texts.state_now data-done=texts.state_done>{texts.state_todo}</span>
            </li>
        }
    });
    view! {
        <section class="connect-steps" aria-labelledby="steps-title">
            <h2 id="steps-title">{texts.steps}</h2>
            <ol class="steps">{steps.collect_view()}</ol>
        </section>
    }
}

/// What a message asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tone {
    Plain,
    Good,
    Warning,
    Bad,
}

/// Every message of the way, ready to be shown by name.
#[component]
fn Messages(texts: &'static ConnectTexts) -> impl IntoView {
    let t = texts;
    let again = Some(("/connect", t.reload));
    let home = Some(("/dashboard", t.to_payments));
    [
        ("signing-in", Tone::Plain, "", t.signing_in, None),
        ("deciding", Tone::Plain, "", t.deciding, None),
        ("confirming", Tone::Plain, "", t.confirming, None),
        ("blocked", Tone::Warning, t.blocked, t.blocked_help, None),
        ("wrong-password", Tone::Warning, t.wrong_password, t.wrong_password_help, None),
        ("refused", Tone::Plain, t.refused, t.refused_help, None),
        ("closed", Tone::Plain, t.closed, t.closed_help, None),
        ("bank-error", Tone::Bad, t.bank_error, t.bank_error_help, None),
        ("unreachable", Tone::Bad, t.unreachable, t.unreachable_help, again),
        ("slow", Tone::Plain, t.slow, t.slow_help, home),
        ("linked", Tone::Good, t.linked, t.linked_help, home),
        ("not-saved", Tone::Bad, t.not_saved, t.not_saved_help, again),
        ("conflict", Tone::Bad, t.conflict, t.conflict_help, again),
        ("failed", Tone::Bad, t.failed, t.failed_help, again),
        ("revoked", Tone::Warning, t.revoked, t.revoked_help, again),
        ("signed-out", Tone::Warning, t.signed_out, t.signed_out_help, Some(("/sign-in", t.sign_in))),
    ]
    .into_iter()
    .map(|(name, tone, title, help, action)| view! { <Message name tone title help action/> })
    .collect_view()
}

#[component]
fn Message(
    name: &'static str,
    tone: Tone,
    title: &'static str,
    help: &'static str,
    action: Option<(&'static str, &'static str)>,
) -> impl IntoView {
    let class = match tone {
        Tone::Plain => "notice",
        Tone::Good => "notice is-good",
        Tone::Warning => "notice is-warning",
        Tone::Bad => "notice is-bad",
    };
    view! {
        <template data-message=name>
            <div class=class>
                {(!title.is_empty()).then(|| view! { <p class="notice-title">{title}</p> })}
                <p>{help}</p>
                {action.map(|(href, word)| view! { <a class="button" href=href>{word}</a> })}
            </div>
        </template>
    }
}
