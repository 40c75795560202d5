//! A notification's body for operators: whole, but without what gives power.

use super::decode;
use crate::vendor::{Value, mask};
use bytes::Bytes;
use serde_json::Value as Json;

/// Names whose values are never shown.
const HIDDEN: [&str; 3] = ["token", "hash", "custom_reference"];
/// Words of merchants, which hold card numbers and IBANs at times. References and amounts are left as they came.
const FREE_TEXT: [&str; 2] = ["description", "message"];
/// The address that the notification was sent to; its path holds our secret.
const ADDRESS: &str = "webhook";
const MASK: &str = "••••••••";
/// Characters shown of a body that could not be read.
const SHOWN: usize = 4_096;
/// Characters shown of one value among others.
const SHOWN_OF_A_VALUE: usize = 200;
/// Letters and digits in a row that may be a token or a hash.
const SUSPICIOUS: usize = 20;

/// The body as indented JSON whatever its encoding, or as text where it cannot be read.
pub async fn masked_body(content_type: &str, body: Vec<u8>) -> String {
    let body = Bytes::from(body);
    match decode::decode(content_type, &body).await {
        Ok(value) => serde_json::to_string_pretty(&shown(&value, Showing::Plain)).unwrap_or_default(),
        Err(_) => masked_text(&String::from_utf8_lossy(&body)),
    }
}

/// How a value is shown, and all that is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Showing {
    Plain,
    FreeText,
    Address,
    Hidden,
}

impl Showing {
    /// Of what has a name within a value that is shown so.
    fn within(self, name: &str) -> Self {
        match self {
            Self::Hidden => Self::Hidden,
            _ if HIDDEN.contains(&name) => Self::Hidden,
            _ if name == ADDRESS => Self::Address,
            _ if FREE_TEXT.contains(&name) => Self::FreeText,
            outer => outer,
        }
    }

    fn text(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::FreeText => mask(text),
            Self::Address => masked_text(text),
            Self::Hidden => MASK.to_owned(),
        }
    }
}

fn shown(value: &Value, how: Showing) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(_) if how == Showing::Hidden => MASK.into(),
        Value::Bool(truth) => (*truth).into(),
        Value::Number(text) | Value::Text(text) => how.text(text).into(),
        Value::List(items) => items.iter().map(|item| shown(item, how)).collect(),
        Value::Map(fields) => {
            Json::Object(fields.iter().map(|(name, value)| (name.clone(), shown(value, how.within(name)))).collect())
        }
    }
}

/// One value of a body, by its path.
pub(super) struct Leaf {
    raw: String,
    shown: String,
}

impl Leaf {
    /// Every value, by its path below the envelope.
    pub(super) fn all_of(value: &Value) -> Vec<(String, Self)> {
        let mut found = Vec::new();
        let inner = value.get("notification").unwrap_or(value);
        gather(inner, "", Showing::Plain, &mut found);
        found
    }

    /// For comparing alone.
    pub(super) fn raw(&self) -> &str {
        &self.raw
    }

    /// As much of it as stands beside others.
    pub(super) fn shown(&self) -> String {
        self.shown.chars().take(SHOWN_OF_A_VALUE).collect()
    }

    /// All of it, masked.
    pub(super) fn whole(self) -> String {
        self.shown
    }
}

fn gather(value: &Value, path: &str, how: Showing, found: &mut Vec<(String, Leaf)>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let raw = match value {
        Value::Map(fields) => {
            return fields.iter().for_each(|(name, value)| gather(value, &below(name), how.within(name), found));
        }
        Value::List(items) => {
            return items.iter().enumerate().for_each(|(n, item)| gather(item, &below(&n.to_string()), how, found));
        }
        Value::Null => String::new(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(text) | Value::Text(text) => text.clone(),
    };
    let shown = how.text(&raw);
    found.push((path.to_owned(), Leaf { raw, shown }));
}

pub(super) fn masked_text(text: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String| {
        out.push_str(if run.len() >= SUSPICIOUS { MASK } else { run });
        run.clear();
    };
    // A number that the end would cut in two is masked as a whole.
    for c in text.chars().take(SHOWN + SUSPICIOUS * 2) {
        if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
            run.push(c);
        } else {
            flush(&mut run, &mut out);
            out.push(if c.is_control() && c != '\n' { ' ' } else { c });
        }
    }
    flush(&mut run, &mut out);
    mask(&out).chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tokens_hashes_and_references_are_never_shown() {
        let body = br#"{"notification":{"reference":"d5ec","data":{"hash":"abc","token":{"a":"THE_TOKEN"},"custom_reference":"v1.k.x","amount":98.32}}}"#;
        let shown = masked_body("application/json", body.to_vec()).await;
        assert!(shown.contains("d5ec") && shown.contains("98.32"), "{shown}");
        for secret in ["abc", "THE_TOKEN", "v1.k.x"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    #[tokio::test]
    async fn the_callbacks_secret_is_never_shown_but_its_host_is() {
        let body = br#"{"notification":{"data":{"webhook":"https://partner.example/webhooks/anytime/0123456789abcdef0123456789abcdef"}}}"#;
        let shown = masked_body("application/json", body.to_vec()).await;
        assert!(
            shown.contains("https://partner.example/webhooks/anytime/") && !shown.contains("0123456789"),
            "{shown}"
        );
    }

    #[tokio::test]
    async fn fs_24_fs_25_a_merchants_slip_is_hidden_from_operators_too() {
        let words = "PAID 4111 1111 1111 1111 VIR FR7630006000011234567890189";
        let body = format!(r#"{{"a":{{"description":"{words}","txid":4111111111111111}}}}"#);
        let shown = masked_body("application/json", body.clone().into_bytes()).await;
        assert!(shown.contains("**** **** **** 1111") && shown.contains("FR76*******************0189"), "{shown}");
        assert!(shown.contains("\"4111111111111111\""), "names of payments look alike: {shown}");
        let broken = masked_body("application/json", body.trim_end_matches('}').as_bytes().to_vec()).await;
        assert!(!broken.contains("4111 1111 1111 1111") && !broken.contains("6000011234"), "{broken}");
    }

    #[tokio::test]
    async fn fs_24_no_shape_of_a_field_gets_around_its_mask() {
        let body = br#"{"description":["4111 1111 1111 1111",{"x":4111111111111111}],"token":{"webhook":"short","ok":true},"webhook":[{"a":"0123456789abcdef0123456789abcdef"}]}"#;
        let shown = masked_body("application/json", body.to_vec()).await;
        for secret in ["4111", "short", "true", "0123456789"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }

    #[tokio::test]
    async fn fs_24_a_card_number_at_the_end_of_what_is_shown_is_masked_as_a_whole() {
        for shift in 0..20 {
            let body = format!("{}4111 1111 1111 1111", "- ".repeat(SHOWN / 2 - 10) + &" ".repeat(shift));
            let shown = masked_body("application/json", body.into_bytes()).await;
            assert!(!shown.contains("4111") && shown.chars().count() <= SHOWN, "{shift}: {shown}");
        }
    }

    #[tokio::test]
    async fn a_broken_body_is_shown_in_its_lines_up_to_the_length_of_a_token() {
        let body = format!("{{\r\n{} {}\0-_-_-_-_-_-_-_-_-_-_", "a".repeat(19), "a".repeat(20));
        let shown = masked_body("application/json", body.into_bytes()).await;
        assert_eq!(shown, format!("{{ \n{} {MASK} {MASK}", "a".repeat(19)));
    }

    #[tokio::test]
    async fn a_broken_body_is_shown_without_long_words() {
        let shown = masked_body("application/json", b"{\"token\": \"0123456789abcdef0123456789\", oops".to_vec()).await;
        assert_eq!(shown, format!("{{\"token\": \"{MASK}\", oops"));
    }
}
