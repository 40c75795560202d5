//! Amounts as integers of minor units with their currency, read from and written as decimal text. No floats.

use crate::lang::Lang;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Narrow no-break space: between groups of three digits in French.
const NARROW_NBSP: char = '\u{202f}';
/// No-break space: before a unit in French.
const NBSP: char = '\u{a0}';
/// The minus sign of typography, as wide as a plus.
const MINUS: char = '\u{2212}';

/// An ISO 4217 alphabetic code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// Why a text could not be read as money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyError {
    /// Not three capitals that ISO 4217 lists as a currency in use.
    UnknownCurrency,
    /// Not a plain decimal number such as `98.32`.
    NotDecimal,
    /// More decimals than the currency has, beyond what a float's rendering explains.
    TooPrecise,
    /// Outside of what 64 bits of minor units hold.
    OutOfRange,
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownCurrency => "the currency is not an ISO 4217 code in use",
            Self::NotDecimal => "the amount is not a plain decimal number",
            Self::TooPrecise => "the amount has more decimals than its currency",
            Self::OutOfRange => "the amount is too large",
        })
    }
}

impl std::error::Error for MoneyError {}

/// Currencies in use without minor units, and with three decimals (ISO 4217). All others have two.
const NO_DECIMALS: [&str; 17] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
];
const THREE_DECIMALS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];
const TWO_DECIMALS: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG";

impl Currency {
    pub const EUR: Self = Self(*b"EUR");

    /// Takes an ISO 4217 alphabetic code in capitals. `XXX`, numeric codes and symbols are refused.
    pub fn parse(code: &str) -> Result<Self, MoneyError> {
        let bytes: [u8; 3] = code.as_bytes().try_into().map_err(|_| MoneyError::UnknownCurrency)?;
        let known = NO_DECIMALS.contains(&code)
            || THREE_DECIMALS.contains(&code)
            || TWO_DECIMALS.split(' ').any(|listed| listed == code);
        if known { Ok(Self(bytes)) } else { Err(MoneyError::UnknownCurrency) }
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// How many decimals the currency has: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        let code = self.code();
        if NO_DECIMALS.contains(&code) {
            0
        } else if THREE_DECIMALS.contains(&code) {
            3
        } else {
            2
        }
    }

    /// The sign by which people know it, where it names one currency only; else the code.
    pub fn symbol(&self) -> &str {
        match self.code() {
            "EUR" => "€",
            "GBP" => "£",
            "USD" => "$",
            "JPY" => "¥",
            code => code,
        }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(code: String) -> Result<Self, MoneyError> {
        Self::parse(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// An amount: minor units (cents for EUR) and their currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads `98.32`, and what a PHP that writes 17 digits makes of it: `98.319999999999993`.
    ///
    /// Digits beyond the currency's decimals are accepted only where they are what the nearest double of an amount in
    /// whole minor units looks like; `1.234` in EUR is refused.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        Ok(Self { minor: parse_minor(text, currency.exponent())?, currency })
    }

    /// Plain decimal text with a point and an ASCII minus, for machines: `-98.32`.
    pub fn decimal(self) -> String {
        let exponent = self.currency.exponent() as usize;
        let digits = format!("{:0width$}", self.minor.unsigned_abs(), width = exponent + 1);
        let (whole, fraction) = digits.split_at(digits.len() - exponent);
        let sign = if self.minor < 0 { "-" } else { "" };
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    /// For people: `−1 234,56 €` in French, `−€1,234.56` in English.
    pub fn display(self, lang: Lang) -> String {
        let sign = if self.minor < 0 { MINUS.to_string() } else { String::new() };
        self.written(lang, &sign)
    }

    /// As `display`, with a plus before what comes in.
    pub fn display_signed(self, lang: Lang) -> String {
        let sign = match self.minor.signum() {
            -1 => MINUS.to_string(),
            1 => "+".to_owned(),
            _ => String::new(),
        };
        self.written(lang, &sign)
    }

    fn written(self, lang: Lang, sign: &str) -> String {
        let exponent = self.currency.exponent() as usize;
        let digits = format!("{:0width$}", self.minor.unsigned_abs(), width = exponent + 1);
        let (whole, fraction) = digits.split_at(digits.len() - exponent);
        let (group, point) = match lang {
            Lang::Fr => (NARROW_NBSP, ','),
            Lang::En => (',', '.'),
        };
        let mut number = grouped(whole, group);
        if !fraction.is_empty() {
            number.push(point);
            number.push_str(fraction);
        }
        let symbol = self.currency.symbol();
        match lang {
            Lang::Fr => format!("{sign}{number}{NBSP}{symbol}"),
            Lang::En if symbol.chars().count() == 1 => format!("{sign}{symbol}{number}"),
            Lang::En => format!("{sign}{symbol}{NBSP}{number}"),
        }
    }

    /// The sum, where both have the same currency and the result fits.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Some(Self { minor: self.minor.checked_add(other.minor)?, currency: self.currency })
    }
}

fn grouped(whole: &str, separator: char) -> String {
    let mut out = String::with_capacity(whole.len() + whole.len() / 3 * separator.len_utf8());
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// Digits of a decimal number that are worth reading; beyond that nothing that writes money is at work.
const MOST_DIGITS: usize = 30;
/// A double carries 15 decimal digits faithfully; shorter texts hold no rounding noise.
const FAITHFUL_DIGITS: usize = 15;

fn parse_minor(text: &str, exponent: u32) -> Result<i64, MoneyError> {
    let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return Err(MoneyError::NotDecimal),
        None => (unsigned, ""),
    };
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return Err(MoneyError::NotDecimal);
    }
    if whole.len() + fraction.len() > MOST_DIGITS {
        return Err(MoneyError::OutOfRange);
    }
    let number: i128 = format!("{whole}{fraction}").parse().map_err(|_| MoneyError::OutOfRange)?;
    let decimals = u32::try_from(fraction.len()).map_err(|_| MoneyError::OutOfRange)?;
    let minor = if decimals <= exponent {
        number.checked_mul(10_i128.pow(exponent - decimals)).ok_or(MoneyError::OutOfRange)?
    } else {
        round_float_noise(number, 10_i128.pow(decimals - exponent))?
    };
    i64::try_from(if negative { -minor } else { minor }).map_err(|_| MoneyError::OutOfRange)
}

/// `number / scale`, where the remainder is nothing or what a double's error explains (half a unit in the last place of
/// 53 bits, relative).
fn round_float_noise(number: i128, scale: i128) -> Result<i128, MoneyError> {
    let minor = (number + scale / 2) / scale;
    let error = (number - minor * scale).abs();
    if error == 0 {
        return Ok(minor);
    }
    let digits = number.checked_ilog10().map_or(1, |log| log as usize + 1);
    let explained = error.checked_mul(1 << 52).is_some_and(|scaled| scaled <= number);
    if digits >= FAITHFUL_DIGITS && explained { Ok(minor) } else { Err(MoneyError::TooPrecise) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn eur(text: &str) -> Result<i64, MoneyError> {
        Money::parse(text, Currency::EUR).map(|money| money.minor)
    }

    #[test]
    fn php_floats_are_read_to_the_cent() {
        for text in ["98.32", "98.319999999999993", "98.320000000000007", "98.3200"] {
            assert_eq!(eur(text), Ok(9832), "{text}");
        }
        assert_eq!(eur("0.30000000000000004"), Ok(30));
        assert_eq!(eur("98765432109.869995"), Ok(9_876_543_210_987));
        for text in ["0", "-0", "-0.00"] {
            assert_eq!(eur(text), Ok(0), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "", " 98.32", "+98.32", ".5", "5.", "98,32", "1 234.50", "1'234.50", "EUR 5", "1.0E+20", "1e400", "٩٨",
            "NaN",
        ] {
            assert_eq!(eur(text), Err(MoneyError::NotDecimal), "{text}");
        }
        assert_eq!(eur("1.234"), Err(MoneyError::TooPrecise));
        assert_eq!(eur("98.321999999999"), Err(MoneyError::TooPrecise));
        assert_eq!(eur(&"9".repeat(40)), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn the_exponent_is_the_currencys() {
        let parse = |text, code| Money::parse(text, Currency::parse(code).unwrap()).map(|money| money.minor);
        assert_eq!(parse("1250", "JPY"), Ok(1250));
        assert_eq!(parse("1250.00", "JPY"), Ok(1250));
        assert_eq!(parse("98.32", "JPY"), Err(MoneyError::TooPrecise));
        assert_eq!(parse("1.234", "KWD"), Ok(1234));
    }

    #[test]
    fn unknown_currencies_are_refused() {
        for code in ["eur", "EURO", "XXX", "978", "", "€"] {
            assert_eq!(Currency::parse(code), Err(MoneyError::UnknownCurrency), "{code}");
        }
    }

    #[test]
    fn amounts_are_written_for_each_language() {
        let money = Money::new(-123_456_789, Currency::EUR);
        assert_eq!(money.display(Lang::Fr), "−1\u{202f}234\u{202f}567,89\u{a0}€");
        assert_eq!(money.display(Lang::En), "−€1,234,567.89");
        assert_eq!(Money::new(5, Currency::EUR).display_signed(Lang::Fr), "+0,05\u{a0}€");
        assert_eq!(Money::new(1250, Currency::parse("JPY").unwrap()).display(Lang::En), "¥1,250");
        assert_eq!(Money::new(995, Currency::parse("CHF").unwrap()).display(Lang::En), "CHF\u{a0}9.95");
    }

    proptest! {
        #[test]
        fn decimal_text_is_read_back(minor in any::<i64>()) {
            let money = Money::new(minor, Currency::EUR);
            prop_assert_eq!(Money::parse(&money.decimal(), Currency::EUR), Ok(money));
        }

        #[test]
        fn seventeen_digits_of_any_realistic_amount_are_read_back(minor in -99_999_999_999_i64..99_999_999_999) {
            #[allow(clippy::cast_precision_loss)]
            let float = minor as f64 / 100.0;
            let text = format!("{float:.14}");
            prop_assert_eq!(eur(&text), Ok(minor));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = eur(&text);
        }
    }
}
