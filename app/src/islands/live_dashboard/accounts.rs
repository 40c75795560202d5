//! The linked accounts: what each link is at, its cards and their balances, and the total.

use super::board::{Board, is_readable};
use crate::i18n::live::LiveTexts;
use crate::ui::icon::{Icon, shape};
use crate::ui::place::is_seen;
use domain::lang::Lang;
use domain::link::{CardView, HistoryProgress, LinkStatus, LinkView};
use leptos::prelude::*;

/// Every link, and the sum of what is on their cards.
#[component]
pub fn Accounts(board: RwSignal<Board>, lang: Lang) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    let total = move || {
        let sums = board.with(Board::totals);
        sums.iter().map(|sum| sum.display(lang)).collect::<Vec<_>>().join(" + ")
    };
    let links = move || {
        let links = board.with(|board| board.links().to_vec());
        links.into_iter().map(|link| view! { <LinkPart link lang/> }).collect_view()
    };
    view! {
        <section
            class="accounts"
            aria-label=texts.accounts
            class:is-empty=move || board.with(|board| board.links().is_empty())
        >
            <p class="total" class:is-hidden=move || board.with(|board| board.cards().len() < 2)>
                <span class="total-label">{texts.total}</span>
                <span class="total-sum" data-testid="total">{total}</span>
            </p>
            <div class="links">{links}</div>
        </section>
    }
}

#[component]
fn LinkPart(link: LinkView, lang: Lang) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    let name = texts.account_of(&link.holder);
    let id = link.id.to_string();
    let status = link.status;
    let cards = if is_readable(status) { link.cards.clone() } else { Vec::new() };
    let without_card = status == LinkStatus::Linked && cards.is_empty();
    view! {
        <article class="link" data-testid="link" data-status=status.code() data-link=id>
            <header class="link-head">
                <h2 class="link-name"><bdi>{name}</bdi></h2>
                <span class="link-status" data-status=status.code()>{texts.link_status(status)}</span>
            </header>
            <Notices link lang/>
            <div class="cards">
                {cards.into_iter().map(|card| view! { <Card card lang/> }).collect_view()}
            </div>
            {without_card.then(|| view! {
                <div class="notice"><p class="notice-title">{texts.no_card}</p><p>{texts.no_card_help}</p></div>
            })}
        </article>
    }
}

/// What a person should know, or do, about a link.
#[component]
fn Notices(link: LinkView, lang: Lang) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    let state = match link.status {
        LinkStatus::Linked => None,
        LinkStatus::Pending => Some(("notice", texts.pending_help.to_owned(), false)),
        LinkStatus::Revoked => Some(("notice is-warning", texts.withdrawn(link.revoked_at.as_deref()), true)),
        LinkStatus::Failed => Some(("notice is-bad", texts.failed_help.to_owned(), true)),
    };
    let fetching = is_readable(link.status) && !link.history.complete && link.history.done + link.history.total > 0;
    let seen = is_seen();
    let unseen = link.unseen && is_readable(link.status) && !seen;
    view! {
        {state.map(|(class, words, again)| view! {
            <div class=class>
                <p>{words}</p>
                {(again && !seen).then(|| view! { <a class="button" href="/connect"><Icon shape=shape::LINK/>{texts.link_again}</a> })}
            </div>
        })}
        {unseen.then(|| view! {
            <div class="notice is-warning">
                <p><bdi>{texts.unseen(&link.holder)}</bdi></p>
                <form method="post" action=format!("/links/{}/forget", link.id)>
                    <input type="hidden" name="history" value="erase"/>
                    <button class="button" type="submit">{texts.undo}</button>
                </form>
            </div>
        })}
        {fetching.then(|| view! { <History progress=link.history lang/> })}
    }
}

/// How far the past payments have come.
#[component]
pub fn History(progress: HistoryProgress, lang: Lang) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    let (value, max) = if progress.total > 0 {
        (Some(progress.done.to_string()), Some(progress.total.to_string()))
    } else {
        (None, None)
    };
    view! {
        <div class="history">
            <p class="history-words"><span>{texts.history_label}</span><span class="quiet">{texts.history(progress)}</span></p>
            <progress aria-label=texts.history_label value=value max=max></progress>
        </div>
    }
}

#[component]
fn Card(card: CardView, lang: Lang) -> impl IntoView {
    let texts = LiveTexts::of(lang);
    let name = if card.name.trim().is_empty() { texts.card.to_owned() } else { card.name.clone() };
    let warning = match card.status.as_str() {
        "ACT" | "" => None,
        "BLO" | "OPP" | "BLOCKED" => Some(texts.card_blocked),
        _ => Some(texts.card_inactive),
    };
    let minor = card.balance.map(|balance| balance.minor.to_string());
    let shown = card.balance.map_or_else(|| texts.balance_unknown.to_owned(), |balance| balance.display(lang));
    view! {
        <div class="card" class:is-unknown=card.balance.is_none()>
            <p class="card-name"><bdi>{name}</bdi></p>
            <p class="card-balance" data-testid="balance" data-card=card.card_ref.to_string() data-minor=minor>{shown}</p>
            <p class="card-number">
                <span>{card.card_ref.masked()}</span>
                {warning.map(|word| view! { <span class="card-warning">{word}</span> })}
            </p>
        </div>
    }
}
