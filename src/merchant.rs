//! A card statement's description, made readable without asking anybody.
//!
//! The vendor's sample is `FNAC DIRECT - RUE DES BATEAUX LAVOIRS, IVRY SUR SEIN,94768,FRA,FRA`: name, street, town, postal
//! code, country (twice). Anything that does not have this shape is shown as it came.

/// What a description says about where a card was used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merchant {
    /// Never empty unless the description is.
    pub name: String,
    pub city: Option<String>,
    /// ISO 3166 alpha-3.
    pub country: Option<String>,
}

/// Longest text that is shown of a description, in characters.
pub const SHOWN_LENGTH: usize = 1_024;

/// Reads a description that `clean` has been through.
pub fn parse(description: &str) -> Merchant {
    let mut parts: Vec<&str> = description.split(',').map(str::trim).collect();
    let mut country = None;
    while let Some(code) = parts.last().filter(|part| parts.len() > 1 && is_country(part)) {
        country = Some((*code).to_owned());
        parts.pop();
    }
    if parts.len() > 1 && parts.last().is_some_and(|part| is_postal_code(part)) {
        parts.pop();
    }
    let city = if country.is_some() && parts.len() > 1 { parts.pop().filter(|city| !city.is_empty()) } else { None };
    let head = parts.first().copied().unwrap_or_default();
    let name = head.split_once(" - ").map_or(head, |(name, _street)| name).trim();
    let name = if name.is_empty() { description.trim() } else { name };
    Merchant { name: name.to_owned(), city: city.map(readable), country }
}

/// Control characters and direction overrides out, white space folded, and no longer than people read.
pub fn clean(description: &str) -> String {
    let visible = description.chars().map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c }).filter(
        |c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'),
    );
    let mut out = String::with_capacity(description.len().min(SHOWN_LENGTH));
    for c in visible.take(SHOWN_LENGTH) {
        if c != ' ' || !(out.is_empty() || out.ends_with(' ')) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn is_country(part: &str) -> bool {
    part.len() == 3 && part.bytes().all(|b| b.is_ascii_uppercase())
}

fn is_postal_code(part: &str) -> bool {
    part.len() <= 10 && part.bytes().any(|b| b.is_ascii_digit())
}

/// `IVRY SUR SEIN` as `Ivry Sur Sein`; a text with small letters is left alone.
pub fn readable(text: &str) -> String {
    if text.chars().any(char::is_lowercase) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut start = true;
    for c in text.chars() {
        if start {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
        start = !c.is_alphanumeric() && c != '\'';
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_sample_is_understood() {
        let merchant = parse("FNAC DIRECT - RUE DES BATEAUX LAVOIRS, IVRY SUR SEIN,94768,FRA,FRA");
        assert_eq!(merchant.name, "FNAC DIRECT");
        assert_eq!(merchant.city.as_deref(), Some("Ivry Sur Sein"));
        assert_eq!(merchant.country.as_deref(), Some("FRA"));
    }

    #[test]
    fn other_shapes_are_shown_as_they_came() {
        for (description, name) in [("SNCF", "SNCF"), ("", ""), (",,,", ",,,"), ("Café, Paris", "Café"), ("FRA", "FRA")]
        {
            assert_eq!(parse(description).name, name, "{description}");
        }
    }

    #[test]
    fn cleaning_leaves_text_that_a_terminal_and_a_page_can_bear() {
        assert_eq!(clean(" a\0b\x1b[2J\r\nc \u{202e}d "), "a b [2J c d");
        assert_eq!(clean(&"é".repeat(5_000)).chars().count(), SHOWN_LENGTH);
    }
}
