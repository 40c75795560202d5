use super::passkeys::Proof;
use crate::backend::{PasskeyDetail, PasskeyRow};
use crate::i18n::account::AccountTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::passkeys::PasskeyTexts;
use crate::page::{FormProblem, RefusedForm};
use crate::pages::account::{Problems, form_of, problem_at};
use crate::pages::error::NotFound;
use crate::pages::{loaded, visit};
use crate::ui::field::{Field, Input};
use crate::ui::icon::{Icon, shape};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/settings/passkeys/{id}`: one passkey, to be named or removed.
#[component]
pub fn PasskeyPage() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let texts = PasskeyTexts::of(visit.page.lang);
    let (words, form) = form_of(Some(&visit.page));
    let Some(id) = visit.page.path.strip_prefix("/settings/passkeys/").map(str::to_owned) else {
        return view! { <NotFound/> }.into_any();
    };
    let call = async move { visit.backend.passkey(&visit.viewer, &id).await };
    loaded(call, move |detail| view! { <Content texts words form detail/> }.into_any())
}

#[component]
fn Content(
    texts: &'static PasskeyTexts,
    words: &'static AccountTexts,
    form: RefusedForm,
    detail: PasskeyDetail,
) -> impl IntoView {
    let PasskeyDetail { passkey, asks_code } = detail;
    let problems = form.problems.clone();
    // Which of the two forms was refused, its problems tell.
    let naming = problem_at(words, &form, "name");
    let typed = if naming.is_some() { form.name.clone() } else { passkey.name.clone() };
    let action = format!("/settings/passkeys/{}", passkey.id);
    view! {
        <Title text=texts.one_title/>
        <div class="settings is-form">
            <a class="back" href="/settings/passkeys"><Icon shape=shape::LEFT/>{texts.back}</a>
            <h1>{texts.one_title}</h1>
            <Problems texts=words problems/>
            <Facts texts passkey/>
            <form class="settings-form" method="post" action=format!("{action}/name") novalidate=true>
                <Field
                    input=Input { name: "name", kind: "text", autocomplete: "off" }
                    label=texts.name value=typed hint=Some(texts.name_hint) problem=naming
                />
                <button class="button is-primary" type="submit">{texts.save}</button>
            </form>
            <Remove texts words form asks_code action=format!("{action}/remove")/>
        </div>
    }
}

#[component]
fn Facts(texts: &'static PasskeyTexts, passkey: PasskeyRow) -> impl IntoView {
    let moment = |at: &str| LiveTexts::of(texts.lang).moment(at);
    let used = match passkey.used_at {
        Some(at) => view! { <time datetime=at.clone()>{moment(&at)}</time> }.into_any(),
        None => texts.unused.into_any(),
    };
    view! {
        <dl class="facts-list panel" data-testid="passkey-facts">
            <div><dt>{texts.name}</dt><dd><bdi>{passkey.name}</bdi></dd></div>
            <div><dt>{texts.created}</dt><dd><time datetime=passkey.created_at.clone()>{moment(&passkey.created_at)}</time></dd></div>
            <div><dt>{texts.used}</dt><dd>{used}</dd></div>
            <div><dt>{texts.kept}</dt><dd>{texts.kept_words(passkey.synced)}</dd></div>
        </dl>
    }
}

/// Unfolded first, so that it is never one slip away.
#[component]
fn Remove(
    texts: &'static PasskeyTexts,
    words: &'static AccountTexts,
    form: RefusedForm,
    asks_code: bool,
    action: String,
) -> impl IntoView {
    let open =
        form.problems.iter().any(|problem| !matches!(problem, FormProblem::NameMissing | FormProblem::NameTooLong));
    let (current, code) = (problem_at(words, &form, "current"), problem_at(words, &form, "code"));
    view! {
        <details class="forget" open=open>
            <summary class="button is-danger-quiet">{texts.remove}</summary>
            <form class="settings-form" method="post" action=action novalidate=true>
                <h2>{texts.remove_title}</h2>
                <p>{texts.remove_help}</p>
                <Proof texts asks_code current code/>
                <button class="button is-danger" type="submit">{texts.remove_submit}</button>
            </form>
        </details>
    }
}
