//! What is done with deliveries, as the fake tells it.

use super::{Fake, delivery};
use app::backend::{
    ActList, ActRow, BackendError, Change, Cursor, DeliveryQuery, DeliveryRow, DeskBackend, Difference, Doubt,
    Doubtful, DoubtfulRow, Page, ReplayDetail, ReplayItem, ReplayOffer, ReplayRow, ReplayState, Try, Verdict,
};
use async_trait::async_trait;
use domain::viewer::Viewer;

#[async_trait]
impl DeskBackend for Fake {
    async fn replay_offer(&self, _: &Viewer, _: &DeliveryQuery) -> Result<ReplayOffer, BackendError> {
        self.answer(ReplayOffer { count: 1_234, is_more: false, may_replay: self.may_replay })
    }

    async fn replays(&self, _: &Viewer, _: &Cursor) -> Result<Page<ReplayRow>, BackendError> {
        self.answer(Page { rows: self.replays.clone(), newer: self.newer.clone(), older: self.older.clone() })
    }

    async fn replay(&self, _: &Viewer, id: i64, _: &Cursor) -> Result<ReplayDetail, BackendError> {
        let row = self.replays.iter().find(|row| row.id == id).cloned().ok_or(BackendError::NotFound)?;
        self.answer(ReplayDetail {
            row,
            items: self.items.clone(),
            more: self.older.clone(),
            may_replay: self.may_replay,
            may_answer: self.may_answer,
            attached: Some("alice@example.test".into()),
            is_paused: self.paused.is_some(),
        })
    }

    async fn doubtful(&self, _: &Viewer, _: Doubt, _: &Cursor) -> Result<Doubtful, BackendError> {
        let rows = self.deliveries.iter().cloned().map(|row| DoubtfulRow { row, movable: self.movable });
        self.answer(Doubtful {
            counts: [(Doubt::Quarantined, 1_000), (Doubt::Held, 2), (Doubt::Parked, 0)],
            most_counted: 1_000,
            rows: Page { rows: rows.collect(), newer: self.newer.clone(), older: self.older.clone() },
            proposed: self.replays.iter().filter(|row| row.state == ReplayState::Proposed).cloned().collect(),
        })
    }

    async fn acts(&self, _: &Viewer, _: &Cursor) -> Result<ActList, BackendError> {
        let rows = Page { rows: self.acts.clone(), newer: self.newer.clone(), older: self.older.clone() };
        let chained = i64::try_from(self.acts.len()).unwrap();
        self.answer(ActList { rows, chained, hash: "c0ffee".repeat(chained.min(1).try_into().unwrap()) })
    }
}

/// Arrivals of one reference: the first one counts, the second repeats it, the third says something else. A lone one has two
/// companions, so that every page of a delivery shows them.
pub(crate) fn tries(mut rows: Vec<DeliveryRow>) -> Vec<Try> {
    let first = rows[0].clone();
    rows.push(DeliveryRow { id: first.id + 100, verdict: Verdict::Duplicate, current_try: Some(2), ..first.clone() });
    rows.push(DeliveryRow { id: first.id + 200, verdict: Verdict::Quarantined, ..first });
    let difference = |field: &str, usual: bool| Difference {
        field: field.into(),
        before: Some("1".into()),
        after: (!usual).then(|| "99.99".into()),
        usual,
    };
    let one = |(n, row): (usize, DeliveryRow)| Try {
        row,
        answered: 200,
        is_base: n == 0,
        differences: match n {
            0 => None,
            1 => Some(vec![difference("current_try", true)]),
            _ => Some(vec![difference("data.body.transaction.amount", false), difference("current_try", true)]),
        },
    };
    rows.into_iter().enumerate().map(one).collect()
}

pub(crate) fn replay(id: i64, state: ReplayState, dry: bool, words: &str) -> ReplayRow {
    ReplayRow {
        id,
        created_at: "2026-11-23T10:41:12+01:00".into(),
        ended_at: None,
        by: words.into(),
        reason: if dry { String::new() } else { words.into() },
        act: if id % 2 == 0 { "release" } else { "replay" }.into(),
        dry,
        state,
        total: 12_345,
        seen: if state == ReplayState::Running { 640 } else { 12_345 },
        changed: 12,
        doubtful: 3,
        second: (state == ReplayState::Declined).then(|| words.into()),
        delivery: (id % 2 == 0).then_some(3),
        query: DeliveryQuery {
            verdict: Some(Verdict::Quarantined),
            event_name: Some(words.into()),
            from: Some("2026-11-01".into()),
            current_try: Some(3),
            ..DeliveryQuery::default()
        },
    }
}

/// One replay of each state, and a dry run.
pub(crate) fn replays(words: &str) -> Vec<ReplayRow> {
    let mut rows: Vec<ReplayRow> =
        (1..).zip(ReplayState::ALL).map(|(id, state)| replay(id, state, false, words)).collect();
    rows.push(replay(7, ReplayState::Done, true, words));
    rows
}

pub(crate) fn items(words: &str) -> Vec<ReplayItem> {
    let change = |what: &str, field: &str, before: Option<&str>, after: Option<&str>| Change {
        what: what.into(),
        subject: words.into(),
        field: field.into(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    let item = |delivery, outcome: &str, changes| ReplayItem {
        delivery,
        reference: "d5ec5399f34be7fcaaeadb64ad6236550a4c19ea".into(),
        outcome: outcome.into(),
        changes,
    };
    vec![
        item(
            3,
            "effect",
            vec![
                change("delivery", "verdict", Some("quarantined"), Some("accepted")),
                change("delivery", "reason", Some("hash-mismatch"), None),
                change("payment", "status", Some("A"), Some("S")),
                change("payment", "amount", None, Some("-12.40 EUR")),
                change("balance", "balance", Some("100.00 EUR"), Some("87.60 EUR")),
            ],
        ),
        item(
            4,
            "effect",
            vec![change("link", "status", None, Some("pending")), change("link", "user", None, Some(words))],
        ),
        item(5, "stays:expired-intent", Vec::new()),
        item(6, "under-way", Vec::new()),
    ]
}

pub(crate) fn act(act: &str, words: &str) -> ActRow {
    ActRow {
        at: "2026-11-23T10:41:12+01:00".into(),
        by: words.into(),
        act: act.into(),
        subject: "replay:7 delivery:42".into(),
        reason: words.into(),
    }
}

/// Nothing matches it but itself.
pub(crate) fn waiting(id: i64, words: &str) -> DeliveryRow {
    DeliveryRow { reason: "hash-mismatch".into(), ..delivery(id, words, "token_created", Verdict::Quarantined) }
}
