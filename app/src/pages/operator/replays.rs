use super::{Console, operator};
use crate::backend::{Cursor, Page, ReplayRow};
use crate::i18n::desk::DeskTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::pager::{Pager, cursor, neighbour};
use domain::lang::Lang;
use leptos::prelude::*;
use leptos_meta::Title;

pub(super) const PATH: &str = "/operator/replays";

/// `/operator/replays`: what operators have asked to be processed again.
#[component]
pub fn ReplaysPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let at = cursor(&visit.page.query);
    let call = {
        let at = at.clone();
        async move { visit.backend.replays(&visit.viewer, &at).await }
    };
    loaded(call, move |page| view! { <Content lang at page/> }.into_any())
}

#[component]
fn Content(lang: Lang, at: Cursor, page: Page<ReplayRow>) -> impl IntoView {
    let (texts, operator) = (DeskTexts::of(lang), OperatorTexts::of(lang));
    let newer = page.newer.filter(|_| at != Cursor::Start).map(|newer| neighbour(PATH, &[], "after", &newer));
    let older = page.older.map(|older| neighbour(PATH, &[], "before", &older));
    let none = page.rows.is_empty();
    view! {
        <Title text=texts.replays/>
        <Console texts=operator part=PATH>
            <h1>{texts.replays}</h1>
            {if none {
                view! { <p class="empty-line">{texts.no_replays}</p> }.into_any()
            } else {
                view! { <ReplayTable lang rows=page.rows/> }.into_any()
            }}
            <Pager label=operator.pages newer_word=operator.newer older_word=operator.older newer older/>
        </Console>
    }
}

/// Replays as a table; the row's link is what is done.
#[component]
pub fn ReplayTable(lang: Lang, rows: Vec<ReplayRow>) -> impl IntoView {
    let texts = DeskTexts::of(lang);
    let heads =
        [texts.act, texts.state, texts.progress, texts.changed, texts.doubtful, texts.by, texts.when, texts.reason];
    view! {
        <div class="table-place">
            <table class="table">
                <thead><tr>{heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view()}</tr></thead>
                <tbody>{rows.into_iter().map(|row| view! { <Line lang row/> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Line(lang: Lang, row: ReplayRow) -> impl IntoView {
    let texts = DeskTexts::of(lang);
    view! {
        <tr data-testid="replay" data-state=row.state.code() data-dry=row.dry.to_string()>
            <td data-label=texts.act>
                <a href=format!("{PATH}/{}", row.id)>{title(texts, &row)}</a>
            </td>
            <td data-label=texts.state>{texts.replay_state(row.state)}</td>
            <td data-label=texts.progress>{texts.of_total(row.seen, row.total)}</td>
            <td data-label=texts.changed class="is-number">{texts.count(row.changed, false)}</td>
            <td data-label=texts.doubtful class="is-number">{texts.count(row.doubtful, false)}</td>
            <td data-label=texts.by><bdi>{row.by}</bdi></td>
            <td data-label=texts.when>{LiveTexts::of(lang).moment(&row.created_at)}</td>
            <td data-label=texts.reason class="is-text"><bdi>{row.reason}</bdi></td>
        </tr>
    }
}

/// What is done, and whether it is only tried.
pub fn title(texts: &DeskTexts, row: &ReplayRow) -> String {
    let what = texts.what(&row.act);
    if row.dry { format!("{} · {}", texts.trial, what.to_lowercase()) } else { what.to_owned() }
}
