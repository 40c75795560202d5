//! Numbers that must not be stored in clear: card numbers and IBANs that merchants let slip into descriptions.

/// Digits of the shortest card number.
const FEWEST_DIGITS: usize = 13;

/// Masks card numbers (13 to 19 digits that pass the Luhn check, spaced or dashed) but for the last four digits, and
/// IBANs but for four characters at either end.
pub fn mask(text: &str) -> String {
    if !may_hold_one(text.as_bytes()) {
        return text.to_owned();
    }
    let mut chars: Vec<char> = text.chars().collect();
    let mut start = 0;
    while start < chars.len() {
        let before = start.checked_sub(1).map_or(' ', |before| chars[before]);
        // Letters may stand right before a card number, `CB4111…`; an IBAN begins with letters itself.
        if !before.is_ascii_digit()
            && let Some(run) = card_number(&chars, start)
        {
            start = hide(&mut chars, &run, 0);
        } else if !before.is_ascii_alphanumeric()
            && let Some(run) = iban(&chars, start)
        {
            start = hide(&mut chars, &run, 4);
        } else {
            start += 1;
        }
    }
    chars.into_iter().collect()
}

/// Nearly no description has the digits of a card number, or what an IBAN begins with.
fn may_hold_one(text: &[u8]) -> bool {
    let begins_iban =
        |four: &[u8]| four[..2].iter().all(u8::is_ascii_uppercase) && four[2..].iter().all(u8::is_ascii_digit);
    text.iter().filter(|byte| byte.is_ascii_digit()).count() >= FEWEST_DIGITS || text.windows(4).any(begins_iban)
}

/// Hides a run but for its head and its last four. Returns where to go on: what is left may begin another number.
fn hide(chars: &mut [char], run: &[usize], head: usize) -> usize {
    let tail = run.len() - 4;
    for place in &run[head..tail] {
        chars[*place] = '*';
    }
    run[tail]
}

/// Places of the characters of a run that may be parted by single spaces or dashes.
fn run(chars: &[char], start: usize, longest: usize, wanted: fn(char) -> bool) -> Vec<usize> {
    let mut places = Vec::new();
    let mut at = start;
    while at < chars.len() && places.len() < longest {
        if wanted(chars[at]) {
            places.push(at);
        } else if !(matches!(chars[at], ' ' | '-') && chars.get(at + 1).copied().is_some_and(wanted) && at > start) {
            break;
        }
        at += 1;
    }
    places
}

fn card_number(chars: &[char], start: usize) -> Option<Vec<usize>> {
    if !chars[start].is_ascii_digit() {
        return None;
    }
    let places = run(chars, start, 19, |c| c.is_ascii_digit());
    (FEWEST_DIGITS..=places.len())
        .rev()
        .map(|length| &places[..length])
        .find(|run| {
            let ends = run.last().is_none_or(|last| !chars.get(last + 1).is_some_and(char::is_ascii_digit));
            ends && luhn(run.iter().filter_map(|place| chars[*place].to_digit(10)))
        })
        .map(<[usize]>::to_vec)
}

fn luhn(digits: impl DoubleEndedIterator<Item = u32>) -> bool {
    let sum: u32 = digits
        .rev()
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 => digit,
            _ if digit < 5 => digit * 2,
            _ => digit * 2 - 9,
        })
        .sum();
    sum.is_multiple_of(10)
}

fn iban(chars: &[char], start: usize) -> Option<Vec<usize>> {
    let head: Vec<char> = chars.get(start..start + 4)?.to_vec();
    if !(head[..2].iter().all(char::is_ascii_uppercase) && head[2..].iter().all(char::is_ascii_digit)) {
        return None;
    }
    let places = run(chars, start, 34, |c| c.is_ascii_uppercase() || c.is_ascii_digit());
    (15..=places.len()).rev().map(|length| &places[..length]).find(|run| mod_97(chars, run)).map(<[usize]>::to_vec)
}

fn mod_97(chars: &[char], run: &[usize]) -> bool {
    let rotated = run[4..].iter().chain(&run[..4]);
    let rest = rotated.fold(0_u32, |rest, place| match chars[*place].to_digit(36) {
        Some(digit) if digit < 10 => (rest * 10 + digit) % 97,
        Some(digit) => (rest * 100 + digit) % 97,
        None => rest,
    });
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fs_24_card_numbers_are_masked_however_they_are_written() {
        for (text, masked) in [
            ("PAID 4111111111111111 OK", "PAID ************1111 OK"),
            ("4111 1111 1111 1111", "**** **** **** 1111"),
            ("4111-1111-1111-1111", "****-****-****-1111"),
            ("CB4111111111111111X", "CB************1111X"),
            ("12 4111 1111 1111 1111", "12 **** **** **** 1111"),
        ] {
            assert_eq!(mask(text), masked);
        }
    }

    #[test]
    fn fs_24_what_is_left_of_a_number_does_not_make_another_one() {
        let text = "4111-1111-1111-11 11 222222222220";
        assert_eq!(mask(text), "****-****-****-** ** ********2220");
    }

    #[test]
    fn fs_25_ibans_keep_their_ends() {
        assert_eq!(mask("VIR FR7630006000011234567890189"), "VIR FR76*******************0189");
        assert_eq!(mask("GB82 WEST 1234 5698 7654 32"), "GB82 **** **** **** **54 32");
    }

    #[test]
    fn fs_24_a_card_number_has_13_to_19_digits() {
        for (number, is_one) in [
            ("401234567899", false),
            ("4012345678909", true),
            ("4012345678901239", true),
            ("4012345678901234565", true),
            ("40123456789012345673", false),
        ] {
            let hidden = format!("{}{}", "*".repeat(number.len() - 4), &number[number.len() - 4..]);
            assert_eq!(mask(number), if is_one { hidden.as_str() } else { number });
        }
        for other in
            ["4012345678901238", "4012  3456 7890 1239", "4012.3456.7890.1239", "- 401-23456789-", "4012345678901239 1"]
        {
            assert_eq!(mask(other).contains('*'), other.ends_with(" 1"), "{other}");
        }
    }

    #[test]
    fn fs_25_an_iban_has_15_to_34_letters_and_digits_and_passes_its_check() {
        for (iban, masked) in [
            ("NO9386011117947", "NO93*******7947"),
            ("MT84MALT011000012345MTLCAST001S", "MT84***********************001S"),
            ("XX88AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "XX88**************************AAAA"),
            ("xNO9386011117947", "xNO9386011117947"),
            ("NO9386011117948", "NO9386011117948"),
            ("no9386011117947", "no9386011117947"),
            ("X093", "X093"),
            ("NO9", "NO9"),
            ("XX08AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "XX08AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ] {
            assert_eq!(mask(iban), masked);
        }
    }

    #[test]
    fn ordinary_numbers_are_left_alone() {
        for text in ["RUE 12, 94768, FRA", "FACTURE 4111111111111112", "00000000", "TEL 0612345678", ""] {
            assert_eq!(mask(text), text);
        }
    }
}
