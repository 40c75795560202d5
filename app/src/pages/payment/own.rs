//! What a payment's owner writes on it: her category, tags and a note.

use crate::i18n::own::OwnTexts;
use crate::i18n::support::SupportTexts;
use crate::page::RefusedWriting;
use crate::ui::area::{Area, AreaProps};
use crate::ui::{place, query};
use domain::category::Category;
use domain::lang::Lang;
use domain::own::Own;
use domain::transaction::Transaction;
use leptos::prelude::*;

/// Her tags, each leading to the payments that have it.
#[component]
pub fn Tags(own: Own, lang: Lang) -> impl IntoView {
    let texts = OwnTexts::of(lang);
    let tags = own.tags.into_iter().map(|tag| {
        let href = query::address(&place::own("/dashboard"), [("tag", tag.as_str())]);
        let label = texts.payments_with(&tag);
        view! { <li><a class="own-tag" href=href aria-label=label><bdi>{tag}</bdi></a></li> }
    });
    let tags: Vec<_> = tags.collect();
    (!tags.is_empty()).then(|| view! { <ul class="own-tags" aria-label=texts.tags_of>{tags}</ul> })
}

/// Her note, for who only sees the page.
#[component]
pub fn NoteOf(own: Own, lang: Lang) -> impl IntoView {
    own.note.map(|note| {
        view! {
            <section class="own panel" aria-labelledby="own-heading">
                <h2 id="own-heading">{SupportTexts::of(lang).note_of}</h2>
                <p class="own-note" dir="auto">{note}</p>
            </section>
        }
    })
}

/// The form, with what is kept or what was refused.
#[component]
pub fn OwnWords(
    payment: Transaction,
    lang: Lang,
    #[prop(optional_no_strip)] refused: Option<RefusedWriting>,
    /// It has just been kept.
    saved: bool,
) -> impl IntoView {
    let texts = OwnTexts::of(lang);
    let bank = payment.own.category_bank.unwrap_or(payment.category);
    let shown = refused.unwrap_or_else(|| RefusedWriting {
        category: payment.own.category_bank.map_or_else(String::new, |_| payment.category.code().to_owned()),
        note: payment.own.note.clone().unwrap_or_default(),
        tags: payment.own.tags.join(", "),
        problems: Vec::new(),
    });
    let problem = |field| {
        let found = shown.problems.iter().filter(|problem| problem.field() == field);
        Some(found.map(|problem| texts.problem(*problem)).collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
    };
    let area = AreaProps {
        name: "note",
        label: texts.note,
        hint: texts.note_hint(),
        problem: problem("note"),
        id: None,
        value: shown.note.clone(),
    };
    view! {
        <section class="own panel" id="own" aria-labelledby="own-heading">
            <h2 id="own-heading">{texts.heading}</h2>
            <p class="quiet">{texts.lead}</p>
            {saved.then(|| view! { <p class="notice" role="status" data-testid="saved">{texts.saved}</p> })}
            <form method="post" action=format!("/transactions/{}", payment.key())>
                <CategoryChoice texts bank chosen=shown.category.clone() problem=problem("category")/>
                <TagsField texts value=shown.tags.clone() problem=problem("tags")/>
                {Area(area)}
                <button class="button is-primary" type="submit">{texts.save}</button>
            </form>
        </section>
    }
}

#[component]
fn CategoryChoice(
    texts: &'static OwnTexts,
    /// What the bank says.
    bank: Category,
    /// The code of her own; empty without one.
    chosen: String,
    #[prop(optional_no_strip)] problem: Option<String>,
) -> impl IntoView {
    let options = Category::ALL.iter().map(|category| {
        let selected = category.code() == chosen;
        view! { <option value=category.code() selected=selected>{category.name(texts.lang)}</option> }
    });
    let problem_id = problem.as_ref().map(|_| "category-problem");
    let invalid = problem.is_some().then_some("true");
    view! {
        <div class="field" class:is-wrong=invalid.is_some()>
            <label for="category">{texts.category}</label>
            <select id="category" name="category" aria-describedby=problem_id aria-invalid=invalid>
                <option value="">{texts.as_the_bank_says(bank.name(texts.lang))}</option>
                {options.collect_view()}
            </select>
            {problem.map(|problem| view! { <p class="field-problem" id=problem_id>{problem}</p> })}
        </div>
    }
}

#[component]
fn TagsField(
    texts: &'static OwnTexts,
    value: String,
    #[prop(optional_no_strip)] problem: Option<String>,
) -> impl IntoView {
    let problem_id = problem.as_ref().map(|_| "tags-problem");
    let described = problem_id.map_or_else(|| "tags-hint".to_owned(), |id| format!("tags-hint {id}"));
    let invalid = problem.is_some().then_some("true");
    view! {
        <div class="field" class:is-wrong=invalid.is_some()>
            <label for="tags">{texts.tags}</label>
            <p class="field-hint" id="tags-hint">{texts.tags_hint()}</p>
            <input id="tags" name="tags" type="text" value=value autocomplete="off" aria-describedby=described aria-invalid=invalid/>
            {problem.map(|problem| view! { <p class="field-problem" id=problem_id>{problem}</p> })}
        </div>
    }
}
