//! Amounts of a payment are the decimal text that came, rounded at most by what a float explains.

use domain::money::{Currency, Money};
use domain::transaction::TxType;
use server::vendor::Value;
use server::webhooks::event::Event;

pub(super) fn hold(value: &Value, event: Option<Event>) {
    let Some(Event::CardTransaction { payment, .. }) = event else { return };
    let text = |name: &str| {
        let path = ["notification", "data", "body", "transaction"];
        path.iter().try_fold(value, |value, name| value.get(name)).and_then(|transaction| transaction.text(name))
    };
    for code in ["EUR", "JPY", "KWD"] {
        let card = Currency::parse(code).unwrap();
        let Ok(amounts) = payment.amounts(card) else { continue };
        assert_eq!(payment.amounts(card), Ok(amounts), "asking twice changes nothing");
        let amount = text("amount").unwrap();
        is(amounts.amount, amount, payment.kind);
        is(amounts.amount_fx, text("amount_fx").unwrap_or(amount), payment.kind);
        if let Some(balance) = amounts.balance_after {
            is(balance, text("balance_after").unwrap(), TxType::Unknown);
        }
    }
    for shown in [&payment.description, payment.failed_reason.as_deref().unwrap_or_default()] {
        assert!(!shown.chars().any(char::is_control), "{shown:?}");
        assert_eq!(super::numbers::card_in(shown), None, "{shown}");
    }
}

fn is(money: Money, text: &str, kind: TxType) {
    let negative = match kind {
        TxType::Debit => true,
        TxType::Credit => false,
        TxType::Unknown => text.starts_with('-'),
    };
    assert!(money.minor == 0 || (money.minor < 0) == negative, "{text} as {money:?}");
    assert_eq!(Money::parse(&money.decimal(), money.currency), Ok(money), "its own text is read back");
    let (size, scale) = exact(text.trim_start_matches('-'));
    if i128::from(money.minor.unsigned_abs()) * scale == size * 10_i128.pow(money.currency.exponent()) {
        return;
    }
    // Not the text to the last digit: then it is the same float.
    let (text, decimal): (f64, f64) = (text.parse().unwrap(), money.decimal().parse().unwrap());
    assert!((text.abs() - decimal.abs()).abs() <= text.abs() * f64::EPSILON, "{text} as {decimal}");
}

/// A decimal number as an integer over a power of ten.
fn exact(text: &str) -> (i128, i128) {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let scale = 10_i128.pow(u32::try_from(fraction.len()).unwrap());
    (format!("{whole}{fraction}").parse().unwrap(), scale)
}
