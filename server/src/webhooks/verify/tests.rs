use super::*;
use crate::vendor::{Limits, Value, read_json};
use sha2::{Digest as _, Sha256};

const REFERENCE: &str = "the partner's reference";
const SENT: i64 = 1_486_118_847;
const REVOKED: &str = r#""event_name":"token_revoked","token":"THE_TOKEN""#;
const ORIGIN: &str = "https://partner.example";

fn body(event: &str) -> Value {
    sent(event, r#""current_try":1,"max_tries":3"#)
}

fn sent(event: &str, tries: &str) -> Value {
    let hash = hex::encode(Sha256::digest(format!("{SENT}|{REFERENCE}")));
    let text = format!(
        r#"{{"notification":{{"reference":"d5ec5399f34be7fcaaeadb64ad6236550a4c19ea","context":"anytime-connect",{tries},"data":{{"hash":"{hash}","timestamp":{SENT},{event}}}}}}}"#
    );
    read_json(text.as_bytes(), Limits::NOTIFICATION).unwrap()
}

fn later(seconds: i64) -> Moment {
    Moment((SENT + seconds) * 1_000_000)
}

/// The judgement of a body a second after it was sent, with all evidence good but for what is changed.
fn judgement(body: &Value, change: impl FnOnce(&mut Evidence<'_>)) -> Judgement {
    let references = [Secret::new("another"), Secret::new(REFERENCE)];
    let envelope = Envelope::read(body);
    let event = envelope.as_ref().map(Event::read);
    let message = |envelope| Message { envelope, event: event.as_ref().unwrap().as_ref().map_err(|error| *error) };
    let mut evidence = Evidence {
        peer: Some(IpAddr::from([185, 8, 76, 132])),
        peer_allowed: true,
        now: later(1),
        references: &references,
        reference_is_public: false,
        our_origin: ORIGIN,
        path_secret: "the-secret",
        guessed_type: false,
        body: envelope.as_ref().map(message).map_err(|error| Unreadable::Envelope(*error)),
    };
    change(&mut evidence);
    judge(&evidence)
}

fn judged(body: &Value, change: impl FnOnce(&mut Evidence<'_>)) -> (u16, Verdict, &'static str) {
    let judgement = judgement(body, change);
    (judgement.status.as_u16(), judgement.verdict, judgement.reason)
}

/// What its trust card says of one thing: for or against it, and why.
fn trust(body: &Value, name: &str, change: impl FnOnce(&mut Evidence<'_>)) -> Option<(Option<bool>, String)> {
    let mut found = judgement(body, change).trust.into_iter().filter(|signal| signal.name == name);
    let first = found.next().map(|signal| (signal.good, signal.detail));
    assert_eq!(found.next(), None, "{name} is said once");
    first
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with what may be missing")]
fn said(good: Option<bool>, detail: &str) -> Option<(Option<bool>, String)> {
    Some((good, detail.to_owned()))
}

#[test]
fn a_good_notification_is_accepted() {
    assert_eq!(judged(&body(REVOKED), |_| {}), (200, Verdict::Accepted, ""));
}

#[test]
fn ip_02_a_foreign_address_is_refused_and_kept_whatever_it_sends() {
    let refused = (403, Verdict::Quarantined, "foreign-address");
    assert_eq!(judged(&body(REVOKED), |evidence| evidence.peer_allowed = false), refused);
    let unreadable = |evidence: &mut Evidence<'_>| {
        evidence.peer_allowed = false;
        evidence.body = Err(Unreadable::Decode(DecodeError::Malformed));
    };
    assert_eq!(judged(&body(REVOKED), unreadable), refused);
    let address = |peer| trust(&body(REVOKED), "address", |evidence| evidence.peer = peer);
    assert_eq!(address(Some(IpAddr::from([10, 0, 0, 1]))), said(Some(true), "peer:10.0.0.1"));
    assert_eq!(address(None), said(Some(true), "unknown"));
    assert_eq!(trust(&body(REVOKED), "address", |e| e.peer_allowed = false), said(Some(false), "peer:185.8.76.132"));
}

#[test]
fn hs_16_another_partners_reference_is_refused_so_that_the_bank_tries_again() {
    let refused = (401, Verdict::Quarantined, "hash-mismatch");
    let others = [Secret::new("another"), Secret::new("a third")];
    for body in [body(REVOKED), body(r#""event_name":"token_paused""#)] {
        let judgement = judgement_of_others(&body, &others);
        assert_eq!((judgement.status.as_u16(), judgement.verdict, judgement.reason), refused);
        assert!(judgement.trust.contains(&signal("hash", Some(false), "no-reference")));
    }
}

fn judgement_of_others(body: &Value, references: &[Secret]) -> Judgement {
    let envelope = Envelope::read(body).unwrap();
    let event = Event::read(&envelope);
    judge(&Evidence {
        peer: None,
        peer_allowed: true,
        now: later(1),
        references,
        reference_is_public: false,
        our_origin: ORIGIN,
        path_secret: "the-secret",
        guessed_type: false,
        body: Ok(Message { envelope: &envelope, event: event.as_ref().map_err(|error| *error) }),
    })
}

#[test]
fn hs_14_a_hash_over_the_public_id_proves_nothing() {
    let hash = |public| trust(&body(REVOKED), "hash", |evidence| evidence.reference_is_public = public);
    assert_eq!(hash(false), said(Some(true), "second-reference"));
    assert_eq!(hash(true), said(None, "public-reference"));
}

#[test]
fn the_trust_card_says_which_reference_a_hash_was_made_with() {
    let first = judgement_of_others(&body(REVOKED), &[Secret::new(REFERENCE), Secret::new("another")]);
    assert!(first.trust.contains(&signal("hash", Some(true), "first-reference")), "{:?}", first.trust);
}

#[test]
fn an_unreadable_body_is_refused_and_kept() {
    let no_data = read_json(br#"{"notification":{}}"#, Limits::NOTIFICATION).unwrap();
    assert_eq!(judged(&no_data, |_| {}), (400, Verdict::Quarantined, "no-data"));
    for (error, status) in [
        (DecodeError::Unsupported, 415),
        (DecodeError::Malformed, 400),
        (DecodeError::BadEscape, 400),
        (DecodeError::BadName, 400),
        (DecodeError::DuplicateField, 400),
        (DecodeError::TooLarge, 400),
    ] {
        let judged = judged(&no_data, |evidence| evidence.body = Err(Unreadable::Decode(error)));
        assert_eq!(judged, (status, Verdict::Quarantined, error.code()));
        assert_eq!(error.code(), error.to_string());
    }
    for error in [EnvelopeError::NoNotification, EnvelopeError::NoData, EnvelopeError::BadTimestamp] {
        let judged = judged(&no_data, |evidence| evidence.body = Err(Unreadable::Envelope(error)));
        assert_eq!(judged, (400, Verdict::Quarantined, error.code()));
        assert_eq!(error.code(), error.to_string());
    }
}

#[test]
fn bd_36_an_unknown_event_is_acknowledged_and_kept_however_old_it_is() {
    let unknown = body(r#""event_name":"token_paused""#);
    for age in [1, 72 * 3_600 + 1, -301] {
        let judged = judged(&unknown, |evidence| evidence.now = later(age));
        assert_eq!(judged, (200, Verdict::Quarantined, "unknown-event"), "{age}");
    }
}

#[test]
fn bd_05_a_body_whose_type_was_guessed_is_marked() {
    let guessed = |guessed| trust(&body(REVOKED), "type", |evidence| evidence.guessed_type = guessed);
    assert_eq!(guessed(true), said(None, "guessed"));
    assert_eq!(guessed(false), None);
}

#[test]
fn hs_32_hs_33_hs_34_age_marks_and_holds_but_never_loses() {
    let at = |age| judged(&body(REVOKED), |evidence| evidence.now = later(age));
    for age in [-300, 0, 300, 301, 72 * 3_600] {
        assert_eq!(at(age), (200, Verdict::Accepted, ""), "{age}");
    }
    assert_eq!(at(72 * 3_600 + 1), (200, Verdict::Held, "too-old"));
    assert_eq!(at(-301), (200, Verdict::Held, "from-the-future"));
    let fresh = |age| trust(&body(REVOKED), "fresh", |evidence| evidence.now = later(age));
    assert_eq!(fresh(-300), said(Some(true), "age:-300"));
    assert_eq!(fresh(300), said(Some(true), "age:300"));
    assert_eq!(fresh(301), said(Some(false), "age:301"));
    assert_eq!(fresh(-301), said(Some(false), "age:-301"));
}

#[test]
fn the_address_that_the_bank_was_given_is_ours_by_its_origin_or_its_secret() {
    let webhook = |address: &str| trust(&body(&format!(r#"{REVOKED},"webhook":"{address}""#)), "webhook", |_| {});
    for ours in ["https://partner.example/webhooks/anytime/old", "https://other.name/webhooks/anytime/the-secret"] {
        assert_eq!(webhook(ours), said(Some(true), "ours"), "{ours}");
    }
    for another in ["https://evil.example/webhooks/anytime/x", "https://evil.example/?not-the-secret"] {
        assert_eq!(webhook(another), said(Some(false), "another"), "{another}");
    }
    assert_eq!(trust(&body(REVOKED), "webhook", |_| {}), said(None, "unnamed"));
}

#[test]
fn rp_26_tries_that_cannot_be_are_marked_and_change_nothing() {
    let tries = |tries: &str| {
        let body = sent(REVOKED, tries);
        assert_eq!(judged(&body, |_| {}), (200, Verdict::Accepted, ""));
        trust(&body, "tries", |_| {})
    };
    for usual in [(1, 1), (1, 3), (3, 3), (10, 10), (1, 10)] {
        let (current, most) = usual;
        assert_eq!(tries(&format!(r#""current_try":{current},"max_tries":{most}"#)), None, "{usual:?}");
    }
    for (current, most) in [(0, 3), (-1, 3), (4, 3), (1, 11), (1, 1_000_000_000)] {
        let marked = tries(&format!(r#""current_try":{current},"max_tries":{most}"#));
        assert_eq!(marked, said(Some(false), &format!("tries:{current}/{most}")));
    }
    assert_eq!(tries(r#""max_tries":3"#), said(Some(false), "tries:?/3"));
    assert_eq!(tries(r#""current_try":1"#), said(Some(false), "tries:1/?"));
    assert_eq!(tries(r#""x":1"#), said(Some(false), "tries:?/?"));
}

#[test]
fn odd_figures_are_marked_and_change_nothing() {
    let payment = |kind: &str| {
        body(&format!(
            r#""event_name":"card_transaction_received","body":{{"card_ref":"ANY0000000000","transaction":{{"txid":1,"amount":1,"currency":"EUR","status":"S","type":"{kind}","date":"2017-02-02 14:14:48"}}}}"#
        ))
    };
    assert_eq!(trust(&payment("D"), "figures", |_| {}), None);
    assert_eq!(trust(&payment("X"), "figures", |_| {}), said(Some(false), "odd:type"));
    assert_eq!(judged(&payment("X"), |_| {}), (200, Verdict::Accepted, ""));
    assert_eq!(trust(&body(REVOKED), "figures", |_| {}), None);
}
