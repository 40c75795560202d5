//! The figures of a picture: where each bar stands and how long it is. Pure, and without floats.
//!
//! Across, everything is in percent, so that a picture is as wide as its place and its words keep their size; upwards it is in
//! pixels.

use std::fmt::Write as _;

/// A number in hundredths, as an attribute of SVG takes it: `3.25`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(pub i64);

impl Hundredths {
    pub fn text(self) -> String {
        let (whole, part) = (self.0.div_euclid(100), self.0.rem_euclid(100));
        match part {
            0 => whole.to_string(),
            part if part % 10 == 0 => format!("{whole}.{}", part / 10),
            part => format!("{whole}.{part:02}"),
        }
    }

    pub fn percent(self) -> String {
        format!("{}%", self.text())
    }
}

/// A day's bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// From 1.
    pub day: u8,
    /// What it stands for.
    pub minor: i64,
    /// From the left, in percent.
    pub x: Hundredths,
    pub width: Hundredths,
    /// From the top, in pixels.
    pub y: Hundredths,
    pub height: Hundredths,
}

/// The days of a month as bars over, and under, a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    pub bars: Vec<Bar>,
    /// The end of the axis: a round number that no day exceeds.
    pub most: i64,
    /// Where nothing is, from the top, in pixels.
    pub zero: Hundredths,
    /// All of a day's width, in percent.
    pub slot: Hundredths,
}

/// Percent of all of the width.
const WHOLE: i64 = 10_000;
/// The share of its slot that a bar takes, in percent.
const FILLED: i64 = 68;
/// What is something can be seen: the least height, in hundredths of a pixel.
const LEAST: i64 = 150;

impl Days {
    /// `one` is a unit of the currency, in its minor units.
    pub fn draw(days: &[i64], one: i64, height: i64) -> Self {
        let height = height * 100;
        let most = round_up(days.iter().copied().max().unwrap_or(0), one);
        let least = days.iter().copied().min().unwrap_or(0).min(0);
        // What was given back stands under the line, in the same scale.
        let range = i128::from(most) + i128::from(least).abs();
        let scaled =
            |minor: i64| i64::try_from(i128::from(minor).abs() * i128::from(height) / range.max(1)).unwrap_or(height);
        let zero = scaled(most);
        let count = i64::try_from(days.len()).unwrap_or(1).max(1);
        let slot = WHOLE / count;
        let width = slot * FILLED / 100;
        let bars = (1_u8..).zip(days).filter(|(_, minor)| **minor != 0).map(|(day, minor)| {
            let long = scaled(*minor).max(LEAST);
            Bar {
                day,
                minor: *minor,
                x: Hundredths(left(day, count) + (slot - width) / 2),
                width: Hundredths(width),
                y: Hundredths(if *minor > 0 { zero - long } else { zero }),
                height: Hundredths(long),
            }
        });
        Self { bars: bars.collect(), most, zero: Hundredths(zero), slot: Hundredths(slot) }
    }
}

/// Where a day's slot begins.
fn left(day: u8, count: i64) -> i64 {
    WHOLE * (i64::from(day) - 1) / count
}

/// The middle of a day's slot, for its label.
pub fn middle(day: u8, days: u8) -> Hundredths {
    let count = i64::from(days.max(1));
    Hundredths(left(day, count) + WHOLE / count / 2)
}

/// The days that are named under a picture: every fifth one, without crowding the last.
pub fn named_days(days: u8) -> Vec<u8> {
    [1, 5, 10, 15, 20, 25].into_iter().chain([days]).collect()
}

/// The next number of 1, 2 or 5 with zeroes, in whole units.
fn round_up(minor: i64, one: i64) -> i64 {
    let one = one.max(1);
    let mut step = one;
    loop {
        for factor in [1, 2, 5] {
            let Some(round) = step.checked_mul(factor) else { return i64::MAX };
            if round >= minor {
                return round;
            }
        }
        let Some(next) = step.checked_mul(10) else { return i64::MAX };
        step = next;
    }
}

/// The length of a bar among others, of which the longest is `most`: in percent. What was given back has none.
pub fn length(minor: i64, most: i64) -> Hundredths {
    if minor <= 0 || most <= 0 {
        return Hundredths(0);
    }
    let share = i128::from(minor.min(most)) * i128::from(WHOLE) / i128::from(most);
    Hundredths(i64::try_from(share).unwrap_or(WHOLE).max(50))
}

/// How wide and high the small picture is in its own units.
pub const SMALL_SLOT: i64 = 8;
pub const SMALL_HEIGHT: i64 = 40;

/// The days as one path, for a small picture: it is drawn at each view of the dashboard.
pub fn small_bars(days: &[i64]) -> String {
    let most = days.iter().copied().max().unwrap_or(0);
    let mut path = String::with_capacity(days.len() * 18);
    for (place, minor) in (0_i64..).zip(days) {
        if *minor <= 0 {
            continue;
        }
        let share = i128::from(*minor) * i128::from(SMALL_HEIGHT) / i128::from(most.max(1));
        let height = i64::try_from(share).unwrap_or(SMALL_HEIGHT).max(1);
        let x = place * SMALL_SLOT + 1;
        // Writing to a String does not fail.
        let _ = write!(path, "M{x} {SMALL_HEIGHT}v-{height}h{}v{height}z", SMALL_SLOT - 2);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_without_needless_zeroes() {
        let texts = [0, 100, 325, 320, 5].map(|number| Hundredths(number).text());
        assert_eq!(texts, ["0", "1", "3.25", "3.2", "0.05"]);
        assert_eq!(Hundredths(3_225).percent(), "32.25%");
    }

    #[test]
    fn the_axis_ends_at_a_round_number_that_no_day_exceeds() {
        for (minor, most) in
            [(0, 100), (100, 100), (101, 200), (45_210, 50_000), (50_001, 100_000), (i64::MAX, i64::MAX)]
        {
            assert_eq!(round_up(minor, 100), most, "{minor}");
        }
        assert_eq!(round_up(1_650, 1), 2_000, "yen have no cents");
    }

    #[test]
    fn bars_stand_on_the_line_and_what_was_given_back_hangs_from_it() {
        let drawn = Days::draw(&[10_000, 0, -10_000, 5_000, 1], 100, 120);
        assert_eq!((drawn.most, drawn.zero.text()), (10_000, "60".to_owned()));
        let places: Vec<_> = drawn.bars.iter().map(|bar| (bar.day, bar.y.0, bar.height.0)).collect();
        assert_eq!(places, [(1, 0, 6_000), (3, 6_000, 6_000), (4, 3_000, 3_000), (5, 5_850, 150)]);
        assert_eq!((drawn.slot.percent(), drawn.bars[1].x.percent()), ("20%".to_owned(), "43.2%".to_owned()));
        let nothing = Days::draw(&[0; 30], 100, 120);
        assert_eq!((nothing.bars.len(), nothing.zero), (0, Hundredths(12_000)));
    }

    #[test]
    fn no_bar_leaves_its_picture() {
        for days in [vec![i64::MAX; 31], vec![i64::MIN, i64::MAX], vec![-1], vec![], vec![1, i64::MIN]] {
            for bar in Days::draw(&days, 100, 120).bars {
                assert!(bar.x.0 >= 0 && bar.x.0 + bar.width.0 <= 10_000, "{bar:?}");
                assert!(bar.y.0 >= -150 && bar.y.0 + bar.height.0 <= 12_150, "{bar:?}");
            }
            let _ = small_bars(&days);
        }
    }

    #[test]
    fn lengths_are_shares_of_the_longest() {
        assert_eq!(
            [length(50, 200), length(200, 200), length(1, 100_000), length(-5, 200), length(0, 0)].map(|part| part.0),
            [2_500, 10_000, 50, 0, 0]
        );
    }

    #[test]
    fn the_small_picture_is_one_path() {
        assert_eq!(small_bars(&[200, 0, -5, 100]), "M1 40v-40h6v40zM25 40v-20h6v20z");
        assert_eq!(small_bars(&[]), "");
    }

    #[test]
    fn a_month_names_some_of_its_days() {
        assert_eq!(named_days(30), [1, 5, 10, 15, 20, 25, 30]);
        assert_eq!((middle(1, 25).0, middle(25, 25).0), (200, 9_800));
    }
}
