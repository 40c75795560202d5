//! What a payment's owner writes on it: a category of her own, a note and tags.
//!
//! It is kept apart from what the bank tells, by card and `txid`, so nothing that the bank says later touches it.

use crate::category::Category;
use serde::{Deserialize, Serialize};

/// Longest note, in characters.
pub const LONGEST_NOTE: usize = 1_000;
/// Most tags on one payment.
pub const MOST_TAGS: usize = 10;
/// Longest tag, in characters.
pub const LONGEST_TAG: usize = 32;

/// As it travels beside a payment; nothing of it where nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Own {
    /// What the bank tells, where the owner has decided otherwise: the payment's category is then hers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub category_bank: Option<Category>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub tags: Vec<String>,
}

/// What is to be kept for a payment, within the bounds above.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Writing {
    pub category: Option<Category>,
    pub note: Option<String>,
    /// Each once, whatever the case.
    pub tags: Vec<String>,
}

/// Why a form cannot be kept, by the field that it stands beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WritingProblem {
    UnknownCategory,
    NoteTooLong,
    TooManyTags,
    TagTooLong,
}

impl WritingProblem {
    /// The field's name.
    pub const fn field(self) -> &'static str {
        match self {
            Self::UnknownCategory => "category",
            Self::NoteTooLong => "note",
            Self::TooManyTags | Self::TagTooLong => "tags",
        }
    }
}

impl Writing {
    /// Reads what was typed: a category's code or nothing, a text, and tags with commas between them.
    pub fn parse(category: &str, note: &str, tags: &str) -> Result<Self, Vec<WritingProblem>> {
        let mut problems = Vec::new();
        let code = category.trim();
        let category = Category::from_code(code);
        if category.is_none() && !code.is_empty() {
            problems.push(WritingProblem::UnknownCategory);
        }
        let note = clean_note(note);
        if note.chars().count() > LONGEST_NOTE {
            problems.push(WritingProblem::NoteTooLong);
        }
        let tags = read_tags(tags);
        if tags.len() > MOST_TAGS {
            problems.push(WritingProblem::TooManyTags);
        }
        if tags.iter().any(|tag| tag.chars().count() > LONGEST_TAG) {
            problems.push(WritingProblem::TagTooLong);
        }
        let note = Some(note).filter(|note| !note.is_empty());
        if problems.is_empty() { Ok(Self { category, note, tags }) } else { Err(problems) }
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether two tags are the same to people.
pub fn same_tag(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// A tag as it is kept: one line, single spaces, no comma.
pub fn clean_tag(text: &str) -> String {
    visible(text, ' ').split_whitespace().collect::<Vec<_>>().join(" ").replace(',', "")
}

fn read_tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split([',', '\n']).map(clean_tag) {
        if !tag.is_empty() && !tags.iter().any(|known| same_tag(known, &tag)) {
            tags.push(tag);
        }
    }
    tags
}

/// Lines as browsers send them become lines as everybody else writes them.
fn clean_note(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    visible(&lines, '\n').trim().to_owned()
}

/// Without control characters, but for `kept`, and without those that turn the direction of what follows.
fn visible(text: &str, kept: char) -> String {
    let turns =
        |c| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    text.chars().filter(|c| !turns(*c)).map(|c| if c.is_control() && c != kept { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::WritingProblem::{NoteTooLong, TagTooLong, TooManyTags, UnknownCategory};
    use super::*;

    #[test]
    fn what_was_typed_is_read_as_it_was_meant() {
        let read =
            Writing::parse("books", "  cadeau\r\npour Zoé\u{202e} \0", " Voyage ,voyage,,  pro   perso , été").unwrap();
        assert_eq!(read.category, Some(Category::Books));
        assert_eq!(read.note.as_deref(), Some("cadeau\npour Zoé"));
        assert_eq!(read.tags, ["Voyage", "pro perso", "été"]);
        assert!(Writing::parse("", " \r\n ", " , ,").unwrap().is_empty());
    }

    #[test]
    fn each_bound_is_met_and_not_passed() {
        let note = "é".repeat(LONGEST_NOTE);
        let tags: Vec<String> = (0..MOST_TAGS).map(|n| format!("{n}{}", "ü".repeat(LONGEST_TAG - 1))).collect();
        assert!(Writing::parse("other", &note, &tags.join(",")).is_ok());
        let problems =
            Writing::parse("bücher", &format!("{note}."), &format!("{},a,{}b", tags.join(","), tags[0])).unwrap_err();
        assert_eq!(problems, [UnknownCategory, NoteTooLong, TooManyTags, TagTooLong]);
    }

    #[test]
    fn nothing_is_written_where_nothing_was_said() {
        assert_eq!(serde_json::to_string(&Own::default()).unwrap(), "{}");
    }
}
