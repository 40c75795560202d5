//! What a message says: the shapes of the API, as they are at this moment.

use crate::api::link_shape;
use crate::clock::Moment;
use crate::store::{EventKind, Store, StoreError, UnnamedEvent, Wording};
use crate::vault::{DataKey, Vault, VaultError};
use crate::{outbox, randomness};
use domain::ids::LinkId;
use serde_json::{Value, json};

/// The words of an event, sealed under its owner's key; none where what it tells of is no more.
pub(super) async fn word(store: &Store, vault: &Vault, event: &UnnamedEvent) -> Result<Option<Wording>, VaultError> {
    let Some(user) = &event.user_id else { return Ok(None) };
    // Who is being erased has nothing any more.
    if store.user_summary(user).await?.is_none() {
        return Ok(None);
    }
    let data = match event.kind {
        EventKind::TransactionCreated | EventKind::TransactionUpdated => transaction(store, event).await?,
        EventKind::LinkUpdated => link(store, &event.subject).await?,
        EventKind::AlarmsChanged => None,
    };
    let Some(data) = data else { return Ok(None) };
    let key = vault.user_key(user).await?;
    Ok(Some(sealed(&key, &body(event.kind, event.at, &data))))
}

/// A message under a name that no other one has.
pub(super) fn sealed(key: &DataKey, body: &[u8]) -> Wording {
    let message_id = format!("msg_{}", randomness::id());
    Wording { body: key.seal(outbox::BODY, &message_id, body), body_key: key.owner().to_owned(), message_id }
}

/// Our own types always serialise.
pub(super) fn body(kind: EventKind, at: Moment, data: &Value) -> Vec<u8> {
    let message = json!({ "type": kind.code(), "timestamp": at.bank_text(), "data": data });
    serde_json::to_vec(&message).unwrap_or_default()
}

/// As `/api/v1/transactions` has it, with whose it is.
async fn transaction(store: &Store, event: &UnnamedEvent) -> Result<Option<Value>, StoreError> {
    let (Some(user), Ok(id)) = (&event.user_id, event.subject.parse::<i64>()) else { return Ok(None) };
    let Some(found) = store.payments_by_row(user, &[id]).await?.pop() else { return Ok(None) };
    let mut data = serde_json::to_value(found.without_own()).unwrap_or_default();
    if let Some(fields) = data.as_object_mut() {
        fields.insert("user_id".to_owned(), json!(user.as_str()));
    }
    Ok(Some(data))
}

/// As `/api/v1/links/{id}` has it, without its cards. One that its owner has forgotten is told of this last time.
async fn link(store: &Store, id: &str) -> Result<Option<Value>, StoreError> {
    let Ok(id) = LinkId::parse(id) else { return Ok(None) };
    let Some(found) = store.link(&id).await? else { return Ok(None) };
    let forgotten = found.forgotten_at.map(Moment::bank_text);
    let mut data = link_shape(found);
    if let Some(fields) = data.as_object_mut() {
        fields.insert("forgotten_at".to_owned(), json!(forgotten));
    }
    Ok(Some(data))
}
