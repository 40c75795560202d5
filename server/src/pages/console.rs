//! What operators see of notifications as they came, and of alarms.

use super::cursor::{Start, cut, encode, row};
use super::operators_view::{delivery_row, replay_row, user_row};
use super::{Pages, unavailable};
use crate::access::{Action, authorize};
use crate::desk::{filter_of, movable};
use crate::inbox::trust_card;
use crate::store::{DeliveriesQuery, DeliveryRecord, Look};
use app::backend::{
    AlarmKind, AlarmList, AlarmRow, BackendError, Cursor, DeliveryDetail, DeliveryQuery, DeliveryRow, Page, Pause,
    Processing, ReplayRow, Try, Verdict,
};
use domain::ids::{CardRef, UserId};
use domain::viewer::Viewer;

/// Rows on a page of the console.
const PAGE: usize = 50;
const ONE_MORE: i64 = 51;
/// Of what belongs to one delivery.
const RECENT: i64 = 20;
/// Alarms are few; more than that say the same.
const MOST_ALARMS: i64 = 100;

impl Pages {
    pub(super) async fn list_deliveries(
        &self,
        viewer: &Viewer,
        query: &DeliveryQuery,
        cursor: &Cursor,
    ) -> Result<Page<DeliveryRow>, BackendError> {
        authorize(viewer, Action::SeeDeliveries)?;
        let start = Start::read(cursor, row)?;
        let query = DeliveriesQuery {
            filter: filter_of(query),
            before: start.below().copied(),
            after: start.above().copied(),
            limit: ONE_MORE,
        };
        let rows = self.services.store.deliveries(&query).await.map_err(unavailable)?;
        let page = cut(rows, PAGE, &start, |row| encode(&row.id.to_string()));
        let rows = page.rows.iter().map(delivery_row).collect();
        Ok(Page { rows, newer: page.newer, older: page.older })
    }

    pub(super) async fn read_delivery(&self, viewer: &Viewer, id: i64) -> Result<DeliveryDetail, BackendError> {
        authorize(viewer, Action::SeeDeliveries)?;
        let store = &self.services.store;
        let delivery = store.delivery(id).await.map_err(unavailable)?.ok_or(BackendError::NotFound)?;
        let user = match &delivery.user_id {
            Some(user) => store.user_summary(user).await.map_err(unavailable)?.map(user_row),
            None => None,
        };
        let owners = self.owners_of(&delivery, user.as_ref().map(|user| &user.id)).await?;
        self.note_look(viewer, &owners, Look::Delivery(id)).await?;
        let body = if self.is_of_nobody(&delivery, &owners).await? {
            None
        } else {
            self.services.confidential.open_body(&delivery).await
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

    /// Whose delivery it is; of one that has had no effect, whose card it speaks of, or has been.
    async fn owners_of(&self, delivery: &DeliveryRecord, user: Option<&UserId>) -> Result<Vec<UserId>, BackendError> {
        let (None, Some(card)) = (&delivery.user_id, card_of(delivery)) else {
            return Ok(user.cloned().into_iter().collect());
        };
        self.services.store.card_holders(&card).await.map_err(unavailable)
    }

    /// Whether it is about somebody who has gone, and about nobody else: nobody sees that any more.
    async fn is_of_nobody(&self, delivery: &DeliveryRecord, owners: &[UserId]) -> Result<bool, BackendError> {
        if delivery.user_id.is_some() || !owners.is_empty() {
            return Ok(owners.is_empty());
        }
        let Some(card) = card_of(delivery) else { return Ok(false) };
        let mac = self.services.vault.card_mac(&card);
        let erased = self.services.store.erased_cards(&[mac]).await.map_err(unavailable)?;
        Ok(!erased.is_empty())
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

fn card_of(delivery: &DeliveryRecord) -> Option<CardRef> {
    delivery.card_ref.as_deref().and_then(|card| CardRef::parse(card).ok())
}
