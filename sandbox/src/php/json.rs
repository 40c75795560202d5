//! `json_encode` with its default flags.

use std::fmt::Write;

use super::{Precision, Value, number};

pub const CONTENT_TYPE: &str = "application/json";

pub fn encode(value: &Value, precision: Precision) -> String {
    let mut text = String::with_capacity(512);
    write(value, precision, &mut text);
    text
}

fn write(value: &Value, precision: Precision, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(yes) => text.push_str(if *yes { "true" } else { "false" }),
        Value::Int(whole) => text.push_str(&whole.to_string()),
        Value::Float(float) => text.push_str(&number::text(*float, precision).replace('E', "e")),
        Value::Text(string) => write_string(string, text),
        Value::List(items) => write_all(items, ('[', ']'), text, |item, text| {
            write(item, precision, text);
        }),
        Value::Map(entries) => write_all(entries, ('{', '}'), text, |(key, entry), text| {
            write_string(key, text);
            text.push(':');
            write(entry, precision, text);
        }),
    }
}

fn write_all<T>(items: &[T], (open, close): (char, char), text: &mut String, write_one: impl Fn(&T, &mut String)) {
    text.push(open);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        write_one(item, text);
    }
    text.push(close);
}

fn write_string(string: &str, text: &mut String) {
    text.push('"');
    for unit in string.chars() {
        match unit {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '/' => text.push_str("\\/"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            ' '..='~' | '\u{7f}' => text.push(unit),
            other => write_escaped(other, text),
        }
    }
    text.push('"');
}

fn write_escaped(unit: char, text: &mut String) {
    for half in unit.encode_utf16(&mut [0; 2]) {
        // Writing to a string cannot fail.
        let _ = write!(text, "\\u{half:04x}");
    }
}

#[cfg(test)]
mod tests {

    use super::{Precision, Value, encode};

    #[test]
    fn slashes_and_letters_beyond_ascii_are_escaped() {
        let value = Value::Map(vec![
            ("webhook", "https://partner.test/\"é€😀".into()),
            ("amount", 98.32.into()),
            ("list", Value::List(vec![1_i64.into(), Value::Null, Value::Bool(false)])),
        ]);
        assert_eq!(
            encode(&value, Precision::Seventeen),
            r#"{"webhook":"https:\/\/partner.test\/\"\u00e9\u20ac\ud83d\ude00","amount":98.319999999999993,"list":[1,null,false]}"#
        );
    }
}
