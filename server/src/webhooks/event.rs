//! A notification as the vendor's text describes it.

use crate::clock::Moment;
use crate::secret::Secret;
use crate::vendor::{BankPayment, Value};
use domain::ids::{AccountId, CardRef};

/// Fields that differ between tries of the same notification; and the reference, by which they are found, in capitals or not.
const VOLATILE: [&str; 6] = ["reference", "current_try", "max_tries", "hash", "timestamp", "created_at"];
/// Longest token and custom reference that are looked at, in bytes.
const LONGEST_TOKEN: usize = 4_096;

/// The envelope: enough to judge whether the bank sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope<'v> {
    /// Forty hexadecimal digits in small letters; none where it has another shape.
    pub reference: Option<String>,
    pub context: &'v str,
    pub current_try: Option<i64>,
    pub max_tries: Option<i64>,
    pub event_name: &'v str,
    /// As it came; none where it is missing or no text.
    pub hash: Option<&'v str>,
    /// Unix seconds as the text that came.
    pub timestamp: &'v str,
    pub webhook: Option<&'v str>,
    pub data: &'v Value,
}

/// Why a body is no notification at all: the answer is 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    #[error("no-notification")]
    NoNotification,
    #[error("no-data")]
    NoData,
    #[error("bad-timestamp")]
    BadTimestamp,
}

impl EnvelopeError {
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoNotification => "no-notification",
            Self::NoData => "no-data",
            Self::BadTimestamp => "bad-timestamp",
        }
    }
}

impl<'v> Envelope<'v> {
    pub fn read(body: &'v Value) -> Result<Self, EnvelopeError> {
        let notification = body.get("notification").filter(|n| n.is_map()).ok_or(EnvelopeError::NoNotification)?;
        let data = notification.get("data").filter(|data| data.is_map()).ok_or(EnvelopeError::NoData)?;
        let timestamp = data.text("timestamp").filter(|text| is_timestamp(text)).ok_or(EnvelopeError::BadTimestamp)?;
        Ok(Self {
            reference: notification.text("reference").and_then(reference),
            context: notification.text("context").unwrap_or_default(),
            current_try: notification.integer("current_try"),
            max_tries: notification.integer("max_tries"),
            event_name: data.text("event_name").unwrap_or_default(),
            hash: match data.get("hash") {
                Some(Value::Text(hash)) => Some(hash),
                _ => None,
            },
            timestamp,
            webhook: data.text("webhook"),
            data,
        })
    }

    /// When the bank says that it spoke.
    pub fn at(&self) -> Option<Moment> {
        let (seconds, fraction) = self.timestamp.split_once('.').unwrap_or((self.timestamp, ""));
        let micros: String = fraction.chars().chain("000000".chars()).take(6).collect();
        let whole: i64 = seconds.parse().ok()?;
        Some(Moment(whole.checked_mul(1_000_000)?.checked_add(micros.parse().ok()?)?))
    }
}

/// The part of a notification that every try must repeat, as one text.
pub fn core(body: &Value) -> String {
    body.canonical(&VOLATILE)
}

/// Whether every try may change a field of this name.
pub(super) fn is_volatile(name: &str) -> bool {
    VOLATILE.contains(&name)
}

/// What happened at the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    TokenCreated { token: Secret, custom_reference: Option<String> },
    TokenRevoked { token: Secret },
    CardTransaction { card_ref: CardRef, acc_id: Option<AccountId>, payment: Box<BankPayment> },
}

/// Why a genuine notification cannot be acted on: kept for an operator, with this code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EventError(pub &'static str);

impl Event {
    pub fn read(envelope: &Envelope<'_>) -> Result<Self, EventError> {
        if envelope.reference.is_none() {
            return Err(EventError("bad-reference"));
        }
        if envelope.context != "anytime-connect" {
            return Err(EventError("unknown-context"));
        }
        match envelope.event_name {
            "token_created" => Ok(Self::TokenCreated {
                token: token(envelope.data)?,
                custom_reference: envelope.data.text("custom_reference").map(str::to_owned),
            }),
            "token_revoked" => Ok(Self::TokenRevoked { token: token(envelope.data)? }),
            "card_transaction_received" => card_transaction(envelope.data),
            _ => Err(EventError("unknown-event")),
        }
    }
}

fn token(data: &Value) -> Result<Secret, EventError> {
    let text = data.text("token").unwrap_or_default();
    if is_token(text) { Ok(Secret::new(text)) } else { Err(EventError("bad-token")) }
}

/// Whether a text can be a token of the vendor: printable ASCII without spaces, of reasonable length.
pub fn is_token(text: &str) -> bool {
    (8..=LONGEST_TOKEN).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

fn card_transaction(data: &Value) -> Result<Event, EventError> {
    let body = data.get("body").ok_or(EventError("no-body"))?;
    let card_ref = body.text("card_ref").and_then(|text| CardRef::parse(text).ok());
    let transaction = body.get("transaction").filter(|value| value.is_map()).ok_or(EventError("no-transaction"))?;
    let payment = BankPayment::read(transaction).map_err(|error| EventError(bad_field(error.field)))?;
    Ok(Event::CardTransaction {
        card_ref: card_ref.ok_or(EventError("bad-card-reference"))?,
        acc_id: body.text("acc_id").and_then(|text| AccountId::parse(text).ok()),
        payment: Box::new(payment),
    })
}

/// A code for operators that names the field.
pub fn bad_field(field: &str) -> &'static str {
    match field {
        "txid" => "bad-txid",
        "amount" => "bad-amount",
        "amount_fx" => "bad-amount-fx",
        "currency" => "bad-currency",
        "balance_after" => "bad-balance",
        "date" => "bad-date",
        "status" => "bad-status",
        "type" => "bad-type",
        _ => "bad-transaction",
    }
}

fn reference(text: &str) -> Option<String> {
    (text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit())).then(|| text.to_ascii_lowercase())
}

/// Plain decimal seconds: up to twelve digits, and up to twenty decimals.
fn is_timestamp(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, longest| (1..=longest).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    digits(whole, 12) && digits(fraction, 20) && (whole.len() == 1 || !whole.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::{Limits, read_json};

    fn notification(data: &str) -> Value {
        let text = format!(
            r#"{{"notification":{{"reference":"D5EC5399F34BE7FCAAEADB64AD6236550A4C19EA","context":"anytime-connect","current_try":1,"max_tries":3,"data":{{{data}}}}}}}"#
        );
        read_json(text.as_bytes(), Limits::NOTIFICATION).unwrap()
    }

    #[test]
    fn rp_14_a_reference_is_the_same_in_capitals() {
        let body =
            notification(r#""timestamp":1486118847.1801,"hash":"x","event_name":"token_revoked","token":"THE_TOKEN""#);
        let envelope = Envelope::read(&body).unwrap();
        assert_eq!(envelope.reference.as_deref(), Some("d5ec5399f34be7fcaaeadb64ad6236550a4c19ea"));
        assert_eq!(envelope.at(), Some(Moment(1_486_118_847_180_100)));
        assert_eq!(Event::read(&envelope), Ok(Event::TokenRevoked { token: Secret::new("THE_TOKEN") }));
    }

    #[test]
    fn hs_26_hs_28_hs_29_hs_30_timestamps_are_plain_decimals() {
        for bad in [
            "\"1.4861188471801E+9\"",
            "\"1,486118847\"",
            "\"0x58\"",
            "\"+1\"",
            "\"01\"",
            "\" 1\"",
            "\"1|2\"",
            "\"١\"",
            "\"1486118847.1801 \"",
            "\"1486118847.\"",
            "\"NaN\"",
            "\"Infinity\"",
            "-9223372036854775808",
            "-1",
            "1e400",
            "\"\"",
            "null",
            "[]",
            "9223372036854775807",
        ] {
            let body = notification(&format!(r#""timestamp":{bad},"hash":"x""#));
            assert_eq!(Envelope::read(&body), Err(EnvelopeError::BadTimestamp), "{bad}");
        }
        let long = format!("\"{}\"", "9".repeat(400));
        assert!(Envelope::read(&notification(&format!(r#""timestamp":{long}"#))).is_err());
    }

    #[test]
    fn bd_28_bd_29_bd_30_what_is_no_notification_is_said_so() {
        for (text, error) in [
            (r"{}", EnvelopeError::NoNotification),
            (r#"{"notification":null}"#, EnvelopeError::NoNotification),
            (r#"{"notification":[]}"#, EnvelopeError::NoNotification),
            (r#"{"notification":7}"#, EnvelopeError::NoNotification),
            (r#"{"data":{"timestamp":1}}"#, EnvelopeError::NoNotification),
            (r#"{"notification":{"data":"{}"}}"#, EnvelopeError::NoData),
        ] {
            let body = read_json(text.as_bytes(), Limits::NOTIFICATION).unwrap();
            assert_eq!(Envelope::read(&body), Err(error), "{text}");
        }
    }

    #[test]
    fn bd_36_bd_37_bd_38_bd_40_unknown_events_are_kept_and_not_run() {
        let event =
            |data: &str| Event::read(&Envelope::read(&notification(&format!(r#""timestamp":1,{data}"#))).unwrap());
        for (data, code) in [
            (r#""event_name":"token_paused""#, "unknown-event"),
            (r#""event_name":"TOKEN_CREATED","token":"THE_TOKEN""#, "unknown-event"),
            (r#""event_name":" token_created","token":"THE_TOKEN""#, "unknown-event"),
            (r#""event_name":"token_created""#, "bad-token"),
            (r#""event_name":"card_transaction_received""#, "no-body"),
            (r#""event_name":"card_transaction_received","body":{"transaction":[{},{}]}"#, "no-transaction"),
        ] {
            assert_eq!(event(data), Err(EventError(code)), "{data}");
        }
    }

    #[test]
    fn hs_26_a_timestamp_has_up_to_twelve_digits_and_twenty_decimals() {
        let at = |text: &str| {
            let body = notification(&format!(r#""timestamp":"{text}""#));
            Envelope::read(&body).ok().and_then(|envelope| envelope.at()).map(|at| at.0)
        };
        assert_eq!(at("0"), Some(0));
        assert_eq!(at("0.5"), Some(500_000));
        assert_eq!(at("999999999999.9999999"), Some(999_999_999_999_999_999));
        assert_eq!(at("1.00000000000000000001"), Some(1_000_000));
        for bad in ["1000000000000", "1.000000000000000000001", "00", "00.5", ".5", "1.5.5"] {
            assert_eq!(at(bad), None, "{bad}");
        }
    }

    #[test]
    fn hs_04_a_hash_that_is_no_text_is_none() {
        for (hash, read) in [(r#""ab""#, Some("ab")), ("7", None), ("null", None), ("[]", None)] {
            let body = notification(&format!(r#""timestamp":1,"hash":{hash}"#));
            assert_eq!(Envelope::read(&body).unwrap().hash, read);
        }
    }

    #[test]
    fn a_token_is_printable_and_of_reasonable_length() {
        for (token, is_one) in [
            ("12345678".to_owned(), true),
            ("1234567".to_owned(), false),
            ("!".repeat(4_096), true),
            ("!".repeat(4_097), false),
            ("1234 5678".to_owned(), false),
            ("1234567é".to_owned(), false),
        ] {
            assert_eq!(is_token(&token), is_one, "{token}");
        }
    }

    #[test]
    fn rp_13_what_is_no_reference_leaves_none() {
        for reference in [
            "",
            "d5ec",
            &"a".repeat(39),
            &"a".repeat(41),
            &"g".repeat(40),
            "1; DROP TABLE deliveries; -- 0123456789abcdef",
        ] {
            let text = format!(r#"{{"notification":{{"reference":"{reference}","data":{{"timestamp":1}}}}}}"#);
            let body = read_json(text.as_bytes(), Limits::NOTIFICATION).unwrap();
            let envelope = Envelope::read(&body).unwrap();
            assert_eq!((envelope.reference.as_ref(), Event::read(&envelope)), (None, Err(EventError("bad-reference"))));
        }
    }

    #[test]
    fn a_payment_that_cannot_be_read_is_kept_with_the_name_of_its_field() {
        let read = |field: &str, value: &str| {
            let mut fields = vec![
                ("txid", "1"),
                ("amount", "1.00"),
                ("currency", "EUR"),
                ("status", "S"),
                ("type", "D"),
                ("date", "2017-02-02 14:14:48"),
                ("amount_fx", "1.00"),
            ];
            fields.retain(|(name, _)| *name != field);
            let fields: Vec<String> = fields.iter().map(|(name, value)| format!(r#""{name}":"{value}""#)).collect();
            let transaction = format!(r#"{{{},"{field}":{value}}}"#, fields.join(","));
            let body = notification(&format!(
                r#""timestamp":1,"event_name":"card_transaction_received","body":{{"card_ref":"ANY0000000000","acc_id":"xxx","transaction":{transaction}}}"#
            ));
            Event::read(&Envelope::read(&body).unwrap())
        };
        for (field, value, code) in [
            ("txid", r#""""#, "bad-txid"),
            ("amount", "null", "bad-amount"),
            ("amount_fx", r#""x""#, "bad-amount-fx"),
            ("currency", r#""XXX""#, "bad-currency"),
            ("date", r#""then""#, "bad-date"),
            ("status", "null", "bad-status"),
            ("type", "null", "bad-type"),
        ] {
            assert_eq!(read(field, value), Err(EventError(code)), "{field}");
        }
        assert_eq!((bad_field("balance_after"), bad_field("else")), ("bad-balance", "bad-transaction"));
        let Ok(Event::CardTransaction { card_ref, acc_id, payment }) = read("mcc", "5942") else { panic!("a payment") };
        assert_eq!(
            (card_ref.as_str(), acc_id.unwrap().as_str(), payment.mcc.as_str()),
            ("ANY0000000000", "xxx", "5942")
        );
    }

    #[test]
    fn fs_22_a_payment_of_no_card_is_kept_and_not_run() {
        for card in ["../etc", "ANY", "any0000000000"] {
            let body = notification(&format!(
                r#""timestamp":1,"event_name":"card_transaction_received","body":{{"card_ref":"{card}","transaction":{{"txid":1,"amount":1,"currency":"EUR","status":"S","type":"D","date":"2017-02-02 14:14:48"}}}}"#
            ));
            assert_eq!(Event::read(&Envelope::read(&body).unwrap()), Err(EventError("bad-card-reference")), "{card}");
        }
    }

    #[test]
    fn bd_38_only_our_own_context_is_acted_on() {
        let text = r#"{"notification":{"reference":"d5ec5399f34be7fcaaeadb64ad6236550a4c19ea","context":"other","data":{"timestamp":1,"event_name":"token_revoked","token":"THE_TOKEN"}}}"#;
        let body = read_json(text.as_bytes(), Limits::NOTIFICATION).unwrap();
        assert_eq!(Event::read(&Envelope::read(&body).unwrap()), Err(EventError("unknown-context")));
    }

    #[test]
    fn a_retry_has_the_same_core() {
        let first = notification(r#""timestamp":1,"hash":"a","event_name":"token_created","token":"T""#);
        let retry = notification(r#""timestamp":2,"hash":"b","event_name":"token_created","token":"T""#);
        let other = notification(r#""timestamp":2,"hash":"b","event_name":"token_revoked","token":"T""#);
        assert_eq!(core(&first), core(&retry));
        assert_ne!(core(&first), core(&other));
    }
}
