//! What this process has seen within the last hour, for the page of its health. Prometheus keeps the past; here a little of it is
//! kept in memory, so that looking at the page counts no rows.

use app::backend::Verdict;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Minutes that are remembered, each in a place of its own.
const MINUTES: usize = 60;
/// Times are told of so many minutes: what is slow now must not hide behind an hour that was quick.
const RECENT: u64 = 5;

/// How long something took, of several times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timing {
    pub count: u32,
    pub total: Duration,
    pub worst: Duration,
}

impl Timing {
    fn and(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count),
            total: self.total.saturating_add(other.total),
            worst: self.worst.max(other.worst),
        }
    }

    pub fn mean(self) -> Duration {
        self.total.checked_div(self.count).unwrap_or_default()
    }
}

/// What there is to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// Arrivals by verdict, in the order of `Verdict::ALL`, of the last hour.
    pub arrivals: [i64; 5],
    /// Storing a group durably; none where nothing was stored within the last minutes.
    pub commit: Option<Timing>,
    /// From the arrival of a notification to its effect.
    pub lag: Option<Timing>,
}

#[derive(Clone, Copy, Default)]
struct Minute {
    number: u64,
    arrivals: [i64; 5],
    commit: Timing,
    lag: Timing,
}

/// Sixty minutes, of which the oldest makes way.
struct Hour([Minute; MINUTES]);

impl Hour {
    fn minute(&mut self, number: u64) -> &mut Minute {
        let place = usize::try_from(number % MINUTES as u64).unwrap_or_default();
        let minute = &mut self.0[place];
        if minute.number != number {
            *minute = Minute { number, ..Minute::default() };
        }
        minute
    }

    /// The minutes that ended, or end, within so many of them.
    fn last(&self, now: u64, minutes: u64) -> impl Iterator<Item = &Minute> {
        self.0.iter().filter(move |minute| minute.number <= now && now < minute.number + minutes)
    }

    fn seen(&self, now: u64) -> Seen {
        let mut arrivals = [0; 5];
        for minute in self.last(now, MINUTES as u64) {
            for (sum, count) in arrivals.iter_mut().zip(minute.arrivals) {
                *sum += count;
            }
        }
        let timing = |of: fn(&Minute) -> Timing| {
            let sum = self.last(now, RECENT).map(of).fold(Timing::default(), Timing::and);
            (sum.count > 0).then_some(sum)
        };
        Seen { arrivals, commit: timing(|minute| minute.commit), lag: timing(|minute| minute.lag) }
    }
}

struct Vitals {
    began: Instant,
    hour: Mutex<Hour>,
}

static VITALS: LazyLock<Vitals> =
    LazyLock::new(|| Vitals { began: Instant::now(), hour: Mutex::new(Hour([Minute::default(); MINUTES])) });

/// A notification was judged.
pub fn arrived(verdict: Verdict) {
    let place = Verdict::ALL.iter().position(|known| *known == verdict).unwrap_or_default();
    note(|minute| minute.arrivals[place] += 1);
}

/// A group was stored, or could not be.
pub fn committed(took: Duration) {
    note(|minute| minute.commit = minute.commit.and(Timing { count: 1, total: took, worst: took }));
}

/// A batch had its effect; the oldest of it arrived so long ago.
pub fn processed(lag: Duration) {
    note(|minute| minute.lag = minute.lag.and(Timing { count: 1, total: lag, worst: lag }));
}

/// What there is to tell now.
pub fn seen() -> Seen {
    let now = this_minute();
    VITALS.hour.lock().unwrap_or_else(PoisonError::into_inner).seen(now)
}

fn note(change: impl FnOnce(&mut Minute)) {
    let now = this_minute();
    change(VITALS.hour.lock().unwrap_or_else(PoisonError::into_inner).minute(now));
}

fn this_minute() -> u64 {
    VITALS.began.elapsed().as_secs() / 60
}

#[cfg(test)]
mod tests {
    use super::*;

    fn took(millis: u64) -> Timing {
        let took = Duration::from_millis(millis);
        Timing { count: 1, total: took, worst: took }
    }

    #[test]
    fn an_hour_is_remembered_and_times_of_a_few_minutes() {
        let mut hour = Hour([Minute::default(); MINUTES]);
        hour.minute(0).arrivals[0] += 2;
        hour.minute(0).commit = took(8);
        hour.minute(3).arrivals[4] += 1;
        hour.minute(3).commit = took(2).and(took(4));
        let seen = hour.seen(4);
        assert_eq!(seen.arrivals, [2, 0, 0, 0, 1]);
        let commit = seen.commit.unwrap();
        assert_eq!((commit.count, commit.worst), (3, Duration::from_millis(8)));
        assert_eq!(hour.seen(7).commit.unwrap().mean(), Duration::from_millis(3));
        assert_eq!((hour.seen(8).commit, hour.seen(8).lag), (None, None));
        assert_eq!(hour.seen(59).arrivals, [2, 0, 0, 0, 1]);
        assert_eq!(hour.seen(60).arrivals, [0, 0, 0, 0, 1], "a minute later than an hour");
        hour.minute(63).arrivals[1] += 7;
        assert_eq!(hour.seen(63).arrivals, [0, 7, 0, 0, 0], "it stands in the place of the third");
    }
}
