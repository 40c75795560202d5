use super::{Console, DeliveryTable, operator};
use crate::backend::{OperatorLink, UserDetail, UserRow};
use crate::i18n::live::LiveTexts;
use crate::i18n::operator::OperatorTexts;
use crate::pages::error::NotFound;
use crate::pages::loaded;
use crate::ui::icon::{Icon, shape};
use crate::ui::payment::PaymentRow;
use domain::ids::UserId;
use leptos::prelude::*;
use leptos_meta::Title;

const PATH: &str = "/operator/users";

/// `/operator/users/{id}`: one user, her links, payments and notifications.
#[component]
pub fn UserPage() -> impl IntoView {
    let Some(visit) = operator() else { return view! { <NotFound/> }.into_any() };
    let texts = OperatorTexts::of(visit.page.lang);
    let id = visit.page.path.strip_prefix("/operator/users/").and_then(|id| UserId::parse(id).ok());
    let Some(id) = id else { return view! { <NotFound/> }.into_any() };
    let call = async move { visit.backend.user(&visit.viewer, &id).await };
    loaded(call, move |detail| view! { <Content texts detail/> }.into_any())
}

#[component]
fn Content(texts: &'static OperatorTexts, detail: UserDetail) -> impl IntoView {
    let lang = texts.lang;
    let (no_links, no_payments) = (detail.links.is_empty(), detail.payments.is_empty());
    let no_deliveries = detail.deliveries.is_empty();
    view! {
        <Title text=texts.user/>
        <Console texts part=PATH>
            <a class="back" href=PATH><Icon shape=shape::LEFT/>{texts.users}</a>
            <Heading texts user=detail.user/>
            <h2>{texts.links}</h2>
            {no_links.then(|| view! { <p class="empty-line">{texts.no_links}</p> })}
            {detail.links.into_iter().map(|link| view! { <LinkPanel texts link/> }).collect_view()}
            <h2>{texts.user_deliveries}</h2>
            {if no_deliveries {
                view! { <p class="empty-line">{texts.no_user_deliveries}</p> }.into_any()
            } else {
                view! { <DeliveryTable texts rows=detail.deliveries/> }.into_any()
            }}
            <h2>{texts.payments}</h2>
            {no_payments.then(|| view! { <p class="empty-line">{texts.no_payments}</p> })}
            <ul class="payments is-unlinked">
                {detail.payments.into_iter().map(|payment| view! { <PaymentRow payment lang linked=false dated=true/> }).collect_view()}
            </ul>
        </Console>
    }
}

#[component]
fn Heading(texts: &'static OperatorTexts, user: UserRow) -> impl IntoView {
    let live = LiveTexts::of(texts.lang);
    let news = user.last_news_at.map_or_else(|| texts.never.to_owned(), |at| live.moment(&at));
    let email = user.email.clone();
    view! {
        <div data-testid="user" data-email=email>
            <h1><bdi>{user.name}</bdi></h1>
            <dl class="facts-list is-row">
                <div><dt>{texts.email}</dt><dd><bdi>{user.email}</bdi></dd></div>
                <div><dt>{texts.role}</dt><dd>{texts.role_name(user.role)}</dd></div>
                <div><dt>{texts.created}</dt><dd>{live.moment(&user.created_at)}</dd></div>
                <div><dt>{texts.last_news}</dt><dd>{news}</dd></div>
            </dl>
        </div>
    }
}

#[component]
fn LinkPanel(texts: &'static OperatorTexts, link: OperatorLink) -> impl IntoView {
    let live = LiveTexts::of(texts.lang);
    let moment = |at: Option<String>| at.map_or_else(|| "—".to_owned(), |at| live.moment(&at));
    let status = link.link.status;
    view! {
        <section class="panel" data-testid="link" data-status=status.code() data-link=link.link.id.to_string()>
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
        </section>
    }
}
