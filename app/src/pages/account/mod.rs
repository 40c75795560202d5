//! Signing up, signing in, new passwords, and being set up by an operator. Plain forms, posted to their own address.

pub mod by_link;
pub mod code;
pub mod erased;
pub mod forgot;
pub mod sign_in;
pub mod sign_up;

pub use by_link::{ResetPassword, SetUp};
pub use code::SecondStep;
pub use erased::Erased;
pub use forgot::ForgotPassword;
pub use sign_in::SignIn;
pub use sign_up::SignUp;

use crate::i18n::account::AccountTexts;
use crate::page::{FormProblem, PageContext, RefusedForm};
use leptos::prelude::*;

/// The texts, and the form that was refused, if one was.
pub(super) fn form_of(page: Option<&PageContext>) -> (&'static AccountTexts, RefusedForm) {
    let texts = AccountTexts::of(page.map(|page| page.lang).unwrap_or_default());
    (texts, page.and_then(|page| page.form.clone()).unwrap_or_default())
}

/// The words beside an input.
pub(super) fn problem_at(texts: &AccountTexts, form: &RefusedForm, field: &str) -> Option<String> {
    let problem = form.problems.iter().find(|problem| problem.field() == Some(field))?;
    Some(texts.problem(*problem))
}

/// What is wrong, all together and before the form. It takes the focus, and leads to each input.
#[component]
pub(super) fn Problems(texts: &'static AccountTexts, problems: Vec<FormProblem>) -> impl IntoView {
    if problems.is_empty() {
        return None;
    }
    let items = problems.into_iter().map(|problem| {
        let words = texts.problem(problem);
        match problem.field() {
            Some(field) => view! { <li><a href=format!("#{field}")>{words}</a></li> }.into_any(),
            None => view! { <li>{words}</li> }.into_any(),
        }
    });
    Some(view! {
        <div class="problems" role="alert" tabindex="-1" autofocus=true data-testid="problems">
            <h2>{texts.problems}</h2>
            <ul>{items.collect_view()}</ul>
        </div>
    })
}
