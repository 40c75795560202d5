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
        // Digits alone: a sign before them would be read as well.
        let number = |range: std::ops::Range<usize>| {
            text.get(range).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?.parse::<u16>().ok()
        };
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

    /// Days since 1970-01-01, to count with. Years begin in March here, so that the leap day comes last.
    pub fn number(self) -> i32 {
        let (month, day) = (i32::from(self.month), i32::from(self.day));
        let year = i32::from(self.year) - i32::from(month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The day so many days later, or earlier for a negative number; the calendar's first or last day beyond its ends.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        let number = self.number().saturating_add(days).saturating_add(719_468);
        let era = number.div_euclid(146_097);
        let of_era = number.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = era * 400 + year_of_era + i32::from(month <= 2);
        match (u16::try_from(year), u8::try_from(month), u8::try_from(day)) {
            (Ok(year @ ..=9_999), Ok(month), Ok(day)) => Self { year, month, day },
            _ if year > 0 => Self { year: 9_999, month: 12, day: 31 },
            _ => Self { year: 0, month: 1, day: 1 },
        }
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

pub(crate) fn days_in_month(year: u16, month: u8) -> u8 {
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
        assert_eq!(Day::parse("+017-02-02"), None);
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
    fn days_are_counted_without_a_gap() {
        assert_eq!(Day::parse("1970-01-01").unwrap().number(), 0);
        assert_eq!(Day::parse("2017-02-02").unwrap().number(), 17_199);
        let mut day = Day::parse("2401-03-02").unwrap();
        while day.year > 1_899 {
            let before = day.previous();
            assert_eq!(before.number() + 1, day.number(), "{}", day.iso());
            assert_eq!((before.plus(1), day.plus(-1)), (day, before));
            day = before;
        }
    }

    #[test]
    fn the_calendar_has_two_ends() {
        let day = Day::parse("2026-11-25").unwrap();
        assert_eq!(day.plus(200).iso(), "2027-06-13");
        assert_eq!((day.plus(i32::MAX).iso(), day.plus(i32::MIN).iso()), ("9999-12-31".into(), "0000-01-01".into()));
    }

    #[test]
    fn the_clock_is_the_banks() {
        assert_eq!(clock_minutes("2017-02-02T14:14:48+01:00"), "14:14");
        assert_eq!(clock_minutes("2017-02-02"), "");
    }
}
