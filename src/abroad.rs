//! What a payment in another currency really cost.
//!
//! The vendor tells the amount at the merchant, a rate and a fee, and not how they belong together: which way the rate goes,
//! and whether the amount taken from the card holds the fee. Both are told from the figures, and where they do not fit, the
//! amount taken is what it cost.

use crate::money::{Currency, Money};

/// A payment in another currency, as it was told. Sizes, never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign<'t> {
    /// What was taken from the card.
    pub taken: Money,
    /// What the merchant was paid.
    pub there: Money,
    /// As the vendor wrote them.
    pub rate: &'t str,
    pub fee: &'t str,
}

/// What it cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// All of it, the fee included.
    pub all: Money,
    /// In the currency of `all`; none where it cannot be read.
    pub fee: Option<Money>,
    /// What the merchant was paid.
    pub there: Money,
}

/// What several payments in one foreign currency cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Costs {
    pub payments: u32,
    pub cost: Cost,
}

impl Foreign<'_> {
    /// None for a payment in the card's own currency, and for one of nothing.
    pub fn cost(self) -> Option<Cost> {
        let Self { taken, there, .. } = self;
        if taken.currency == there.currency || taken.minor <= 0 || there.minor <= 0 {
            return None;
        }
        let fee = Money::parse(self.fee, taken.currency).ok().filter(|fee| fee.minor >= 0);
        let added = fee.filter(|fee| self.is_beside(*fee));
        let all = added.map_or(Some(taken), |fee| taken.checked_add(fee))?;
        Some(Cost { all, fee, there })
    }

    /// Whether the fee was taken beside the amount rather than as a part of it: the amount is what the rate alone makes.
    fn is_beside(self, fee: Money) -> bool {
        let Some(rate) = Rate::parse(self.rate) else { return false };
        let taken = i128::from(self.taken.minor);
        let distance =
            |of: i128| rate.readings(self.there, self.taken.currency).into_iter().map(|one| (one - of).abs()).min();
        match (distance(taken - i128::from(fee.minor)), distance(taken)) {
            (Some(within), Some(beside)) => beside < within && beside <= 1,
            _ => false,
        }
    }
}

impl Cost {
    /// The fee in tenths of a percent of what it cost without it.
    pub fn fee_in_mille(&self) -> Option<i64> {
        let fee = self.fee?.minor;
        let without = self.all.minor.checked_sub(fee).filter(|minor| *minor > 0)?;
        i64::try_from((i128::from(fee) * 1_000 + i128::from(without) / 2) / i128::from(without)).ok()
    }

    /// How much of the foreign currency one unit of the own one bought, all included, in millionths.
    pub fn rate(&self) -> Option<i128> {
        bought(self.there, self.all)
    }

    /// The same, without the fee.
    pub fn rate_without_fee(&self) -> Option<i128> {
        let without = Money::new(self.all.minor.checked_sub(self.fee?.minor)?, self.all.currency);
        bought(self.there, without)
    }

    fn checked_add(self, other: Self) -> Option<Self> {
        let fee = match (self.fee, other.fee) {
            (Some(one), Some(other)) => Some(one.checked_add(other)?),
            _ => None,
        };
        Some(Self { all: self.all.checked_add(other.all)?, fee, there: self.there.checked_add(other.there)? })
    }
}

/// Adds up what payments cost, by the two currencies: the pair with the most payments first.
pub fn add_up(costs: impl IntoIterator<Item = Cost>) -> Vec<Costs> {
    let mut sums: Vec<Costs> = Vec::new();
    for cost in costs {
        let same = |sum: &&mut Costs| {
            sum.cost.all.currency == cost.all.currency && sum.cost.there.currency == cost.there.currency
        };
        match sums.iter_mut().find(same) {
            Some(sum) => {
                // What does not fit into a number any more is beyond what anybody pays.
                if let Some(both) = sum.cost.checked_add(cost) {
                    *sum = Costs { payments: sum.payments.saturating_add(1), cost: both };
                }
            }
            None => sums.push(Costs { payments: 1, cost }),
        }
    }
    sums.sort_by_key(|sum| (std::cmp::Reverse(sum.payments), sum.cost.there.currency, sum.cost.all.currency));
    sums
}

fn bought(there: Money, own: Money) -> Option<i128> {
    let own_minor = i128::from(own.minor).checked_mul(power(there.currency.exponent()))?;
    let there_minor = i128::from(there.minor).checked_mul(power(own.currency.exponent()))?.checked_mul(1_000_000)?;
    if own_minor <= 0 {
        return None;
    }
    Some((there_minor + own_minor / 2) / own_minor)
}

const fn power(exponent: u32) -> i128 {
    10_i128.pow(exponent)
}

/// A positive decimal number: `numerator / scale`.
#[derive(Debug, Clone, Copy)]
struct Rate {
    numerator: i128,
    scale: i128,
}

/// More digits than any rate has.
const MOST_DIGITS: usize = 15;

impl Rate {
    fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{fraction}");
        let readable = !whole.is_empty() && digits.len() <= MOST_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
        let numerator: i128 = readable.then(|| digits.parse().ok()).flatten()?;
        let scale = power(u32::try_from(fraction.len()).ok()?);
        (numerator > 0).then_some(Self { numerator, scale })
    }

    /// What the amount is in minor units of the other currency, for each way that the rate may go.
    fn readings(self, there: Money, own: Currency) -> [i128; 2] {
        let minor = i128::from(there.minor) * power(own.exponent());
        let shift = power(there.currency.exponent());
        let divided = |number: i128, by: i128| (number + by / 2) / by;
        [divided(minor * self.numerator, self.scale * shift), divided(minor * self.scale, self.numerator * shift)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(text: &str, code: &str) -> Money {
        Money::parse(text, Currency::parse(code).unwrap()).unwrap()
    }

    fn cost(taken: &str, there: Money, rate: &str, fee: &str) -> Option<Cost> {
        Foreign { taken: money(taken, "EUR"), there, rate, fee }.cost()
    }

    #[test]
    fn a_fee_within_the_amount_is_a_part_of_what_it_cost() {
        let cost = cost("48.96", money("52.10", "USD"), "0.921317", "0.96").unwrap();
        assert_eq!((cost.all, cost.fee), (money("48.96", "EUR"), Some(money("0.96", "EUR"))));
        assert_eq!(cost.fee_in_mille(), Some(20));
        assert_eq!((cost.rate(), cost.rate_without_fee()), (Some(1_064_134), Some(1_085_417)));
    }

    #[test]
    fn a_fee_beside_the_amount_is_added_whichever_way_the_rate_goes() {
        for rate in ["0.921317", "1.085403"] {
            let cost = cost("48.00", money("52.10", "USD"), rate, "0.96").unwrap();
            assert_eq!(cost.all, money("48.96", "EUR"), "{rate}");
        }
    }

    #[test]
    fn what_does_not_fit_together_costs_what_was_taken() {
        for (rate, fee) in [("1.000000", "0.96"), ("", "0.96"), ("-1", "0.96"), ("1e9", "0.96"), ("0", "0")] {
            let cost = cost("48.96", money("52.10", "USD"), rate, fee).unwrap();
            assert_eq!(cost.all, money("48.96", "EUR"), "{rate}");
        }
        let unreadable = cost("48.96", money("52.10", "USD"), "0.921317", "some").unwrap();
        assert_eq!((unreadable.fee, unreadable.fee_in_mille(), unreadable.rate_without_fee()), (None, None, None));
        assert_eq!(cost("48.96", money("48.96", "EUR"), "1.000000", "0"), None);
        assert_eq!(cost("0.00", money("1.00", "USD"), "1.0", "0"), None);
    }

    #[test]
    fn currencies_without_cents_are_converted_as_they_are() {
        let cost = cost("10.41", money("1650", "JPY"), "0.006127", "0.30").unwrap();
        assert_eq!(cost.all, money("10.41", "EUR"));
        assert_eq!(cost.rate(), Some(158_501_441));
    }

    #[test]
    fn sums_are_by_pair_of_currencies() {
        let dollar = cost("48.96", money("52.10", "USD"), "0.921317", "0.96").unwrap();
        let pound = cost("12.00", money("10.00", "GBP"), "1.17", "0.30").unwrap();
        let without = Cost { fee: None, ..pound };
        let sums = add_up([pound, dollar, dollar, dollar, without]);
        assert_eq!(sums.iter().map(|sum| sum.payments).collect::<Vec<_>>(), [3, 2]);
        assert_eq!(sums[0].cost.all, money("146.88", "EUR"));
        assert_eq!(sums[0].cost.fee, Some(money("2.88", "EUR")));
        assert_eq!((sums[1].cost.fee, sums[1].cost.all), (None, money("24.00", "EUR")), "one fee is not known");
    }

    proptest! {
        #[test]
        fn what_a_bank_takes_with_its_fee_is_what_it_cost(
            there in 500_i64..100_000_000, rate in 10_000_i64..5_000_000, fee in 10_i64..1_000_000,
        ) {
            let converted = i64::try_from((i128::from(there) * i128::from(rate) + 500_000) / 1_000_000).unwrap();
            let text = format!("{}.{:06}", rate / 1_000_000, rate % 1_000_000);
            let fee_text = Money::new(fee, Currency::EUR).decimal();
            let told = Foreign {
                taken: Money::new(converted + fee, Currency::EUR),
                there: Money::new(there, Currency::parse("USD").unwrap()),
                rate: &text,
                fee: &fee_text,
            };
            // The other way of reading the rate might fit by chance; then nobody could tell.
            let other = i128::from(there) * 1_000_000 / i128::from(rate);
            prop_assume!((other - i128::from(converted + fee)).abs() > 1);
            let cost = told.cost().unwrap();
            prop_assert_eq!((cost.all, cost.fee.map(|fee| fee.minor)), (told.taken, Some(fee)));
            let beside = Foreign { taken: Money::new(converted, Currency::EUR), ..told };
            prop_assume!((other - i128::from(converted - fee)).abs() > 1);
            prop_assert_eq!(beside.cost().unwrap().all, told.taken);
        }

        #[test]
        fn no_figures_panic(
            taken in any::<i64>(), there in any::<i64>(), rate in "[0-9.]{0,20}", fee in "[0-9.-]{0,20}",
        ) {
            let own = Money::new(taken, Currency::EUR);
            let there = Money::new(there, Currency::parse("KWD").unwrap());
            if let Some(cost) = (Foreign { taken: own, there, rate: &rate, fee: &fee }).cost() {
                let _ = (cost.rate(), cost.rate_without_fee(), cost.fee_in_mille(), add_up([cost, cost]));
            }
        }
    }
}
