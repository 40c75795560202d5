use super::Back;
use crate::backend::TwoStep;
use crate::i18n::account::AccountTexts;
use crate::i18n::privacy::PrivacyTexts;
use crate::i18n::security::TwoStepTexts;
use crate::page::RefusedForm;
use crate::pages::account::{Problems, form_of, problem_at};
use crate::pages::error::NotFound;
use crate::pages::{loaded, visit};
use crate::ui::field::{Field, Input};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/settings/erase`: what erasing means, and the form that does it.
#[component]
pub fn Erase() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let texts = PrivacyTexts::of(visit.page.lang);
    let (words, form) = form_of(Some(&visit.page));
    let call = async move { visit.backend.two_step(&visit.viewer).await };
    loaded(call, move |two_step| {
        let asks_code = matches!(two_step, TwoStep::On { .. });
        view! { <Content texts words form asks_code/> }.into_any()
    })
}

#[component]
fn Content(
    texts: &'static PrivacyTexts,
    words: &'static AccountTexts,
    form: RefusedForm,
    asks_code: bool,
) -> impl IntoView {
    let problems = form.problems.clone();
    view! {
        <Title text=texts.erase_title/>
        <div class="settings is-form">
            <Back word=texts.back/>
            <h1>{texts.erase_title}</h1>
            <p class="lead">{texts.erase_lead}</p>
            <ul class="panel erase-what">
                {[texts.erase_1, texts.erase_2, texts.erase_3, texts.erase_4].map(|line| view! { <li>{line}</li> }).collect_view()}
            </ul>
            <p class="notice is-warning">{texts.erase_bank}</p>
            <p class="quiet">{texts.erase_backups}</p>
            <p>{texts.erase_first}" "<a href="/settings/download" download="">{texts.erase_first_link}</a>"."</p>
            <Problems texts=words problems/>
            <EraseForm texts words form asks_code/>
        </div>
    }
}

#[component]
fn EraseForm(
    texts: &'static PrivacyTexts,
    words: &'static AccountTexts,
    form: RefusedForm,
    asks_code: bool,
) -> impl IntoView {
    let (current, code) = (problem_at(words, &form, "current"), problem_at(words, &form, "code"));
    let sure = problem_at(words, &form, "sure");
    let described = sure.as_ref().map(|_| "sure-problem");
    let invalid = sure.as_ref().map(|_| "true");
    view! {
        <form class="settings-form" method="post" action="/settings/erase" novalidate=true>
            <Field
                input=Input { name: "current", kind: "password", autocomplete: "current-password" }
                label=texts.current problem=current
            />
            {asks_code.then(|| view! {
                <Field
                    input=Input { name: "code", kind: "text", autocomplete: "one-time-code" }
                    label=TwoStepTexts::of(texts.lang).any_code problem=code
                />
            })}
            <div class="sure">
                <label class="radio">
                    <input id="sure" type="checkbox" name="sure" value="yes" required=true aria-describedby=described aria-invalid=invalid/>
                    <span>{texts.sure}</span>
                </label>
                {sure.map(|problem| view! { <p class="field-problem" id="sure-problem">{problem}</p> })}
            </div>
            <button class="button is-danger" type="submit">{texts.erase_submit}</button>
        </form>
    }
}
