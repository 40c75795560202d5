use super::VerdictWord;
use crate::backend::{Difference, Try, Verdict};
use crate::i18n::desk::DeskTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::ui::icon::{Icon, shape};
use domain::lang::Lang;
use leptos::prelude::*;

/// Every arrival of a reference, side by side, with what it says differently.
#[component]
pub fn Tries(
    lang: Lang,
    tries: Vec<Try>,
    /// The one that the page is about.
    current: i64,
) -> impl IntoView {
    let texts = DeskTexts::of(lang);
    (!tries.is_empty()).then(|| {
        view! {
            <section data-testid="tries">
                <h2>{texts.tries}</h2>
                <p class="quiet">{texts.tries_help}</p>
                <ol class="tries">
                    {tries.into_iter().map(|one| view! { <OneTry lang one current/> }).collect_view()}
                </ol>
            </section>
        }
    })
}

#[component]
fn OneTry(lang: Lang, one: Try, current: i64) -> impl IntoView {
    let (texts, operator) = (DeskTexts::of(lang), OperatorTexts::of(lang));
    let (is_conflict, is_base, is_this) = (one.is_conflict(), one.is_base, one.row.id == current);
    let counts = is_base && one.row.verdict == Verdict::Accepted;
    let row = one.row;
    let attempt = row.current_try.map_or_else(|| "—".to_owned(), |attempt| operator.try_of(attempt, row.max_tries));
    let title = format!("{} {attempt}", operator.attempt);
    let title = if is_this {
        view! { <span>{title}" "<span class="quiet">"("{operator.this_one}")"</span></span> }.into_any()
    } else {
        view! { <a href=format!("/operator/deliveries/{}", row.id)>{title}</a> }.into_any()
    };
    view! {
        <li class="try" data-testid="try" data-base=is_base.to_string() data-conflict=is_conflict.to_string() aria-current=is_this.then_some("true")>
            <h3>{title}</h3>
            <p class="quiet">{LiveTexts::of(lang).moment(&row.received_at)}</p>
            <p class="try-verdict">
                <VerdictWord texts=operator verdict=row.verdict/>
                {counts.then(|| view! { <span class="tag"><Icon shape=shape::CHECK/>{texts.counts}</span> })}
            </p>
            {(!row.reason.is_empty()).then(|| view! { <code class="reason quiet">{row.reason}</code> })}
            <p class="quiet">{texts.answered}" "<code>{one.answered}</code>", "<code>{row.peer}</code></p>
            {(!is_base).then(|| view! { <Differs texts differences=one.differences is_conflict/> })}
        </li>
    }
}

/// What it says differently from the one that counts; what every try changes is folded away.
#[component]
fn Differs(texts: &'static DeskTexts, differences: Option<Vec<Difference>>, is_conflict: bool) -> impl IntoView {
    let Some(differences) = differences else {
        return view! { <p class="quiet">{texts.not_comparable}</p> }.into_any();
    };
    let (usual, telling): (Vec<_>, Vec<_>) = differences.into_iter().partition(|difference| difference.usual);
    let head = if is_conflict {
        view! { <p class="try-word is-bad"><Icon shape=shape::WARNING/>{texts.other_content}</p> }
    } else {
        view! { <p class="try-word"><Icon shape=shape::LINK/>{texts.same_content}</p> }
    };
    view! {
        {head}
        <FieldList texts differences=telling/>
        {(!usual.is_empty()).then(|| view! {
            <details class="try-usual">
                <summary>{texts.usual}</summary>
                <FieldList texts differences=usual/>
            </details>
        })}
    }
    .into_any()
}

#[component]
fn FieldList(texts: &'static DeskTexts, differences: Vec<Difference>) -> impl IntoView {
    let value = |value: Option<String>| match value {
        Some(value) => view! { <code>{value}</code> }.into_any(),
        None => view! { <span class="quiet">{texts.absent}</span> }.into_any(),
    };
    (!differences.is_empty()).then(|| {
        let items = differences.into_iter().map(|difference| {
            view! {
                <div>
                    <dt><code>{difference.field}</code></dt>
                    <dd>{value(difference.before)}<span class="arrow" aria-hidden="true">"→"</span>{value(difference.after)}</dd>
                </div>
            }
        });
        view! { <dl class="field-changes">{items.collect_view()}</dl> }
    })
}
