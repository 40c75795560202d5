//! Payments of a user: the dashboard, one payment, and the list that exports take.

use super::cursor::{Start, cut, of_payment, payment_place};
use super::{Pages, unavailable};
use crate::clock::Moment;
use crate::links::link_views;
use crate::services::Services;
use crate::store::{PaymentPlace, PaymentRow, PaymentsQuery};
use app::backend::{BackendError, Cursor, Dashboard, Page, PaymentDetail};
use domain::filter::Filter;
use domain::ids::{PaymentKey, UserId};
use domain::transaction::Transaction;
use domain::viewer::Viewer;

/// Payments on a page.
const PAGE: usize = 50;

impl Pages {
    pub(super) async fn read_dashboard(
        &self,
        viewer: &Viewer,
        filter: &Filter,
        cursor: &Cursor,
    ) -> Result<Dashboard, BackendError> {
        let start = Start::read(cursor, payment_place)?;
        let query = query(&viewer.user_id, filter, &start, PAGE);
        let record = self.services.store.dashboard(&query).await.map_err(unavailable)?;
        // Above the newest payments of all, and only there.
        let glance = match (filter.is_empty(), &start) {
            (true, Start::Top) => Some(self.glance(viewer, record.seq).await.map_err(unavailable)?),
            _ => None,
        };
        Ok(Dashboard {
            glance,
            silent: self.silent(&record.links, &record.cards).await.map_err(unavailable)?,
            links: link_views(&record.links, &record.cards),
            payments: page(record.payments, PAGE, &start),
            seq: record.seq,
        })
    }

    pub(super) async fn read_payment(&self, viewer: &Viewer, key: &PaymentKey) -> Result<PaymentDetail, BackendError> {
        let payment = self.services.store.payment(&viewer.user_id, key).await.map_err(unavailable)?;
        let record = payment.ok_or(BackendError::NotFound)?;
        Ok(PaymentDetail {
            payment: record.payment,
            told_at: record.told_at.bank_text(),
            confirmed_at: record.confirmed_at.map(Moment::bank_text),
            contested_at: record.contested_at.map(Moment::bank_text),
            own_at: record.own_at.map(Moment::bank_text),
        })
    }
}

/// One page of a user's payments, of any size.
pub(crate) async fn list(
    services: &Services,
    user: &UserId,
    filter: &Filter,
    cursor: &Cursor,
    size: usize,
) -> Result<Page<Transaction>, BackendError> {
    let start = Start::read(cursor, payment_place)?;
    let rows = services.store.payments(&query(user, filter, &start, size)).await.map_err(unavailable)?;
    Ok(page(rows, size, &start))
}

fn query(user: &UserId, filter: &Filter, start: &Start<PaymentPlace>, size: usize) -> PaymentsQuery {
    PaymentsQuery {
        user_id: user.clone(),
        filter: filter.clone(),
        before: start.below().cloned(),
        after: start.above().cloned(),
        limit: i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1),
    }
}

fn page(rows: Vec<PaymentRow>, size: usize, start: &Start<PaymentPlace>) -> Page<Transaction> {
    let page = cut(rows, size, start, |row| of_payment(&row.place()));
    Page { rows: page.rows.into_iter().map(|row| row.payment).collect(), newer: page.newer, older: page.older }
}
