//! What comes again, and when it is expected.

use crate::i18n::insights::InsightsTexts;
use crate::ui::icon::{Icon, shape};
use crate::ui::payment::merchant_name;
use domain::calendar::Day;
use domain::lang::Lang;
use domain::money::Money;
use domain::month::Month;
use domain::recurring::Recurring;
use leptos::prelude::*;

#[component]
pub fn RecurringPayments(recurring: Vec<Recurring>, month: Month, today: Day, lang: Lang) -> impl IntoView {
    let texts = InsightsTexts::of(lang);
    let to_come = still_to_come(&recurring, month);
    let none = recurring.is_empty();
    let rows = recurring.into_iter().map(|one| view! { <Row recurring=one today lang/> });
    view! {
        <section class="panel" aria-labelledby="recurring">
            <h2 id="recurring">{texts.recurring}</h2>
            {none.then(|| view! { <p class="quiet">{texts.recurring_none}</p> })}
            {(!to_come.is_empty()).then(|| view! { <p data-testid="still-to-come">{texts.still_to_come(&to_come, month)}</p> })}
            <ul class="recurring">{rows.collect_view()}</ul>
        </section>
    }
}

#[component]
fn Row(recurring: Recurring, today: Day, lang: Lang) -> impl IntoView {
    let texts = InsightsTexts::of(lang);
    let late = recurring.next < today;
    let name = merchant_name(&recurring.merchant, lang);
    view! {
        <li class="recurring-row" data-testid="recurring" data-next=recurring.next.iso() data-minor=recurring.amount.minor.to_string()>
            <span class="recurring-what">
                <strong><bdi>{name}</bdi></strong>
                <span class="quiet">{texts.rhythm(recurring.rhythm)}" · "{recurring.category.name(lang)}</span>
            </span>
            <span class="recurring-when">
                <span class="amount">{texts.usual(&recurring)}</span>
                <span class="quiet">
                    {texts.expected(recurring.next)}
                    {late.then(|| view! { ", "<span class="status" data-status="A"><Icon shape=shape::CLOCK/>{texts.late}</span> })}
                </span>
            </span>
        </li>
    }
}

/// What is expected before the month ends, by currency.
fn still_to_come(recurring: &[Recurring], month: Month) -> Vec<Money> {
    let mut sums: Vec<Money> = Vec::new();
    for amount in recurring.iter().filter(|one| one.next <= month.last()).map(|one| one.amount) {
        match sums.iter_mut().find(|sum| sum.currency == amount.currency) {
            Some(sum) => sum.minor = sum.minor.saturating_add(amount.minor),
            None => sums.push(amount),
        }
    }
    sums
}
