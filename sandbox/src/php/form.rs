//! `http_build_query`.

use std::fmt::Write;

use super::{Precision, Value, leaves};

pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

pub fn encode(root: &str, value: &Value, precision: Precision) -> String {
    let pairs = leaves(root, value, precision);
    let written: Vec<_> = pairs.iter().map(|(name, text)| format!("{}={}", escape(name), escape(text))).collect();
    written.join("&")
}

/// `urlencode`: everything but letters, digits and `-_.`, with `+` for a space.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                escaped.push(byte.into());
            }
            b' ' => escaped.push('+'),
            // Writing to a string cannot fail.
            _ => drop(write!(escaped, "%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{Precision, Value, encode};

    #[test]
    fn names_have_brackets_spaces_are_plus_and_nulls_vanish() {
        let value = Value::Map(vec![
            ("reference", "a/b c".into()),
            ("custom_reference", Value::Null),
            ("empty", Value::Map(Vec::new())),
            ("yes", Value::Bool(true)),
            ("data", Value::Map(vec![("timestamp", 1_486_118_847.180_1.into()), ("city", "É~".into())])),
        ]);
        assert_eq!(
            encode("notification", &value, Precision::Fourteen),
            "notification%5Breference%5D=a%2Fb+c&notification%5Byes%5D=1\
             &notification%5Bdata%5D%5Btimestamp%5D=1486118847.1801\
             &notification%5Bdata%5D%5Bcity%5D=%C3%89%7E"
        );
    }
}
