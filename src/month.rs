//! Months of the bank's calendar, as they stand in an address: `?month=2026-11`.

use crate::calendar::{Day, days_in_month};
use crate::lang::Lang;

const NAMES_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const NAMES_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A month of a year. Ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
}

impl Month {
    /// Reads exactly `2026-11`.
    pub fn parse(text: &str) -> Option<Self> {
        let day = (text.len() == 7).then(|| Day::parse(&format!("{text}-01"))).flatten()?;
        Some(Self::of(day))
    }

    /// The month that a day is in.
    pub const fn of(day: Day) -> Self {
        Self { year: day.year, month: day.month }
    }

    /// `2026-11`
    pub fn iso(self) -> String {
        format!("{:04}-{:02}", self.year, self.month)
    }

    /// `novembre` in French, `November` in English.
    pub fn name(self, lang: Lang) -> &'static str {
        let names = match lang {
            Lang::Fr => &NAMES_FR,
            Lang::En => &NAMES_EN,
        };
        names[usize::from(self.month.clamp(1, 12)) - 1]
    }

    /// `novembre 2026`
    pub fn display(self, lang: Lang) -> String {
        format!("{}\u{a0}{}", self.name(lang), self.year)
    }

    /// How many days it has.
    pub fn days(self) -> u8 {
        days_in_month(self.year, self.month)
    }

    /// The day of this number; the last one where the month is shorter, the first one for 0.
    pub fn day(self, day: u8) -> Day {
        Day { year: self.year, month: self.month, day: day.clamp(1, self.days()) }
    }

    pub fn first(self) -> Day {
        self.day(1)
    }

    pub fn last(self) -> Day {
        self.day(31)
    }

    /// The month before. Stays at the beginning of the calendar.
    #[must_use]
    pub const fn previous(self) -> Self {
        match (self.year, self.month) {
            (0, 1) => self,
            (year, 1) => Self { year: year - 1, month: 12 },
            (year, month) => Self { year, month: month - 1 },
        }
    }

    /// The month after. Stays at the end of the calendar.
    #[must_use]
    pub const fn next(self) -> Self {
        match (self.year, self.month) {
            (9_999, 12) => self,
            (year, 12) => Self { year: year + 1, month: 1 },
            (year, month) => Self { year, month: month + 1 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    #[test]
    fn months_are_read_and_written() {
        assert_eq!(month("2026-11").display(Lang::Fr), "novembre\u{a0}2026");
        assert_eq!(month("2026-08").display(Lang::En), "August\u{a0}2026");
        for bad in ["", "2026", "2026-13", "2026-00", "2026-1", "2026-11-01", "novembre", "2026-1é", "+026-11"] {
            assert_eq!(Month::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_month_that_is_shorter_ends_earlier() {
        assert_eq!(month("2024-02").day(31).iso(), "2024-02-29");
        assert_eq!(month("2026-02").last().iso(), "2026-02-28");
        assert_eq!(month("2026-11").day(25).iso(), "2026-11-25");
    }

    #[test]
    fn the_calendar_has_ends() {
        assert_eq!(month("0000-01").previous(), month("0000-01"));
        assert_eq!(month("9999-12").next(), month("9999-12"));
    }

    proptest! {
        #[test]
        fn neighbours_lead_back_and_follow_each_other_by_a_day(year in 1_u16..9_999, number in 1_u8..=12) {
            let month = Month { year, month: number };
            prop_assert_eq!(month.next().previous(), month);
            prop_assert_eq!(month.previous().next(), month);
            prop_assert!(month.previous() < month && month < month.next());
            prop_assert_eq!(month.next().first().previous(), month.last());
            prop_assert_eq!(Month::parse(&month.iso()), Some(month));
            prop_assert_eq!(month.last().number() - month.first().number() + 1, i32::from(month.days()));
        }
    }
}
