//! Days and times as the bank counts them (Europe/Paris), read from the text that carries them.
//!
//! A payment travels with its time as `2017-02-02T14:14:48+01:00`: the bank's wall clock and its distance from UTC. What
//! people see is that wall clock, wherever they are, so both sides format it without any time zone data.

use crate::lang::Lang;

/// A day of the proleptic Gregorian calendar. Ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

const MONTHS_FR: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
const MONTHS_EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Day {
    /// Reads the first ten characters of an ISO date or date-time: `2017-02-02…`.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes().get(..10)?;
        if bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u16>().ok();
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        let valid = (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
        valid.then_some(Self { year, month, day })
    }

    /// `2017-02-02`
    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// `2 févr. 2017` in French, `2 Feb 2017` in English.
    pub fn display(self, lang: Lang) -> String {
        let months = match lang {
            Lang::Fr => &MONTHS_FR,
            Lang::En => &MONTHS_EN,
        };
        let month = months[usize::from(self.month.clamp(1, 12)) - 1];
        let day = match (lang, self.day) {
            (Lang::Fr, 1) => "1er".to_owned(),
            (_, day) => day.to_string(),
        };
        format!("{day}\u{a0}{month}\u{a0}{}", self.year)
    }

    /// The day before.
    #[must_use]
    pub fn previous(self) -> Self {
        if self.day > 1 {
            Self { day: self.day - 1, ..self }
        } else if self.month > 1 {
            let month = self.month - 1;
            Self { month, day: days_in_month(self.year, month), ..self }
        } else {
            Self { year: self.year.saturating_sub(1), month: 12, day: 31 }
        }
    }
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// `14:14` of `2017-02-02T14:14:48+01:00`; empty where the text holds no time.
pub fn clock_minutes(text: &str) -> &str {
    text.get(11..16).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_written() {
        let day = Day::parse("2017-02-02T14:14:48+01:00").unwrap();
        assert_eq!(day.display(Lang::Fr), "2\u{a0}févr.\u{a0}2017");
        assert_eq!(day.display(Lang::En), "2\u{a0}Feb\u{a0}2017");
        assert_eq!(day.iso(), "2017-02-02");
        assert_eq!(Day::parse("2017-02-30"), None);
        assert_eq!(Day::parse("2017-13-01"), None);
        assert_eq!(Day::parse("hello"), None);
        assert_eq!(Day::parse("févr-01-02"), None);
    }

    #[test]
    fn the_day_before_crosses_months_and_years() {
        let before = |text| Day::parse(text).unwrap().previous().iso();
        assert_eq!(before("2024-03-01"), "2024-02-29");
        assert_eq!(before("2023-01-01"), "2022-12-31");
        assert_eq!(before("2023-05-15"), "2023-05-14");
    }

    #[test]
    fn the_clock_is_the_banks() {
        assert_eq!(clock_minutes("2017-02-02T14:14:48+01:00"), "14:14");
        assert_eq!(clock_minutes("2017-02-02"), "");
    }
}
