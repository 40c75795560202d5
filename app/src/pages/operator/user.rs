use super::story::StoryPage;
use super::user_deeds::{Deeds, ForgetLink, OneTime, RefusedDeed};
use super::{Console, operator};
use crate::backend::{Cursor, Deed, OperatorLink, UserDetail, UserRow};
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::i18n::people::PeopleTexts;
use crate::i18n::support::SupportTexts;
use crate::page::OneTimeLink;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::icon::{Icon, shape};
use crate::ui::pager::cursor;
use crate::ui::payment::PaymentRow;
use crate::ui::place::seen_as;
use crate::ui::query;
use domain::ids::UserId;
use domain::lang::Lang;
use domain::transaction::Transaction;
use domain::viewer::Role;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/users";

/// What a request says beside whom it is about.
#[derive(Clone)]
struct Asked {
    is_first: bool,
    done: Option<Deed>,
    refused: Option<RefusedDeed>,
    one_time: Option<OneTimeLink>,
}

/// `/operator/users/{id}`: one user, what happened to her, and what can be done.
#[component]
pub fn UserPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let texts = OperatorTexts::of(visit.page.lang);
    let id = visit.page.path.strip_prefix("/operator/users/").and_then(|id| UserId::parse(id).ok());
    let Some(id) = id else { return view! { <NotFound/> }.into_any() };
    let at = cursor(&visit.page.query);
    let asked = Asked {
        is_first: at == Cursor::Start,
        done: query::value(&visit.page.query, "done").and_then(|code| Deed::from_code(&code)),
        refused: RefusedDeed::of(&visit.page),
        one_time: visit.page.one_time.clone(),
    };
    let call = async move { visit.backend.user(&visit.viewer, &id, &at).await };
    loaded(call, move |detail| view! { <Content texts asked detail/> }.into_any())
}

#[component]
fn Content(texts: &'static OperatorTexts, asked: Asked, detail: UserDetail) -> impl IntoView {
    let people = PeopleTexts::of(texts.lang);
    let UserDetail { user, links, payments, story, may_act, support_until } = detail;
    let Asked { is_first, done, refused, one_time } = asked;
    let path = format!("{PATH}/{}", user.id);
    let sees = may_act && user.role == Role::User;
    let first = is_first.then(|| {
        let refused = refused.clone();
        view! {
            <Deeds texts=people user=user.clone() may_act refused=refused.clone()/>
            {sees.then(|| view! { <SeeAsLink lang=texts.lang user=user.clone() until=support_until/> })}
            <Links texts user=user.id.to_string() links may_act refused/>
        }
    });
    view! {
        <Title text=texts.user/>
        <Console texts part=PATH>
            <a class="back" href=PATH><Icon shape=shape::LEFT/>{texts.users}</a>
            <Heading texts user/>
            {done.map(|deed| view! { <p class="notice is-good" role="status">{people.deed(deed).done}</p> })}
            {one_time.map(|link| view! {
                <OneTime title=people.one_time_title help=people.one_time_help label=people.one_time_label link/>
            })}
            {first}
            <StoryPage lang=texts.lang story path is_first/>
            {is_first.then(|| view! { <Payments texts payments/> })}
        </Console>
    }
}

/// The way to her own pages, where she lets operators see them.
#[component]
fn SeeAsLink(lang: Lang, user: UserRow, until: Option<String>) -> impl IntoView {
    let texts = SupportTexts::of(lang);
    let state = if until.is_some() { "on" } else { "off" };
    let words = until.map_or_else(
        || texts.they_do_not.to_owned(),
        |until| format!("{} {}.", texts.they_allow, LiveTexts::of(lang).moment(&until)),
    );
    view! {
        <section class="panel" data-testid="see-as" data-state=state>
            <h2>{texts.see_as}</h2>
            <p class="quiet">{words}</p>
            {(state == "on").then(|| view! {
                <a class="button" href=seen_as(user.id.as_str())><Icon shape=shape::EYE/>{texts.see_as_go}</a>
            })}
        </section>
    }
}

#[component]
fn Heading(texts: &'static OperatorTexts, user: UserRow) -> impl IntoView {
    let (live, people) = (LiveTexts::of(texts.lang), PeopleTexts::of(texts.lang));
    let news = user.last_news_at.map_or_else(|| texts.never.to_owned(), |at| live.moment(&at));
    let email = user.email.clone();
    let paused = user.paused_at.map(|at| live.moment(&at));
    view! {
        <div data-testid="user" data-email=email data-marked=user.marked.to_string()>
            <h1><bdi>{user.name}</bdi></h1>
            <dl class="facts-list is-row">
                <div><dt>{texts.email}</dt><dd><bdi>{user.email}</bdi></dd></div>
                <div><dt>{texts.role}</dt><dd>{texts.role_name(user.role)}</dd></div>
                <div><dt>{texts.created}</dt><dd>{live.moment(&user.created_at)}</dd></div>
                <div><dt>{texts.last_news}</dt><dd>{news}</dd></div>
            </dl>
            {user.marked.then(|| view! { <p class="flag"><Icon shape=shape::FLAG/>{people.marked}</p> })}
        </div>
        {paused.map(|since| view! {
            <p class="notice is-warning" data-testid="paused-account">
                <strong>{people.paused_since}" "{since}</strong>" "{people.paused_help}
            </p>
        })}
    }
}

#[component]
fn Links(
    texts: &'static OperatorTexts,
    user: String,
    links: Vec<OperatorLink>,
    may_act: bool,
    refused: Option<RefusedDeed>,
) -> impl IntoView {
    let none = links.is_empty();
    let panels = links.into_iter().map(|link| {
        let (user, refused) = (user.clone(), refused.clone());
        view! { <LinkPanel texts user link may_act refused/> }
    });
    let panels = panels.collect_view();
    view! {
        <h2>{texts.links}</h2>
        {none.then(|| view! { <p class="empty-line">{texts.no_links}</p> })}
        {panels}
    }
}

#[component]
fn LinkPanel(
    texts: &'static OperatorTexts,
    user: String,
    link: OperatorLink,
    may_act: bool,
    refused: Option<RefusedDeed>,
) -> impl IntoView {
    let live = LiveTexts::of(texts.lang);
    let moment = |at: Option<String>| at.map_or_else(|| "—".to_owned(), |at| live.moment(&at));
    let status = link.link.status;
    let id = link.link.id.to_string();
    let forget = may_act.then(|| {
        let people = PeopleTexts::of(texts.lang);
        view! { <ForgetLink texts=people user link=id.clone() refused/> }
    });
    view! {
        <section class="panel" data-testid="link" data-status=status.code() data-link=id>
            <div class="panel-head">
                <h3><bdi>{live.account_of(&link.link.holder)}</bdi></h3>
                <span class="link-status" data-status=status.code()>{live.link_status(status)}</span>
            </div>
            {link.problem.map(|problem| view! { <p class="notice is-warning"><strong>{texts.problem}</strong>" "<code>{problem}</code></p> })}
            <dl class="facts-list is-row">
                <div><dt>{texts.fingerprint}</dt><dd><code>{link.fingerprint}</code></dd></div>
                <div><dt>{texts.by_browser}</dt><dd>{moment(link.browser_at)}</dd></div>
                <div><dt>{texts.by_notification}</dt><dd>{moment(link.notified_at)}</dd></div>
                <div><dt>{texts.confirmed}</dt><dd>{moment(link.link.confirmed_at)}</dd></div>
                <div><dt>{texts.cards}</dt><dd>{link.link.cards.len()}</dd></div>
            </dl>
            {forget}
        </section>
    }
}

#[component]
fn Payments(texts: &'static OperatorTexts, payments: Vec<Transaction>) -> impl IntoView {
    let (lang, none) = (texts.lang, payments.is_empty());
    view! {
        <h2>{texts.payments}</h2>
        {none.then(|| view! { <p class="empty-line">{texts.no_payments}</p> })}
        <ul class="payments is-unlinked">
            {payments.into_iter().map(|payment| view! { <PaymentRow payment lang linked=false dated=true/> }).collect_view()}
        </ul>
    }
}
