use super::{Problems, form_of, problem_at};
use crate::backend::{BackendError, SharedBackend};
use crate::i18n::account::AccountTexts;
use crate::page::{FormProblem, PageContext, RefusedForm};
use crate::pages::error::error_view;
use crate::ui::field::{Field, Input};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/reset-password/{secret}`: choosing a new password by a link that works once.
#[component]
pub fn ResetPassword() -> impl IntoView {
    let page = use_context::<PageContext>();
    let (texts, form) = form_of(page.as_ref());
    let (Some(page), Some(backend)) = (page, use_context::<SharedBackend>()) else {
        return ().into_any();
    };
    if form.problems.contains(&FormProblem::LinkExpired) {
        return view! { <Expired texts/> }.into_any();
    }
    let secret = page.path.strip_prefix("/reset-password/").unwrap_or_default().to_owned();
    Suspend::new(async move {
        match backend.reset_email(&secret).await {
            Ok(email) => view! { <Choice texts form email path=page.path/> }.into_any(),
            Err(BackendError::NotFound) => view! { <Expired texts/> }.into_any(),
            Err(error) => error_view(error.into()),
        }
    })
    .into_any()
}

#[component]
fn Choice(texts: &'static AccountTexts, form: RefusedForm, email: String, path: String) -> impl IntoView {
    let problem = problem_at(texts, &form, "password");
    view! {
        <Title text=texts.reset_title/>
        <div class="door">
            <h1>{texts.reset_title}</h1>
            <p class="lead">{texts.reset_lead}" "<strong><bdi>{email.clone()}</bdi></strong></p>
            <Problems texts problems=form.problems/>
            <form method="post" action=path novalidate=true>
                // For password managers, which file a password under a name.
                <input type="hidden" name="email" value=email autocomplete="username"/>
                <Field
                    input=Input { name: "password", kind: "password", autocomplete: "new-password" }
                    label=texts.password hint=Some(texts.password_rules) problem
                />
                <button class="button is-primary is-block" type="submit">{texts.reset_submit}</button>
            </form>
        </div>
    }
}

#[component]
fn Expired(texts: &'static AccountTexts) -> impl IntoView {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::GONE);
    }
    view! {
        <Title text=texts.expired/>
        <div class="door" data-testid="reset-expired">
            <h1>{texts.expired}</h1>
            <p class="lead">{texts.reset_expired_help}</p>
            <a class="button" href="/forgot-password">{texts.reset_again}</a>
        </div>
    }
}
