use super::{Problems, form_of, problem_at};
use crate::page::PageContext;
use crate::ui::field::{Field, Input};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/sign-up`
#[component]
pub fn SignUp() -> impl IntoView {
    let page = use_context::<PageContext>();
    let (texts, form) = form_of(page.as_ref());
    let name_problem = problem_at(texts, &form, "name");
    let email_problem = problem_at(texts, &form, "email");
    let password_problem = problem_at(texts, &form, "password");
    view! {
        <Title text=texts.sign_up/>
        <div class="door">
            <h1>{texts.sign_up}</h1>
            <p class="lead">{texts.sign_up_lead}</p>
            <Problems texts problems=form.problems/>
            <form method="post" action="/sign-up" novalidate=true>
                <Field
                    input=Input { name: "name", kind: "text", autocomplete: "name" }
                    label=texts.name hint=Some(texts.name_hint) value=form.name problem=name_problem
                />
                <Field
                    input=Input { name: "email", kind: "email", autocomplete: "username" }
                    label=texts.email value=form.email problem=email_problem
                />
                <Field
                    input=Input { name: "password", kind: "password", autocomplete: "new-password" }
                    label=texts.password hint=Some(texts.password_rules) problem=password_problem
                />
                <button class="button is-primary is-block" type="submit">{texts.sign_up}</button>
            </form>
            <p class="door-other">{texts.to_sign_in}" "<a href="/sign-in">{texts.sign_in}</a></p>
        </div>
    }
    .into_any()
}
