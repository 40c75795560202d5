use super::{Problems, form_of, problem_at};
use crate::i18n::security::TwoStepTexts;
use crate::page::PageContext;
use crate::ui::field::{Field, Input};
use crate::ui::frame::here;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/sign-in/code`: the second step of signing in.
#[component]
pub fn SecondStep() -> impl IntoView {
    let page = use_context::<PageContext>();
    let (words, form) = form_of(page.as_ref());
    let texts = TwoStepTexts::of(words.lang);
    let problem = problem_at(words, &form, "code");
    // The query says where to go afterwards, so it goes along.
    let action = page.as_ref().map_or_else(|| "/sign-in/code".to_owned(), here);
    view! {
        <Title text=texts.sign_in_title/>
        <div class="door">
            <h1>{texts.sign_in_title}</h1>
            <p class="lead">{texts.sign_in_lead}</p>
            <Problems texts=words problems=form.problems/>
            <form method="post" action=action novalidate=true>
                <Field
                    input=Input { name: "code", kind: "text", autocomplete: "one-time-code" }
                    label=texts.any_code hint=Some(texts.sign_in_hint) problem
                />
                <button class="button is-primary is-block" type="submit">{texts.sign_in_submit}</button>
            </form>
            <p class="door-other"><a href="/sign-in">{texts.sign_in_again}</a></p>
        </div>
    }
    .into_any()
}
