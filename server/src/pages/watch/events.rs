//! What other systems were told.

use crate::access::{Action, authorize};
use crate::accounts::email::Email;
use crate::clock::Moment;
use crate::pages::cursor::{Start, cut, encode, row};
use crate::pages::{Pages, unavailable};
use crate::store::{EndpointRecord, EventKind, SendFilter, SendRecord, SendState, SendsQuery};
use app::backend::{BackendError, Cursor, EndpointRow, Events, EventsQuery, Page, SendDetail, SendRow, SendStanding};
use domain::ids::UserId;
use domain::viewer::Viewer;

/// Messages on a page.
const PAGE: usize = 50;
const ONE_MORE: i64 = 51;
/// Those that are looked at for a kind or an endpoint.
const LOOK: i64 = 5_000;

impl Pages {
    pub(in crate::pages) async fn list_events(
        &self,
        viewer: &Viewer,
        query: &EventsQuery,
        cursor: &Cursor,
    ) -> Result<Events, BackendError> {
        authorize(viewer, Action::SeeEvents)?;
        let start = Start::read(cursor, row)?;
        let store = &self.services.store;
        let endpoints = store.endpoints().await.map_err(unavailable)?.into_iter().map(endpoint_row).collect();
        let Some(filter) = self.send_filter(query).await? else {
            let log = Page { rows: Vec::new(), newer: None, older: None };
            return Ok(Events { endpoints, log, looked_to: None });
        };
        let (before, after) = (start.below().copied(), start.above().copied());
        let asked = SendsQuery { filter, before, after, limit: ONE_MORE, look: LOOK };
        let found = store.sends(&asked).await.map_err(unavailable)?;
        let place = |id: i64| encode(&id.to_string());
        let mut page = cut(found.rows, PAGE, &start, |send| place(send.id));
        if let Some((end, _)) = found.looked_to {
            // Goes on from there, and back to where this page began, whether there was any row or none.
            let on = Some(place(end));
            match &start {
                Start::Top => page.older = on,
                Start::Below(began) => {
                    page.newer = page.newer.or_else(|| Some(place(*began)));
                    page.older = on;
                }
                Start::Above(began) => {
                    page.older = page.older.or_else(|| Some(place(*began)));
                    page.newer = on;
                }
            }
        }
        let log = Page { rows: page.rows.iter().map(send_row).collect(), newer: page.newer, older: page.older };
        Ok(Events { endpoints, log, looked_to: found.looked_to.map(|(_, at)| at.bank_text()) })
    }

    /// None where nothing can match: there is no such kind, or nobody has this address.
    async fn send_filter(&self, query: &EventsQuery) -> Result<Option<SendFilter>, BackendError> {
        let kind = query.kind.as_deref().map(EventKind::from_code);
        if kind == Some(None) {
            return Ok(None);
        }
        let user_id = match &query.user {
            Some(typed) => match self.user_called(typed).await? {
                Some(user) => Some(user),
                None => return Ok(None),
            },
            None => None,
        };
        Ok(Some(SendFilter {
            kind: kind.flatten(),
            endpoint: query.endpoint.clone(),
            state: query.standing.map(|standing| match standing {
                SendStanding::Waiting => SendState::Waiting,
                SendStanding::Sent => SendState::Sent,
                SendStanding::Dead => SendState::Dead,
            }),
            user_id,
            since: query.from.as_deref().and_then(Moment::start_of_bank_day),
            until: query.to.as_deref().and_then(Moment::end_of_bank_day),
        }))
    }

    async fn user_called(&self, typed: &str) -> Result<Option<UserId>, BackendError> {
        if let Ok(id) = UserId::parse(typed) {
            return Ok(Some(id));
        }
        let Some(email) = Email::parse(typed) else { return Ok(None) };
        let user = self.services.store.user_by_email_key(email.key()).await.map_err(unavailable)?;
        Ok(user.map(|user| user.id))
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
