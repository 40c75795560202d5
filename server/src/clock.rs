//! Time, injected. Nothing else in the server reads a clock.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime, civil};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// A moment: microseconds since 1970-01-01 UTC, as the store keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment(pub i64);

impl Moment {
    /// This much later. Saturates at the ends of time.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// This much earlier. Saturates at the ends of time.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// The time since an earlier moment; none where that is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// RFC 3339 at the bank's wall clock: `2017-02-02T14:14:48+01:00`.
    pub fn bank_text(self) -> String {
        let zoned = self.zoned();
        let offset = zoned.offset().seconds();
        let sign = if offset < 0 { '-' } else { '+' };
        let minutes = offset.abs() / 60;
        format!("{}{sign}{:02}:{:02}", zoned.strftime("%Y-%m-%dT%H:%M:%S"), minutes / 60, minutes % 60)
    }

    /// A naive date-time of the bank, `2017-02-02 14:14:48`. In the hour that happens twice the first is meant; a time that
    /// does not exist is moved on by the length of the gap.
    pub fn from_bank_text(text: &str) -> Option<Self> {
        Self::read_bank_text(text).map(|(moment, _)| moment)
    }

    /// The same, and whether the bank's wall clock shows this time twice, or never: the hour in which summer time ends or
    /// begins.
    pub fn read_bank_text(text: &str) -> Option<(Self, bool)> {
        let shape = text.len() == 19 && text.as_bytes()[4] == b'-' && text.as_bytes()[10] == b' ';
        let naive: civil::DateTime = text.parse().ok().filter(|_| shape)?;
        let zoned = bank_zone().to_ambiguous_zoned_datetime(naive);
        let unclear = zoned.is_ambiguous();
        Some((Self(zoned.compatible().ok()?.timestamp().as_microsecond()), unclear))
    }

    /// RFC 3339 with an offset.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        text.parse::<Timestamp>().ok().map(|timestamp| Self(timestamp.as_microsecond()))
    }

    /// The time of an HTTP header: `Sun, 06 Nov 1994 08:49:37 GMT`.
    pub fn from_http_date(text: &str) -> Option<Self> {
        let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
        Some(Self(zoned.timestamp().as_microsecond()))
    }

    /// The day at the bank: `2017-02-02`.
    pub fn bank_day(self) -> String {
        self.zoned().strftime("%Y-%m-%d").to_string()
    }

    /// The first moment of a day at the bank.
    pub fn start_of_bank_day(day: &str) -> Option<Self> {
        let date: civil::Date = day.parse().ok()?;
        let zoned = bank_zone().to_ambiguous_zoned_datetime(date.at(0, 0, 0, 0)).compatible().ok()?;
        Some(Self(zoned.timestamp().as_microsecond()))
    }

    /// The first moment of the day after, at the bank.
    pub fn end_of_bank_day(day: &str) -> Option<Self> {
        let date: civil::Date = day.parse().ok()?;
        Self::start_of_bank_day(&date.tomorrow().ok()?.to_string())
    }

    fn zoned(self) -> ZonedDateTime {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned_datetime(bank_zone())
    }
}

/// Every naive date of the vendor is at this wall clock.
fn bank_zone() -> TimeZone {
    static ZONE: std::sync::LazyLock<TimeZone> =
        std::sync::LazyLock::new(|| TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC));
    ZONE.clone()
}

/// A source of time that is shared by the whole server.
pub type SharedClock = Arc<dyn Clock>;

pub trait Clock: Send + Sync {
    fn now(&self) -> Moment;
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock is read")]
    fn now(&self) -> Moment {
        Moment(Timestamp::now().as_microsecond())
    }
}

/// A clock that stands until it is moved, for tests.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn at(moment: Moment) -> Self {
        Self(AtomicI64::new(moment.0))
    }

    pub fn advance(&self, duration: Duration) {
        self.0.store(self.now().plus(duration).0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bank_times_are_paris_times() {
        let moment = Moment::from_bank_text("2017-02-02 14:14:48").unwrap();
        assert_eq!(moment.bank_text(), "2017-02-02T14:14:48+01:00");
        assert_eq!(Moment::from_rfc3339("2017-02-02T14:14:48+01:00"), Some(moment));
        assert_eq!(moment.bank_day(), "2017-02-02");
    }

    #[test]
    fn the_gap_and_the_overlap_of_daylight_saving_are_decided() {
        let text = |naive| Moment::from_bank_text(naive).unwrap().bank_text();
        assert_eq!(text("2026-03-29 02:30:00"), "2026-03-29T03:30:00+02:00");
        assert_eq!(text("2026-10-25 02:30:00"), "2026-10-25T02:30:00+02:00");
    }

    #[test]
    fn what_is_no_time_is_none() {
        for bad in [
            "",
            "2017-02-02",
            "2017-02-30 10:00:00",
            "2017-02-02 25:00:00",
            "hello",
            "2017-02-02T14:14:48",
            "20170202 141448.123",
            "2017-02-02 14:14:4\u{665}",
        ] {
            assert_eq!(Moment::from_bank_text(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_day_of_the_clock_change_is_an_hour_shorter() {
        let start = Moment::start_of_bank_day("2026-03-29").unwrap();
        let end = Moment::end_of_bank_day("2026-03-29").unwrap();
        assert_eq!(end.0 - start.0, 23 * 3_600 * 1_000_000);
    }
}
