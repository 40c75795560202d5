//! Choosing a password by a link that works once: an operator's invitation, or what a forgotten password is replaced by.

use super::{Problems, form_of, problem_at};
use crate::backend::{BackendError, SharedBackend};
use crate::i18n::account::AccountTexts;
use crate::page::{FormProblem, PageContext, RefusedForm};
use crate::pages::error::error_view;
use crate::ui::field::{Field, Input};
use leptos::prelude::*;
use leptos_meta::Title;

/// What one kind of links says.
struct Texts {
    title: &'static str,
    /// Before the address of the person.
    lead: &'static str,
    expired: &'static str,
    expired_help: &'static str,
    /// What to do then, and where.
    instead: &'static str,
    href: &'static str,
}

/// `/set-up/{token}`
#[component]
pub fn SetUp() -> impl IntoView {
    let texts = |all: &AccountTexts| Texts {
        title: all.set_up,
        lead: all.set_up_lead,
        expired: all.expired,
        expired_help: all.expired_help,
        instead: all.sign_in,
        href: "/sign-in",
    };
    by_link("/set-up/", texts, |backend, token| async move { backend.set_up_email(&token).await })
}

/// `/reset-password/{secret}`
#[component]
pub fn ResetPassword() -> impl IntoView {
    let texts = |all: &AccountTexts| Texts {
        title: all.reset_title,
        lead: all.reset_lead,
        expired: all.expired,
        expired_help: all.reset_expired_help,
        instead: all.reset_again,
        href: "/forgot-password",
    };
    by_link("/reset-password/", texts, |backend, secret| async move { backend.reset_email(&secret).await })
}

/// `email` asks whose link it is.
fn by_link<F>(
    place: &str,
    texts: fn(&AccountTexts) -> Texts,
    email: impl FnOnce(SharedBackend, String) -> F + Send + 'static,
) -> AnyView
where
    F: Future<Output = Result<String, BackendError>> + Send,
{
    let page = use_context::<PageContext>();
    let (all, form) = form_of(page.as_ref());
    let (Some(page), Some(backend)) = (page, use_context::<SharedBackend>()) else {
        return ().into_any();
    };
    let texts = texts(all);
    if form.problems.contains(&FormProblem::LinkExpired) {
        return view! { <Expired texts/> }.into_any();
    }
    let secret = page.path.strip_prefix(place).unwrap_or_default().to_owned();
    Suspend::new(async move {
        match email(backend, secret).await {
            Ok(email) => view! { <Choice all texts form email path=page.path/> }.into_any(),
            Err(BackendError::NotFound) => view! { <Expired texts/> }.into_any(),
            Err(error) => error_view(error.into()),
        }
    })
    .into_any()
}

#[component]
fn Choice(all: &'static AccountTexts, texts: Texts, form: RefusedForm, email: String, path: String) -> impl IntoView {
    let problem = problem_at(all, &form, "password");
    view! {
        <Title text=texts.title/>
        <div class="door">
            <h1>{texts.title}</h1>
            <p class="lead">{texts.lead}" "<strong><bdi>{email.clone()}</bdi></strong></p>
            <Problems texts=all problems=form.problems/>
            <form method="post" action=path novalidate=true>
                // For password managers, which file a password under a name.
                <input type="hidden" name="email" value=email autocomplete="username"/>
                <Field
                    input=Input { name: "password", kind: "password", autocomplete: "new-password" }
                    label=all.password hint=Some(all.password_rules) problem
                />
                <button class="button is-primary is-block" type="submit">{all.save_password}</button>
            </form>
        </div>
    }
}

#[component]
fn Expired(texts: Texts) -> impl IntoView {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::GONE);
    }
    view! {
        <Title text=texts.expired/>
        <div class="door" data-testid="link-expired">
            <h1>{texts.expired}</h1>
            <p class="lead">{texts.expired_help}</p>
            <a class="button" href=texts.href>{texts.instead}</a>
        </div>
    }
}
