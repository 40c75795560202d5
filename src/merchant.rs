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
    Merchant { name: name.to_owned(), city: city.map(titled), country }
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

/// `ALICE MARTIN` as `Alice Martin`; a text with small letters is left alone.
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

/// Words that stay small inside a name.
const SMALL: [&str; 21] = [
    "A", "AND", "AU", "AUX", "CHEZ", "D", "DE", "DELLA", "DES", "DU", "EN", "ET", "L", "LA", "LE", "LES", "OF", "SOUS",
    "SUR", "THE", "À",
];

/// Names that are spelt by their letters, though they could be said as a word.
const SPELT: [&str; 17] = [
    "AXA", "CAF", "CHU", "CIC", "EDF", "ICA", "IKEA", "MAAF", "MAIF", "MTA", "RATP", "RER", "SARL", "UGC", "UK", "US",
    "USA",
];

/// A shop or a town as one would write it: `HOTEL DES DEUX MERS` as `Hotel des Deux Mers`. What cannot be said (`SNCF`) or
/// holds a digit stays as it came, as does a text with small letters: then somebody has thought about it.
pub fn titled(text: &str) -> String {
    if text.chars().any(char::is_lowercase) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    for word in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let (letters, end) = match word.char_indices().last() {
            Some((at, c)) if !c.is_alphanumeric() => word.split_at(at),
            _ => (word, ""),
        };
        push_titled(&mut out, letters, before, end);
        before = end.chars().next_back().or(before);
        out.push_str(end);
    }
    out
}

/// `before` is the sign before the word, none at the start of the text; `after` the one behind it, which may be nothing.
fn push_titled(out: &mut String, word: &str, before: Option<char>, after: &str) {
    let is_inside = before.is_some() && !after.is_empty();
    let is_tail = matches!(before, Some('\'' | '’')) && word.chars().nth(1).is_none();
    if (is_inside && SMALL.contains(&word)) || is_tail {
        out.extend(word.chars().flat_map(char::to_lowercase));
    } else if is_spelt(word) {
        out.push_str(word);
    } else {
        let mut letters = word.chars();
        out.extend(letters.next());
        out.extend(letters.flat_map(char::to_lowercase));
    }
}

fn is_spelt(word: &str) -> bool {
    let is_vowel = |c: char| !c.is_ascii() || "AEIOUY".contains(c);
    SPELT.contains(&word) || word.bytes().any(|b| b.is_ascii_digit()) || (word != "ST" && !word.chars().any(is_vowel))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_sample_is_understood() {
        let merchant = parse("FNAC DIRECT - RUE DES BATEAUX LAVOIRS, IVRY SUR SEIN,94768,FRA,FRA");
        assert_eq!(merchant.name, "FNAC DIRECT");
        assert_eq!(merchant.city.as_deref(), Some("Ivry sur Sein"));
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
    fn shops_and_towns_are_written_as_people_write_them() {
        for (text, written) in [
            ("FNAC DIRECT", "Fnac Direct"),
            ("MONOPRIX 2114", "Monoprix 2114"),
            ("HOTEL DES DEUX MERS", "Hotel des Deux Mers"),
            ("CAFÉ DE L’ÉTÉ", "Café de l’Été"),
            ("LE PETIT CAMBODGE", "Le Petit Cambodge"),
            ("SNCF CONNECT", "SNCF Connect"),
            ("EDF PARTICULIERS", "EDF Particuliers"),
            ("H&M", "H&M"),
            ("MCDONALD'S", "Mcdonald's"),
            ("SAINT-DENIS", "Saint-Denis"),
            ("4 A", "4 A"),
            ("Zara – Rivoli", "Zara – Rivoli"),
            ("مخبز 🥐", "مخبز 🥐"),
            ("", ""),
        ] {
            assert_eq!(titled(text), written);
        }
    }

    #[test]
    fn cleaning_leaves_text_that_a_terminal_and_a_page_can_bear() {
        assert_eq!(clean(" a\0b\x1b[2J\r\nc \u{202e}d "), "a b [2J c d");
        assert_eq!(clean(&"é".repeat(5_000)).chars().count(), SHOWN_LENGTH);
    }
}
