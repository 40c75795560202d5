//! Names of people, as they type them.

use super::email::is_invisible;
use app::page::FormProblem;

const LONGEST: usize = 100;

/// The name without the spaces around it, and without what cannot be seen.
pub(super) fn parse(typed: &str) -> Result<String, FormProblem> {
    let name: String = typed.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect();
    let name = name.trim();
    match name.chars().count() {
        0 => Err(FormProblem::NameMissing),
        1..=LONGEST => Ok(name.to_owned()),
        _ => Err(FormProblem::NameTooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_as_typed_but_for_what_cannot_be_seen() {
        assert_eq!(parse("  Zoé O’Neil\u{202E} "), Ok("Zoé O’Neil".to_owned()));
        assert_eq!(parse(" \u{200B}\t"), Err(FormProblem::NameMissing));
        assert_eq!(parse(&"n".repeat(101)), Err(FormProblem::NameTooLong));
    }
}
