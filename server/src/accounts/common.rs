//! Passwords that everybody thinks of.

/// Refused whatever follows or precedes them, if that is only digits and signs.
const WORDS: &str = include_str!("common_passwords.txt");

/// Whether a password is among the first that are tried: a common one, one made of a common word with digits and signs
/// around it, a repetition, a row of neighbours, or the name or address of its owner.
pub(super) fn is_common(password: &str, owner: &[&str]) -> bool {
    let plain: String = password.trim().to_lowercase().chars().map(undisguise).collect();
    let literal = password.trim().to_lowercase();
    let core = |text: &str| text.trim_matches(|c: char| !c.is_alphabetic()).to_owned();
    let bare = [core(&literal), core(&plain)];
    is_repetition(&literal)
        || is_row(&literal)
        || WORDS
            .lines()
            .any(|word| !word.is_empty() && (word == literal || word == plain || bare.iter().any(|bare| bare == word)))
        || owner.iter().any(|text| is_owner(text, &literal, &bare[0]))
}

/// Digits and signs that stand for letters.
fn undisguise(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// At most two different characters, or a short part again and again: `abcabcabc`.
fn is_repetition(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let mut different = chars.clone();
    different.sort_unstable();
    different.dedup();
    let repeats = |part: usize| chars.iter().zip(chars.iter().skip(part)).all(|(a, b)| a == b);
    different.len() <= 2 || (1..=chars.len() / 2).filter(|part| *part <= 4).any(repeats)
}

/// `12345678`, `hgfedcba`, `qwertyuiop`: a walk along the alphabet, the digits or a keyboard.
fn is_row(text: &str) -> bool {
    const ROWS: [&str; 9] = [
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890123456789",
        "qwertyuiopasdfghjklzxcvbnm",
        "azertyuiopqsdfghjklmwxcvbn",
        "qwertzuiopasdfghjklyxcvbnm",
        "1q2w3e4r5t6y7u8i9o0p",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
        "1a2z3e4r5t6y7u8i9o0p",
        "qazwsxedcrfvtgbyhnujm",
    ];
    let reversed: String = text.chars().rev().collect();
    ROWS.iter().any(|row| row.contains(text) || row.contains(&reversed))
}

fn is_owner(owner: &str, literal: &str, bare: &str) -> bool {
    let owner = owner.trim().to_lowercase();
    let local = owner.split('@').next().unwrap_or_default();
    local.chars().count() >= 3 && (literal == owner || bare == local || literal == local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn au_10_what_everybody_tries_first_is_refused() {
        for bad in [
            "password",
            "Password1!",
            "P@ssw0rd",
            "motdepasse",
            "anytime2026",
            "Anytime-Connect1",
            "12345678",
            "87654321",
            "aaaaaaaa",
            "abababab",
            "abcabcabc",
            "azertyuiop",
            "qwertyui",
            "1q2w3e4r",
            "iloveyou123",
            "soleil2024",
            "00000000",
        ] {
            assert!(is_common(bad, &[]), "{bad}");
        }
    }

    #[test]
    fn the_owner_s_own_name_is_refused() {
        assert!(is_common("alice.martin", &["alice.martin@example.test"]));
        assert!(is_common("alice.martin2026", &["alice.martin@example.test"]));
        assert!(is_common("Zoé Dupont", &["zoé dupont"]));
    }

    #[test]
    fn au_09_what_people_make_up_is_accepted() {
        for good in [
            "correct horse battery staple",
            "tulipes bleues 7 fois",
            "vK9!mq2Lr",
            "pâté à l’ail 🧄",
            "zxa!90 tq",
            "abcd-efgh-xy",
        ] {
            assert!(!is_common(good, &["bob@example.test"]), "{good}");
        }
    }

    #[test]
    fn the_list_holds_small_letters_once() {
        let mut words: Vec<&str> = WORDS.lines().collect();
        let count = words.len();
        assert!(words.iter().all(|word| *word == word.to_lowercase().trim() && !word.is_empty()));
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }
}
