//! The inbox: store first, act later.
//!
//! A notification is acknowledged when its raw bytes are durable. The writer commits whatever waits as one group; the
//! worker takes stored deliveries and gives them their effect, once; the asker puts to the bank those that the evidence does not
//! carry; the replayer takes again what an operator asks for.

mod again;
mod asker;
mod entering;
mod opened;
mod replayer;
mod worker;
mod writer;

pub use asker::Asker;
pub use replayer::Replayer;
pub use worker::{Steps, Worker};
pub use writer::{Inbox, InboxError, Pressure, Wakes, Writer};

use crate::clock::Moment;
use crate::store::DeliveryRecord;
use crate::vault::{DataKey, SealedError, Vault, VaultError};
use crate::webhooks::{self, FoundText, Wanted};
use app::backend::{Difference, Signal, Verdict};
use bytes::Bytes;
use domain::ids::{CardRef, Txid};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What sealed bodies are for.
const PURPOSE: &str = "delivery";

/// A judged notification on its way into the store.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub received_at: Moment,
    pub reference: String,
    pub event_name: String,
    pub verdict: Verdict,
    pub reason: &'static str,
    /// Whether the worker shall take it.
    pub pending: bool,
    pub current_try: Option<i64>,
    pub max_tries: Option<i64>,
    pub peer: String,
    pub content_type: String,
    pub trust: String,
    /// What every try of it repeats.
    pub core: String,
    pub card_ref: Option<CardRef>,
    /// The payment that it speaks of, with `card_ref`.
    pub txid: Option<Txid>,
    /// A held one is put to the bank then.
    pub ask_at: Option<Moment>,
    /// The status of our answer.
    pub answered: u16,
    pub body: Bytes,
}

#[derive(Serialize, Deserialize)]
struct StoredSignal<'s> {
    name: Cow<'s, str>,
    good: Option<bool>,
    #[serde(default)]
    detail: Cow<'s, str>,
}

/// A trust card as it is stored.
pub fn trust_text(trust: &[Signal]) -> String {
    let stored =
        trust.iter().map(|s| StoredSignal { name: (&*s.name).into(), good: s.good, detail: (&*s.detail).into() });
    serde_json::to_string(&stored.collect::<Vec<_>>()).unwrap_or_default()
}

/// A stored trust card; empty where it cannot be read.
pub fn trust_card(text: &str) -> Vec<Signal> {
    let stored: Vec<StoredSignal<'_>> = serde_json::from_str(text).unwrap_or_else(|error| {
        tracing::warn!(%error, "a stored trust card cannot be read");
        Vec::new()
    });
    let owned = |text: Cow<'_, str>| text.into_owned();
    stored.into_iter().map(|s| Signal { name: owned(s.name).into(), good: s.good, detail: owned(s.detail) }).collect()
}

/// A stored trust card with one more signal.
fn trust_with(text: &str, name: &'static str, good: Option<bool>, detail: &str) -> String {
    let mut trust = trust_card(text);
    trust.retain(|signal| signal.name != name);
    trust.push(Signal { name: name.into(), good, detail: detail.to_owned() });
    trust_text(&trust)
}

/// A delivery's body for operators, masked. None where retention has removed it, or its key was destroyed.
pub async fn masked_body(vault: &Vault, delivery: &DeliveryRecord) -> Result<Option<String>, VaultError> {
    let Some(body) = opened(vault, delivery).await? else { return Ok(None) };
    Ok(Some(webhooks::masked_body(&delivery.content_type, body).await))
}

/// Where a text stands in what is shown of a delivery's body, if it does.
pub async fn find_text(
    vault: &Vault,
    delivery: &DeliveryRecord,
    wanted: &Wanted,
) -> Result<Option<FoundText>, VaultError> {
    let Some(body) = opened(vault, delivery).await? else { return Ok(None) };
    Ok(webhooks::find(&delivery.content_type, body, wanted).await)
}

/// What two deliveries of one reference say differently, masked. None where one of them cannot be read any more.
pub async fn differences(
    vault: &Vault,
    one: &DeliveryRecord,
    other: &DeliveryRecord,
) -> Result<Option<Vec<Difference>>, VaultError> {
    let (Some(body), Some(other_body)) = (opened(vault, one).await?, opened(vault, other).await?) else {
        return Ok(None);
    };
    Ok(webhooks::differences((&one.content_type, body), (&other.content_type, other_body)).await)
}

async fn opened(vault: &Vault, delivery: &DeliveryRecord) -> Result<Option<Vec<u8>>, VaultError> {
    let (Some(owner), Some(sealed)) = (&delivery.body_key, &delivery.body) else { return Ok(None) };
    let Some(key) = vault.key(owner).await? else { return Ok(None) };
    Ok(Some(open_body(&key, delivery.received_at, &delivery.reference, sealed)?))
}

fn seal_body(key: &DataKey, received_at: Moment, reference: &str, body: &[u8]) -> Vec<u8> {
    key.seal(PURPOSE, &row(received_at, reference), body)
}

fn open_body(key: &DataKey, received_at: Moment, reference: &str, sealed: &[u8]) -> Result<Vec<u8>, SealedError> {
    key.open(PURPOSE, &row(received_at, reference), sealed)
}

/// What a body is bound to: known before the store has numbered its row.
fn row(received_at: Moment, reference: &str) -> String {
    format!("{}|{reference}", received_at.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trust_card_is_read_as_far_as_it_can_be() {
        let card = trust_card(r#"[{"name":"path","good":true,"detail":"1st"},{"name":"hash","good":null}]"#);
        assert_eq!(card.len(), 2);
        assert_eq!((card[1].good, card[1].detail.as_str()), (None, ""));
        assert!(trust_card("{").is_empty());
    }

    #[test]
    fn a_trust_card_comes_back_as_it_was_stored() {
        let card = vec![Signal { name: "tries".into(), good: Some(false), detail: "tries:4/3 \"\u{e9}\"".into() }];
        assert_eq!(trust_card(&trust_text(&card)), card);
    }
}
