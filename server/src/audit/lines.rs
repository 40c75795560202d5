//! The log as lines of JSON, with everything that its hashes are made of.

use super::reading::group;
use crate::store::{ActRecord, Store, StoreError};
use serde_json::{Value, json};

/// Hands out all acts, oldest first, until `take` has enough.
pub async fn write_lines<E: From<StoreError>>(
    store: &Store,
    mut take: impl FnMut(&Value) -> Result<(), E>,
) -> Result<(), E> {
    let mut after = 0;
    loop {
        let acts = group(store, after).await?;
        let Some(last) = acts.last() else { return Ok(()) };
        after = last.id;
        for act in &acts {
            take(&line(act))?;
        }
    }
}

fn line(act: &ActRecord) -> Value {
    json!({
        "number": act.link.as_ref().map(|link| link.number),
        "at": act.at.bank_text(),
        "at_us": act.at.0,
        "user_id": act.user_id,
        "name": act.name,
        "act": act.act,
        "subject": act.subject,
        "reason": act.reason,
        "hash": act.link.as_ref().map(|link| &link.hash),
    })
}
