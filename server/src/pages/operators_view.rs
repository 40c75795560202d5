//! From rows of the store to what operators see.

use crate::clock::Moment;
use crate::links::link_view;
use crate::store::{CardRecord, DeliveryRecord, LinkRecord, UserSummary};
use app::backend::{DeliveryRow, OperatorLink, Signal, UserRow};
use domain::link::LinkFacts;
use serde::Deserialize;

/// Characters of a fingerprint that are enough to tell tokens apart.
const FINGERPRINT: usize = 12;

pub(super) fn user_row(summary: UserSummary) -> UserRow {
    let user = summary.user;
    UserRow {
        id: user.id,
        email: user.email,
        name: user.name,
        role: user.role,
        created_at: user.created_at.bank_text(),
        link_status: summary.link_facts.map(LinkFacts::status),
        cards: summary.cards,
        last_news_at: summary.last_news_at.map(Moment::bank_text),
    }
}

pub(super) fn operator_link(link: &LinkRecord, cards: &[CardRecord]) -> OperatorLink {
    OperatorLink {
        link: link_view(link, cards),
        fingerprint: link.token_fp.chars().take(FINGERPRINT).collect(),
        browser_at: link.browser_at.map(Moment::bank_text),
        notified_at: link.notified_at.map(Moment::bank_text),
        problem: Some(link.problem.clone()).filter(|problem| !problem.is_empty()),
    }
}

pub(super) fn delivery_row(delivery: &DeliveryRecord) -> DeliveryRow {
    DeliveryRow {
        id: delivery.id,
        reference: delivery.reference.clone(),
        event_name: delivery.event_name.clone(),
        verdict: delivery.verdict,
        reason: delivery.reason.clone(),
        state: delivery.state.code().to_owned(),
        received_at: delivery.received_at.bank_text(),
        current_try: delivery.current_try,
        max_tries: delivery.max_tries,
        peer: delivery.peer.clone(),
    }
}

/// The trust card as it was stored. One that cannot be read is shown as empty.
pub(super) fn signals(trust: &str) -> Vec<Signal> {
    #[derive(Deserialize)]
    struct Stored {
        name: String,
        good: Option<bool>,
        #[serde(default)]
        detail: String,
    }
    let stored: Vec<Stored> = serde_json::from_str(trust).unwrap_or_else(|error| {
        tracing::warn!(%error, "a stored trust card cannot be read");
        Vec::new()
    });
    stored.into_iter().map(|Stored { name, good, detail }| Signal { name, good, detail }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trust_card_is_read_as_far_as_it_can_be() {
        let card = signals(r#"[{"name":"path","good":true,"detail":"1st"},{"name":"hash","good":null}]"#);
        assert_eq!(card.len(), 2);
        assert_eq!((card[1].good, card[1].detail.as_str()), (None, ""));
        assert!(signals("{").is_empty());
    }
}
