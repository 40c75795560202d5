use super::{Problems, form_of, problem_at};
use crate::i18n::account::AccountTexts;
use crate::page::PageContext;
use crate::ui::field::{Field, Input};
use crate::ui::query;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/forgot-password`: asks for a link, and then says the same whoever asked.
#[component]
pub fn ForgotPassword() -> impl IntoView {
    let page = use_context::<PageContext>();
    let (texts, form) = form_of(page.as_ref());
    let sent = page.is_some_and(|page| query::value(&page.query, "sent").is_some());
    if sent && form.problems.is_empty() {
        return view! { <Sent texts/> }.into_any();
    }
    let problem = problem_at(texts, &form, "email");
    view! {
        <Title text=texts.forgot_title/>
        <div class="door">
            <h1>{texts.forgot_title}</h1>
            <p class="lead">{texts.forgot_lead}</p>
            <Problems texts problems=form.problems/>
            <form method="post" action="/forgot-password" novalidate=true>
                <Field
                    input=Input { name: "email", kind: "email", autocomplete: "username" }
                    label=texts.email value=form.email problem
                />
                <button class="button is-primary is-block" type="submit">{texts.forgot_submit}</button>
            </form>
            <p class="door-other"><a href="/sign-in">{texts.sign_in}</a></p>
        </div>
    }
    .into_any()
}

#[component]
fn Sent(texts: &'static AccountTexts) -> impl IntoView {
    view! {
        <Title text=texts.sent/>
        <div class="door" data-testid="reset-sent">
            <h1>{texts.sent}</h1>
            <p class="lead">{texts.sent_help}</p>
            <a class="button" href="/sign-in">{texts.sign_in}</a>
            <p class="door-other"><a href="/forgot-password">{texts.sent_again}</a></p>
        </div>
    }
}
