//! The current month above the list: what was spent, beside the month before, by day and by category.

use crate::backend::Glance;
use crate::i18n::insights::InsightsTexts;
use crate::pages::insights::PATH;
use crate::pages::insights::picture::{SMALL_HEIGHT, SMALL_SLOT, small_bars};
use crate::ui::icon::{Icon, shape};
use crate::ui::place::own;
use domain::calendar::clock_minutes;
use domain::lang::Lang;
use domain::month::Month;
use domain::spending::{Against, Spending};
use leptos::prelude::*;

/// The categories that are named.
const NAMED: usize = 3;

/// Nothing where nothing was spent lately. Its figures are those of the moment at which the page was opened, and say so.
#[component]
pub fn GlanceStrip(glance: Glance, lang: Lang) -> impl IntoView {
    let texts = InsightsTexts::of(lang);
    let month = Month::of(glance.today);
    let nothing = glance.spending.is_empty();
    let currency = glance.before.first().map(|before| before.currency);
    // A month that has just begun is shown as what it is: nothing yet, after a month of something.
    let begun = currency.filter(|_| nothing).map(|currency| Spending::none(currency, month));
    let sums: Vec<Spending> = glance.spending.iter().cloned().chain(begun).collect();
    if sums.is_empty() {
        return None;
    }
    let clock = texts.glance_as_of(clock_minutes(&glance.as_of));
    let label = texts.month_link(month);
    let before = glance.before;
    let parts = sums.into_iter().map(|spending| {
        let against = Against::of(&spending, &before, month, glance.today);
        view! { <Part spending against month lang/> }
    });
    Some(view! {
        <section class="glance" aria-label=label data-testid="glance">
            {parts.collect_view()}
            <p class="glance-more">
                <a href=own(PATH)>{texts.see}<Icon shape=shape::RIGHT/></a>
                <time class="quiet" datetime=glance.as_of>{clock}</time>
            </p>
        </section>
    })
}

#[component]
fn Part(spending: Spending, against: Against, month: Month, lang: Lang) -> impl IntoView {
    let texts = InsightsTexts::of(lang);
    let categories = spending.categories.iter().filter(|sum| sum.spent > 0).take(NAMED).map(|sum| {
        view! { <li><span>{sum.category.name(lang)}</span><span class="amount">{spending.money(sum.spent).display(lang)}</span></li> }
    });
    let total = spending.money(spending.spent);
    view! {
        <div class="glance-part">
            <div class="glance-sum">
                <p class="total-label">{texts.in_month(month)}</p>
                <p class="glance-spent" data-testid="glance-spent" data-minor=total.minor.to_string()>{total.display(lang)}</p>
                <p class="glance-against">{texts.against(&against, month)}</p>
            </div>
            <Small spending=spending.clone()/>
            <ul class="glance-categories">{categories.collect_view()}</ul>
        </div>
    }
}

/// The days as a small picture; its table is on the month's page.
#[component]
fn Small(spending: Spending) -> impl IntoView {
    let width = i64::try_from(spending.days.len()).unwrap_or(0) * SMALL_SLOT;
    let frame = format!("0 0 {width} {SMALL_HEIGHT}");
    view! {
        <svg class="glance-days" viewBox=frame preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <path d=small_bars(&spending.days)></path>
        </svg>
    }
}
