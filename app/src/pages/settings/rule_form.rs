//! The form of a rule: a new one, or one that is changed.

use crate::backend::CardChoice;
use crate::i18n::alerts::AlertTexts;
use crate::page::RefusedRule;
use domain::alerts::{RuleKind, RuleView, TypedRule};
use domain::lang::Lang;
use domain::money::{Currency, Money};
use leptos::prelude::*;

/// What the form of a rule that is there shows.
pub fn typed(rule: &RuleView, lang: Lang) -> TypedRule {
    let condition = rule.rule.condition;
    let limit = condition.limit();
    let decimal = limit.map(Money::decimal).unwrap_or_default();
    TypedRule {
        kind: condition.kind().code().to_owned(),
        amount: if lang == Lang::Fr { decimal.replace('.', ",") } else { decimal },
        currency: limit.map(|limit| limit.currency.code().to_owned()).unwrap_or_default(),
        card: rule.rule.card.as_ref().map(ToString::to_string).unwrap_or_default(),
        ways: rule.ways,
    }
}

/// Works without a script: which fields a condition needs is the style sheet's business.
#[component]
pub fn RuleForm(
    texts: &'static AlertTexts,
    action: String,
    submit: &'static str,
    cards: Vec<CardChoice>,
    /// What is shown, and what is wrong with it.
    shown: RefusedRule,
) -> impl IntoView {
    let RefusedRule { typed, problems } = shown;
    let said = |field: Option<&'static str>| {
        let found = problems.iter().filter(|problem| problem.field() == field);
        Some(found.map(|problem| texts.problem(*problem)).collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
    };
    let whole =
        said(None).map(|words| view! { <p class="notice is-bad" role="alert" data-testid="rule-problem">{words}</p> });
    let kinds = RuleKind::ALL.map(|kind| view! { <Kind texts kind chosen={kind.code() == typed.kind}/> });
    let kind_problem = said(Some("kind")).map(|words| view! { <p class="field-problem" id="kind-problem">{words}</p> });
    let kind_described = kind_problem.is_some().then_some("kind-problem");
    view! {
        <form class="rule-form" method="post" action=action>
            {whole}
            <fieldset class="rule-kinds" aria-describedby=kind_described>
                <legend>{texts.kind}</legend>
                {kinds.collect_view()}
                {kind_problem}
            </fieldset>
            <div class="rule-fields">
                <Amount texts value=typed.amount.clone() problem=said(Some("amount"))/>
                <CurrencyChoice texts cards=cards.clone() chosen=typed.currency.clone() problem=said(Some("currency"))/>
                <CardSelect texts cards chosen=typed.card.clone() problem=said(Some("card"))/>
            </div>
            <fieldset class="rule-ways">
                <legend>{texts.ways}</legend>
                <Way name="mail" word=texts.by_mail on=typed.ways.mail/>
                <Way name="push" word=texts.by_push on=typed.ways.push/>
                <p class="field-hint">{texts.in_page}</p>
            </fieldset>
            <button class="button is-primary" type="submit">{submit}</button>
        </form>
    }
}

#[component]
fn Kind(texts: &'static AlertTexts, kind: RuleKind, chosen: bool) -> impl IntoView {
    let (title, help) = texts.kind_words(kind);
    view! {
        <label class="radio">
            <input type="radio" name="kind" value=kind.code() checked=chosen required=true/>
            <span><strong>{title}</strong><span class="quiet">{help}</span></span>
        </label>
    }
}

#[component]
fn Amount(
    texts: &'static AlertTexts,
    value: String,
    #[prop(optional_no_strip)] problem: Option<String>,
) -> impl IntoView {
    let problem_id = problem.as_ref().map(|_| "amount-problem");
    let invalid = problem.is_some().then_some("true");
    view! {
        <div class="field rule-limit" class:is-wrong=invalid.is_some()>
            <label for="amount">{texts.amount}</label>
            <input id="amount" name="amount" type="text" inputmode="decimal" autocomplete="off" maxlength="24" value=value aria-describedby=problem_id aria-invalid=invalid/>
            {problem.map(|problem| view! { <p class="field-problem" id=problem_id>{problem}</p> })}
        </div>
    }
}

/// Asked of those only who have cards in several currencies; of a card's rule, the card's counts.
#[component]
fn CurrencyChoice(
    texts: &'static AlertTexts,
    cards: Vec<CardChoice>,
    chosen: String,
    #[prop(optional_no_strip)] problem: Option<String>,
) -> impl IntoView {
    let mut currencies: Vec<Currency> = cards.iter().map(|card| card.currency).collect();
    currencies.extend(Currency::parse(&chosen));
    currencies.sort_unstable();
    currencies.dedup();
    if currencies.len() < 2 {
        let only = currencies.first().map_or_else(|| Currency::EUR.code().to_owned(), |only| only.code().to_owned());
        return view! { <input type="hidden" name="currency" value=only/> }.into_any();
    }
    let options = currencies.into_iter().map(|currency| {
        let code = currency.code().to_owned();
        let selected = code == chosen;
        view! { <option value=code.clone() selected=selected>{code.clone()}</option> }
    });
    view! {
        <div class="field rule-limit">
            <label for="currency">{texts.currency}</label>
            <select id="currency" name="currency">{options.collect_view()}</select>
            {problem.map(|problem| view! { <p class="field-problem">{problem}</p> })}
        </div>
    }
    .into_any()
}

#[component]
fn CardSelect(
    texts: &'static AlertTexts,
    cards: Vec<CardChoice>,
    chosen: String,
    #[prop(optional_no_strip)] problem: Option<String>,
) -> impl IntoView {
    // A rule may be about a card that is no more.
    let gone = (!chosen.is_empty() && !cards.iter().any(|card| card.card_ref.as_str() == chosen))
        .then(|| view! { <option value=chosen.clone() selected=true>{chosen.clone()}</option> });
    let options = cards.into_iter().map(|card| {
        let selected = card.card_ref.as_str() == chosen;
        view! { <option value=card.card_ref.to_string() selected=selected>{card.words()}</option> }
    });
    let options = options.collect_view();
    let problem_id = problem.as_ref().map(|_| "card-problem");
    let invalid = problem.is_some().then_some("true");
    view! {
        <div class="field" class:is-wrong=invalid.is_some()>
            <label for="card">{texts.card}</label>
            <select id="card" name="card" aria-describedby=problem_id aria-invalid=invalid>
                <option value="">{texts.all_cards}</option>
                {options}
                {gone}
            </select>
            {problem.map(|problem| view! { <p class="field-problem" id=problem_id>{problem}</p> })}
        </div>
    }
}

#[component]
fn Way(name: &'static str, word: &'static str, on: bool) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name=name value="yes" checked=on/>
            <span>{word}</span>
        </label>
    }
}

/// What the form of a new rule shows.
pub fn empty() -> RefusedRule {
    let typed = TypedRule { kind: RuleKind::Amount.code().to_owned(), ..TypedRule::default() };
    RefusedRule { typed, problems: Vec::new() }
}
