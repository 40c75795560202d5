//! A user's rules, and what she was told.

use super::cursor::{Start, cut, encode, row};
use super::{Pages, unavailable};
use crate::alerts;
use crate::store::DeviceRecord;
use crate::vault::Stopping;
use app::backend::{Alerts, BackendError, CardChoice, Cursor, Device, RuleDetail};
use domain::alerts::RuleView;
use domain::ids::RuleId;
use domain::viewer::Viewer;

/// Alerts on a page.
const PAGE: usize = 25;

impl Pages {
    pub(super) async fn read_alerts(&self, viewer: &Viewer, cursor: &Cursor) -> Result<Alerts, BackendError> {
        let store = &self.services.store;
        let user = &viewer.user_id;
        let start = Start::read(cursor, row)?;
        let limit = i64::try_from(PAGE).unwrap_or(i64::MAX) + 1;
        let rows = match &start {
            Start::Top => store.alerts_before(user, i64::MAX, limit).await,
            Start::Below(id) => store.alerts_before(user, *id, limit).await,
            Start::Above(id) => store.alerts_after(user, *id, limit).await,
        };
        let (rules, unread) = tokio::join!(store.alert_rules(user), store.unread_alerts(user));
        Ok(Alerts {
            rules: rules.map_err(unavailable)?,
            told: cut(rows.map_err(unavailable)?, PAGE, &start, |alert| encode(&alert.id.to_string())),
            seen: unread.map_err(unavailable)?.seen,
            cards: self.card_choices(viewer).await?,
            push_key: self.services.confidential.push_key().await.ok_or(BackendError::Unavailable)?,
            devices: self.read_devices(viewer).await?,
        })
    }

    async fn read_devices(&self, viewer: &Viewer) -> Result<Vec<Device>, BackendError> {
        let devices =
            self.services.store.push_devices(&viewer.user_id, alerts::devices::MOST).await.map_err(unavailable)?;
        let shown = |device: DeviceRecord| Device {
            id: device.id,
            name: device.name,
            created_at: device.created_at.bank_text(),
        };
        Ok(devices.into_iter().map(shown).collect())
    }

    pub(super) async fn read_rule(&self, viewer: &Viewer, id: &RuleId) -> Result<RuleDetail, BackendError> {
        let rules = self.services.store.alert_rules(&viewer.user_id).await.map_err(unavailable)?;
        let rule = rules.into_iter().find(|rule| rule.id == *id).ok_or(BackendError::NotFound)?;
        Ok(RuleDetail { rule, cards: self.card_choices(viewer).await? })
    }

    /// By the link alone: who has it need not be signed in.
    pub(super) async fn read_stopping(&self, token: &str) -> Result<Vec<RuleView>, BackendError> {
        let stopping = self.services.confidential.open_stopping(token).ok_or(BackendError::NotFound)?;
        let Stopping { user_id, rules } = stopping;
        let hers = self.services.store.alert_rules(&user_id).await.map_err(unavailable)?;
        Ok(hers.into_iter().filter(|rule| rules.contains(&rule.id)).collect())
    }

    async fn card_choices(&self, viewer: &Viewer) -> Result<Vec<CardChoice>, BackendError> {
        alerts::card_choices(&self.services.store, &viewer.user_id).await.map_err(unavailable)
    }
}
