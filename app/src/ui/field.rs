//! A labelled input with its hint and its problem, tied together for those who listen.

use leptos::prelude::*;

/// What differs between inputs, besides label and content.
#[derive(Debug, Clone, Copy)]
pub struct Input {
    /// Also its id.
    pub name: &'static str,
    pub kind: &'static str,
    pub autocomplete: &'static str,
}

#[component]
pub fn Field(
    input: Input,
    label: &'static str,
    #[prop(optional)] value: String,
    #[prop(optional_no_strip)] hint: Option<&'static str>,
    #[prop(optional_no_strip)] problem: Option<String>,
) -> impl IntoView {
    let hint_id = hint.map(|_| format!("{}-hint", input.name));
    let problem_id = problem.as_ref().map(|_| format!("{}-problem", input.name));
    let described = [hint_id.clone(), problem_id.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let described = (!described.is_empty()).then_some(described);
    let invalid = problem.is_some().then_some("true");
    view! {
        <div class="field" class:is-wrong=invalid.is_some()>
            <label for=input.name>{label}</label>
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            <input
                id=input.name
                name=input.name
                type=input.kind
                value=value
                autocomplete=input.autocomplete
                required=true
                aria-describedby=described
                aria-invalid=invalid
            />
            {problem.map(|problem| view! { <p class="field-problem" id=problem_id>{problem}</p> })}
        </div>
    }
}
