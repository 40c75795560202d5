//! Looking for a text in a notification: in what operators are shown of it, and nowhere else. What is masked cannot be found, so
//! nobody finds out a token by guessing at it.

use super::decode;
use super::masking::{Leaf, masked_text};
use bytes::Bytes;

/// Characters of a text that is looked for.
const LONGEST: usize = 100;
/// Characters shown of a value in which it stands.
const SHOWN: usize = 200;

/// A text that is looked for, in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted(String);

impl Wanted {
    /// None where there is nothing to look for.
    pub fn parse(typed: &str) -> Option<Self> {
        let text: String = typed.trim().chars().take(LONGEST).collect();
        (!text.is_empty()).then(|| Self(text.to_lowercase()))
    }

    /// A mask is none of its words.
    fn is_in(&self, text: &str) -> bool {
        !self.0.contains('•') && text.to_lowercase().contains(&self.0)
    }
}

/// Where a text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundText {
    /// Path of the value; empty in a body that cannot be read.
    pub field: String,
    /// The value, masked.
    pub shown: String,
}

/// The first value in which it stands, whatever its case.
pub async fn find(content_type: &str, body: Vec<u8>, wanted: &Wanted) -> Option<FoundText> {
    let body = Bytes::from(body);
    let (field, shown) = if let Ok(value) = decode::decode(content_type, &body).await {
        Leaf::all_of(&value)
            .into_iter()
            .map(|(field, leaf)| (field, leaf.whole()))
            .find(|(_, shown)| wanted.is_in(shown))?
    } else {
        let text = masked_text(&String::from_utf8_lossy(&body));
        (String::new(), text.lines().find(|line| wanted.is_in(line))?.to_owned())
    };
    Some(FoundText { field, shown: shown.chars().take(SHOWN).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"notification":{"reference":"d5ec","data":{"hash":"abc","token":"THE_TOKEN","description":"FNAC DIRECT 4111 1111 1111 1111","webhook":"https://p.example/webhooks/anytime/0123456789abcdef0123456789abcdef","mcc":"5942"}}}"#;

    async fn found(body: &str, text: &str) -> Option<(String, String)> {
        let wanted = Wanted::parse(text)?;
        let found = find("application/json", body.as_bytes().to_vec(), &wanted).await?;
        Some((found.field, found.shown))
    }

    #[tokio::test]
    async fn a_text_is_found_where_it_is_shown_whatever_its_case() {
        let shown = "FNAC DIRECT **** **** **** 1111".to_owned();
        assert_eq!(found(BODY, " fnac Dir ").await, Some(("data.description".to_owned(), shown)));
        assert_eq!(found(BODY, "d5EC").await, Some(("reference".to_owned(), "d5ec".to_owned())));
        assert_eq!(found(BODY, "nothing like it").await, None);
        assert_eq!(found(BODY, "description").await, None, "names of fields are none of its words");
        assert_eq!(found(BODY, "  ").await, None);
    }

    #[tokio::test]
    async fn what_is_masked_is_not_found() {
        for hidden in ["the_token", "THE", "abc", "4111", "0123456789", "•"] {
            assert_eq!(found(BODY, hidden).await, None, "{hidden}");
        }
        let broken = BODY.trim_end_matches('}');
        assert_eq!(found(broken, "4111 1111").await, None);
        assert_eq!(found(broken, "0123456789").await, None);
        let (field, shown) = found(broken, "fnac").await.unwrap();
        assert!(field.is_empty() && shown.contains("FNAC") && shown.chars().count() <= SHOWN, "{shown}");
    }
}
