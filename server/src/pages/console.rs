//! What operators see of notifications as they came, and of alarms.

use super::cursor::{Start, cut, encode, row};
use super::operators_view::{delivery_row, replay_row, user_row};
use super::{Pages, unavailable};
use crate::access::{Action, authorize};
use crate::desk::{Found, Looker, TextPage, TextQuery, filter_of, movable, owners_of, search};
use crate::inbox::trust_card;
use crate::store::{DeliveriesQuery, DeliveryRecord, Look};
use crate::webhooks::Wanted;
use app::backend::{
    AlarmKind, AlarmList, AlarmRow, BackendError, Cursor, DeliveryDetail, DeliveryQuery, DeliveryRow, FoundDeliveries,
    FoundIn, Page, Pause, Processing, ReplayRow, Try, Verdict,
};
use domain::ids::UserId;
use domain::viewer::Viewer;

/// Rows on a page of the console.
const PAGE: usize = 50;
const ONE_MORE: i64 = 51;
/// Arrivals that are opened for one page of a search.
const LOOK: usize = 1_000;
/// Of what belongs to one delivery.
const RECENT: i64 = 20;
/// Alarms are few; more than that say the same.
const MOST_ALARMS: i64 = 100;

impl Pages {
    pub(super) async fn list_deliveries(
        &self,
        viewer: &Viewer,
        query: &DeliveryQuery,
        text: &str,
        cursor: &Cursor,
    ) -> Result<FoundDeliveries, BackendError> {
        authorize(viewer, Action::SeeDeliveries)?;
        let start = Start::read(cursor, row)?;
        if let Some(wanted) = Wanted::parse(text) {
            return self.search_deliveries(viewer, query, wanted, &start).await;
        }
        let query = DeliveriesQuery {
            filter: filter_of(query),
            before: start.below().copied(),
            after: start.above().copied(),
            limit: ONE_MORE,
        };
        let rows = self.services.store.deliveries(&query).await.map_err(unavailable)?;
        let page = cut(rows, PAGE, &start, |row| encode(&row.id.to_string()));
        let rows = page.rows.iter().map(delivery_row).collect();
        Ok(FoundDeliveries { page: Page { rows, newer: page.newer, older: page.older }, looked_to: None })
    }

    /// There is no way back from a page: what was looked at on the way is not opened again.
    async fn search_deliveries(
        &self,
        viewer: &Viewer,
        query: &DeliveryQuery,
        wanted: Wanted,
        start: &Start<i64>,
    ) -> Result<FoundDeliveries, BackendError> {
        let before = start.below().copied();
        let query = TextQuery { filter: filter_of(query), wanted, before, limit: PAGE, look: LOOK };
        let by = Looker { id: viewer.user_id.as_str(), name: &viewer.name };
        let TextPage { found, looked_to } = search(&self.services, query, by).await.map_err(unavailable)?;
        let rows = found.into_iter().map(|Found { delivery, text }| DeliveryRow {
            found: Some(FoundIn { field: text.field, shown: text.shown }),
            ..delivery_row(&delivery)
        });
        let older = looked_to.as_ref().map(|last| encode(&last.id.to_string()));
        let page = Page { rows: rows.collect(), newer: None, older };
        Ok(FoundDeliveries { page, looked_to: looked_to.map(|last| last.received_at.bank_text()) })
    }

    pub(super) async fn read_delivery(&self, viewer: &Viewer, id: i64) -> Result<DeliveryDetail, BackendError> {
        authorize(viewer, Action::SeeDeliveries)?;
        let store = &self.services.store;
        let delivery = store.delivery(id).await.map_err(unavailable)?.ok_or(BackendError::NotFound)?;
        let user = match &delivery.user_id {
            Some(user) => store.user_summary(user).await.map_err(unavailable)?.map(user_row),
            None => None,
        };
        let owners = owners_of(&self.services, &delivery).await.map_err(unavailable)?;
        self.note_look(viewer, owners.as_deref().unwrap_or_default(), Look::Delivery(id)).await?;
        let body = match owners {
            Some(_) => self.services.confidential.open_body(&delivery).await,
            None => None,
        };
        Ok(DeliveryDetail {
            row: delivery_row(&delivery),
            content_type: delivery.content_type.clone(),
            trust: trust_card(&delivery.trust),
            body,
            user,
            answered: delivery.answered,
            tries: self.tries_of(&delivery).await?,
            replays: self.replays_of(id).await?,
            movable: movable(&delivery, viewer),
        })
    }

    pub(super) async fn read_processing(&self, viewer: &Viewer) -> Result<Processing, BackendError> {
        authorize(viewer, Action::SeeDeliveries)?;
        let paused = self.services.store.effects_paused().await.map_err(unavailable)?;
        Ok(Processing {
            paused: paused.map(|pause| Pause { since: pause.since.bank_text(), by: pause.name }),
            may_switch: authorize(viewer, Action::PauseDeliveries).is_ok(),
        })
    }

    pub(super) async fn list_alarms(&self, viewer: &Viewer) -> Result<AlarmList, BackendError> {
        authorize(viewer, Action::SeeAlarms)?;
        let open = self.services.store.open_alarms(MOST_ALARMS).await.map_err(unavailable)?;
        let rows = open.into_iter().filter_map(|alarm| {
            Some(AlarmRow {
                id: alarm.id,
                // Raised by a newer version: its words are not known here.
                kind: AlarmKind::from_code(&alarm.kind)?,
                subject: alarm.subject,
                times: alarm.times,
                first_at: alarm.first_at.bank_text(),
                last_at: alarm.last_at.bank_text(),
            })
        });
        Ok(AlarmList { rows: rows.collect(), may_end: authorize(viewer, Action::EndAlarm).is_ok() })
    }

    /// Nobody looks without its being written down: where that cannot be, nothing is shown.
    pub(super) async fn note_look(&self, viewer: &Viewer, users: &[UserId], what: Look) -> Result<(), BackendError> {
        let (store, now) = (&self.services.store, self.services.clock.now());
        store.note_look(users, viewer.user_id.as_str(), &viewer.name, what, now).await.map_err(unavailable)
    }

    /// All arrivals of the same reference, each compared with the one that counts. What could not be read has no reference to
    /// share.
    async fn tries_of(&self, delivery: &DeliveryRecord) -> Result<Vec<Try>, BackendError> {
        if delivery.reference.is_empty() {
            return Ok(Vec::new());
        }
        let store = &self.services.store;
        let tries = store.deliveries_of_reference(&delivery.reference, RECENT).await.map_err(unavailable)?;
        let base = tries.iter().position(|one| one.verdict == Verdict::Accepted).unwrap_or_default();
        if tries.len() < 2 {
            return Ok(Vec::new());
        }
        let mut compared = Vec::with_capacity(tries.len());
        for (n, one) in tries.iter().enumerate() {
            let is_base = n == base;
            let differences = if is_base { None } else { self.services.confidential.compare(&tries[base], one).await };
            compared.push(Try { row: delivery_row(one), answered: one.answered, is_base, differences });
        }
        Ok(compared)
    }

    async fn replays_of(&self, delivery: i64) -> Result<Vec<ReplayRow>, BackendError> {
        let replays = self.services.store.replays_of_delivery(delivery, RECENT).await.map_err(unavailable)?;
        Ok(replays.iter().filter(|replay| !replay.dry).map(replay_row).collect())
    }
}
