//! A field for several lines.

use leptos::prelude::*;

/// A labelled field with its hint and its problem, tied together for those who listen.
#[component]
pub fn Area(
    name: &'static str,
    label: &'static str,
    value: String,
    hint: &'static str,
    #[prop(optional_no_strip)] problem: Option<String>,
    /// Where it is not its name.
    #[prop(optional)]
    id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.to_owned());
    let (hint_id, problem_id) = (format!("{id}-hint"), problem.as_ref().map(|_| format!("{id}-problem")));
    let described = [Some(hint_id.clone()), problem_id.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let invalid = problem.is_some().then_some("true");
    view! {
        <div class="field" class:is-wrong=invalid.is_some()>
            <label for=id.clone()>{label}</label>
            <p class="field-hint" id=hint_id>{hint}</p>
            <textarea id=id name=name rows="3" aria-describedby=described aria-invalid=invalid inner_html=content(&value)></textarea>
            {problem.map(|problem| view! { <p class="field-problem" id=problem_id>{problem}</p> })}
        </div>
    }
}

/// A text as the content of this element. The framework writes it as it is, so it is made harmless here. The first line break
/// is the element's own, and a text that begins with one would lose it.
fn content(text: &str) -> String {
    let mut safe = String::from("\n");
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xs_04_a_text_cannot_leave_its_field() {
        assert_eq!(content("</textarea><img src=x>&amp;\"'"), "\n&lt;/textarea&gt;&lt;img src=x&gt;&amp;amp;&quot;'");
    }
}
