//! From a body and its content type to one canonical value.

use super::{form, multipart};
use crate::vendor::{JsonError, Limits, Value, read_json};
use bytes::Bytes;

/// Why a body could not be read. All but `Unsupported` are answered 400, so that the bank tries again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("unsupported-type")]
    Unsupported,
    #[error("malformed-body")]
    Malformed,
    #[error("bad-escape")]
    BadEscape,
    #[error("bad-name")]
    BadName,
    #[error("duplicate-field")]
    DuplicateField,
    #[error("too-many-fields")]
    TooLarge,
}

impl DecodeError {
    /// A short code for operators.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unsupported => "unsupported-type",
            Self::Malformed => "malformed-body",
            Self::BadEscape => "bad-escape",
            Self::BadName => "bad-name",
            Self::DuplicateField => "duplicate-field",
            Self::TooLarge => "too-many-fields",
        }
    }
}

impl From<JsonError> for DecodeError {
    fn from(error: JsonError) -> Self {
        match error {
            JsonError::Malformed => Self::Malformed,
            JsonError::TooLarge => Self::TooLarge,
            JsonError::BadName => Self::DuplicateField,
        }
    }
}

enum Encoding<'t> {
    Json,
    Form,
    Multipart(&'t str),
}

/// Whether a content type is one that is read at all; without one, or with `text/plain`, the body decides.
pub fn is_supported(content_type: &str, body: &[u8]) -> bool {
    encoding(content_type, body).is_some()
}

/// Whether the content type leaves it to the body to say what it is.
pub fn is_guessed(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.is_empty() || kind.eq_ignore_ascii_case("text/plain")
}

/// Reads a body in the encoding that its content type names.
pub async fn decode(content_type: &str, body: &Bytes) -> Result<Value, DecodeError> {
    match encoding(content_type, body).ok_or(DecodeError::Unsupported)? {
        Encoding::Json => Ok(read_json(body, Limits::NOTIFICATION)?),
        Encoding::Form => form::read(body),
        Encoding::Multipart(boundary) => multipart::read(body.clone(), boundary).await,
    }
}

fn encoding<'t>(content_type: &'t str, body: &[u8]) -> Option<Encoding<'t>> {
    let mut parts = content_type.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    let parameter = |name: &str| {
        content_type.split(';').skip(1).find_map(|part| {
            let (key, value) = part.split_once('=')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
        })
    };
    let charset = parameter("charset").unwrap_or("utf-8").to_ascii_lowercase();
    let known = ["utf-8", "utf8", "us-ascii"].contains(&charset.as_str())
        || (charset == "iso-8859-1" && kind == "application/x-www-form-urlencoded");
    if !known {
        return None;
    }
    match kind.as_str() {
        "application/json" => Some(Encoding::Json),
        "application/x-www-form-urlencoded" => Some(Encoding::Form),
        "multipart/form-data" => parameter("boundary").map(Encoding::Multipart),
        "" if body.starts_with(b"notification") => Some(Encoding::Form),
        "" | "text/plain" if looks_like_json(body) => Some(Encoding::Json),
        _ => None,
    }
}

fn looks_like_json(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    body.trim_ascii_start().first() == Some(&b'{')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bd_04_to_bd_09_the_content_type_decides_and_the_body_only_without_one() {
        for (content_type, body, supported) in [
            ("application/json; charset=utf-8", "{}", true),
            ("", " {}", true),
            ("text/plain", "{}", true),
            ("", "notification[a]=1", true),
            ("text/plain", "Array ( [notification] => 1 )", false),
            ("application/xml", "<a/>", false),
            ("application/json; charset=utf-16", "{}", false),
            ("application/json; charset=UTF-7", "{}", false),
            ("multipart/form-data", "", false),
            ("multipart/form-data; Boundary=\"x\"", "", true),
            ("", "notes[a]=1", false),
            ("", "\u{feff}{}", true),
            ("text/plain", "[]", false),
            ("text/plain", "notification[a]=1", false),
            ("Application/JSON ; Charset=\"US-ASCII\"", "{}", true),
            ("application/json; charset=utf8", "{}", true),
            ("application/json; charset=iso-8859-1", "{}", false),
            ("application/x-www-form-urlencoded; charset=iso-8859-1", "a=1", true),
        ] {
            assert_eq!(is_supported(content_type, body.as_bytes()), supported, "{content_type}: {body}");
        }
    }

    #[test]
    fn bd_04_bd_05_a_type_that_says_nothing_leaves_it_to_the_body() {
        for (content_type, guessed) in [
            ("", true),
            (" ; charset=utf-8", true),
            ("Text/Plain; charset=utf-8", true),
            ("application/json", false),
            ("text/html", false),
        ] {
            assert_eq!(is_guessed(content_type), guessed, "{content_type}");
        }
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_body_is_said_the_same_in_every_encoding() {
        let part = |name: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n1\r\n");
        let multipart = |names: &[&str]| names.iter().map(|name| part(name)).collect::<String>() + "--x--\r\n";
        let many: Vec<String> = (0..201).map(|n| format!("k{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let (json, form, parts) =
            ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x");
        for (content_type, body, error) in [
            (json, r#"{"a":1,"a":2}"#.to_owned(), DecodeError::DuplicateField),
            (form, "a=1&a=2".to_owned(), DecodeError::DuplicateField),
            (parts, multipart(&["a", "a"]), DecodeError::DuplicateField),
            (json, format!("[{}]", vec!["1"; 201].join(",")), DecodeError::TooLarge),
            (form, many.join("&"), DecodeError::TooLarge),
            (parts, multipart(&many), DecodeError::TooLarge),
            (parts, multipart(&["a[b"]), DecodeError::BadName),
            (parts, "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n".to_owned(), DecodeError::BadName),
            (parts, part("a"), DecodeError::Malformed),
            (parts, String::new(), DecodeError::Malformed),
        ] {
            let read = decode(content_type, &Bytes::from(body.clone())).await;
            assert_eq!(read, Err(error), "{content_type}: {body}");
        }
        let fits = decode(parts, &Bytes::from(multipart(&many[..200]))).await;
        assert!(fits.is_ok(), "{fits:?}");
    }

    #[tokio::test]
    async fn bd_08_a_wrong_label_is_not_guessed_around() {
        let json = Bytes::from_static(b"{\"notification\":{}}");
        let form = Bytes::from_static(b"notification[context]=x");
        assert_eq!(decode("application/json", &form).await, Err(DecodeError::Malformed));
        let read = decode("application/x-www-form-urlencoded", &json).await.unwrap();
        assert_eq!(read.get("notification"), None);
    }

    #[tokio::test]
    async fn the_three_encodings_give_one_value() {
        let json =
            Bytes::from_static(br#"{"notification":{"data":{"timestamp":1486118847.1801,"hash":"ab"},"gone":null}}"#);
        let form = Bytes::from_static(
            b"notification%5Bdata%5D%5Bhash%5D=ab&notification%5Bdata%5D%5Btimestamp%5D=1486118847.1801",
        );
        let multipart = Bytes::from_static(b"--x\r\nContent-Disposition: form-data; name=\"notification[data][timestamp]\"\r\n\r\n1486118847.1801\r\n--x\r\nContent-Disposition: form-data; name=\"notification[data][hash]\"\r\n\r\nab\r\n--x--\r\n");
        let canonical = |value: Value| value.canonical(&[]);
        let expected = canonical(decode("application/json", &json).await.unwrap());
        assert_eq!(canonical(decode("application/x-www-form-urlencoded", &form).await.unwrap()), expected);
        assert_eq!(canonical(decode("multipart/form-data; boundary=x", &multipart).await.unwrap()), expected);
    }
}
