//! `POST /operator/events/{id}/again`.

use super::operator::{Done, Operator, Stop};
use crate::accounts::form::Form;
use crate::services::Services;
use crate::store::NewAct;
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::post;

pub(super) fn router() -> Router<Services> {
    Router::new().route("/operator/events/{id}/again", post(again))
}

/// The same message, now. One that is on its way already, or whose endpoint has ended, cannot be sent again.
async fn again(operator: Operator, Path(id): Path<i64>, form: Form) -> Done {
    let path = format!("/operator/events/{id}");
    let (store, now) = (&operator.services.store, operator.services.clock.now());
    let found = store.send(id).await?.ok_or_else(Stop::not_found)?;
    let reason = operator.reason(form.get("reason"), &path).await?;
    if !store.send_again(id, now).await? {
        return Err(Stop::not_found());
    }
    let subject = format!("event:{}", found.message_id);
    store.note_act(NewAct { by: operator.actor(), act: "send-event-again", subject, reason, at: now }).await?;
    operator.services.outbox.notify_one();
    Ok(Redirect::to(&format!("{path}?done=again")).into_response())
}
