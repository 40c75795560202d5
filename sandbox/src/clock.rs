//! What time it is at the bank.

use jiff::{Timestamp, ZonedDateTime, civil, tz::TimeZone};

/// The bank's clock, so that tests can hold it still.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the stand-in reads the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Every naive date of the bank is in this zone.
pub fn in_paris(at: Timestamp) -> ZonedDateTime {
    let paris = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(paris)
}

/// `2017-01-30T10:17:48+01:00`, as the bank writes instants.
pub fn iso8601(at: Timestamp) -> String {
    in_paris(at).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// `2017-02-02 14:14:48`, as the bank writes naive dates.
pub fn naive(at: civil::DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
