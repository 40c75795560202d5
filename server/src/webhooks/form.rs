//! PHP's `http_build_query`: `notification[data][hash]=…`, percent-encoded once.

use super::decode::DecodeError;
use crate::vendor::Value;

/// Most fields of a form.
const MOST_FIELDS: usize = 200;
/// Deepest brackets of a name, its first part included.
const DEEPEST: usize = 8;

/// Reads a form-encoded body.
pub(super) fn read(body: &[u8]) -> Result<Value, DecodeError> {
    let pairs = || body.split(|b| *b == b'&').filter(|pair| !pair.is_empty());
    if pairs().nth(MOST_FIELDS).is_some() {
        return Err(DecodeError::TooLarge);
    }
    let mut root = Vec::new();
    // Names are long and soon forgotten, so they share one place.
    let mut decoded = Vec::new();
    for pair in pairs() {
        let split = pair.iter().position(|b| *b == b'=');
        let (name, value) = split.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
        decoded.clear();
        decode(name, &mut decoded)?;
        enter(&mut root, &String::from_utf8_lossy(&decoded), text(value)?)?;
    }
    Ok(Value::Map(root))
}

/// Puts bracketed names together into maps. For multipart, whose names have the same shape.
pub(super) fn assemble(fields: Vec<(String, String)>) -> Result<Value, DecodeError> {
    if fields.len() > MOST_FIELDS {
        return Err(DecodeError::TooLarge);
    }
    let mut root = Vec::new();
    for (name, value) in fields {
        enter(&mut root, &name, value)?;
    }
    Ok(Value::Map(root))
}

fn enter(root: &mut Vec<(String, Value)>, name: &str, value: String) -> Result<(), DecodeError> {
    let (parts, count) = path(name)?;
    place(root, &parts[..count], value)
}

fn place(map: &mut Vec<(String, Value)>, path: &[&str], value: String) -> Result<(), DecodeError> {
    let Some((name, rest)) = path.split_first() else { return Err(DecodeError::BadName) };
    let known = map.iter().position(|(field, _)| field == name);
    if rest.is_empty() {
        if known.is_some() {
            return Err(DecodeError::DuplicateField);
        }
        map.push(((*name).to_owned(), Value::Text(value)));
        return Ok(());
    }
    let index = known.unwrap_or_else(|| {
        map.push(((*name).to_owned(), Value::Map(Vec::new())));
        map.len() - 1
    });
    match &mut map[index].1 {
        Value::Map(inner) => place(inner, rest, value),
        _ => Err(DecodeError::DuplicateField),
    }
}

/// `a[b][c]` as its parts, and how many they are: three.
fn path(name: &str) -> Result<([&str; DEEPEST], usize), DecodeError> {
    if name.chars().any(char::is_control) {
        return Err(DecodeError::BadName);
    }
    let (head, mut rest) = name.find('[').map_or((name, ""), |at| name.split_at(at));
    let mut parts = [""; DEEPEST];
    parts[0] = head;
    let mut count = 1;
    while !rest.is_empty() {
        let (part, after) =
            rest.strip_prefix('[').and_then(|inner| inner.split_once(']')).ok_or(DecodeError::BadName)?;
        *parts.get_mut(count).ok_or(DecodeError::TooLarge)? = part;
        count += 1;
        rest = after;
    }
    if parts[..count].iter().any(|part| part.is_empty() || part.contains('[')) {
        return Err(DecodeError::BadName);
    }
    Ok((parts, count))
}

/// Bytes that are no UTF-8 become U+FFFD; the raw body is kept beside it.
fn text(encoded: &[u8]) -> Result<String, DecodeError> {
    let mut out = Vec::with_capacity(encoded.len());
    decode(encoded, &mut out)?;
    Ok(String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Percent-decodes, once.
fn decode(encoded: &[u8], out: &mut Vec<u8>) -> Result<(), DecodeError> {
    let mut rest = encoded;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'+' | b'%')) {
        out.extend_from_slice(&rest[..at]);
        if rest[at] == b'+' {
            out.push(b' ');
            rest = &rest[at + 1..];
        } else {
            let digits = rest.get(at + 1..at + 3).ok_or(DecodeError::BadEscape)?;
            let mut byte = [0];
            hex::decode_to_slice(digits, &mut byte).map_err(|_| DecodeError::BadEscape)?;
            out.extend_from_slice(&byte);
            rest = &rest[at + 3..];
        }
    }
    out.extend_from_slice(rest);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(body: &str, path: &[&str]) -> Option<String> {
        let value = read(body.as_bytes()).ok()?;
        let found = path.iter().try_fold(&value, |value, name| value.get(name))?;
        found.scalar().map(str::to_owned)
    }

    #[test]
    fn bd_02_php_brackets_become_maps() {
        let body = "notification%5Bdata%5D%5Btimestamp%5D=1486118847.1801&notification[context]=anytime-connect";
        assert_eq!(field(body, &["notification", "data", "timestamp"]).as_deref(), Some("1486118847.1801"));
        assert_eq!(field(body, &["notification", "context"]).as_deref(), Some("anytime-connect"));
    }

    #[test]
    fn bd_02_a_plus_is_a_space_and_empty_pairs_are_nothing() {
        assert_eq!(field("&a=b+c%2B&&d&", &["a"]).as_deref(), Some("b c+"));
        assert_eq!(field("&a=b+c%2B&&d&", &["d"]).as_deref(), Some(""));
        assert_eq!(field("a=b=c", &["a"]).as_deref(), Some("b=c"));
        assert_eq!(field("a=%e2%82%AC", &["a"]).as_deref(), Some("€"));
    }

    #[test]
    fn bd_12_latin_1_is_replaced_and_not_refused() {
        assert_eq!(field("d=caf%E9", &["d"]).as_deref(), Some("caf\u{fffd}"));
    }

    #[test]
    fn bd_13_bad_escapes_are_refused() {
        for body in ["a=%zz", "a=%", "a=%u00e9", "a%4=1"] {
            assert_eq!(read(body.as_bytes()), Err(DecodeError::BadEscape), "{body}");
        }
    }

    #[test]
    fn bd_14_escapes_are_read_once() {
        assert_eq!(field("a=%2541", &["a"]).as_deref(), Some("%41"));
    }

    #[test]
    fn bd_20_bd_21_depth_and_number_have_limits() {
        let deep = |depth: usize| format!("a{}=1", "[b]".repeat(depth - 1));
        assert!(read(deep(8).as_bytes()).is_ok());
        assert_eq!(read(deep(9).as_bytes()), Err(DecodeError::TooLarge));
        let many = |count: usize| (0..count).map(|n| format!("k{n}=1")).collect::<Vec<_>>().join("&");
        assert!(read(many(200).as_bytes()).is_ok());
        assert_eq!(read(many(201).as_bytes()), Err(DecodeError::TooLarge));
    }

    #[test]
    fn bd_22_names_are_counted_before_they_are_compared() {
        let same = vec!["k=1"; 10_000].join("&");
        assert_eq!(read(same.as_bytes()), Err(DecodeError::TooLarge), "and not that a name stands twice");
    }

    #[test]
    fn bd_25_bd_26_a_name_has_one_meaning() {
        for body in ["r=a&r=b", "data=1&data[hash]=x", "data[hash]=x&data=1"] {
            assert_eq!(read(body.as_bytes()), Err(DecodeError::DuplicateField), "{body}");
        }
    }

    #[test]
    fn bd_34_odd_names_are_refused() {
        for body in ["a%00=1", "a%0A=1", "a[=1", "a[b=1", "a]b=", "a[]=1", "[a]=1"] {
            let result = read(body.as_bytes());
            assert!(result == Err(DecodeError::BadName) || body == "a]b=", "{body}: {result:?}");
        }
    }
}
