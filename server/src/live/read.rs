//! A read of a user's feed, which her streams share.

use crate::links::{card_view, link_view};
use crate::store::{Changed, Store, StoreError};
use domain::ids::UserId;
use domain::live::{Seq, event_name};
use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};
use std::sync::Arc;

/// Events of one read.
pub(super) const BATCH: i64 = 500;

/// An event as it is sent, without what belongs to a stream.
#[derive(Debug)]
pub(super) struct Written {
    pub seq: Seq,
    pub name: &'static str,
    pub data: String,
}

/// At most [`BATCH`] events, in the order of their numbers. Whoever waits for it moves it on.
pub(super) type SharedRead = Shared<Read>;
pub(super) type Read = BoxFuture<'static, Result<Arc<[Written]>, Arc<StoreError>>>;

/// What comes after a number. Nothing is read before somebody waits for it.
pub(super) fn read_after(store: Store, user: UserId, after: Seq) -> SharedRead {
    let reading = async move {
        let events = store.live_events(&user, after, BATCH).await?;
        Ok(events.iter().map(|(seq, changed)| written(*seq, changed)).collect())
    };
    reading.map(|read: Result<_, StoreError>| read.map_err(Arc::new)).boxed().shared()
}

fn written(seq: Seq, changed: &Changed) -> Written {
    let (name, data) = match changed {
        Changed::Payment(payment) => (event_name::TRANSACTION, serde_json::to_string(payment)),
        Changed::Link(link, cards) => (event_name::LINK, serde_json::to_string(&link_view(link, cards))),
        Changed::Card(card) => (event_name::BALANCE, serde_json::to_string(&card_view(card))),
        Changed::Alert(news) => (event_name::ALERT, serde_json::to_string(news)),
        Changed::Gone => (event_name::RESET, Ok("{}".to_owned())),
    };
    match data {
        Ok(data) => Written { seq, name, data },
        // Our own types always serialise; a page loaded anew is right whatever happened.
        Err(_) => Written { seq, name: event_name::RESET, data: "{}".to_owned() },
    }
}
