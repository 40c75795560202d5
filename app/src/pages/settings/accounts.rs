use crate::backend::{LinkList, Silent};
use crate::i18n::live::{LiveTexts, grouped, person};
use crate::i18n::settings::AccountsTexts;
use crate::i18n::silence::SilenceTexts;
use crate::pages::error::NotFound;
use crate::pages::{loaded, visit};
use crate::ui::icon::{Icon, shape};
use crate::ui::place::is_seen;
use crate::ui::query;
use crate::ui::silence::Silence;
use domain::lang::Lang;
use domain::link::{CardView, HistoryProgress, LinkStatus, LinkView};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/settings/accounts`: every link with its dates, its cards, and the way to end it.
#[component]
pub fn Accounts() -> impl IntoView {
    let Some(visit) = visit() else { return view! { <NotFound/> }.into_any() };
    let lang = visit.page.lang;
    let asked = query::value(&visit.page.query, "asked").is_some();
    let call = async move { visit.backend.links(&visit.viewer).await };
    loaded(call, move |list| view! { <Content list asked lang/> }.into_any())
}

#[component]
fn Content(list: LinkList, asked: bool, lang: Lang) -> impl IntoView {
    let texts = AccountsTexts::of(lang);
    let live = LiveTexts::of(lang);
    let LinkList { links, silent } = list;
    let (none, seen) = (links.is_empty(), is_seen());
    let panels = links.into_iter().map(|link| {
        let silent = silent.iter().find(|silent| silent.link == link.id).cloned();
        view! { <LinkPanel link silent lang/> }
    });
    view! {
        <Title text=texts.title/>
        <div class="settings">
            <div class="page-head">
                <h1>{texts.title}</h1>
                {(!none && !seen).then(|| view! { <a class="button" href="/connect"><Icon shape=shape::LINK/>{texts.link_another}</a> })}
            </div>
            {asked.then(|| view! { <p class="notice" role="status" data-testid="asked">{SilenceTexts::of(lang).asked}</p> })}
            {none.then(|| view! {
                <div class="empty">
                    <span class="empty-mark"><Icon shape=shape::LINK/></span>
                    <h2>{live.no_link}</h2>
                    <p>{live.no_link_help}</p>
                    {(!seen).then(|| view! { <a class="button is-primary" href="/connect">{live.connect}</a> })}
                </div>
            })}
            {panels.collect_view()}
        </div>
    }
}

#[component]
fn LinkPanel(link: LinkView, silent: Option<Silent>, lang: Lang) -> impl IntoView {
    let texts = AccountsTexts::of(lang);
    let live = LiveTexts::of(lang);
    let cards = link.cards.clone();
    let id = link.id.to_string();
    let form_id = id.clone();
    let status = link.status;
    view! {
        <section class="panel" data-testid="link" data-status=status.code() data-link=id>
            <div class="panel-head">
                <h2><bdi>{live.account_of(&link.holder)}</bdi></h2>
                <span class="link-status" data-status=status.code()>{live.link_status(status)}</span>
            </div>
            {(status == LinkStatus::Failed).then(|| view! { <p class="notice is-bad">{live.failed_help}</p> })}
            {(status == LinkStatus::Pending).then(|| view! { <p class="notice">{live.pending_help}</p> })}
            {silent.map(|silent| view! { <Silence silent lang alone=true/> })}
            <dl class="facts-list">
                {facts(&link, texts).into_iter().map(|(name, value)| view! {
                    <div><dt>{name}</dt><dd>{value}</dd></div>
                }).collect_view()}
            </dl>
            {(!cards.is_empty()).then(|| view! { <Cards cards lang/> })}
            {(!is_seen()).then(|| view! { <Forget id=form_id status lang/> })}
        </section>
    }
}

fn facts(link: &LinkView, texts: &'static AccountsTexts) -> Vec<(&'static str, String)> {
    let moment = |at: &Option<String>| at.as_deref().map(|at| texts.moment(at));
    let mut facts = vec![
        (texts.linked_on, texts.moment(&link.created_at)),
        (texts.confirmed_at, moment(&link.confirmed_at).unwrap_or_else(|| texts.confirmed_no.to_owned())),
    ];
    facts.extend(moment(&link.revoked_at).map(|at| (texts.revoked_at, at)));
    facts.push((texts.last_news, moment(&link.last_news_at).unwrap_or_else(|| texts.never.to_owned())));
    facts.push((texts.history, history(link.history, texts)));
    facts
}

fn history(progress: HistoryProgress, texts: &'static AccountsTexts) -> String {
    if progress.complete {
        format!("{} ({})", texts.history_complete, grouped(progress.done, texts.lang))
    } else {
        LiveTexts::of(texts.lang).history(progress)
    }
}

#[component]
fn Cards(cards: Vec<CardView>, lang: Lang) -> impl IntoView {
    let texts = AccountsTexts::of(lang);
    let live = LiveTexts::of(lang);
    let count = texts.cards(cards.len());
    let rows = cards.into_iter().map(|card| {
        let balance = card.balance.map_or_else(|| "—".to_owned(), |balance| balance.display(lang));
        let name = if card.name.is_empty() { live.card.to_owned() } else { card.name.clone() };
        view! {
            <li class="card-line">
                <span class="card-line-name"><bdi>{name}</bdi><span class="quiet">{card.card_ref.masked()}</span></span>
                <span class="card-line-holder quiet"><bdi>{person(&card.holder)}</bdi></span>
                <span class="amount">{balance}</span>
            </li>
        }
    });
    view! {
        <h3 class="panel-sub">{count}</h3>
        <ul class="card-lines">{rows.collect_view()}</ul>
    }
}

/// Ending a link, unfolded first so that it is never one slip away.
#[component]
fn Forget(id: String, status: LinkStatus, lang: Lang) -> impl IntoView {
    let texts = AccountsTexts::of(lang);
    let words = texts.ending(status);
    let choice = |code: &'static str, title: &'static str, help: &'static str, first: bool| {
        view! {
            <label class="radio">
                <input type="radio" name="history" value=code checked=first/>
                <span><strong>{title}</strong><span class="quiet">{help}</span></span>
            </label>
        }
    };
    view! {
        <details class="forget">
            <summary class="button is-danger-quiet">{words.unfold}</summary>
            <form method="post" action=format!("/links/{id}/forget")>
                <h3>{words.title}</h3>
                <p>{words.help}</p>
                <fieldset>
                    <legend>{texts.forget_choice}</legend>
                    {choice("keep", texts.keep, texts.keep_help, true)}
                    {choice("erase", texts.erase, texts.erase_help, false)}
                </fieldset>
                <button class="button is-danger" type="submit">{words.submit}</button>
            </form>
        </details>
    }
}
