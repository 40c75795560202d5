//! Card numbers, looked for without cleverness.

/// Thirteen to nineteen digits, perhaps with a space or a dash between two of them, that no digit touches and that pass the
/// check.
pub(super) fn card_in(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    (0..chars.len()).find_map(|start| {
        let touched = start > 0 && chars[start - 1].is_ascii_digit();
        if touched { None } else { (13..=19).find_map(|count| card_at(&chars[start..], count)) }
    })
}

fn card_at(chars: &[char], count: usize) -> Option<String> {
    let mut digits = String::new();
    let mut at = 0;
    while digits.len() < count {
        match (chars.get(at)?, chars.get(at + 1)) {
            (digit, _) if digit.is_ascii_digit() => digits.push(*digit),
            (' ' | '-', Some(next)) if next.is_ascii_digit() && !digits.is_empty() => {}
            _ => return None,
        }
        at += 1;
    }
    let touched = chars.get(at).is_some_and(char::is_ascii_digit);
    (!touched && passes(&digits)).then_some(digits)
}

fn passes(digits: &str) -> bool {
    let doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let sum: usize = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = usize::from(byte - b'0');
            if place % 2 == 1 { doubled[digit] } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}
