//! When an account has been silent for longer than is usual for it.
//!
//! Some people pay several times a day, others twice a year. So a silence is held against the account's own pauses, and against what is
//! too short to speak of for anybody. It is judged from facts each time that somebody looks: news ends it by itself.

use std::time::Duration;

/// Newest payments of a card whose pauses are looked at.
pub const LOOKED_AT: i64 = 20;
/// A pause twice as long as the longest is unusual.
const UNUSUAL: u32 = 2;
/// Nobody is left without a word for longer than this, however rarely she pays.
const LONGEST: Duration = Duration::from_hours(24 * 90);

/// How long an account may be silent: `least`, or twice its longest pause between payments, three months at most. Payments are told
/// by when they were booked, in microseconds, in any order.
pub fn patience(least: Duration, booked: &[i64]) -> Duration {
    let mut booked = booked.to_vec();
    booked.sort_unstable();
    let pauses = booked.windows(2).map(|pair| between(pair[0], pair[1]));
    let longest = pauses.max().unwrap_or_default();
    longest.saturating_mul(UNUSUAL).min(LONGEST).max(least)
}

/// Whether news that came `last` are older than that; what lies in the future is not.
pub fn is_silent(last: i64, now: i64, patience: Duration) -> bool {
    between(last, now) > patience
}

fn between(earlier: i64, later: i64) -> Duration {
    Duration::from_micros(u64::try_from(later.saturating_sub(earlier)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400_000_000;
    const WEEK: Duration = Duration::from_hours(24 * 7);

    fn days(patience: Duration) -> u64 {
        patience.as_secs() / 86_400
    }

    #[test]
    fn whoever_pays_often_is_told_after_the_shortest_time() {
        for booked in [&[] as &[i64], &[5 * DAY], &[0, DAY, 2 * DAY, 5 * DAY]] {
            assert_eq!(days(patience(WEEK, booked)), 7, "{booked:?}");
        }
    }

    #[test]
    fn whoever_pays_rarely_is_not_told_of_what_is_usual_for_her() {
        assert_eq!(days(patience(WEEK, &[62 * DAY, 0, 31 * DAY, 61 * DAY])), 62);
        assert_eq!(days(patience(WEEK, &[0, 5 * DAY])), 10);
        assert_eq!(days(patience(WEEK, &[0, 200 * DAY])), 90, "but not for ever");
        assert_eq!(days(patience(Duration::from_hours(24 * 120), &[0, 200 * DAY])), 120, "unless it is asked for");
    }

    #[test]
    fn a_silence_is_longer_than_the_patience_and_ends_with_news() {
        let now = 100 * DAY;
        assert!(!is_silent(93 * DAY, now, WEEK));
        assert!(is_silent(93 * DAY - 1, now, WEEK));
        assert!(!is_silent(now, now, WEEK));
        assert!(!is_silent(now + DAY, now, WEEK), "a clock that was set back is no silence");
    }

    proptest! {
        #[test]
        fn nothing_makes_it_shorter_than_asked_for_or_longer_than_promised(
            least in 0_u64..10_000, booked in prop::collection::vec(any::<i64>(), 0..30),
        ) {
            let least = Duration::from_hours(least);
            let patience = patience(least, &booked);
            prop_assert!(patience >= least && patience <= LONGEST.max(least));
        }
    }
}
