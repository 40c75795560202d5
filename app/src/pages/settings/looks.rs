use super::Back;
use crate::backend::{Cursor, LookRow, LookedAt, Page};
use crate::i18n::live::LiveTexts;
use crate::i18n::privacy::PrivacyTexts;
use crate::i18n::support::SupportTexts;
use crate::pages::error::NotFound;
use crate::pages::{loaded, visit};
use crate::ui::icon::{Icon, shape};
use crate::ui::pager::{Pager, cursor, neighbour};
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/settings/looks";

/// `/settings/looks`: which operators have looked at what is the viewer's.
#[component]
pub fn Looks() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let texts = PrivacyTexts::of(visit.page.lang);
    let at = cursor(&visit.page.query);
    let call = {
        let at = at.clone();
        async move { visit.backend.looks(&visit.viewer, &at).await }
    };
    loaded(call, move |page| view! { <Content texts at page/> }.into_any())
}

#[component]
fn Content(texts: &'static PrivacyTexts, at: Cursor, page: Page<LookRow>) -> impl IntoView {
    let newer = page.newer.filter(|_| at != Cursor::Start).map(|newer| neighbour(PATH, &[], "after", &newer));
    let older = page.older.map(|older| neighbour(PATH, &[], "before", &older));
    let none = page.rows.is_empty();
    let heads = [texts.when, texts.who, texts.what];
    view! {
        <Title text=texts.looks/>
        <div class="settings">
            <Back word=texts.back/>
            <h1>{texts.looks}</h1>
            <p class="lead">{texts.looks_lead}</p>
            {if none {
                view! { <p class="empty-line"><Icon shape=shape::CHECK/>{texts.no_looks}</p> }.into_any()
            } else {
                view! {
                    <div class="table-place">
                        <table class="table">
                            <thead><tr>{heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view()}</tr></thead>
                            <tbody>{page.rows.into_iter().map(|row| view! { <Line texts row/> }).collect_view()}</tbody>
                        </table>
                    </div>
                }
                .into_any()
            }}
            <Pager label=texts.pages newer_word=texts.newer older_word=texts.older newer older/>
        </div>
    }
}

#[component]
fn Line(texts: &'static PrivacyTexts, row: LookRow) -> impl IntoView {
    let when = LiveTexts::of(texts.lang).moment(&row.at);
    let support = SupportTexts::of(texts.lang);
    let (code, what) = match row.what {
        LookedAt::Page => ("page", texts.page.to_owned()),
        LookedAt::Done(deed) => (deed.code(), texts.done(deed).to_owned()),
        LookedAt::Token => ("token", texts.token.to_owned()),
        LookedAt::Began => ("began", support.began.to_owned()),
        LookedAt::Own(page) => (page.code(), support.saw(page).to_owned()),
        LookedAt::Notification(number) => ("notification", texts.notification_of(number)),
    };
    view! {
        <tr data-testid="look" data-what=code>
            <td data-label=texts.when><time datetime=row.at>{when}</time></td>
            <td data-label=texts.who class="is-text"><bdi>{row.who}</bdi></td>
            <td data-label=texts.what class="is-text">{what}</td>
        </tr>
    }
}
