//! Mail addresses: as typed, for showing, and in one canonical form, for knowing a person again.

use unicode_normalization::UnicodeNormalization as _;

const LONGEST: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;

/// A mail address that could exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    text: String,
    key: String,
}

impl Email {
    /// One `@`, something on both sides of it, no spaces. Whether somebody reads it there, only a mail could tell.
    pub fn parse(typed: &str) -> Option<Self> {
        let text = typed.trim();
        // Compatibility forms (full-width letters, ligatures) and capitals are the same person. Labels after `+` are not
        // ours to interpret.
        let key: String = text.nfkc().collect::<String>().to_lowercase();
        let key = key.trim_end_matches('.');
        let (local, domain) = key.split_once('@')?;
        let plain = |part: &str| {
            !part.is_empty()
                && !part.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control() || is_invisible(c))
        };
        let possible = plain(local) && plain(domain) && local.len() <= LONGEST_LOCAL_PART;
        let no_empty_label = !domain.starts_with('.') && !domain.contains("..");
        if !possible || !no_empty_label || text.len() > LONGEST || key.len() > LONGEST {
            return None;
        }
        Some(Self { text: text.to_owned(), key: key.to_owned() })
    }

    /// As typed, without the spaces around it.
    pub fn as_typed(&self) -> &str {
        &self.text
    }

    /// What uniqueness and sign-in go by.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// Characters that change how a text looks or is ordered, and cannot be seen.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn au_12_one_person_has_one_canonical_address() {
        let key = |text| Email::parse(text).unwrap().key().to_owned();
        for same in [" Alice@Example.Test ", "alice@example.test.", "ＡＬＩＣＥ@example.test", "alice@EXAMPLE.test"]
        {
            assert_eq!(key(same), "alice@example.test", "{same}");
        }
        assert_eq!(Email::parse(" Alice@Example.Test ").unwrap().as_typed(), "Alice@Example.Test");
        assert_ne!(key("alice+bank@example.test"), "alice@example.test");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.test", "a".repeat(65));
        for bad in ["", "@", "a@", "@b", "a b@c", "a@b@c", "a@b\r\nBcc: x", "a@b..c", "a\u{202E}@b", "a\0@b", &long] {
            assert_eq!(Email::parse(bad), None, "{bad:?}");
        }
        assert_eq!(Email::parse(&format!("a@{}", "b".repeat(253))), None);
    }
}
