//! `GET /operator/audit.csv`: the whole log as a table, read while it is sent.

use super::reading::group;
use crate::access::{Action, authorize};
use crate::accounts::preferences::lang_of;
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::pages::exports::{Table, attachment};
use crate::services::Services;
use crate::store::{ActRecord, Actor, NewAct, Store, StoreError};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};

const COLUMNS: [&str; 8] = ["number", "at", "user_id", "name", "act", "subject", "reason", "hash"];

pub fn router() -> Router<Services> {
    Router::new().route("/operator/audit.csv", get(download))
}

/// Taking the log away is an act too: it stands on its last line.
async fn download(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let viewer = &session.viewer;
    authorize(viewer, Action::SeeActs).map_err(|_| HttpError::NotFound)?;
    let now = services.clock.now();
    let by = Actor { user_id: Some(viewer.user_id.clone()), name: viewer.name.clone() };
    let act = NewAct { by, act: "export-acts", subject: "acts".to_owned(), reason: String::new(), at: now };
    services.store.note_act(act).await.map_err(|error| {
        tracing::error!(%error, "an act could not be noted");
        HttpError::Unavailable
    })?;
    let table = Table::of(lang_of(&headers));
    let name = attachment(&format!("anytime-acts-{}.csv", now.bank_day()));
    let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    let body = Body::from_stream(pieces(services.store.clone(), table));
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], body).into_response())
}

fn pieces(store: Store, table: Table) -> impl Stream<Item = Result<Bytes, StoreError>> {
    let head = futures::stream::once(async move { Ok(Bytes::from(table.head(&COLUMNS))) });
    let rows = futures::stream::try_unfold((store, 0), move |(store, after)| async move {
        let acts = group(&store, after).await?;
        let Some(last) = acts.last() else { return Ok(None) };
        let mut text = String::with_capacity(acts.len() * 200);
        for act in &acts {
            write(table, act, &mut text);
        }
        Ok(Some((Bytes::from(text), (store, last.id))))
    });
    // What compresses it asks once more after the end.
    head.chain(rows).fuse()
}

fn write(table: Table, act: &ActRecord, out: &mut String) {
    let number = act.link.as_ref().map(|link| link.number.to_string()).unwrap_or_default();
    let hash = act.link.as_ref().map_or("", |link| link.hash.as_str());
    let mut cells = table.cells(out);
    cells.plain(&number).plain(&act.at.bank_text()).plain(act.user_id.as_deref().unwrap_or_default());
    cells.text(&act.name).plain(&act.act).text(&act.subject).text(&act.reason).plain(hash);
    out.push_str("\r\n");
}
