//! From rows of the store to what people see. Also the data of live events.

use crate::clock::Moment;
use crate::store::{CardRecord, LinkRecord};
use domain::link::{CardView, HistoryProgress, LinkView};
use domain::money::Money;

/// A link with its cards; cards of other links are left out.
pub fn link_view(link: &LinkRecord, cards: &[CardRecord]) -> LinkView {
    let text = |moment: Option<Moment>| moment.map(Moment::bank_text);
    let both_channels = link.browser_at.zip(link.notified_at).map(|(browser, notified)| browser.max(notified));
    LinkView {
        id: link.id.clone(),
        status: link.status(),
        holder: link.holder.clone(),
        created_at: link.created_at.bank_text(),
        confirmed_at: text(both_channels),
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

pub fn link_views(links: &[LinkRecord], cards: &[CardRecord]) -> Vec<LinkView> {
    links.iter().map(|link| link_view(link, cards)).collect()
}

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
