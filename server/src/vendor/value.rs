//! A value as the vendor sends it, whatever the encoding, with numbers as the text that came.

use std::fmt::Write as _;

/// The vendor mixes numbers and strings, and its form encoding knows only text, so readers take a [`Value::scalar`]
/// whatever it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Null,
    Bool(bool),
    /// A JSON number, unread.
    Number(String),
    Text(String),
    List(Vec<Value>),
    /// In the order that came; no name stands twice.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// The field of a map.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(fields) => fields.iter().find(|(field, _)| field == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a number or a string.
    pub fn scalar(&self) -> Option<&str> {
        match self {
            Self::Number(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a field that is a number or a string.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.scalar()
    }

    /// An integer that came as a number or as a string.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    pub fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    pub const fn is_map(&self) -> bool {
        matches!(self, Self::Map(_))
    }

    /// Whether PHP's form encoding would leave it out.
    fn is_nothing(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(_) | Self::Number(_) | Self::Text(_) => false,
            Self::List(items) => items.iter().all(Self::is_nothing),
            Self::Map(fields) => fields.iter().all(|(_, value)| value.is_nothing()),
        }
    }

    /// One text for equal content: names in order, scalars as their text, what PHP's form encoding drops left out: nulls, and
    /// lists and maps with nothing in them.
    /// Names in `skip` are left out wherever they stand.
    pub fn canonical(&self, skip: &[&str]) -> String {
        let mut out = String::new();
        self.write_canonical(skip, &mut out);
        out
    }

    fn write_canonical(&self, skip: &[&str], out: &mut String) {
        match self {
            Self::Null => {}
            Self::Bool(truth) => out.push_str(if *truth { "1:1" } else { "1:0" }),
            Self::Number(text) | Self::Text(text) => {
                write_text(text, out);
            }
            Self::List(items) => {
                let named: Vec<_> = items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect();
                write_fields(named.iter().map(|(name, item)| (name.as_str(), *item)), skip, out);
            }
            Self::Map(fields) => {
                write_fields(fields.iter().map(|(name, value)| (name.as_str(), value)), skip, out);
            }
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    // Writing to a String does not fail.
    let _ = write!(out, "{}:{text}", text.len());
}

fn write_fields<'v>(fields: impl Iterator<Item = (&'v str, &'v Value)>, skip: &[&str], out: &mut String) {
    let mut fields: Vec<_> = fields.filter(|(name, value)| !skip.contains(name) && !value.is_nothing()).collect();
    fields.sort_unstable_by_key(|(name, _)| *name);
    out.push('{');
    for (name, value) in fields {
        write_text(name, out);
        value.write_canonical(skip, out);
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_found_or_it_is_none() {
        let value = Value::Map(vec![
            ("n".into(), Value::Number("7".into())),
            ("t".into(), Value::Text("-7".into())),
            ("l".into(), Value::List(vec![Value::Bool(true)])),
            ("b".into(), Value::Bool(true)),
        ]);
        assert_eq!(
            (value.integer("n"), value.integer("t"), value.integer("b"), value.integer("x")),
            (Some(7), Some(-7), None, None)
        );
        assert_eq!((value.text("n"), value.text("l"), value.get("n").unwrap().get("n")), (Some("7"), None, None));
        assert_eq!(value.get("l").and_then(Value::list), Some(&[Value::Bool(true)][..]));
        assert_eq!((value.list(), value.is_map(), value.get("l").unwrap().is_map()), (None, true, false));
    }

    #[test]
    fn what_a_form_leaves_out_does_not_change_the_canonical_text() {
        let with = |inner: Value| Value::Map(vec![("a".into(), Value::Text("1".into())), ("b".into(), inner)]);
        let without = with(Value::Null).canonical(&[]);
        for nothing in
            [Value::List(vec![]), Value::Map(vec![]), Value::List(vec![Value::Map(vec![("c".into(), Value::Null)])])]
        {
            assert_eq!(with(nothing.clone()).canonical(&[]), without, "{nothing:?}");
        }
        for something in
            [Value::Text(String::new()), Value::Bool(false), Value::List(vec![Value::Null, Value::Bool(false)])]
        {
            assert_ne!(with(something.clone()).canonical(&[]), without, "{something:?}");
        }
    }

    #[test]
    fn a_list_is_a_map_of_its_places_as_in_a_form() {
        let items: Vec<Value> = (0..11).map(|n| Value::Number(n.to_string())).collect();
        let named = items.iter().enumerate().map(|(place, item)| (place.to_string(), item.clone())).collect();
        assert_eq!(Value::List(items.clone()).canonical(&[]), Value::Map(named).canonical(&[]));
        assert_ne!(Value::List(items).canonical(&[]), Value::List(vec![]).canonical(&[]));
    }

    #[test]
    fn order_type_and_nulls_do_not_change_the_canonical_text() {
        let json = Value::Map(vec![
            ("b".into(), Value::Number("1".into())),
            ("n".into(), Value::Null),
            ("a".into(), Value::Bool(true)),
            ("hash".into(), Value::Text("x".into())),
        ]);
        let form = Value::Map(vec![("a".into(), Value::Text("1".into())), ("b".into(), Value::Text("1".into()))]);
        assert_eq!(json.canonical(&["hash"]), form.canonical(&["hash"]));
        assert_ne!(json.canonical(&[]), form.canonical(&[]));
    }
}
