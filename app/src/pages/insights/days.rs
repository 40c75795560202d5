//! Spending by day, as a picture and as a table.

use super::List;
use super::picture::{Bar, Days, Hundredths, middle, named_days};
use crate::i18n::insights::InsightsTexts;
use domain::lang::Lang;
use domain::spending::Spending;
use leptos::prelude::*;

/// Heights in pixels: room for the axis's words, the bars, room for the days.
const TOP: i64 = 22;
const BARS: i64 = 132;
const BOTTOM: i64 = 24;

/// The picture is for those who see it; what it shows is said below it and stands in the table.
#[component]
pub fn ByDay(spending: Spending, list: List, lang: Lang) -> impl IntoView {
    let texts = InsightsTexts::of(lang);
    let words = match spending.busiest() {
        Some((day, spent)) => texts.busiest(list.month.day(day), spending.money(spent)),
        None => texts.no_day().to_owned(),
    };
    let id = format!("by-day-{}", spending.currency.code());
    view! {
        <section class="panel" aria-labelledby=id.clone()>
            <h2 id=id.clone()>{texts.by_day}</h2>
            <figure class="days-figure">
                <Picture spending=spending.clone() list=list.clone() lang/>
                <figcaption class="quiet">{words}</figcaption>
            </figure>
            <details class="twin">
                <summary>{texts.as_table}</summary>
                <Table spending list lang/>
            </details>
        </section>
    }
}

#[component]
fn Picture(spending: Spending, list: List, lang: Lang) -> impl IntoView {
    let texts = InsightsTexts::of(lang);
    let one = 10_i64.pow(spending.currency.exponent());
    let drawn = Days::draw(&spending.days, one, BARS);
    let axis = texts.on_axis(spending.money(drawn.most));
    let floor = Hundredths(TOP * 100 + drawn.zero.0).text();
    let days = list.month.days();
    let named = named_days(days).into_iter().map(|day| {
        let x = middle(day, days).percent();
        view! { <text class="days-word" x=x y=(TOP + BARS + BOTTOM - 6).to_string() text-anchor="middle">{day}</text> }
    });
    let slot = drawn.slot;
    let bars = drawn.bars.into_iter().map(|bar| {
        let words =
            format!("{}\u{a0}: {}", list.month.day(bar.day).display(lang), spending.money(bar.minor).display(lang));
        let href = list.day(bar.day);
        view! { <DayBar bar all_of_it=slot words href/> }
    });
    view! {
        <svg class="days-picture" width="100%" height=(TOP + BARS + BOTTOM).to_string() aria-hidden="true" focusable="false">
            <line class="days-line" x1="0" x2="100%" y1=TOP.to_string() y2=TOP.to_string()></line>
            <text class="days-word" x="0" y=(TOP - 6).to_string()>{axis}</text>
            {bars.collect_view()}
            <line class="days-floor" x1="0" x2="100%" y1=floor.clone() y2=floor></line>
            {named.collect_view()}
        </svg>
    }
}

/// A day's bar leads to its payments. All of its slot can be pressed; keyboards take the way through the table.
#[component]
fn DayBar(bar: Bar, all_of_it: Hundredths, words: String, href: String) -> impl IntoView {
    let slot_x = Hundredths(bar.x.0 - (all_of_it.0 - bar.width.0) / 2).percent();
    let y = Hundredths(TOP * 100 + bar.y.0).text();
    let given_back = bar.minor < 0;
    view! {
        <a href=href tabindex="-1">
            <title>{words}</title>
            <rect class="days-slot" x=slot_x y=TOP.to_string() width=all_of_it.percent() height=BARS.to_string()></rect>
            <rect class="days-bar" class:is-back=given_back x=bar.x.percent() y=y width=bar.width.percent() height=bar.height.text() rx="2"></rect>
        </a>
    }
}

/// Every day on which something happened.
#[component]
fn Table(spending: Spending, list: List, lang: Lang) -> impl IntoView {
    let texts = InsightsTexts::of(lang);
    let rows = (1_u8..).zip(spending.days.clone()).filter(|(_, minor)| *minor != 0).map(|(day, minor)| {
        let date = list.month.day(day);
        view! {
            <tr data-testid="day" data-day=date.iso() data-minor=minor.to_string()>
                <th scope="row"><a href=list.day(day)>{texts.day_of_month(date)}</a></th>
                <td class="is-number">{spending.money(minor).display(lang)}</td>
            </tr>
        }
    });
    view! {
        <table class="figures">
            <caption class="visually-hidden">{texts.by_day}</caption>
            <thead><tr><th scope="col">{texts.day}</th><th scope="col" class="is-number">{texts.amount}</th></tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}
