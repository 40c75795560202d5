use super::{Console, operator};
use crate::backend::{ActList, ActRow, Cursor};
use crate::i18n::desk::DeskTexts;
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::icon::{Icon, shape};
use crate::ui::pager::{Pager, cursor, neighbour};
use domain::lang::Lang;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/audit";

/// `/operator/audit`: what operators have done, and why.
#[component]
pub fn ActsPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let at = cursor(&visit.page.query);
    let call = {
        let at = at.clone();
        async move { visit.backend.acts(&visit.viewer, &at).await }
    };
    loaded(call, move |list| view! { <Content lang at list/> }.into_any())
}

#[component]
fn Content(lang: Lang, at: Cursor, list: ActList) -> impl IntoView {
    let ActList { rows: page, chained, hash } = list;
    let (texts, operator) = (DeskTexts::of(lang), OperatorTexts::of(lang));
    let newer = page.newer.filter(|_| at != Cursor::Start).map(|newer| neighbour(PATH, &[], "after", &newer));
    let older = page.older.map(|older| neighbour(PATH, &[], "before", &older));
    let none = page.rows.is_empty();
    let heads = [texts.when, texts.by, texts.act, texts.subject, texts.reason];
    view! {
        <Title text=texts.acts/>
        <Console texts=operator part=PATH>
            <h1>{texts.acts}</h1>
            {if none {
                view! { <p class="empty-line">{texts.no_acts}</p> }.into_any()
            } else {
                view! {
                    <div class="table-place">
                        <table class="table">
                            <thead><tr>{heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view()}</tr></thead>
                            <tbody>{page.rows.into_iter().map(|row| view! { <Line lang row/> }).collect_view()}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
            {(chained > 0).then(|| view! { <Chain texts chained hash/> })}
            <Pager label=operator.pages newer_word=operator.newer older_word=operator.older newer older/>
        </Console>
    }
}

/// What proves that nothing of it was changed afterwards, and the whole of it to take along.
#[component]
fn Chain(texts: &'static DeskTexts, chained: i64, hash: String) -> impl IntoView {
    let attribute = hash.clone();
    view! {
        <section class="acts-chain" data-testid="chain" data-hash=attribute>
            <p>{texts.chained(chained)}" "<code class="acts-hash">{hash}</code></p>
            <p class="quiet">{texts.chain_help}" "<code>"anytime-connect audit verify"</code></p>
            <a class="button" href="/operator/audit.csv" download><Icon shape=shape::DOWNLOAD/>{texts.download_acts}</a>
        </section>
    }
}

#[component]
fn Line(lang: Lang, row: ActRow) -> impl IntoView {
    let texts = DeskTexts::of(lang);
    view! {
        <tr data-testid="act" data-act=row.act.clone()>
            <td data-label=texts.when>{LiveTexts::of(lang).moment(&row.at)}</td>
            <td data-label=texts.by class="is-text"><bdi>{row.by}</bdi></td>
            <td data-label=texts.act>{texts.what(&row.act).to_owned()}</td>
            <td data-label=texts.subject><span class="act-subjects">{row.subject.split(' ').map(|subject| view! { <Subject lang subject=subject.to_owned()/> }).collect_view()}</span></td>
            <td data-label=texts.reason class="is-text"><bdi>{row.reason}</bdi></td>
        </tr>
    }
}

/// `replay:7`, `delivery:42` and `user:ID` lead to their pages.
#[component]
fn Subject(lang: Lang, subject: String) -> impl IntoView {
    let place = match subject.split_once(':') {
        Some(("replay", id)) => Some((format!("/operator/replays/{id}"), DeskTexts::of(lang).replay, id.to_owned())),
        Some(("delivery", id)) => {
            Some((format!("/operator/deliveries/{id}"), OperatorTexts::of(lang).delivery, id.to_owned()))
        }
        // Her id says nothing to anybody: its beginning tells two apart.
        Some(("user", id)) => {
            let short = id.chars().take(8).collect();
            Some((format!("/operator/users/{id}"), OperatorTexts::of(lang).user, short))
        }
        _ => None,
    };
    match place {
        Some((href, word, id)) => view! { <a href=href>{word}" "{id}</a> }.into_any(),
        None => view! { <code>{subject}</code> }.into_any(),
    }
}
