use super::Back;
use crate::i18n::security::SecurityTexts;
use crate::pages::account::{Problems, form_of, problem_at};
use crate::pages::error::NotFound;
use crate::pages::visit;
use crate::ui::field::{Field, Input};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/settings/password`
#[component]
pub fn ChangePassword() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let texts = SecurityTexts::of(visit.page.lang);
    let (words, form) = form_of(Some(&visit.page));
    let (current, new) = (problem_at(words, &form, "current"), problem_at(words, &form, "password"));
    view! {
        <Title text=texts.password_title/>
        <div class="settings is-form">
            <Back word=texts.back/>
            <h1>{texts.password_title}</h1>
            <p class="lead">{texts.password_lead}</p>
            <Problems texts=words problems=form.problems/>
            <form class="settings-form" method="post" action="/settings/password" novalidate=true>
                // For password managers, which file a password under a name.
                <input type="hidden" name="email" value=visit.viewer.email autocomplete="username"/>
                <Field
                    input=Input { name: "current", kind: "password", autocomplete: "current-password" }
                    label=texts.current problem=current
                />
                <Field
                    input=Input { name: "password", kind: "password", autocomplete: "new-password" }
                    label=texts.new hint=Some(words.password_rules) problem=new
                />
                <button class="button is-primary" type="submit">{texts.password_submit}</button>
            </form>
        </div>
    }
    .into_any()
}
