//! Everybody's payments.

use crate::access::{Action, authorize};
use crate::pages::cursor::{Start, cut, of_payment, payment_place};
use crate::pages::{Pages, unavailable};
use crate::store::{AnybodysPayment, AnybodysQuery};
use app::backend::{BackendError, Cursor, PaymentLine, PaymentLines, PaymentLinesQuery};
use domain::viewer::Viewer;

/// Rows on a page.
const PAGE: usize = 50;
const ONE_MORE: i64 = 51;
/// Payments that are looked at for those of a size or a state.
const LOOK: i64 = 5_000;

impl Pages {
    pub(in crate::pages) async fn list_payment_lines(
        &self,
        viewer: &Viewer,
        query: &PaymentLinesQuery,
        cursor: &Cursor,
    ) -> Result<PaymentLines, BackendError> {
        authorize(viewer, Action::SeePayments)?;
        let start = Start::read(cursor, payment_place)?;
        let wanted = AnybodysQuery {
            filter: query.filter.clone(),
            txid: query.txid.clone(),
            before: start.below().cloned(),
            after: start.above().cloned(),
            limit: ONE_MORE,
            look: LOOK,
        };
        let found = self.services.store.anybodys_payments(&wanted).await.map_err(unavailable)?;
        let mut page = cut(found.rows, PAGE, &start, |row| of_payment(&row.place()));
        if let Some(end) = &found.looked_to {
            // Goes on from there, and back to where this page began, whether there was any row or none.
            let on = Some(of_payment(end));
            match &start {
                Start::Top => page.older = on,
                Start::Below(place) => {
                    page.newer = page.newer.or_else(|| Some(of_payment(place)));
                    page.older = on;
                }
                Start::Above(place) => {
                    page.older = page.older.or_else(|| Some(of_payment(place)));
                    page.newer = on;
                }
            }
        }
        let looked_to = found.looked_to.map(|end| end.booked_at.bank_text());
        let rows = page.rows.into_iter().map(payment_line).collect();
        let page = app::backend::Page { rows, newer: page.newer, older: page.older };
        Ok(PaymentLines { page, looked_to })
    }
}

fn payment_line(row: AnybodysPayment) -> PaymentLine {
    PaymentLine {
        id: row.id,
        user_id: row.user_id,
        email: row.email,
        card_ref: row.card_ref,
        txid: row.txid,
        amount: row.amount,
        status: row.status,
        kind: row.kind,
        confirmed: row.confirmed,
        booked_at: row.booked_text,
    }
}
