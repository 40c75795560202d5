//! Lengths of time as people write them.

use std::time::Duration;

const UNITS: [(&str, u64); 4] = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];

/// A whole number of seconds, minutes, hours or days: `90s`, `15m`, `6h`, `400d`.
pub(super) fn parse(text: &str) -> Result<Duration, &'static str> {
    let problem = "it has to be a whole number with s, m, h or d behind it, such as 6h";
    let (_, seconds) = UNITS.into_iter().find(|(unit, _)| text.ends_with(unit)).ok_or(problem)?;
    let number = &text[..text.len() - 1];
    let digits = !number.is_empty() && number.len() <= 6 && number.bytes().all(|b| b.is_ascii_digit());
    let count: u64 = number.parse().ok().filter(|_| digits).ok_or(problem)?;
    if count == 0 { Err("it has to be longer than nothing") } else { Ok(Duration::from_secs(count * seconds)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn op_04_a_length_of_time_has_a_number_and_a_unit() {
        assert_eq!(parse("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse("400d"), Ok(Duration::from_hours(400 * 24)));
        for bad in ["", "h", "6", "6x", "-6h", "+6h", "6.5h", " 6h", "0h", "1234567d", "６h"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
