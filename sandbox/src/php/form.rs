//! `http_build_query`.

use std::fmt::Write;

use super::{Charset, Precision, Value, leaves};

pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

pub fn encode(root: &str, value: &Value, precision: Precision, charset: Charset) -> String {
    let pairs = leaves(root, value, precision);
    let escape = |text: &str| match charset {
        Charset::Utf8 => escape(text.bytes()),
        Charset::Latin1 => escape(text.chars().map(|letter| u8::try_from(letter).unwrap_or(b'?'))),
    };
    let written: Vec<_> = pairs.iter().map(|(name, text)| format!("{}={}", escape(name), escape(text))).collect();
    written.join("&")
}

/// `urlencode`: everything but letters, digits and `-_.`, with `+` for a space.
fn escape(bytes: impl Iterator<Item = u8>) -> String {
    let mut escaped = String::with_capacity(bytes.size_hint().0);
    for byte in bytes {
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
    use super::{Charset, Precision, Value, encode};

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
            encode("notification", &value, Precision::Fourteen, Charset::Utf8),
            "notification%5Breference%5D=a%2Fb+c&notification%5Byes%5D=1\
             &notification%5Bdata%5D%5Btimestamp%5D=1486118847.1801\
             &notification%5Bdata%5D%5Bcity%5D=%C3%89%7E"
        );
    }

    #[test]
    fn a_letter_of_latin_1_is_one_byte() {
        let value = Value::Map(vec![("city", "Évry €".into())]);
        assert_eq!(encode("n", &value, Precision::Fourteen, Charset::Latin1), "n%5Bcity%5D=%C9vry+%3F");
    }
}
