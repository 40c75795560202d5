//! A value, written as a sender would.

use server::vendor::Value;

pub(super) const MULTIPART: &str = "multipart/form-data; boundary=the-edge-of-a-part";
const EDGE: &str = "--the-edge-of-a-part";

pub(super) fn json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(text) => text.clone(),
        Value::Text(text) => serde_json::to_string(text).unwrap(),
        Value::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Value::Map(fields) => {
            let fields =
                fields.iter().map(|(name, value)| format!("{}:{}", serde_json::to_string(name).unwrap(), json(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
    }
}

/// Names and items, wherever they stand.
pub(super) fn entries(value: &Value) -> usize {
    children(value).iter().map(|(_, child)| 1 + entries(child)).sum()
}

pub(super) fn leaves(value: &Value) -> usize {
    match value {
        Value::List(_) | Value::Map(_) => children(value).iter().map(|(_, child)| leaves(child)).sum(),
        _ => 1,
    }
}

pub(super) fn has_booleans(value: &Value) -> bool {
    matches!(value, Value::Bool(_)) || children(value).iter().any(|(_, child)| has_booleans(child))
}

/// How many parts a form's name would need; none where it could not be written.
pub(super) fn depth_of_names(value: &Value) -> Option<usize> {
    if !value.is_map() {
        return None;
    }
    depth(value)
}

fn depth(value: &Value) -> Option<usize> {
    let mut deepest = 0;
    for (name, child) in children(value) {
        if name.is_empty() || name.contains(['[', ']']) {
            return None;
        }
        deepest = deepest.max(1 + depth(child)?);
    }
    Some(deepest)
}

fn children(value: &Value) -> Vec<(String, &Value)> {
    match value {
        Value::List(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        Value::Map(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        _ => Vec::new(),
    }
}

/// As PHP's `http_build_query` flattens: without nulls, without empty lists, truth as 1 or 0.
pub(super) fn fields(value: &Value) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (name, child) in children(value) {
        flatten(&name, child, &mut fields);
    }
    fields
}

fn flatten(name: &str, value: &Value, fields: &mut Vec<(String, String)>) {
    let text = match value {
        Value::Null => return,
        Value::Bool(truth) => u8::from(*truth).to_string(),
        Value::Number(text) | Value::Text(text) => text.clone(),
        Value::List(_) | Value::Map(_) => {
            for (inner, child) in children(value) {
                flatten(&format!("{name}[{inner}]"), child, fields);
            }
            return;
        }
    };
    fields.push((name.to_owned(), text));
}

pub(super) fn form(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Whether names can stand in a header and no value holds the edge.
pub(super) fn fits_multipart(fields: &[(String, String)]) -> bool {
    let plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"[]_-".contains(&b));
    !fields.is_empty() && fields.iter().all(|(name, value)| plain(name) && !value.contains(EDGE))
}

pub(super) fn multipart(fields: &[(String, String)]) -> Vec<u8> {
    let parts = fields
        .iter()
        .map(|(name, value)| format!("{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    format!("{}{EDGE}--\r\n", parts.collect::<String>()).into_bytes()
}
