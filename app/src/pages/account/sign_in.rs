use super::{Problems, form_of, problem_at};
use crate::page::PageContext;
use crate::ui::field::{Field, Input};
use crate::ui::frame::here;
use crate::ui::query;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/sign-in`
#[component]
pub fn SignIn() -> impl IntoView {
    let page = use_context::<PageContext>();
    let (texts, form) = form_of(page.as_ref());
    let email_problem = problem_at(texts, &form, "email");
    let password_problem = problem_at(texts, &form, "password");
    // The query says where to go afterwards, so it goes along.
    let action = page.as_ref().map_or_else(|| "/sign-in".to_owned(), here);
    let changed = form.problems.is_empty() && page.is_some_and(|page| query::value(&page.query, "changed").is_some());
    view! {
        <Title text=texts.sign_in/>
        <div class="door">
            <h1>{texts.sign_in}</h1>
            <p class="lead">{texts.sign_in_lead}</p>
            {changed.then(|| view! { <p class="notice is-good" role="status" data-testid="changed">{texts.changed}</p> })}
            <Problems texts problems=form.problems/>
            <form method="post" action=action novalidate=true>
                <Field
                    input=Input { name: "email", kind: "email", autocomplete: "username" }
                    label=texts.email value=form.email problem=email_problem
                />
                <Field
                    input=Input { name: "password", kind: "password", autocomplete: "current-password" }
                    label=texts.password problem=password_problem
                />
                <button class="button is-primary is-block" type="submit">{texts.sign_in}</button>
            </form>
            <p class="door-other"><a href="/forgot-password">{texts.forgot}</a></p>
            <p class="door-other">{texts.to_sign_up}" "<a href="/sign-up">{texts.sign_up}</a></p>
        </div>
    }
    .into_any()
}
