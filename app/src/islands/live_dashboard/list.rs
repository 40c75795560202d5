//! The payments, grouped by the bank's days.

use super::board::Board;
use crate::i18n::live::LiveTexts;
use crate::ui::icon::{Icon, shape};
use crate::ui::payment::PaymentRow;
use crate::ui::place::{is_seen, own};
use domain::lang::Lang;
use domain::live::Seq;
use leptos::prelude::*;

/// What is missing where there is nothing to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Emptiness {
    Links,
    Payments,
    Matches,
}

/// The list, or what to do while there is none.
#[component]
pub fn PaymentList(board: RwSignal<Board>, lang: Lang, since: Seq, filtered: bool) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    let elsewhere = move || Some(board.with(Board::elsewhere)).filter(|count| *count > 0);
    view! {
        {move || elsewhere().map(|count| view! {
            <p class="notice"><span>{texts.new_elsewhere(count)}" "</span><a href=own("/dashboard")>{texts.go_newest}</a></p>
        })}
        {move || board.with(|board| emptiness(board, filtered)).map(|why| view! { <Empty why lang/> })}
        <div class="days" role="region" aria-label=texts.list_label>
            <For
                each=move || board.with(Board::days)
                key=|day| day.iso.clone()
                children=move |day| view! { <DayPart board iso=day.iso lang since/> }
            />
        </div>
    }
}

fn emptiness(board: &Board, filtered: bool) -> Option<Emptiness> {
    match board.payments() {
        [] if filtered => Some(Emptiness::Matches),
        [] if board.links().is_empty() => Some(Emptiness::Links),
        [] => Some(Emptiness::Payments),
        _ => None,
    }
}

#[component]
fn Empty(why: Emptiness, lang: Lang) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    let (drawing, title, help, action) = match why {
        Emptiness::Links => {
            let connect = (!is_seen()).then(|| ("/connect".to_owned(), texts.connect));
            (shape::LINK, texts.no_link, texts.no_link_help, connect)
        }
        Emptiness::Payments => (shape::CARD, texts.no_payment, texts.no_payment_help, None),
        Emptiness::Matches => {
            (shape::SEARCH, texts.no_match, texts.no_match_help, Some((own("/dashboard"), texts.clear_filters)))
        }
    };
    let strong = why == Emptiness::Links;
    view! {
        <div class="empty">
            <span class="empty-mark"><Icon shape=drawing/></span>
            <h2>{title}</h2>
            <p>{help}</p>
            {action.map(|(href, word)| view! { <a class="button" class:is-primary=strong href=href>{word}</a> })}
        </div>
    }
}

/// One day. Rows are drawn anew only when they change.
#[component]
fn DayPart(board: RwSignal<Board>, iso: String, lang: Lang, since: Seq) -> impl IntoView {
    let heading = LiveTexts::of(lang).day(&iso);
    let same = iso.clone();
    view! {
        <section class="day">
            <h2 class="day-head">
                <span>{heading}</span>
                <span class="day-total">{move || board.with(|board| total_of(board, &same, lang))}</span>
            </h2>
            <ul class="payments">
                <For
                    each=move || board.with(|board| board.of_day(&iso))
                    key=|payment| (payment.key(), payment.seq)
                    children=move |payment| {
                        let fresh = payment.seq > since;
                        view! { <PaymentRow payment lang fresh/> }
                    }
                />
            </ul>
        </section>
    }
}

fn total_of(board: &Board, iso: &str, lang: Lang) -> String {
    let totals = board.days().into_iter().find(|day| day.iso == iso).and_then(|day| day.totals).unwrap_or_default();
    totals.iter().map(|sum| sum.display_signed(lang)).collect::<Vec<_>>().join(" · ")
}
