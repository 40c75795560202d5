//! From rows of the store to what operators see.

use crate::clock::Moment;
use crate::desk::query_of;
use crate::links::link_view;
use crate::store::{CardRecord, DeliveryRecord, LinkRecord, ReplayRecord, UserSummary};
use app::backend::{DeliveryRow, OperatorLink, ReplayRow, UserRow};
use domain::link::LinkFacts;

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
        marked: user.marked_at.is_some(),
        paused_at: user.disabled_at.map(Moment::bank_text),
        found_by: None,
    }
}

pub(super) fn short_fingerprint(token_fp: &str) -> String {
    token_fp.chars().take(FINGERPRINT).collect()
}

pub(super) fn operator_link(link: &LinkRecord, cards: &[CardRecord]) -> OperatorLink {
    OperatorLink {
        link: link_view(link, cards),
        fingerprint: short_fingerprint(&link.token_fp),
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
        found: None,
    }
}

pub(super) fn replay_row(replay: &ReplayRecord) -> ReplayRow {
    ReplayRow {
        id: replay.id,
        created_at: replay.created_at.bank_text(),
        ended_at: replay.ended_at.map(Moment::bank_text),
        by: replay.user_name.clone(),
        reason: replay.reason.clone(),
        act: replay.act.code().to_owned(),
        dry: replay.dry,
        state: replay.state,
        total: replay.total,
        seen: replay.seen,
        changed: replay.changed,
        doubtful: replay.doubtful,
        second: Some(replay.second_name.clone()).filter(|name| !name.is_empty()),
        delivery: replay.filter.id,
        query: query_of(&replay.filter),
    }
}
