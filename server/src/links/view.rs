//! A link as its owner sees it.

use crate::clock::Moment;
use crate::store::{CardRecord, LinkRecord};
use domain::link::{CardView, HistoryProgress, LinkView};
use domain::money::Money;

/// A link with those of the cards that are its own.
pub fn link_view(link: &LinkRecord, cards: &[CardRecord]) -> LinkView {
    let text = |moment: Option<Moment>| moment.map(Moment::bank_text);
    // Both channels agree once the later one has spoken, and the bank's API has answered.
    let confirmed = match (link.browser_at, link.notified_at, link.proven_at) {
        (Some(browser), Some(notified), Some(_)) => Some(browser.max(notified)),
        _ => None,
    };
    LinkView {
        id: link.id.clone(),
        status: link.status(),
        holder: link.holder.clone(),
        created_at: link.created_at.bank_text(),
        confirmed_at: text(confirmed),
        revoked_at: text(link.revoked_at),
        last_news_at: text(link.last_news_at),
        unseen: link.browser_at.is_none(),
        history: HistoryProgress {
            done: link.history_done,
            total: link.history_total,
            complete: link.history_complete_at.is_some(),
        },
        cards: cards.iter().filter(|card| card.link_id == link.id).map(card_view).collect(),
        seq: link.seq,
    }
}

/// Links, each with its own cards.
pub fn link_views(links: &[LinkRecord], cards: &[CardRecord]) -> Vec<LinkView> {
    links.iter().map(|link| link_view(link, cards)).collect()
}

/// A card as its owner sees it.
pub fn card_view(card: &CardRecord) -> CardView {
    CardView {
        card_ref: card.card_ref.clone(),
        acc_id: card.acc_id.clone(),
        name: card.name.clone(),
        holder: card.holder.clone(),
        status: card.status.clone(),
        balance: card.balance_minor.map(|minor| Money::new(minor, card.currency)),
        balance_at: card.balance_at.map(Moment::bank_text),
    }
}
