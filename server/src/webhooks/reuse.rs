//! One hash with many references: somebody has copied it. Whether a hash is new is decided by the store, when a delivery is
//! processed; this only keeps such a flood from filling it, without asking the store.

use crate::clock::Moment;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Hashes that are watched at the same time; a power of two. A newer one takes the place of an older.
const PLACES: usize = 1 << 15;
/// References that one hash may come with in `WINDOW`.
const MOST: u32 = 10;
const WINDOW: Duration = Duration::from_mins(1);

/// A small table with one place for each hash, found by the hash itself, which is evenly spread.
pub(super) struct ReuseWatch {
    places: Mutex<Box<[Place]>>,
    /// Tells references apart in a way that nobody outside can foresee: whoever copies a hash also chooses the references.
    keyed: RandomState,
}

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    hash: u64,
    last_reference: u64,
    /// References seen since `began`.
    count: u32,
    began: i64,
}

impl Default for ReuseWatch {
    fn default() -> Self {
        Self { places: Mutex::new(vec![Place::default(); PLACES].into_boxed_slice()), keyed: RandomState::new() }
    }
}

impl ReuseWatch {
    /// Notes that a hash, in hexadecimal, came with a reference; whether that was one too many within a minute.
    pub(super) fn is_flood(&self, hash: &str, reference: &str, now: Moment) -> bool {
        let Some(hash) = leading(hash) else { return false };
        let reference = self.keyed.hash_one(reference);
        // The lowest bits choose the place, so no more than all of them can be lost by the cast.
        #[expect(clippy::cast_possible_truncation, reason = "only the lowest bits count")]
        let index = hash as usize & (PLACES - 1);
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(place) = places.get_mut(index) else { return false };
        if place.hash != hash || now >= Moment(place.began).plus(WINDOW) {
            *place = Place { hash, last_reference: reference, count: 1, began: now.0 };
            return false;
        }
        // A retry of the same notification is none.
        if place.last_reference != reference {
            place.last_reference = reference;
            place.count = place.count.saturating_add(1);
        }
        place.count > MOST
    }
}

/// The first sixteen digits, which are enough to tell hashes apart.
fn leading(hex: &str) -> Option<u64> {
    u64::from_str_radix(hex.get(..16)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn reference(n: u64) -> String {
        format!("{n:016x}000000000000000000000000")
    }

    #[test]
    fn rp_12_a_copied_hash_is_let_through_ten_times_a_minute() {
        let watch = ReuseWatch::default();
        let at = |seconds: u64| Moment(0).plus(Duration::from_secs(seconds));
        let refused = (0..10_000).filter(|n| watch.is_flood(HASH, &reference(*n), at(1))).count();
        assert_eq!(refused, 10_000 - 10);
        assert!(watch.is_flood(HASH, &reference(10_001), at(60)));
        assert!(!watch.is_flood(HASH, &reference(10_002), at(61)), "a minute later it begins anew");
    }

    #[test]
    fn rp_12_references_that_begin_or_end_alike_are_different_ones() {
        for reference in [|n: u64| format!("{n:040x}"), |n: u64| format!("{n:016x}{:024x}", 7)] {
            let watch = ReuseWatch::default();
            assert_eq!((0..100).filter(|n| watch.is_flood(HASH, &reference(*n), Moment(5))).count(), 90);
        }
    }

    #[test]
    fn rp_12_a_hash_that_takes_anothers_place_is_counted_by_itself() {
        let watch = ReuseWatch::default();
        let other = format!("f{}", &HASH[1..]);
        for hash in [HASH, &other, HASH] {
            assert!((0..10).all(|n| !watch.is_flood(hash, &reference(n), Moment(5))), "{hash}");
        }
        assert!(watch.is_flood(HASH, &reference(10), Moment(5)));
    }

    #[test]
    fn what_is_no_hash_is_not_counted() {
        let watch = ReuseWatch::default();
        for bad in ["", "0123456789abcde", "0123456789abcdeg", "é123456789abcdef"] {
            assert!((0..20).all(|n| !watch.is_flood(bad, &reference(n), Moment(5))), "{bad}");
        }
    }

    #[test]
    fn retries_of_one_notification_are_no_flood() {
        let watch = ReuseWatch::default();
        assert!((0..100).all(|_| !watch.is_flood(HASH, &reference(7), Moment(5))));
        assert!(!watch.is_flood(&HASH.replace('0', "f"), &reference(8), Moment(5)));
    }
}
