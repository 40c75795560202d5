//! Payments that come again: the same merchant, a similar amount, every week or every month.

use crate::calendar::Day;
use crate::category::Category;
use crate::money::{Currency, Money};
use crate::month::Month;
use std::collections::BTreeMap;

/// How far back payments are looked at: a monthly one has come six times or more.
pub const DAYS_LOOKED_AT: i32 = 200;

/// One past payment. The amount is a size, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Past {
    pub merchant: String,
    pub currency: Currency,
    pub amount: i64,
    pub day: Day,
    pub category: Category,
}

/// How often a payment comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rhythm {
    Weekly,
    Monthly,
}

impl Rhythm {
    const ALL: [Self; 2] = [Self::Weekly, Self::Monthly];

    /// Days between two payments: holidays and weekends move them a little.
    const fn fits(self, gap: i32) -> bool {
        match self {
            Self::Weekly => gap >= 6 && gap <= 8,
            Self::Monthly => gap >= 26 && gap <= 35,
        }
    }

    /// From how many on it is no chance.
    const fn least(self) -> usize {
        match self {
            Self::Weekly => 4,
            Self::Monthly => 3,
        }
    }

    /// How late one may be before it is taken to have ended, in days.
    const fn patience(self) -> i32 {
        match self {
            Self::Weekly => 3,
            Self::Monthly => 10,
        }
    }
}

/// A payment that comes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurring {
    pub merchant: String,
    pub category: Category,
    pub rhythm: Rhythm,
    /// The last one's amount.
    pub amount: Money,
    /// Not always the same amount.
    pub varies: bool,
    /// How often it came.
    pub times: usize,
    pub last: Day,
    /// When the next one is expected. It may be a few days past: then it is late.
    pub next: Day,
}

/// Finds what comes again and has not ended, the next one first. The order of the payments does not matter.
pub fn recognise(payments: &[Past], today: Day) -> Vec<Recurring> {
    let mut merchants: BTreeMap<(String, Currency), Vec<&Past>> = BTreeMap::new();
    for payment in payments.iter().filter(|payment| payment.amount > 0 && !payment.merchant.trim().is_empty()) {
        merchants.entry((payment.merchant.to_lowercase(), payment.currency)).or_default().push(payment);
    }
    let mut found: Vec<Recurring> =
        merchants.into_values().flat_map(similar).filter_map(|alike| rhythm_of(alike, today)).collect();
    found.sort_by(|one, other| {
        (one.next, &one.merchant, one.amount.minor).cmp(&(other.next, &other.merchant, other.amount.minor))
    });
    found
}

/// Divides a merchant's payments into those of similar amounts: each at most a quarter above the smallest of its group.
fn similar(mut payments: Vec<&Past>) -> Vec<Vec<&Past>> {
    payments.sort_by_key(|payment| (payment.amount, payment.day));
    let mut groups: Vec<Vec<&Past>> = Vec::new();
    for payment in payments {
        let fits = |group: &Vec<&Past>| {
            group.first().is_some_and(|least| payment.amount.saturating_sub(least.amount) <= least.amount / 4)
        };
        match groups.last_mut().filter(|group| fits(group)) {
            Some(group) => group.push(payment),
            None => groups.push(vec![payment]),
        }
    }
    groups
}

/// The rhythm that the newest payments of a group keep, if they do and if it goes on.
fn rhythm_of(mut alike: Vec<&Past>, today: Day) -> Option<Recurring> {
    alike.sort_by_key(|payment| (payment.day, payment.amount));
    let (rhythm, kept) = Rhythm::ALL.into_iter().find_map(|rhythm| Some((rhythm, kept(&alike, rhythm)?)))?;
    let last = kept.last()?;
    let next = match rhythm {
        Rhythm::Weekly => last.day.plus(7),
        Rhythm::Monthly => next_month(kept),
    };
    let late = today.number() - next.number();
    (late <= rhythm.patience()).then(|| Recurring {
        merchant: last.merchant.clone(),
        category: last.category,
        rhythm,
        amount: Money::new(last.amount, last.currency),
        varies: kept.iter().any(|payment| payment.amount != last.amount),
        times: kept.len(),
        last: last.day,
        next,
    })
}

/// The newest payments that follow each other in this rhythm, where they are enough. Most of a group has to keep it: a shop
/// where somebody goes at any time is no subscription because three visits happened to be a month apart.
fn kept<'p, 'g>(alike: &'g [&'p Past], rhythm: Rhythm) -> Option<&'g [&'p Past]> {
    let fits = |pair: &[&Past]| rhythm.fits(pair[1].day.number() - pair[0].day.number());
    let run = alike.windows(2).rev().take_while(|pair| fits(pair)).count() + 1;
    let enough = run >= rhythm.least() && run * 3 >= alike.len() * 2;
    enough.then(|| &alike[alike.len() - run..])
}

/// The usual day of the month that is nearest to a month after the last payment. Where months are too short for the usual
/// day, or a weekend moved the last one into the month after, the nearest one is still the right one.
fn next_month(kept: &[&Past]) -> Day {
    let mut days: Vec<u8> = kept.iter().map(|payment| payment.day.day).collect();
    days.sort_unstable();
    // Of months of different lengths the longer ones say which day is meant.
    let usual = if days.iter().all(|day| *day >= 28) { days.last() } else { days.get(days.len() / 2) };
    let last = kept.last().map_or(Day { year: 0, month: 1, day: 1 }, |payment| payment.day);
    let month = Month::of(last);
    let candidates = [month, month.next(), month.next().next()].map(|month| month.day(usual.copied().unwrap_or(1)));
    candidates.into_iter().min_by_key(|day| (day.number() - last.number() - 30).abs()).unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(iso: &str) -> Day {
        Day::parse(iso).unwrap()
    }

    fn past(merchant: &str, amount: i64, iso: &str) -> Past {
        Past { merchant: merchant.into(), currency: Currency::EUR, amount, day: day(iso), category: Category::Telecom }
    }

    fn found(payments: &[Past], today: &str) -> Vec<(String, Rhythm, String)> {
        let found = recognise(payments, day(today));
        found.into_iter().map(|one| (one.merchant, one.rhythm, one.next.iso())).collect()
    }

    fn monthly(merchant: &str, next: &str) -> Vec<(String, Rhythm, String)> {
        vec![(merchant.to_owned(), Rhythm::Monthly, next.to_owned())]
    }

    #[test]
    fn a_subscription_is_recognised_among_other_purchases_of_the_same_shop() {
        let payments = [
            past("FREE MOBILE", 1_999, "2026-09-05"),
            past("FREE MOBILE", 1_999, "2026-10-05"),
            past("Free Mobile", 1_999, "2026-11-06"),
            past("FREE MOBILE", 14_900, "2026-10-21"),
            past("FREE MOBILE", 499, "2026-11-20"),
        ];
        assert_eq!(found(&payments, "2026-11-25"), monthly("Free Mobile", "2026-12-05"));
        let recurring = &recognise(&payments, day("2026-11-25"))[0];
        assert_eq!((recurring.times, recurring.varies, recurring.amount.minor), (3, false, 1_999));
    }

    #[test]
    fn bills_vary_and_ends_of_months_do_too() {
        let bills =
            [past("EDF", 8_000, "2026-08-31"), past("EDF", 9_500, "2026-09-30"), past("EDF", 8_800, "2026-10-31")];
        assert_eq!(found(&bills, "2026-11-02"), monthly("EDF", "2026-11-30"));
        assert!(recognise(&bills, day("2026-11-02"))[0].varies);
        let moved = [
            past("RENT", 80_000, "2026-02-28"),
            past("RENT", 80_000, "2026-03-30"),
            past("RENT", 80_000, "2026-04-30"),
            past("RENT", 80_000, "2026-05-30"),
            past("RENT", 80_000, "2026-07-01"),
        ];
        assert_eq!(found(&moved, "2026-07-02"), monthly("RENT", "2026-07-30"));
    }

    #[test]
    fn weeks_are_counted_over_the_end_of_the_year() {
        let lessons: Vec<_> =
            ["2026-12-05", "2026-12-12", "2026-12-19", "2026-12-26"].map(|iso| past("Dojo", 1_500, iso)).into();
        assert_eq!(found(&lessons, "2026-12-28"), [("Dojo".to_owned(), Rhythm::Weekly, "2027-01-02".to_owned())]);
        assert_eq!(found(&lessons[1..], "2026-12-28"), [], "three weeks are too few");
    }

    #[test]
    fn what_has_ended_is_not_expected() {
        let payments = ["2026-08-05", "2026-09-05", "2026-10-05"].map(|iso| past("Gym", 3_900, iso));
        assert_eq!(found(&payments, "2026-11-15"), monthly("Gym", "2026-11-05"));
        assert_eq!(found(&payments, "2026-11-16"), []);
    }

    #[test]
    fn chance_is_no_rhythm() {
        let visits = [
            past("Bakery", 420, "2026-08-01"),
            past("Bakery", 420, "2026-08-03"),
            past("Bakery", 420, "2026-08-04"),
            past("Bakery", 420, "2026-09-03"),
            past("Bakery", 420, "2026-10-03"),
        ];
        assert_eq!(found(&visits, "2026-10-10"), []);
        let currencies = [
            past("Cloud", 900, "2026-08-01"),
            Past { currency: Currency::parse("USD").unwrap(), ..past("Cloud", 900, "2026-09-01") },
            past("Cloud", 900, "2026-10-01"),
        ];
        assert_eq!(found(&currencies, "2026-10-10"), []);
        assert_eq!(
            found(&[past("", 1, "2026-08-01"), past("", 1, "2026-09-01"), past("", 1, "2026-10-01")], "2026-10-10"),
            []
        );
    }

    proptest! {
        #[test]
        fn a_monthly_payment_moved_by_weekends_is_expected_near_its_day(
            start in 0_u8..12, usual in 1_u8..=28, moves in proptest::collection::vec(0_i32..=2, 3..7), amount in 100_i64..100_000,
        ) {
            let mut month = Month { year: 2026, month: start + 1 };
            let mut payments = Vec::new();
            for moved in &moves {
                let day = month.day(usual).plus(*moved);
                payments.push(Past { day, ..past("Shop", amount, "2026-01-01") });
                month = month.next();
            }
            let today = payments.last().unwrap().day.plus(1);
            let found = recognise(&payments, today);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(found[0].times, moves.len());
            let off = found[0].next.number() - month.day(usual).number();
            prop_assert!((0..=2).contains(&off), "{} days off", off);
            payments.reverse();
            prop_assert_eq!(recognise(&payments, today), found);
        }

        #[test]
        fn every_day_is_no_rhythm_and_nothing_panics(
            days in proptest::collection::vec((1_u8..=12, 1_u8..=31), 0..40), amount in any::<i64>(),
        ) {
            let payments: Vec<_> = days.iter().map(|(month, day)| {
                Past { day: Month { year: 2026, month: *month }.day(*day), ..past("Shop", amount, "2026-01-01") }
            }).collect();
            for one in recognise(&payments, day("2026-12-31")) {
                prop_assert!(one.next > one.last);
                prop_assert!(one.times >= 3);
            }
            let daily: Vec<_> = (1..=28).map(|day| past("Shop", 100, &format!("2026-11-{day:02}"))).collect();
            prop_assert_eq!(recognise(&daily, day("2026-11-28")), []);
        }
    }
}
