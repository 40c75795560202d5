//! An input is a content type, a line feed, and a body.

mod amounts;
mod form;
mod numbers;
mod written;

use bytes::Bytes;
use futures::executor::block_on;
use server::clock::Moment;
use server::vendor::Value;
use server::webhooks::decode::{self, DecodeError};
use server::webhooks::event::{self, Envelope, Event};
use server::webhooks::masked_body;

/// A body has no more names and items than this, and is no deeper.
const MOST_ENTRIES: usize = 200;
const DEEPEST: usize = 32;
/// The same of forms: fields, and parts of a name.
const DEEPEST_NAME: usize = 8;
const HIDDEN: [&str; 3] = ["token", "hash", "custom_reference"];
const FREE_TEXT: [&str; 2] = ["description", "message"];
const MASK: &str = "••••••••";

pub(crate) fn holds(input: &[u8]) {
    let at = input.iter().position(|byte| *byte == b'\n');
    let (content_type, body) = at.map_or((input, &[][..]), |at| (&input[..at], &input[at + 1..]));
    let visible = content_type.iter().all(|byte| (b' '..=b'~').contains(byte) || *byte == b'\t');
    let content_type = std::str::from_utf8(content_type).ok().filter(|_| visible).unwrap_or_default();
    let decoded = decode(content_type, body);
    let supported = decode::is_supported(content_type, body);
    assert_eq!(supported, decoded != Err(DecodeError::Unsupported));
    nothing_is_shown(content_type, body, decoded.as_ref().ok());
    if supported && is_form(content_type) {
        form::agrees(body, &decoded);
    }
    if let Ok(value) = decoded {
        within_limits(&value, 0);
        means_the_same_in_every_encoding(&value);
        amounts::hold(&value, meant(&value));
    }
}

fn decode(content_type: &str, body: &[u8]) -> Result<Value, DecodeError> {
    block_on(decode::decode(content_type, &Bytes::copy_from_slice(body)))
}

fn is_form(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn meant(value: &Value) -> Option<Event> {
    let envelope = Envelope::read(value).ok()?;
    let event = Event::read(&envelope).ok()?;
    if let Event::CardTransaction { payment, .. } = &event {
        // Figures of any shape are looked at.
        payment.oddities(Moment(1_486_118_847_000_000));
    }
    Some(event)
}

fn within_limits(value: &Value, depth: usize) {
    assert!(depth <= DEEPEST);
    match value {
        Value::List(items) => {
            assert!(items.len() <= MOST_ENTRIES);
            for item in items {
                within_limits(item, depth + 1);
            }
        }
        Value::Map(fields) => {
            assert!(fields.len() <= MOST_ENTRIES);
            for (index, (name, item)) in fields.iter().enumerate() {
                assert!(!name.chars().any(char::is_control), "{name:?}");
                assert!(fields[..index].iter().all(|(other, _)| other != name), "{name} stands twice");
                within_limits(item, depth + 1);
            }
        }
        _ => {}
    }
}

/// What was read, written again as each encoding can write it, is read as the same, is the same notification to the store, and
/// tells the same event.
fn means_the_same_in_every_encoding(value: &Value) {
    let core = event::core(value);
    let event = meant(value);
    if written::entries(value) <= MOST_ENTRIES {
        let again = decode("application/json", written::json(value).as_bytes());
        assert_eq!(again.as_ref(), Ok(value));
    }
    if written::depth_of_names(value).is_none_or(|depth| depth > DEEPEST_NAME) || written::leaves(value) > MOST_ENTRIES
    {
        return;
    }
    let fields = written::fields(value);
    let mut readings = vec![decode("application/x-www-form-urlencoded", written::form(&fields).as_bytes())];
    if written::fits_multipart(&fields) {
        readings.push(decode(written::MULTIPART, &written::multipart(&fields)));
    }
    for again in readings {
        let again = again.unwrap();
        assert_eq!(event::core(&again), core, "{value:?}");
        // Forms know no booleans: to whom 1 is a number, true is one there.
        if event.is_some() && !written::has_booleans(value) {
            assert_eq!(meant(&again), event, "{value:?}");
        }
    }
}

/// What gives power, or can be paid with, is not in what operators see.
fn nothing_is_shown(content_type: &str, body: &[u8], decoded: Option<&Value>) {
    let shown = block_on(masked_body(content_type, body.to_vec()));
    if decoded.is_none() {
        assert_eq!(numbers::card_in(&shown), None, "{shown}");
        return;
    }
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    nothing_in(&shown, Under::Nothing);
}

/// The nearest name that says how what is under it is shown; what is hidden is hidden for good.
#[derive(Clone, Copy)]
enum Under {
    Nothing,
    Hidden,
    FreeText,
    Address,
}

fn nothing_in(shown: &serde_json::Value, under: Under) {
    match (shown, under) {
        (serde_json::Value::Array(items), _) => {
            for item in items {
                nothing_in(item, under);
            }
        }
        (serde_json::Value::Object(fields), _) => {
            for (name, field) in fields {
                let under = match (under, name.as_str()) {
                    (Under::Hidden, _) => Under::Hidden,
                    (_, name) if HIDDEN.contains(&name) => Under::Hidden,
                    (_, name) if FREE_TEXT.contains(&name) => Under::FreeText,
                    (_, "webhook") => Under::Address,
                    (under, _) => under,
                };
                nothing_in(field, under);
            }
        }
        (serde_json::Value::String(text), Under::Hidden) => assert_eq!(text, MASK),
        (serde_json::Value::String(text), Under::FreeText) => assert_eq!(numbers::card_in(text), None, "{text}"),
        (serde_json::Value::String(text), Under::Address) => {
            let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
            assert!(words.all(|word| word.len() < 20), "{text}");
        }
        (other, Under::Hidden) => assert!(other.is_null(), "{other}"),
        _ => {}
    }
}
