//! What other systems were told.

use crate::access::{Action, authorize};
use crate::clock::Moment;
use crate::pages::cursor::{Start, cut, encode, row};
use crate::pages::{Pages, unavailable};
use crate::store::{EndpointRecord, SendRecord, SendState};
use app::backend::{BackendError, Cursor, EndpointRow, Events, Page, SendDetail, SendRow, SendStanding};
use domain::viewer::Viewer;

/// Messages on a page.
const PAGE: usize = 50;
const ONE_MORE: i64 = 51;

impl Pages {
    pub(in crate::pages) async fn list_events(&self, viewer: &Viewer, cursor: &Cursor) -> Result<Events, BackendError> {
        authorize(viewer, Action::SeeEvents)?;
        let start = Start::read(cursor, row)?;
        let store = &self.services.store;
        let endpoints = store.endpoints().await.map_err(unavailable)?.into_iter().map(endpoint_row).collect();
        let (before, after) = (start.below().copied(), start.above().copied());
        let sends = store.sends(before, after, ONE_MORE).await.map_err(unavailable)?;
        let page = cut(sends, PAGE, &start, |send| encode(&send.id.to_string()));
        let log = Page { rows: page.rows.iter().map(send_row).collect(), newer: page.newer, older: page.older };
        Ok(Events { endpoints, log })
    }

    pub(in crate::pages) async fn read_event(&self, viewer: &Viewer, id: i64) -> Result<SendDetail, BackendError> {
        authorize(viewer, Action::SeeEvents)?;
        let found = self.services.store.send(id).await.map_err(unavailable)?.ok_or(BackendError::NotFound)?;
        let idle = found.state != SendState::Waiting && !found.endpoint_ended;
        let may_send = idle && authorize(viewer, Action::SendEvents).is_ok();
        Ok(SendDetail { row: send_row(&found), user_id: found.user_id, may_send })
    }
}

fn endpoint_row(endpoint: EndpointRecord) -> EndpointRow {
    EndpointRow {
        events: endpoint.events.split_whitespace().map(str::to_owned).collect(),
        created_at: endpoint.created_at.bank_text(),
        old_secret_until: endpoint.old_until.map(Moment::bank_text),
        ended: endpoint.ended_at.map(|at| (at.bank_text(), endpoint.ended_by)),
        id: endpoint.id,
        url: endpoint.url,
    }
}

fn send_row(send: &SendRecord) -> SendRow {
    SendRow {
        id: send.id,
        kind: send.kind.clone(),
        message_id: send.message_id.clone(),
        at: send.at.bank_text(),
        url: send.url.clone(),
        standing: match send.state {
            SendState::Waiting => SendStanding::Waiting,
            SendState::Sent => SendStanding::Sent,
            SendState::Dead => SendStanding::Dead,
        },
        tries: send.tries,
        next_at: send.next_at.map(Moment::bank_text),
        tried_at: send.tried_at.map(Moment::bank_text),
        status: send.status,
        reason: send.reason.clone(),
    }
}
