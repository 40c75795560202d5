//! Money and rates, in whole numbers.

use std::fmt;

/// An amount in a currency's smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Minor(pub i64);

/// The currencies that the stand-in's merchants sell in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Currency {
    Eur,
    Usd,
    Gbp,
    Chf,
    Jpy,
    Sek,
    Pln,
    Cad,
}

/// Euros per unit of another currency, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(pub i64);

#[derive(Debug, thiserror::Error)]
pub enum MoneyError {
    #[error("amount must be a positive decimal number with at most {0} decimals, such as 12.40")]
    Amount(usize),
    #[error("currency must be one of EUR, USD, GBP, CHF, JPY, SEK, PLN, CAD")]
    Currency,
}

impl Currency {
    pub const ALL: [Self; 8] = [Self::Eur, Self::Usd, Self::Gbp, Self::Chf, Self::Jpy, Self::Sek, Self::Pln, Self::Cad];

    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        Self::ALL.into_iter().find(|currency| currency.code().eq_ignore_ascii_case(text)).ok_or(MoneyError::Currency)
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Eur => "EUR",
            Self::Usd => "USD",
            Self::Gbp => "GBP",
            Self::Chf => "CHF",
            Self::Jpy => "JPY",
            Self::Sek => "SEK",
            Self::Pln => "PLN",
            Self::Cad => "CAD",
        }
    }

    pub const fn decimals(self) -> usize {
        if matches!(self, Self::Jpy) { 0 } else { 2 }
    }

    /// The middle of the rates that the stand-in quotes.
    pub const fn usual_rate(self) -> Rate {
        Rate(match self {
            Self::Eur => 1_000_000,
            Self::Usd => 921_317,
            Self::Gbp => 1_168_402,
            Self::Chf => 1_046_233,
            Self::Jpy => 6_127,
            Self::Sek => 87_415,
            Self::Pln => 233_098,
            Self::Cad => 673_554,
        })
    }
}

impl Minor {
    /// Reads `12.40`; more decimals than the currency has are an error, never rounded.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let decimals = currency.decimals();
        let wrong = MoneyError::Amount(decimals);
        let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let fraction = if fraction.len() > decimals { fraction.trim_end_matches('0') } else { fraction };
        if whole.is_empty() || whole.len() > 12 || fraction.len() > decimals || !digits(whole) || !digits(fraction) {
            return Err(wrong);
        }
        match format!("{whole}{fraction:0<decimals$}").parse() {
            Ok(amount) if amount > 0 => Ok(Self(amount)),
            _ => Err(wrong),
        }
    }

    /// `98.32`, or `980` in a currency without decimals.
    pub fn text(self, currency: Currency) -> String {
        let decimals = currency.decimals();
        let sign = if self.0 < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.0.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    /// The nearest float, which is what PHP has.
    #[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2^53")]
    pub fn float(self, currency: Currency) -> f64 {
        self.0 as f64 / if currency.decimals() == 0 { 1.0 } else { 100.0 }
    }

    /// This amount of `currency` in euro cents, rounded half up, without any fee.
    #[must_use]
    pub fn to_euros(self, currency: Currency, rate: Rate) -> Self {
        let to_cents = if currency.decimals() == 0 { 100 } else { 1 };
        let millionths = i128::from(self.0) * i128::from(rate.0) * to_cents;
        Self(i64::try_from((millionths + 500_000) / 1_000_000).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::{Currency, Minor, Rate};

    #[test]
    fn amounts_are_read_and_written_without_rounding() {
        assert_eq!(Minor::parse("12.4", Currency::Eur).unwrap(), Minor(1240));
        assert_eq!(Minor::parse("12.400", Currency::Eur).unwrap(), Minor(1240));
        assert_eq!(Minor::parse("980", Currency::Jpy).unwrap(), Minor(980));
        assert_eq!(Minor(5).text(Currency::Eur), "0.05");
        assert_eq!(Minor(-9832).text(Currency::Eur), "-98.32");
        assert_eq!(Minor(980).text(Currency::Jpy), "980");
        for wrong in ["", "0", "0.00", "-1", "1.234", "1e3", "+5", "12,40", "NaN"] {
            assert!(Minor::parse(wrong, Currency::Eur).is_err(), "{wrong}");
        }
        assert!(Minor::parse("1.5", Currency::Jpy).is_err());
    }

    #[test]
    fn conversion_rounds_half_up() {
        assert_eq!(Minor(10_000).to_euros(Currency::Jpy, Rate(6_127)), Minor(6_127));
        assert_eq!(Minor(1).to_euros(Currency::Usd, Rate(500_000)), Minor(1));
        assert_eq!(Minor(1).to_euros(Currency::Usd, Rate(499_999)), Minor(0));
        assert_eq!(Rate(1_000_000).to_string(), "1.000000");
        assert_eq!(Rate(6_127).to_string(), "0.006127");
    }
}
