//! What operators see of what is done with deliveries.

use super::cursor::{Start, cut, decode, encode, row};
use super::operators_view::{delivery_row, replay_row};
use super::{Pages, unavailable};
use crate::access::{Action, authorize};
use crate::desk::{MOST_COUNTED, filter_of, movable};
use crate::store::{
    ActRecord, Change as StoredChange, DeliveriesQuery, DeliveryFilter, Look, ReplayAct, ReplayItem as StoredItem,
    ReplayRecord,
};
use app::backend::{
    ActList, ActRow, BackendError, Change, Cursor, DeliveryQuery, DeskBackend, Doubt, Doubtful, DoubtfulRow, Page,
    ReplayDetail, ReplayItem, ReplayOffer, ReplayRow, ReplayState,
};
use async_trait::async_trait;
use domain::viewer::Viewer;
use std::collections::BTreeMap;

/// Rows on a page.
const PAGE: usize = 50;
const ONE_MORE: i64 = 51;
/// What waits for somebody is counted up to here.
const MOST_DOUBTFUL: i64 = 1_000;
/// Proposals are few.
const MOST_PROPOSED: i64 = 20;

#[async_trait]
impl DeskBackend for Pages {
    async fn replay_offer(&self, viewer: &Viewer, query: &DeliveryQuery) -> Result<ReplayOffer, BackendError> {
        authorize(viewer, Action::SeeDeliveries)?;
        let store = &self.services.store;
        let upto = store.newest_delivery().await.map_err(unavailable)?;
        let count = store.count_deliveries(&filter_of(query), upto, MOST_COUNTED).await.map_err(unavailable)?;
        let may_replay = authorize(viewer, Action::ReplayDelivery).is_ok();
        Ok(ReplayOffer { count, is_more: count == MOST_COUNTED, may_replay })
    }

    async fn replays(&self, viewer: &Viewer, cursor: &Cursor) -> Result<Page<ReplayRow>, BackendError> {
        authorize(viewer, Action::SeeDeliveries)?;
        let start = Start::read(cursor, row)?;
        let (before, after) = (start.below().copied(), start.above().copied());
        let rows = self.services.store.replays(before, after, ONE_MORE).await.map_err(unavailable)?;
        let page = cut(rows, PAGE, &start, |row| encode(&row.id.to_string()));
        Ok(Page { rows: page.rows.iter().map(replay_row).collect(), newer: page.newer, older: page.older })
    }

    async fn replay(&self, viewer: &Viewer, id: i64, cursor: &Cursor) -> Result<ReplayDetail, BackendError> {
        authorize(viewer, Action::SeeDeliveries)?;
        let store = &self.services.store;
        let replay = store.replay(id).await.map_err(unavailable)?.ok_or(BackendError::NotFound)?;
        let (items, more) = self.items(viewer, &replay, cursor).await?;
        let attached = match &replay.act {
            ReplayAct::Attach(Some(user)) => store.user_by_id(user).await.map_err(unavailable)?.map(|user| user.email),
            _ => None,
        };
        let may_replay = authorize(viewer, Action::ReplayDelivery).is_ok();
        Ok(ReplayDetail {
            row: replay_row(&replay),
            items,
            more,
            may_replay,
            may_answer: may_replay
                && replay.state == ReplayState::Proposed
                && replay.user_id.as_ref() != Some(&viewer.user_id),
            attached,
            is_paused: store.effects_paused().await.map_err(unavailable)?.is_some(),
        })
    }

    async fn doubtful(&self, viewer: &Viewer, doubt: Doubt, cursor: &Cursor) -> Result<Doubtful, BackendError> {
        authorize(viewer, Action::SeeDeliveries)?;
        let store = &self.services.store;
        let mut counts = Doubt::ALL.map(|doubt| (doubt, 0));
        for (doubt, count) in &mut counts {
            *count = store.count_deliveries(&open(*doubt), i64::MAX, MOST_DOUBTFUL).await.map_err(unavailable)?;
        }
        let start = Start::read(cursor, row)?;
        let query = DeliveriesQuery {
            filter: open(doubt),
            before: start.below().copied(),
            after: start.above().copied(),
            limit: ONE_MORE,
        };
        let page =
            cut(store.deliveries(&query).await.map_err(unavailable)?, PAGE, &start, |row| encode(&row.id.to_string()));
        let doubtful =
            page.rows.iter().map(|found| DoubtfulRow { row: delivery_row(found), movable: movable(found, viewer) });
        let rows = Page { rows: doubtful.collect(), newer: page.newer, older: page.older };
        let proposed = store.proposed_replays(MOST_PROPOSED).await.map_err(unavailable)?;
        let proposed = proposed.iter().map(replay_row).collect();
        Ok(Doubtful { counts, most_counted: MOST_DOUBTFUL, rows, proposed })
    }

    async fn acts(&self, viewer: &Viewer, cursor: &Cursor) -> Result<ActList, BackendError> {
        authorize(viewer, Action::SeeActs)?;
        let start = Start::read(cursor, row)?;
        let (before, after) = (start.below().copied(), start.above().copied());
        let rows = self.services.store.acts(before, after, ONE_MORE).await.map_err(unavailable)?;
        let page = cut(rows, PAGE, &start, |row| encode(&row.id.to_string()));
        let end = self.services.store.end_of_acts().await.map_err(unavailable)?;
        let rows = Page { rows: page.rows.into_iter().map(act_row).collect(), newer: page.newer, older: page.older };
        Ok(ActList { rows, chained: end.number, hash: end.hash })
    }
}

impl Pages {
    /// What was made of deliveries, once it has ended. It tells what is users', so that it is looked at is noted.
    async fn items(
        &self,
        viewer: &Viewer,
        replay: &ReplayRecord,
        cursor: &Cursor,
    ) -> Result<(Vec<ReplayItem>, Option<String>), BackendError> {
        if matches!(replay.state, ReplayState::Running | ReplayState::Proposed) {
            return Ok((Vec::new(), None));
        }
        let after = match cursor {
            Cursor::After(text) => decode(text).and_then(|text| text.parse().ok()).ok_or(BackendError::NotFound)?,
            Cursor::Start | Cursor::Before(_) => 0,
        };
        let mut items = self.services.store.replay_items(replay.id, after, ONE_MORE).await.map_err(unavailable)?;
        let is_more = items.len() > PAGE;
        items.truncate(PAGE);
        let more = items.last().filter(|_| is_more).map(|item| encode(&item.delivery_id.to_string()));
        let looked_at: BTreeMap<_, _> =
            items.iter().filter_map(|item| Some((item.user_id.clone()?, item.delivery_id))).collect();
        for (user, delivery) in looked_at {
            self.note_look(viewer, &[user], Look::Delivery(delivery)).await?;
        }
        Ok((items.into_iter().map(item).collect(), more))
    }
}

fn open(doubt: Doubt) -> DeliveryFilter {
    let parked = doubt == Doubt::Parked;
    DeliveryFilter { verdict: doubt.verdict(), parked, open: true, ..DeliveryFilter::default() }
}

fn item(item: StoredItem) -> ReplayItem {
    let changes = item.changes.into_iter().map(|change| {
        let StoredChange { what, subject, field, before, after } = change;
        Change { what, subject, field, before, after }
    });
    ReplayItem {
        delivery: item.delivery_id,
        reference: item.reference,
        outcome: item.outcome,
        changes: changes.collect(),
    }
}

fn act_row(act: ActRecord) -> ActRow {
    ActRow { at: act.at.bank_text(), by: act.name, act: act.act, subject: act.subject, reason: act.reason }
}
