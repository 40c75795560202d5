//! A card transaction as the vendor writes it, in notifications and in statements.

use super::{Value, mask};
use crate::clock::Moment;
use domain::ids::Txid;
use domain::merchant;
use domain::money::{Currency, Money, MoneyError};
use domain::transaction::{TxStatus, TxType};
use std::borrow::Cow;
use std::time::Duration;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// Why a transaction cannot be understood, by field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the transaction's `{field}` cannot be read")]
pub struct PaymentError {
    pub field: &'static str,
}

/// A transaction, read but for what its card must tell: amounts stay text until the card's currency is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankPayment {
    pub txid: Txid,
    pub mcc: String,
    amount: String,
    amount_fx: String,
    /// What the merchant was paid in: the vendor's `currency` goes with `amount_fx`.
    pub currency_fx: Currency,
    pub fx: String,
    pub fx_fee: String,
    pub status: TxStatus,
    pub kind: TxType,
    balance_after: Option<String>,
    pub booked_at: Moment,
    /// In the hour in which the clocks change, its time may be off by one.
    unclear_time: bool,
    /// Cleaned, and without card numbers.
    pub description: String,
    pub failed_reason: Option<String>,
}

/// Amounts of a payment in minor units, debits negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    pub amount: Money,
    pub amount_fx: Money,
    pub balance_after: Option<Money>,
}

impl BankPayment {
    /// Reads the vendor's `transaction`. Optional fields that are missing or null have their usual value.
    pub fn read(value: &Value) -> Result<Self, PaymentError> {
        let field = |name: &'static str| value.text(name).ok_or(PaymentError { field: name });
        let currency = field("currency")?;
        let amount = field("amount")?;
        let (booked_at, unclear_time) = Moment::read_bank_text(field("date")?).ok_or(PaymentError { field: "date" })?;
        Ok(Self {
            txid: Txid::parse(field("txid")?).map_err(|_| PaymentError { field: "txid" })?,
            mcc: value.text("mcc").filter(|mcc| mcc.len() <= 4).unwrap_or_default().to_owned(),
            amount: plain(amount).ok_or(PaymentError { field: "amount" })?,
            amount_fx: value
                .text("amount_fx")
                .map_or(Some(amount.to_owned()), plain)
                .ok_or(PaymentError { field: "amount_fx" })?,
            currency_fx: Currency::parse(currency).map_err(|_| PaymentError { field: "currency" })?,
            fx: short(value.text("fx"), "1.000000"),
            fx_fee: short(value.text("fx_fee"), "0"),
            status: TxStatus::from_code(field("status")?),
            kind: TxType::from_code(field("type")?),
            balance_after: value.text("balance_after").map(str::to_owned),
            booked_at,
            unclear_time,
            description: words(value.text("description").unwrap_or_default()),
            failed_reason: failed_reason(value.get("failed_reason")),
        })
    }

    /// Amounts, once the card's currency is known. The type says the direction; where it does not, the sign that came
    /// stays.
    pub fn amounts(&self, card: Currency) -> Result<Amounts, PaymentError> {
        let amount = self.signed(&self.amount, card).map_err(|_| PaymentError { field: "amount" })?;
        let amount_fx =
            self.signed(&self.amount_fx, self.currency_fx).map_err(|_| PaymentError { field: "amount_fx" })?;
        let balance_after = self.balance_after.as_deref().map(|text| Money::parse(text, card)).transpose();
        Ok(Amounts {
            amount,
            amount_fx,
            balance_after: balance_after.map_err(|_| PaymentError { field: "balance_after" })?,
        })
    }

    /// What is odd about its figures, though they can be read: short codes for operators.
    pub fn oddities(&self, now: Moment) -> Vec<&'static str> {
        let size = |text: &str| text.trim_start_matches('-').parse::<f64>().unwrap_or_default();
        // In whole hundredths: the difference of 98.32 and 98.33 as it stands is less than 0.01.
        let hundredths = |text: &str| (size(text) * 100.0).round();
        let same_money = self.fx.parse::<f64>().is_ok_and(|rate| (rate - 1.0).abs() < f64::EPSILON);
        [
            ("sign", self.kind != TxType::Unknown && self.amount.starts_with('-')),
            ("rate", same_money && (hundredths(&self.amount) - hundredths(&self.amount_fx)).abs() >= 1.0),
            ("fee", self.fx_fee.starts_with('-') || size(&self.fx_fee) > size(&self.amount)),
            ("type", self.kind == TxType::Unknown),
            ("status", self.status == TxStatus::Unknown),
            ("clock-change", self.unclear_time),
            ("future", self.booked_at > now.plus(Duration::from_hours(24))),
        ]
        .into_iter()
        .filter_map(|(code, odd)| odd.then_some(code))
        .collect()
    }

    fn signed(&self, text: &str, currency: Currency) -> Result<Money, MoneyError> {
        let money = Money::parse(text, currency)?;
        let size = money.minor.checked_abs().ok_or(MoneyError::OutOfRange)?;
        let minor = match self.kind {
            TxType::Debit => -size,
            TxType::Credit => size,
            TxType::Unknown => money.minor,
        };
        Ok(Money { minor, currency })
    }
}

/// An amount as text, if it has the shape of one; its decimals are judged when its currency is known.
fn plain(text: &str) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let valid = !digits.is_empty() && digits.len() <= 32 && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    valid.then(|| text.to_owned())
}

/// A rate or a fee is shown as it came, if it is a number of reasonable length.
fn short(text: Option<&str>, usual: &str) -> String {
    text.and_then(plain).unwrap_or_else(|| usual.to_owned())
}

fn failed_reason(value: Option<&Value>) -> Option<String> {
    let value = value?;
    let message = value.text("message").or_else(|| value.text("code")).or_else(|| value.scalar())?;
    Some(words(message)).filter(|text| !text.is_empty())
}

/// What a merchant wrote, fit to be stored and shown. Letters are composed, so that one who types them finds them.
fn words(text: &str) -> String {
    let composed: Cow<'_, str> = match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.into(),
        _ => text.nfc().collect(),
    };
    mask(&merchant::clean(&composed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(changes: &[(&str, &str)]) -> Value {
        let fields = [
            ("txid", "11111111111"),
            ("mcc", "5942"),
            ("amount", "98.32"),
            ("amount_fx", "98.32"),
            ("currency", "EUR"),
            ("fx", "1.000000"),
            ("fx_fee", "0"),
            ("status", "S"),
            ("type", "D"),
            ("balance_after", "0.00"),
            ("date", "2017-02-02 14:14:48"),
            ("description", "FNAC DIRECT - RUE DES BATEAUX LAVOIRS, IVRY SUR SEIN,94768,FRA,FRA"),
        ];
        let other = |name: &str| changes.iter().find(|(field, _)| *field == name).map(|(_, value)| *value);
        Value::Map(
            fields
                .into_iter()
                .filter(|(name, _)| other(name) != Some("(missing)"))
                .map(|(name, value)| (name.to_owned(), Value::Text(other(name).unwrap_or(value).to_owned())))
                .collect(),
        )
    }

    fn amount(changes: &[(&str, &str)]) -> Result<i64, PaymentError> {
        BankPayment::read(&sample(changes))?.amounts(Currency::EUR).map(|amounts| amounts.amount.minor)
    }

    #[test]
    fn fs_17_fs_29_the_vendors_sample_is_a_debit_of_9832_cents_in_paris() {
        let payment = BankPayment::read(&sample(&[])).unwrap();
        let amounts = payment.amounts(Currency::EUR).unwrap();
        assert_eq!((amounts.amount.minor, amounts.amount_fx.minor), (-9832, -9832));
        assert_eq!(amounts.balance_after, Some(Money::new(0, Currency::EUR)));
        assert_eq!(payment.booked_at.bank_text(), "2017-02-02T14:14:48+01:00");
        assert_eq!(Some(payment.booked_at), Moment::from_rfc3339("2017-02-02T13:14:48Z"));
    }

    #[test]
    fn fs_01_fs_02_fs_04_what_php_makes_of_an_amount_is_the_amount() {
        for (text, minor) in [
            ("98.32", -9832),
            ("98.319999999999993", -9832),
            ("0.30000000000000004", -30),
            ("0", 0),
            ("-0", 0),
            ("-0.00", 0),
        ] {
            assert_eq!(amount(&[("amount", text)]), Ok(minor), "{text}");
        }
    }

    #[test]
    fn fs_05_the_type_decides_the_sign_once() {
        assert_eq!(amount(&[("amount", "-98.32"), ("type", "D")]), Ok(-9832));
        assert_eq!(amount(&[("type", "C")]), Ok(9832));
        assert_eq!(amount(&[("type", "X")]), Ok(9832));
    }

    #[test]
    fn fs_06_fs_08_fs_10_fs_13_what_is_no_amount_or_currency_is_named() {
        let endless = "9".repeat(10_000);
        let out_of_range = "99999999999999999999.00";
        for bad in [
            "1.0E+20",
            "1e400",
            "NaN",
            &endless,
            out_of_range,
            "98,32",
            "1 234.50",
            "1'234.50",
            "EUR 5",
            "€5",
            "",
            " 98.32",
            "+98.32",
            ".5",
            "5.",
            "٩٨",
            "--5",
            "1.2.3",
        ] {
            assert_eq!(amount(&[("amount", bad)]), Err(PaymentError { field: "amount" }), "{bad}");
        }
        for bad in ["eur", "EURO", "XXX", "978", "", "\u{20ac}"] {
            assert_eq!(amount(&[("currency", bad)]), Err(PaymentError { field: "currency" }), "{bad}");
        }
    }

    #[test]
    fn fs_09_an_amount_of_another_type_is_no_amount() {
        for bad in [Value::Null, Value::Bool(true), Value::List(vec![]), Value::Map(vec![]), Value::Text(String::new())]
        {
            let Value::Map(mut fields) = sample(&[("amount", "(missing)")]) else { panic!("a map") };
            fields.push(("amount".to_owned(), bad.clone()));
            let read = BankPayment::read(&Value::Map(fields));
            assert_eq!(read, Err(PaymentError { field: "amount" }), "{bad:?}");
        }
    }

    #[test]
    fn fs_12_decimals_are_those_of_the_currency() {
        for (currency, amount, minor) in [
            ("JPY", "98", Ok(-98)),
            ("JPY", "98.32", Err(PaymentError { field: "amount_fx" })),
            ("KWD", "1.234", Ok(-1234)),
            ("EUR", "1.234", Err(PaymentError { field: "amount_fx" })),
        ] {
            let payment = BankPayment::read(&sample(&[("currency", currency), ("amount_fx", amount)])).unwrap();
            let read = payment.amounts(Currency::EUR).map(|amounts| amounts.amount_fx.minor);
            assert_eq!(read, minor, "{amount} {currency}");
        }
        assert_eq!(amount(&[("amount", "1.234")]), Err(PaymentError { field: "amount" }), "the card is in EUR");
    }

    #[test]
    fn fs_20_fs_21_names_of_payments_are_the_text_that_came() {
        for txid in
            ["11111111111", "9223372036854775808", "9007199254740993", "00011", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"]
        {
            assert_eq!(BankPayment::read(&sample(&[("txid", txid)])).unwrap().txid.as_str(), txid);
        }
        let text = r#"{"txid":9007199254740993,"request_id":-1e99,"amount":1,"currency":"EUR","status":"S","type":"D","date":"2017-02-02 14:14:48"}"#;
        let value = crate::vendor::read_json(text.as_bytes(), crate::vendor::Limits::NOTIFICATION).unwrap();
        assert_eq!(BankPayment::read(&value).unwrap().txid.as_str(), "9007199254740993");
        assert_eq!(value.text("request_id"), Some("-1e99"), "kept, and used for nothing");
    }

    #[test]
    fn fs_33_fs_34_fs_36_words_of_merchants_are_bounded_and_harmless() {
        let described = |text: &str| BankPayment::read(&sample(&[("description", text)])).unwrap().description;
        for (bytes, shown) in [(0, 0), (255, 255), (4_096, 1_024), (60_000, 1_024)] {
            assert_eq!(described(&"a".repeat(bytes)).chars().count(), shown, "{bytes}");
        }
        for text in ["🥐 CAFÉ", "東京駅 売店", "مقهى القاهرة"] {
            assert_eq!(described(text), text);
        }
        assert_eq!(described("👩\u{200d}🍳"), "👩🍳", "nothing that is not seen");
        let stacked = described(&format!("a{}", "\u{308}".repeat(500)));
        assert!(stacked.chars().count() <= 501 && stacked.starts_with('\u{e4}'), "{stacked}");
        let text = described("a\0b\u{1b}[2Jc\r\nd\u{202e}e\u{85}f");
        assert_eq!(text, "a b [2Jc de f");
        assert!(!text.chars().any(char::is_control));
    }

    #[test]
    fn fs_40_letters_are_composed_and_lookalikes_are_left_alone() {
        let described = |text: &str| BankPayment::read(&sample(&[("description", text)])).unwrap().description;
        assert_eq!(described("CAFE\u{301}"), "CAF\u{c9}");
        assert_eq!(described("\u{421}AF\u{c9}"), "\u{421}AF\u{c9}", "a Cyrillic letter is shown as it is");
    }

    #[test]
    fn a_foreign_amount_has_its_own_currency() {
        let payment =
            BankPayment::read(&sample(&[("currency", "JPY"), ("amount_fx", "1250"), ("amount", "7.95")])).unwrap();
        let amounts = payment.amounts(Currency::EUR).unwrap();
        assert_eq!((amounts.amount.minor, amounts.amount_fx.minor), (-795, -1250));
    }

    #[test]
    fn fs_05_fs_14_fs_16_fs_28_fs_30_fs_32_odd_figures_are_read_and_marked() {
        let now = Moment::from_bank_text("2017-02-02 15:00:00").unwrap();
        let odd = |changes: &[(&str, &str)]| BankPayment::read(&sample(changes)).unwrap().oddities(now);
        assert_eq!(odd(&[]), Vec::<&str>::new());
        for (changes, code) in [
            (&[("amount", "-98.32"), ("amount_fx", "-98.32"), ("type", "D")][..], "sign"),
            (&[("amount", "-98.32"), ("amount_fx", "-98.32"), ("type", "C")], "sign"),
            (&[("amount_fx", "99.32")], "rate"),
            (&[("fx_fee", "-0.10")], "fee"),
            (&[("fx_fee", "98.33")], "fee"),
            (&[("type", "X")], "type"),
            (&[("status", "X")], "status"),
            (&[("date", "2016-10-30 02:30:00")], "clock-change"),
            (&[("date", "2016-03-27 02:30:00")], "clock-change"),
            (&[("date", "2017-02-03 15:00:01")], "future"),
        ] {
            assert_eq!(odd(changes), [code], "{changes:?}");
        }
        assert_eq!(odd(&[("date", "2017-02-03 15:00:00")]), Vec::<&str>::new(), "a day ahead is a clock that is wrong");
        assert_eq!(odd(&[("fx_fee", "98.32")]), Vec::<&str>::new());
    }

    #[test]
    fn fs_30_a_time_that_is_shown_twice_or_never_is_read_in_one_way() {
        let read = |date| BankPayment::read(&sample(&[("date", date)])).unwrap().booked_at.bank_text();
        assert_eq!(read("2026-03-29 02:30:00"), "2026-03-29T03:30:00+02:00");
        assert_eq!(read("2026-10-25 02:30:00"), "2026-10-25T02:30:00+02:00");
    }

    #[test]
    fn why_a_payment_failed_is_told_in_the_banks_words_or_its_code() {
        let reason = |reason: Value| {
            let Value::Map(mut fields) = sample(&[]) else { panic!("a map") };
            fields.push(("failed_reason".to_owned(), reason));
            BankPayment::read(&Value::Map(fields)).unwrap().failed_reason
        };
        let text = |text: &str| Value::Text(text.to_owned());
        let both = Value::Map(vec![("code".into(), text("51")), ("message".into(), text("no funds\n"))]);
        assert_eq!(reason(both).as_deref(), Some("no funds"));
        assert_eq!(reason(Value::Map(vec![("code".into(), Value::Number("51".into()))])).as_deref(), Some("51"));
        assert_eq!(reason(text("PAID 4111111111111111")).as_deref(), Some("PAID ************1111"));
        for nothing in [Value::Null, text(""), text("\0"), Value::Map(vec![]), Value::List(vec![])] {
            assert_eq!(reason(nothing), None);
        }
        assert_eq!(BankPayment::read(&sample(&[])).unwrap().failed_reason, None);
    }

    #[test]
    fn a_rate_a_fee_or_a_code_that_cannot_be_is_left_out() {
        let read = |changes: &[(&str, &str)]| BankPayment::read(&sample(changes)).unwrap();
        let (longest, too_long) = ("1".repeat(32), "1".repeat(33));
        assert_eq!(read(&[("fx", &longest)]).fx, longest);
        assert_eq!(read(&[("fx", &too_long)]).fx, "1.000000");
        assert_eq!(
            (read(&[("fx_fee", "-0.10")]).fx_fee, read(&[("fx_fee", "free")]).fx_fee),
            ("-0.10".into(), "0".into())
        );
        assert_eq!((read(&[("mcc", "5942")]).mcc, read(&[("mcc", "59420")]).mcc), ("5942".into(), String::new()));
    }

    #[test]
    fn fs_14_a_rate_is_odd_only_where_the_money_is_the_same() {
        let now = Moment::from_bank_text("2017-02-02 15:00:00").unwrap();
        let odd = |changes: &[(&str, &str)]| BankPayment::read(&sample(changes)).unwrap().oddities(now);
        assert_eq!(odd(&[("amount_fx", "98.33")]), ["rate"]);
        assert_eq!(odd(&[("amount_fx", "98.31")]), ["rate"]);
        assert_eq!(odd(&[("amount_fx", "98.324")]), Vec::<&str>::new());
        assert_eq!(odd(&[("amount_fx", "120.00"), ("fx", "1.220000")]), Vec::<&str>::new());
        assert_eq!(odd(&[("amount", "-98.32"), ("amount_fx", "-98.32"), ("type", "X")]), ["type"]);
    }

    #[test]
    fn optional_fields_have_their_usual_value() {
        let payment = BankPayment::read(&sample(&[
            ("fx", "(missing)"),
            ("balance_after", "(missing)"),
            ("mcc", "(missing)"),
            ("description", "(missing)"),
        ]))
        .unwrap();
        assert_eq!((payment.fx.as_str(), payment.mcc.as_str(), payment.description.as_str()), ("1.000000", "", ""));
        assert_eq!(payment.amounts(Currency::EUR).unwrap().balance_after, None);
    }
}
