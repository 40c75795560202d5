//! Notifications in JSON that are good in every way until a test changes them.

use super::world::{PARTNER_REF, World};
use sha2::{Digest as _, Sha256};

/// A notification. What is JSON here stands in the body as it is.
#[derive(Debug, Clone)]
pub(super) struct Notice {
    pub reference: String,
    pub context: &'static str,
    /// `current_try` and `max_tries`, in JSON.
    pub tries: String,
    /// In JSON.
    pub timestamp: String,
    /// In JSON.
    pub hash: String,
    /// The rest of `data`, in JSON.
    pub data: String,
}

impl Notice {
    /// A new one, made now.
    pub(super) fn new(world: &World, data: impl Into<String>) -> Self {
        let reference = world.next_reference();
        let stamp = world.stamp();
        Self {
            reference: quoted(&format!("{reference:040x}")),
            context: "anytime-connect",
            tries: r#""current_try":1,"max_tries":3,"#.to_owned(),
            hash: quoted(&signed(&stamp)),
            timestamp: quoted(&stamp),
            data: data.into(),
        }
    }

    /// A try more: the same, made at another moment.
    pub(super) fn retried(&self, world: &World, current_try: u8) -> Self {
        let other = Self::new(world, "");
        let tries = format!(r#""current_try":{current_try},"max_tries":3,"#);
        Self { timestamp: other.timestamp, hash: other.hash, tries, ..self.clone() }
    }

    pub(super) fn json(&self) -> String {
        let Self { reference, context, tries, timestamp, hash, data } = self;
        format!(
            r#"{{"notification":{{"reference":{reference},"context":"{context}",{tries}"data":{{"hash":{hash},"timestamp":{timestamp},{data}}}}}}}"#
        )
    }

    /// The same as PHP's `http_build_query` writes it.
    pub(super) fn form(&self) -> String {
        let mut pairs = Vec::new();
        flatten("", &serde_json::from_str(&self.json()).unwrap(), &mut pairs);
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }
}

fn flatten(name: &str, value: &serde_json::Value, pairs: &mut Vec<(String, String)>) {
    let inner = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}[{key}]") };
    match value {
        serde_json::Value::Null => {}
        serde_json::Value::Bool(truth) => pairs.push((name.to_owned(), u8::from(*truth).to_string())),
        serde_json::Value::Number(number) => pairs.push((name.to_owned(), number.to_string())),
        serde_json::Value::String(text) => pairs.push((name.to_owned(), text.clone())),
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| flatten(&inner(&index.to_string()), item, pairs));
        }
        serde_json::Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| flatten(&inner(key), value, pairs));
        }
    }
}

pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// The bank's hash over a timestamp's text.
pub(super) fn signed(timestamp: &str) -> String {
    hex::encode(Sha256::digest(format!("{timestamp}|{PARTNER_REF}")))
}

/// The `data` of a payment, with some members of its `transaction` replaced, added, or left out where the new one is empty.
pub(super) fn purchase(card_ref: &str, txid: &str, changes: &[(&str, &str)]) -> String {
    let txid = quoted(txid);
    let mut members = vec![
        ("txid", txid.as_str()),
        ("mcc", r#""5942""#),
        ("amount", r#""12.40""#),
        ("amount_fx", r#""12.40""#),
        ("currency", r#""EUR""#),
        ("fx", r#""1.000000""#),
        ("fx_fee", r#""0""#),
        ("status", r#""S""#),
        ("type", r#""D""#),
        ("date", r#""2017-02-02 14:14:48""#),
        ("description", r#""FNAC DIRECT""#),
    ];
    for change in changes {
        members.retain(|(name, _)| *name != change.0);
        members.push(*change);
    }
    members.retain(|(_, value)| !value.is_empty());
    let members: Vec<_> = members.iter().map(|(name, value)| format!(r#""{name}":{value}"#)).collect();
    let card_ref = quoted(card_ref);
    format!(
        r#""event_name":"card_transaction_received","body":{{"method":"card_last_tx","card_ref":{card_ref},"acc_id":"1","transaction":{{{}}}}}"#,
        members.join(",")
    )
}

/// The `data` of a token's notification.
pub(super) fn token(event: &str, token: &str, custom_reference: &str) -> String {
    let (event, token, custom) = (quoted(event), quoted(token), quoted(custom_reference));
    format!(r#""event_name":{event},"token":{token},"custom_reference":{custom}"#)
}

/// What came of a body at once: the answer's status, and verdict and reason as they are stored.
pub(super) async fn arrived(world: &World, content_type: &str, body: &str) -> (u16, &'static str, String) {
    let before = world.deliveries().await.first().map_or(0, |delivery| delivery.id);
    let status = world.post_as(content_type, body).await;
    let newest = world.deliveries().await.into_iter().next().filter(|delivery| delivery.id > before);
    newest.map_or((status, "not-stored", String::new()), |newest| (status, newest.verdict.code(), newest.reason))
}

/// As `arrived`, for a notification as the bank sends it, once everything has come of it.
pub(super) async fn settled(world: &World, notice: &Notice) -> (u16, &'static str, String) {
    let (status, ..) = arrived(world, "application/json", &notice.json()).await;
    world.settle().await;
    let (verdict, reason, _) = world.newest().await;
    (status, verdict, reason)
}
