//! The form decoder, against one that is slow and plain.

use server::vendor::Value;
use server::webhooks::decode::DecodeError;
use std::collections::BTreeMap;

#[derive(Debug, PartialEq, Eq)]
enum Node {
    Leaf(String),
    Branch(BTreeMap<String, Node>),
}

pub(super) fn agrees(body: &[u8], decoded: &Result<Value, DecodeError>) {
    let slowly = escapes_are_whole(body).then(|| slowly(body)).flatten();
    assert_eq!(decoded.as_ref().ok().map(node), slowly);
}

fn node(value: &Value) -> Node {
    match value {
        Value::Text(text) => Node::Leaf(text.clone()),
        Value::Map(fields) => Node::Branch(fields.iter().map(|(name, value)| (name.clone(), node(value))).collect()),
        other => panic!("a form holds no {other:?}"),
    }
}

fn escapes_are_whole(body: &[u8]) -> bool {
    let digit = |at: usize| body.get(at).is_some_and(u8::is_ascii_hexdigit);
    body.iter().enumerate().all(|(at, byte)| *byte != b'%' || (digit(at + 1) && digit(at + 2)))
}

fn slowly(body: &[u8]) -> Option<Node> {
    let pairs: Vec<_> = form_urlencoded::parse(body).collect();
    if pairs.len() > super::MOST_ENTRIES {
        return None;
    }
    let mut root = BTreeMap::new();
    for (name, value) in pairs {
        let parts = parts(&name)?;
        put(&mut root, &parts, value.into_owned())?;
    }
    Some(Node::Branch(root))
}

/// `a[b][c]`: each part is there, and nothing stands between brackets.
fn parts(name: &str) -> Option<Vec<String>> {
    let mut parts = vec![String::new()];
    let mut inside = false;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            c if c.is_control() => return None,
            '[' if inside => return None,
            '[' => {
                inside = true;
                parts.push(String::new());
            }
            ']' if inside => {
                inside = false;
                if rest.peek().is_some_and(|next| *next != '[') {
                    return None;
                }
            }
            c => parts.last_mut()?.push(c),
        }
    }
    let good = !inside && parts.len() <= super::DEEPEST_NAME && parts.iter().all(|part| !part.is_empty());
    good.then_some(parts)
}

fn put(map: &mut BTreeMap<String, Node>, parts: &[String], value: String) -> Option<()> {
    let (name, rest) = parts.split_first()?;
    if rest.is_empty() {
        return map.insert(name.clone(), Node::Leaf(value)).is_none().then_some(());
    }
    match map.entry(name.clone()).or_insert_with(|| Node::Branch(BTreeMap::new())) {
        Node::Branch(inner) => put(inner, rest, value),
        Node::Leaf(_) => None,
    }
}
