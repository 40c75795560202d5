//! A labelled input with its hint and its problem, tied together for those who listen.

use leptos::prelude::*;

/// What differs between inputs, besides label and content.
#[derive(Debug, Clone, Copy)]
pub struct Input {
    /// Also its id, where nothing else is said.
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
    /// Where it is not its name.
    #[prop(optional)]
    id: Option<&'static str>,
    /// Which keys a telephone shows.
    #[prop(optional)]
    keys: Option<&'static str>,
) -> impl IntoView {
    let id = id.unwrap_or(input.name);
    let hint_id = hint.map(|_| format!("{id}-hint"));
    let problem_id = problem.as_ref().map(|_| format!("{id}-problem"));
    let described = [hint_id.clone(), problem_id.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let described = (!described.is_empty()).then_some(described);
    let invalid = problem.is_some().then_some("true");
    view! {
        <div class="field" class:is-wrong=invalid.is_some()>
            <label for=id>{label}</label>
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            <input
                id=id
                name=input.name
                type=input.kind
                value=value
                autocomplete=input.autocomplete
                inputmode=keys
                required=true
                aria-describedby=described
                aria-invalid=invalid
            />
            {problem.map(|problem| view! { <p class="field-problem" id=problem_id>{problem}</p> })}
        </div>
    }
}
