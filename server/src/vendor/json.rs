//! JSON with numbers kept as text, every name once, and a limit to nesting.

use super::Value;
use serde::de::{Deserializer as _, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Deepest nesting of a body, counted in brackets.
const DEEPEST: usize = 32;
/// Most names and items of a body.
const MOST_ENTRIES: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    #[error("the body is not one JSON document in UTF-8")]
    Malformed,
    #[error("the JSON nests too deep or has too many entries")]
    TooLarge,
    #[error("a name stands twice in the JSON, or holds a control character")]
    BadName,
}

/// How much a document may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub entries: usize,
}

impl Limits {
    /// For what strangers post.
    pub const NOTIFICATION: Self = Self { entries: MOST_ENTRIES };
    /// For what the bank's API answers: pages of payments.
    pub const ANSWER: Self = Self { entries: 100_000 };
}

/// Reads a whole document; a byte order mark before it is left out.
pub fn read(bytes: &[u8], limits: Limits) -> Result<Value, JsonError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let raw: &RawValue = serde_json::from_slice(bytes).map_err(|_| JsonError::Malformed)?;
    let mut left = limits.entries;
    value(raw, 0, &mut left)
}

fn value(raw: &RawValue, depth: usize, left: &mut usize) -> Result<Value, JsonError> {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'{') => map(text, depth + 1, left),
        Some(b'[') => list(text, depth + 1, left),
        Some(b'"') => serde_json::from_str(text).map(Value::Text).map_err(|_| JsonError::Malformed),
        Some(b'n') => Ok(Value::Null),
        Some(b't') => Ok(Value::Bool(true)),
        Some(b'f') => Ok(Value::Bool(false)),
        _ => Ok(Value::Number(text.to_owned())),
    }
}

fn map(text: &str, depth: usize, left: &mut usize) -> Result<Value, JsonError> {
    let entries =
        serde_json::Deserializer::from_str(text).deserialize_map(Entries).map_err(|_| JsonError::Malformed)?;
    take(entries.len(), depth, left)?;
    let mut fields: Vec<(String, Value)> = Vec::with_capacity(entries.len());
    for (name, raw) in entries {
        if name.chars().any(char::is_control) || fields.iter().any(|(known, _)| *known == name) {
            return Err(JsonError::BadName);
        }
        fields.push((name, value(raw, depth, left)?));
    }
    Ok(Value::Map(fields))
}

fn list(text: &str, depth: usize, left: &mut usize) -> Result<Value, JsonError> {
    let items = serde_json::Deserializer::from_str(text).deserialize_seq(Items).map_err(|_| JsonError::Malformed)?;
    take(items.len(), depth, left)?;
    items.into_iter().map(|raw| value(raw, depth, left)).collect::<Result<_, _>>().map(Value::List)
}

fn take(entries: usize, depth: usize, left: &mut usize) -> Result<(), JsonError> {
    if depth > DEEPEST {
        return Err(JsonError::TooLarge);
    }
    *left = left.checked_sub(entries).ok_or(JsonError::TooLarge)?;
    Ok(())
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            if entries.len() > Limits::ANSWER.entries {
                return Err(A::Error::custom("too many entries"));
            }
            entries.push(entry);
        }
        Ok(entries)
    }
}

struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Value, JsonError> {
        super::read(text.as_bytes(), Limits::NOTIFICATION)
    }

    #[test]
    fn numbers_keep_their_text() {
        let value = read(r#"{"timestamp": 1486118847.1800, "amount": 98.319999999999993, "id": "1"}"#).unwrap();
        assert_eq!(value.text("timestamp"), Some("1486118847.1800"));
        assert_eq!(value.text("amount"), Some("98.319999999999993"));
        assert_eq!(value.integer("id"), Some(1));
    }

    #[test]
    fn bd_10_a_byte_order_mark_is_left_out() {
        assert!(read("\u{feff}{}").is_ok());
    }

    #[test]
    fn bd_16_bd_17_fs_37_what_is_not_json_is_refused() {
        for text in [
            "",
            "{} x",
            "{}{}",
            "{'a':1}",
            "{\"a\":NaN}",
            "{\"a\":1,}",
            "/* */{}",
            r#"{"a":"\ud800"}"#,
            "{\"a\":Infinity}",
        ] {
            assert_eq!(read(text), Err(JsonError::Malformed), "{text}");
        }
    }

    #[test]
    fn bd_18_nesting_ends_at_32() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(31)).is_ok());
        assert!(read(&nested(32)).is_ok());
        for depth in [33, 127] {
            assert_eq!(read(&nested(depth)), Err(JsonError::TooLarge), "{depth}");
        }
        for depth in [128, 129, 20_000] {
            assert!(read(&nested(depth)).is_err(), "{depth}");
        }
    }

    #[test]
    fn bd_18_maps_nest_as_deep_as_lists() {
        let nested = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        assert!(read(&nested(32)).is_ok());
        assert_eq!(read(&nested(33)), Err(JsonError::TooLarge));
    }

    #[test]
    fn each_kind_of_value_is_its_own() {
        let value = read(r#"[null,true,false,-1e5,"\u00e9",{},[]]"#).unwrap();
        let kinds = vec![
            Value::Null,
            Value::Bool(true),
            Value::Bool(false),
            Value::Number("-1e5".into()),
            Value::Text("é".into()),
            Value::Map(vec![]),
            Value::List(vec![]),
        ];
        assert_eq!(value, Value::List(kinds));
    }

    #[test]
    fn bd_24_bd_34_names_are_unique_and_printable() {
        assert_eq!(read(r#"{"event_name":"token_revoked","event_name":"token_created"}"#), Err(JsonError::BadName));
        assert_eq!(read(r#"{"a\u0000b":1}"#), Err(JsonError::BadName));
    }

    #[test]
    fn bd_22_names_are_counted_before_they_are_compared() {
        let same = vec!["\"k\":1"; 5_000].join(",");
        assert_eq!(read(&format!("{{{same}}}")), Err(JsonError::TooLarge), "and not that a name stands twice");
    }

    #[test]
    fn bd_21_too_many_entries_are_refused() {
        let many = (0..201).map(|n| format!("\"k{n}\":1")).collect::<Vec<_>>().join(",");
        assert_eq!(read(&format!("{{{many}}}")), Err(JsonError::TooLarge));
        let in_two = |first: usize, second: usize| {
            format!("[[{}],[{}]]", ["1"].repeat(first).join(","), ["1"].repeat(second).join(","))
        };
        assert!(read(&in_two(100, 98)).is_ok(), "all of them count, wherever they stand");
        assert_eq!(read(&in_two(100, 99)), Err(JsonError::TooLarge));
    }
}
