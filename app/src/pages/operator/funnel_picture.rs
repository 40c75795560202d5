//! The funnel as pictures. They are for those who see them; what they show stands in tables.

use crate::backend::{Funnel, FunnelDay, FunnelStep};
use crate::i18n::funnel::FunnelTexts;
use crate::pages::insights::picture::{Bar, Days, Hundredths, length, middle};
use leptos::prelude::*;

/// Heights in pixels: of a step with its words, and of its bar.
const STEP: i64 = 40;
const WORDS: i64 = 14;
const BAR: i64 = 14;

/// The days' picture: room for the axis's words, the bars, room for the days.
const TOP: i64 = 22;
const BARS: i64 = 132;
const BOTTOM: i64 = 24;

/// One bar for each step of the path, under its words.
#[component]
pub fn Path(texts: &'static FunnelTexts, funnel: Funnel) -> impl IntoView {
    let begun = funnel.came_to(FunnelStep::Shown);
    let steps = FunnelStep::PATH.map(|step| (step, funnel.came_to(step)));
    let height = STEP * i64::try_from(steps.len()).unwrap_or_default();
    let bars = (0_i64..).zip(steps).map(|(place, (step, here))| {
        let words = (place * STEP + WORDS - 3).to_string();
        let top = (place * STEP + WORDS).to_string();
        let count = format!("{} · {}", texts.number(here), texts.percent(here, begun));
        view! {
            <text class="days-word" x="0" y=words.clone()>{texts.step(step)}</text>
            <text class="days-word" x="100%" y=words text-anchor="end">{count}</text>
            <rect class="funnel-whole" x="0" y=top.clone() width="100%" height=BAR.to_string() rx="3"></rect>
            <rect class="days-bar" x="0" y=top width=length(here, begun).percent() height=BAR.to_string() rx="3"></rect>
        }
    });
    view! {
        <svg class="days-picture" width="100%" height=height.to_string() aria-hidden="true" focusable="false">
            {bars.collect_view()}
        </svg>
    }
}

/// Attempts that began on each day, and before them those that came to a link.
#[component]
pub fn ByDay(texts: &'static FunnelTexts, funnel: Funnel) -> impl IntoView {
    view! {
        <figure class="days-figure">
            <DaysPicture texts days=funnel.days.clone()/>
            <figcaption class="funnel-legend quiet">
                <span class="funnel-begun">{texts.shown}</span>
                <span class="funnel-kept">{texts.kept}</span>
            </figcaption>
        </figure>
        <details class="twin">
            <summary>{texts.as_table}</summary>
            <DaysTable texts days=funnel.days/>
        </details>
    }
}

#[component]
fn DaysPicture(texts: &'static FunnelTexts, days: Vec<FunnelDay>) -> impl IntoView {
    let begun: Vec<i64> = days.iter().map(|day| day.came_to(FunnelStep::Shown)).collect();
    let drawn = Days::draw(&begun, 1, BARS);
    let axis = texts.number(drawn.most);
    let floor = Hundredths(TOP * 100 + drawn.zero.0).text();
    let most = drawn.most.max(1);
    let bars = drawn.bars.into_iter().filter_map(|bar| {
        let day = days.get(usize::from(bar.day) - 1)?;
        let kept = day.came_to(FunnelStep::Kept);
        let words = format!(
            "{}\u{a0}: {} {}, {} {}",
            day.day.display(texts.lang),
            texts.number(bar.minor),
            texts.shown.to_lowercase(),
            texts.number(kept),
            texts.kept.to_lowercase()
        );
        Some(view! { <DayBars bar kept=kept * BARS * 100 / most words/> })
    });
    let named = named(&days);
    let count = u8::try_from(days.len()).unwrap_or(u8::MAX);
    let names = named.into_iter().map(|(place, words, anchor)| {
        let x = match anchor {
            "start" => "0".to_owned(),
            "end" => "100%".to_owned(),
            _ => middle(place, count).percent(),
        };
        let words = words.display(texts.lang);
        view! { <text class="days-word" x=x y=(TOP + BARS + BOTTOM - 6).to_string() text-anchor=anchor>{words}</text> }
    });
    view! {
        <svg class="days-picture" width="100%" height=(TOP + BARS + BOTTOM).to_string() aria-hidden="true" focusable="false">
            <line class="days-line" x1="0" x2="100%" y1=TOP.to_string() y2=TOP.to_string()></line>
            <text class="days-word" x="0" y=(TOP - 6).to_string()>{axis}</text>
            {bars.collect_view()}
            <line class="days-floor" x1="0" x2="100%" y1=floor.clone() y2=floor></line>
            {names.collect_view()}
        </svg>
    }
}

/// `kept` is the height of the bar in front, in hundredths of a pixel.
#[component]
fn DayBars(bar: Bar, kept: i64, words: String) -> impl IntoView {
    let y = Hundredths(TOP * 100 + bar.y.0).text();
    let kept = kept.clamp(0, bar.height.0);
    let kept_y = Hundredths(TOP * 100 + bar.y.0 + bar.height.0 - kept).text();
    let (x, width) = (bar.x.percent(), bar.width.percent());
    view! {
        <g>
            <title>{words}</title>
            <rect class="funnel-whole is-begun" x=x.clone() y=y width=width.clone() height=bar.height.text() rx="2"></rect>
            <rect class="days-bar" x=x y=kept_y width=width height=Hundredths(kept).text() rx="2"></rect>
        </g>
    }
}

/// The first and the last day, and the middle one where there is room: place from 1, day, and how its words stand to it.
fn named(days: &[FunnelDay]) -> Vec<(u8, domain::calendar::Day, &'static str)> {
    let at =
        |place: usize, anchor| days.get(place).map(|day| (u8::try_from(place + 1).unwrap_or(u8::MAX), day.day, anchor));
    match days.len() {
        0 => Vec::new(),
        1 => at(0, "middle").into_iter().collect(),
        2..10 => [at(0, "start"), at(days.len() - 1, "end")].into_iter().flatten().collect(),
        count => [at(0, "start"), at(count / 2, "middle"), at(count - 1, "end")].into_iter().flatten().collect(),
    }
}

/// Every day on which an attempt began.
#[component]
fn DaysTable(texts: &'static FunnelTexts, days: Vec<FunnelDay>) -> impl IntoView {
    let rows = days.into_iter().rev().filter(|day| day.came_to(FunnelStep::Shown) > 0).map(|day| {
        let (begun, kept) = (day.came_to(FunnelStep::Shown), day.came_to(FunnelStep::Kept));
        view! {
            <tr data-testid="funnel-day" data-day=day.day.iso()>
                <th scope="row">{day.day.display(texts.lang)}</th>
                <td class="is-number">{texts.number(begun)}</td>
                <td class="is-number">{texts.number(kept)}</td>
                <td class="is-number">{texts.percent(kept, begun)}</td>
            </tr>
        }
    });
    view! {
        <table class="figures">
            <caption class="visually-hidden">{texts.by_day}</caption>
            <thead><tr>
                <th scope="col">{texts.day}</th>
                <th scope="col" class="is-number">{texts.shown}</th>
                <th scope="col" class="is-number">{texts.kept}</th>
                <th scope="col" class="is-number">{texts.share}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}
