//! What a month's payments come to, currency by currency: by day, by category, and against another month.
//!
//! Spending is what was paid, less what shops gave back. Money that was put on a card is neither. Refused payments moved
//! nothing and do not come here.

use crate::calendar::Day;
use crate::category::Category;
use crate::money::{Currency, Money};
use crate::month::Month;

/// What the payments of one day, category and currency come to. In minor units, never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    pub currency: Currency,
    pub day: u8,
    pub category: Category,
    /// What went out.
    pub paid: i64,
    /// What shops gave back.
    pub refunded: i64,
    /// What was put on the card: see [`is_load`].
    pub loaded: i64,
    /// How many payments went out.
    pub payments: i64,
}

/// What a category comes to in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CategorySum {
    pub category: Category,
    /// Less what was given back; negative where more was given back than was paid.
    pub spent: i64,
    pub payments: i64,
}

/// What a month comes to in one currency, in its minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spending {
    pub currency: Currency,
    /// Less what was given back.
    pub spent: i64,
    /// What shops gave back.
    pub refunded: i64,
    /// What was put on cards.
    pub loaded: i64,
    /// How many payments went out.
    pub payments: i64,
    /// For each day of the month, from the first: what was spent, less what was given back.
    pub days: Vec<i64>,
    /// Largest first.
    pub categories: Vec<CategorySum>,
}

/// What a merchant was paid in a month, less what was given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MerchantSum {
    pub merchant: String,
    pub category: Category,
    pub spent: Money,
    pub payments: i64,
}

/// Whether what comes in is money put on a card rather than given back by a shop: it comes from a bank. The bank's category
/// says so, whatever people call it for themselves.
pub const fn is_load(category: Category) -> bool {
    matches!(category, Category::Cash | Category::Fees)
}

impl Spending {
    /// A month in which nothing was paid.
    pub fn none(currency: Currency, month: Month) -> Self {
        let days = vec![0; usize::from(month.days())];
        Self { currency, spent: 0, refunded: 0, loaded: 0, payments: 0, days, categories: Vec::new() }
    }

    /// Adds cells up, each currency by itself: the one with the most payments first.
    pub fn add_up(cells: &[Cell], month: Month) -> Vec<Self> {
        let mut sums: Vec<Self> = Vec::new();
        for cell in cells {
            let at = sums.iter().position(|sum| sum.currency == cell.currency).unwrap_or_else(|| {
                sums.push(Self::none(cell.currency, month));
                sums.len() - 1
            });
            sums[at].add(cell);
        }
        for sum in &mut sums {
            sum.categories.sort_by_key(|category| (std::cmp::Reverse(category.spent), category.category));
        }
        sums.sort_by_key(|sum| (std::cmp::Reverse(sum.payments), sum.currency));
        sums
    }

    fn add(&mut self, cell: &Cell) {
        let spent = cell.paid.saturating_sub(cell.refunded);
        self.spent = self.spent.saturating_add(spent);
        self.refunded = self.refunded.saturating_add(cell.refunded);
        self.loaded = self.loaded.saturating_add(cell.loaded);
        self.payments = self.payments.saturating_add(cell.payments);
        if let Some(day) = self.days.get_mut(usize::from(cell.day).wrapping_sub(1)) {
            *day = day.saturating_add(spent);
        }
        if spent == 0 && cell.payments == 0 {
            return;
        }
        match self.categories.iter_mut().find(|known| known.category == cell.category) {
            Some(known) => {
                known.spent = known.spent.saturating_add(spent);
                known.payments = known.payments.saturating_add(cell.payments);
            }
            None => {
                self.categories.push(CategorySum { category: cell.category, spent, payments: cell.payments });
            }
        }
    }

    /// What was spent up to a day, included; in all of the month where it is shorter.
    pub fn until(&self, day: u8) -> i64 {
        self.days.iter().take(usize::from(day)).fold(0, |sum, spent| sum.saturating_add(*spent))
    }

    pub const fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// The day of the month on which the most was spent, and how much.
    pub fn busiest(&self) -> Option<(u8, i64)> {
        let mut busiest: Option<(u8, i64)> = None;
        for (day, spent) in (1_u8..).zip(&self.days) {
            if *spent > busiest.map_or(0, |(_, most)| most) {
                busiest = Some((day, *spent));
            }
        }
        busiest
    }

    /// What a category came to; nothing where it did not occur.
    pub fn of_category(&self, category: Category) -> i64 {
        self.categories.iter().find(|sum| sum.category == category).map_or(0, |sum| sum.spent)
    }
}

/// A month beside the one before it: up to the same day while it is running, whole once it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Against {
    /// Up to this day of the month before; none for all of it.
    pub until: Option<Day>,
    /// What was spent then.
    pub then: Money,
    /// By how many percent the month differs; none where nothing was spent then.
    pub change: Option<i64>,
}

impl Against {
    pub fn of(spending: &Spending, before: &[Spending], month: Month, today: Day) -> Self {
        let until = (Month::of(today) == month).then(|| month.previous().day(today.day));
        let known = of_currency(before, spending.currency);
        let (now, then) = match until {
            Some(_) => (spending.until(today.day), known.map_or(0, |before| before.until(today.day))),
            None => (spending.spent, known.map_or(0, |before| before.spent)),
        };
        Self { until, then: spending.money(then), change: change(now, then) }
    }
}

/// The sums of one currency, where there are any.
pub fn of_currency(sums: &[Spending], currency: Currency) -> Option<&Spending> {
    sums.iter().find(|sum| sum.currency == currency)
}

/// By how many percent `now` differs from `then`, rounded; none where there is nothing to compare with.
pub fn change(now: i64, then: i64) -> Option<i64> {
    percent(now.checked_sub(then)?, then)
}

/// How many percent a part is of a whole, rounded; none of nothing.
pub fn percent(part: i64, whole: i64) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    let (part, whole) = (i128::from(part), i128::from(whole));
    i64::try_from((part * 200 + whole * part.signum()) / (whole * 2)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MONTH: Month = Month { year: 2026, month: 11 };

    fn cell(day: u8, category: Category, paid: i64, received: i64) -> Cell {
        let (refunded, loaded) = if is_load(category) { (0, received) } else { (received, 0) };
        Cell { currency: Currency::EUR, day, category, paid, refunded, loaded, payments: i64::from(paid > 0) }
    }

    #[test]
    fn refunds_lower_their_day_and_category_and_loads_are_no_income() {
        let cells = [
            cell(3, Category::Books, 10_000, 0),
            cell(5, Category::Books, 0, 2_500),
            cell(5, Category::Fees, 300, 50_000),
            cell(5, Category::Cash, 4_000, 0),
        ];
        let sums = Spending::add_up(&cells, MONTH);
        let [month] = sums.as_slice() else { panic!("{sums:?}") };
        assert_eq!((month.spent, month.refunded, month.loaded, month.payments), (11_800, 2_500, 50_000, 3));
        assert_eq!((month.days.len(), month.days[2], month.days[4]), (30, 10_000, 1_800));
        assert_eq!(month.busiest(), Some((3, 10_000)));
        let order: Vec<_> = month.categories.iter().map(|sum| (sum.category, sum.spent)).collect();
        assert_eq!(order, [(Category::Books, 7_500), (Category::Cash, 4_000), (Category::Fees, 300)]);
        assert_eq!((month.until(3), month.until(4), month.until(31)), (10_000, 10_000, 11_800));
    }

    #[test]
    fn currencies_are_never_added_together() {
        let yen = Currency::parse("JPY").unwrap();
        let cells = [
            cell(1, Category::Books, 100, 0),
            Cell { currency: yen, ..cell(1, Category::Books, 900, 0) },
            cell(2, Category::Books, 50, 0),
        ];
        let sums = Spending::add_up(&cells, MONTH);
        assert_eq!(
            sums.iter().map(|sum| (sum.currency, sum.spent)).collect::<Vec<_>>(),
            [(Currency::EUR, 150), (yen, 900)]
        );
        assert_eq!(of_currency(&sums, yen).map(|sum| sum.spent), Some(900));
        assert!(of_currency(&sums, Currency::parse("USD").unwrap()).is_none());
    }

    #[test]
    fn a_load_alone_is_no_category() {
        let sums = Spending::add_up(&[cell(1, Category::Fees, 0, 50_000)], MONTH);
        assert_eq!((sums[0].categories.len(), sums[0].spent, sums[0].loaded), (0, 0, 50_000));
        assert_eq!(sums[0].busiest(), None);
    }

    #[test]
    fn a_running_month_is_held_against_the_same_days_of_the_one_before() {
        let may = |day| Day { year: 2026, month: 5, day };
        let month = Month::of(may(1));
        let before = Spending::add_up(
            &[cell(10, Category::Home, 1_000, 0), cell(30, Category::Home, 3_000, 0)],
            month.previous(),
        );
        let now = &Spending::add_up(&[cell(2, Category::Home, 1_500, 0)], month)[0];
        let against = |today| Against::of(now, &before, month, today);
        let tenth = against(may(10));
        assert_eq!(
            (tenth.until.unwrap().iso(), tenth.then.minor, tenth.change),
            ("2026-04-10".into(), 1_000, Some(50))
        );
        assert_eq!((against(may(9)).then.minor, against(may(9)).change), (0, None));
        let last = against(may(31));
        assert_eq!((last.until.unwrap().iso(), last.then.minor), ("2026-04-30".into(), 4_000));
        let over = against(Day { month: 6, ..may(1) });
        assert_eq!((over.until, over.then.minor, over.change), (None, 4_000, Some(-63)));
        assert_eq!(Against::of(now, &[], month, may(10)).change, None);
    }

    #[test]
    fn percents_are_rounded_and_nothing_has_none() {
        assert_eq!(change(88, 100), Some(-12));
        assert_eq!(change(1_000, 3), Some(33_233));
        assert_eq!(change(995, 1_000), Some(-1), "half a percent is one");
        assert_eq!(change(5, 0), None);
        assert_eq!(change(5, -5), None);
        assert_eq!(percent(1, 3), Some(33));
        assert_eq!(percent(i64::MAX, 1), None);
    }

    proptest! {
        #[test]
        fn days_and_categories_add_up_to_the_month(cells in proptest::collection::vec(
            (1_u8..=30, 0_usize..Category::ALL.len(), 0_i64..1_000_000, 0_i64..1_000_000), 0..60,
        )) {
            let cells: Vec<_> =
                cells.into_iter().map(|(day, at, paid, received)| cell(day, Category::ALL[at], paid, received)).collect();
            for month in Spending::add_up(&cells, MONTH) {
                prop_assert_eq!(month.days.iter().sum::<i64>(), month.spent);
                prop_assert_eq!(month.categories.iter().map(|sum| sum.spent).sum::<i64>(), month.spent);
                prop_assert_eq!(month.until(MONTH.days()), month.spent);
                let paid: i64 = cells.iter().map(|cell| cell.paid).sum();
                prop_assert_eq!(month.spent + month.refunded, paid);
                let received: i64 = cells.iter().map(|cell| cell.refunded + cell.loaded).sum();
                prop_assert_eq!(month.refunded + month.loaded, received);
                prop_assert!(month.categories.is_sorted_by(|more, less| more.spent >= less.spent));
            }
        }

        #[test]
        fn no_amount_panics(paid in 0_i64..=i64::MAX, received in 0_i64..=i64::MAX, day in any::<u8>()) {
            let cells = [cell(day, Category::Books, paid, received), cell(1, Category::Home, paid, 0)];
            let month = &Spending::add_up(&cells, MONTH)[0];
            let _ = (change(month.spent, paid), change(paid, received), month.until(day), month.busiest());
        }
    }
}
