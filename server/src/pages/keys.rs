//! The key ring, seen and changed by operators.

use super::Pages;
use crate::access::{Action, authorize};
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::services::Services;
use crate::store::{Actor, NewAct};
use crate::vault::{MOST_USES, RetireError, VaultError};
use app::backend::{BackendError, KeyList, KeyRefusal, KeyRow};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::post;
use domain::viewer::Viewer;

pub fn router() -> Router<Services> {
    Router::new().route("/operator/keys/rotate", post(rotate)).route("/operator/keys/{kid}/retire", post(retire))
}

impl Pages {
    pub(super) async fn list_keys(&self, viewer: &Viewer) -> Result<KeyList, BackendError> {
        authorize(viewer, Action::SeeKeys)?;
        let keys = self.services.vault.ring_keys().await.map_err(|error| {
            tracing::error!(%error, "the key ring could not be listed");
            BackendError::Unavailable
        })?;
        let rows = keys.into_iter().map(|(kid, key)| {
            let uses = key.as_ref().map_or(0, |key| key.uses);
            KeyRow {
                kid,
                since: key.as_ref().map(|key| key.since.bank_text()),
                data_keys: key.map_or(0, |key| key.data_keys),
                uses,
                worn: uses >= MOST_USES,
            }
        });
        Ok(KeyList { rows: rows.collect(), may_change: authorize(viewer, Action::ChangeKeys).is_ok() })
    }
}

/// A new key. What is under the older ones is moved in the background.
async fn rotate(State(services): State<Services>, SignedIn(session): SignedIn) -> Response {
    if authorize(&session.viewer, Action::ChangeKeys).is_err() {
        return HttpError::NotFound.into_response();
    }
    match services.vault.add_key().await {
        Ok(kid) => {
            tracing::warn!(operator = %session.viewer.user_id, kid, "an operator has made a new key");
            note(&services, session.viewer, "rotate-key", &kid).await;
            Redirect::to("/operator/keys?done=rotate").into_response()
        }
        Err(VaultError::Ring(error)) => refused(KeyRefusal::File, &error),
        Err(error) => unavailable(&error),
    }
}

async fn retire(State(services): State<Services>, SignedIn(session): SignedIn, Path(kid): Path<String>) -> Response {
    if authorize(&session.viewer, Action::ChangeKeys).is_err() {
        return HttpError::NotFound.into_response();
    }
    match services.vault.retire(&kid).await {
        Ok(()) => {
            tracing::warn!(operator = %session.viewer.user_id, kid, "an operator has retired a key");
            note(&services, session.viewer, "retire-key", &kid).await;
            Redirect::to("/operator/keys?done=retire").into_response()
        }
        Err(RetireError::Unknown(_)) => HttpError::NotFound.into_response(),
        Err(error @ (RetireError::Used(..) | RetireError::Active(_))) => refused(KeyRefusal::Used, &error),
        Err(error @ RetireError::Fresh(..)) => refused(KeyRefusal::Fresh, &error),
        Err(RetireError::Vault(VaultError::Ring(error))) => refused(KeyRefusal::File, &error),
        Err(error) => unavailable(&error),
    }
}

/// The key is what it is by now: should this fail, the log has it.
async fn note(services: &Services, viewer: Viewer, act: &'static str, kid: &str) {
    let by = Actor { user_id: Some(viewer.user_id), name: viewer.name };
    let (subject, at) = (format!("key:{kid}"), services.clock.now());
    if let Err(error) = services.store.note_act(NewAct { by, act, subject, reason: String::new(), at }).await {
        tracing::error!(%error, "what an operator has done with a key could not be noted");
    }
}

fn refused(refusal: KeyRefusal, why: &(dyn std::error::Error + 'static)) -> Response {
    tracing::warn!(error = why, "the key ring was not changed");
    Redirect::to(&format!("/operator/keys?refused={}", refusal.code())).into_response()
}

fn unavailable(error: &(dyn std::error::Error + 'static)) -> Response {
    tracing::error!(error, "the key ring could not be changed");
    HttpError::Unavailable.into_response()
}
