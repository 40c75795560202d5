use super::{Console, operator};
use crate::backend::{Cursor, UserList, UserQuery, UserRow};
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::i18n::people::PeopleTexts;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::icon::{Icon, shape};
use crate::ui::pager::{Pager, cursor, neighbour};
use crate::ui::query;
use domain::link::LinkStatus;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/users";

/// `/operator/users`: who has an account, and how her link is doing.
#[component]
pub fn UsersPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let texts = OperatorTexts::of(visit.page.lang);
    let wanted = UserQuery {
        search: query::value(&visit.page.query, "q").unwrap_or_default().trim().to_owned(),
        status: query::value(&visit.page.query, "status").and_then(|code| LinkStatus::from_code(&code)),
        marked: query::value(&visit.page.query, "marked").as_deref() == Some("yes"),
    };
    let at = cursor(&visit.page.query);
    let call = {
        let (wanted, at) = (wanted.clone(), at.clone());
        async move { visit.backend.users(&visit.viewer, &wanted, &at).await }
    };
    loaded(call, move |users| view! { <Content texts wanted at users/> }.into_any())
}

#[component]
fn Content(texts: &'static OperatorTexts, wanted: UserQuery, at: Cursor, users: UserList) -> impl IntoView {
    let UserList { page: users, is_more } = users;
    let mut pairs = Vec::new();
    if !wanted.search.is_empty() {
        pairs.push(("q", wanted.search.clone()));
    }
    pairs.extend(wanted.status.map(|status| ("status", status.code().to_owned())));
    pairs.extend(wanted.marked.then(|| ("marked", "yes".to_owned())));
    let newer = users.newer.filter(|_| at != Cursor::Start).map(|newer| neighbour(PATH, &pairs, "after", &newer));
    let older = users.older.map(|older| neighbour(PATH, &pairs, "before", &older));
    let none = users.rows.is_empty();
    view! {
        <Title text=texts.users/>
        <Console texts part=PATH>
            <h1>{texts.users}</h1>
            <Search texts wanted/>
            {if none {
                view! { <p class="empty-line">{texts.no_users}</p> }.into_any()
            } else {
                view! { <Table texts rows=users.rows/> }.into_any()
            }}
            {is_more.then(|| view! { <p class="quiet" role="status" data-testid="more-found">{PeopleTexts::of(texts.lang).more_found}</p> })}
            <Pager label=texts.pages newer_word=texts.previous older_word=texts.next newer older/>
        </Console>
    }
}

#[component]
fn Search(texts: &'static OperatorTexts, wanted: UserQuery) -> impl IntoView {
    let (live, people) = (LiveTexts::of(texts.lang), PeopleTexts::of(texts.lang));
    let active = wanted != UserQuery::default();
    let UserQuery { search, status, marked } = wanted;
    let statuses = [LinkStatus::Pending, LinkStatus::Linked, LinkStatus::Revoked, LinkStatus::Failed].map(|known| {
        view! { <option value=known.code() selected={status == Some(known)}>{live.link_status(known)}</option> }
    });
    view! {
        <form class="console-filters" method="get" action=PATH role="search">
            <div class="field is-wide">
                <label for="q">{texts.search}</label>
                <input id="q" type="search" name="q" placeholder=texts.search_hint value=search/>
            </div>
            <div class="field">
                <label for="status">{texts.status}</label>
                <select id="status" name="status"><option value="">{texts.any_link}</option>{statuses.collect_view()}</select>
            </div>
            <label class="check"><input type="checkbox" name="marked" value="yes" checked=marked/>{people.only_marked}</label>
            <button class="button" type="submit">{texts.apply}</button>
            {active.then(|| view! { <a class="button is-quiet" href=PATH>{texts.clear}</a> })}
        </form>
    }
}

#[component]
fn Table(texts: &'static OperatorTexts, rows: Vec<UserRow>) -> impl IntoView {
    let heads = [texts.email, texts.name, texts.role, texts.status, texts.cards, texts.last_news, texts.created];
    view! {
        <div class="table-place">
            <table class="table">
                <thead><tr>{heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view()}</tr></thead>
                <tbody>{rows.into_iter().map(|row| view! { <Line texts row/> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Line(texts: &'static OperatorTexts, row: UserRow) -> impl IntoView {
    let (live, people) = (LiveTexts::of(texts.lang), PeopleTexts::of(texts.lang));
    let found = row.found_by.map(|by| {
        view! { <span class="found quiet">{people.found_by}" "<span data-found-by=by.code()>{people.way(by)}</span></span> }
    });
    let paused = row.paused_at.is_some();
    let news = row.last_news_at.map_or_else(|| texts.never.to_owned(), |at| live.moment(&at));
    view! {
        <tr data-testid="user" data-email=row.email.clone() data-marked=row.marked.to_string() data-paused=paused.to_string()>
            <td data-label=texts.email class="is-text">
                <a href=format!("{PATH}/{}", row.id)><bdi>{row.email.clone()}</bdi></a>
                {found}
            </td>
            <td data-label=texts.name class="is-text">
                <bdi>{row.name}</bdi>
                {row.marked.then(|| view! { <span class="flag"><Icon shape=shape::FLAG/>{people.marked}</span> })}
                {paused.then(|| view! { <span class="flag is-paused"><Icon shape=shape::REFUSED/>{people.paused}</span> })}
            </td>
            <td data-label=texts.role>{texts.role_name(row.role)}</td>
            <td data-label=texts.status>
                {match row.link_status {
                    Some(status) => view! { <span class="link-status" data-status=status.code()>{live.link_status(status)}</span> }.into_any(),
                    None => view! { <span class="quiet">{texts.none}</span> }.into_any(),
                }}
            </td>
            <td data-label=texts.cards class="is-number">{row.cards}</td>
            <td data-label=texts.last_news>{news}</td>
            <td data-label=texts.created>{live.moment(&row.created_at)}</td>
        </tr>
    }
}
