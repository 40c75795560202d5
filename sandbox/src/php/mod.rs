//! Values as PHP holds them, and the three ways in which PHP sends them.

pub mod form;
pub mod json;
pub mod multipart;
pub mod number;

pub use number::Precision;

/// How the text of a form becomes bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Charset {
    #[default]
    Utf8,
    /// ISO 8859-1; what it does not have becomes a question mark.
    Latin1,
}

/// A PHP value; arrays with string keys keep their order.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Value>),
    Map(Vec<(&'static str, Value)>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(number.cast_signed())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The leaves of a value under `prefix[key][key]` names, as forms carry them: nulls and empty
/// arrays vanish, `true` becomes 1 and `false` 0.
pub fn leaves(prefix: &str, value: &Value, precision: Precision) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(prefix.to_owned(), value, precision, &mut found);
    found
}

fn collect(name: String, value: &Value, precision: Precision, found: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Bool(yes) => found.push((name, u8::from(*yes).to_string())),
        Value::Int(number) => found.push((name, number.to_string())),
        Value::Float(number) => found.push((name, number::text(*number, precision))),
        Value::Text(text) => found.push((name, text.clone())),
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                collect(format!("{name}[{at}]"), item, precision, found);
            }
        }
        Value::Map(entries) => {
            for (key, entry) in entries {
                collect(format!("{name}[{key}]"), entry, precision, found);
            }
        }
    }
}
