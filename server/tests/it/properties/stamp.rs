//! An input is a timestamp as it was sent, a line with what was hashed with our reference, and a line that is used as a hash
//! itself.

use app::backend::Verdict;
use server::clock::Moment;
use server::secret::Secret;
use server::vendor::Value;
use server::webhooks::event::{Envelope, Event};
use server::webhooks::verify::{Evidence, Judgement, Message, Unreadable, judge};
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;

const REFERENCE: &str = "the-partner-reference";

pub(crate) fn holds(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut lines = text.split('\n');
    let (stamp, signed, hash) =
        (lines.next().unwrap_or_default(), lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    only_what_php_writes(stamp, signed, hash);
    every_float_of_php(&input[..input.len().min(8)]);
}

fn only_what_php_writes(stamp: &str, signed: &str, hash: &str) {
    let Some(judged) = judged(stamp, &sign(signed)) else { return };
    let candidates = written(stamp);
    assert_eq!(is_good(&judged), candidates.contains(&signed.to_owned()), "{stamp} hashed as {signed}");
    assert!(is_good(&judged) || judged.verdict == Verdict::Quarantined, "nothing happens without a good hash");
    let raw = self::judged(stamp, hash).unwrap();
    let known = candidates.iter().any(|candidate| sign(candidate).eq_ignore_ascii_case(hash));
    assert_eq!(is_good(&raw), known, "{stamp} with {hash}");
}

/// A time between the year 1970 and 33658, made of eight bytes, as each of PHP's settings writes and hashes it.
fn every_float_of_php(bytes: &[u8]) {
    let Ok(bytes) = <[u8; 8]>::try_from(bytes) else { return };
    #[expect(clippy::cast_precision_loss, reason = "any float will do")]
    let time = 1.0 + (u64::from_be_bytes(bytes) >> 11) as f64 / (1_u64 << 53) as f64 * 999_999_999_990.0;
    let [short, long, shortest] = [figures(time, 14), figures(time, 17), format!("{time}")];
    for (wire, hashed) in [
        (&short, &short),
        (&long, &long),
        (&long, &short),
        (&long, &shortest),
        (&shortest, &short),
        (&shortest, &shortest),
        (&shortest, &long),
    ] {
        for hash in [sign(hashed), sign(hashed).to_uppercase()] {
            assert!(judged(wire, &hash).is_some_and(|judged| is_good(&judged)), "{wire} hashed as {hashed}");
        }
    }
}

/// The few texts that PHP can have hashed when it sent this one.
fn written(stamp: &str) -> Vec<String> {
    let time: f64 = stamp.parse().unwrap();
    let whole = stamp.split('.').next().unwrap_or_default();
    let mut texts = vec![stamp.to_owned(), format!("{time}"), whole.to_owned()];
    if time >= 1.0 {
        texts.extend([figures(time, 14), figures(time, 17)]);
    }
    texts
}

/// So many significant figures of a number from one on, without zeros at the end.
fn figures(time: f64, count: usize) -> String {
    let whole = format!("{time:.0}").len();
    let whole = if time < 10_f64.powi(i32::try_from(whole).unwrap() - 1) { whole - 1 } else { whole };
    let fixed = format!("{time:.*}", count.saturating_sub(whole));
    if fixed.contains('.') { fixed.trim_end_matches('0').trim_end_matches('.').to_owned() } else { fixed }
}

fn sign(text: &str) -> String {
    hex::encode(Sha256::digest(format!("{text}|{REFERENCE}")))
}

fn is_good(judged: &Judgement) -> bool {
    judged.trust.iter().any(|signal| signal.name == "hash" && signal.good == Some(true))
}

/// None where the timestamp is none.
fn judged(stamp: &str, hash: &str) -> Option<Judgement> {
    let text = |name: &str, text: &str| (name.to_owned(), Value::Text(text.to_owned()));
    let data = vec![text("timestamp", stamp), text("hash", hash), text("event_name", "token_revoked")];
    let body = Value::Map(vec![("notification".to_owned(), Value::Map(vec![("data".to_owned(), Value::Map(data))]))]);
    let envelope = Envelope::read(&body).ok()?;
    let event = Event::read(&envelope);
    let message = Message { envelope: &envelope, event: event.as_ref().map_err(|error| *error) };
    Some(judge(&Evidence {
        peer: Some(IpAddr::from([185, 8, 76, 132])),
        peer_allowed: true,
        now: Moment(1_486_118_847_000_000),
        references: &[Secret::new("another"), Secret::new(REFERENCE)],
        reference_is_public: false,
        our_origin: "https://partner.example",
        path_secret: "the-secret",
        guessed_type: false,
        body: Ok::<_, Unreadable>(message),
    }))
}
