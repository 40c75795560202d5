//! The bank's hash and its timestamp, as they arrive.

use super::notice::{Notice, arrived, purchase, quoted, signed};
use super::world::World;

const JSON: &str = "application/json";

fn notice(world: &World) -> Notice {
    Notice::new(world, purchase("ANY0000000000", "555", &[]))
}

/// A notification whose timestamp stands in the JSON as given, and whose hash is over another text.
fn stamped(world: &World, wire: impl Into<String>, hashed: &str) -> Notice {
    Notice { timestamp: wire.into(), hash: quoted(&signed(hashed)), ..notice(world) }
}

#[tokio::test]
async fn hs_01_hs_02_hs_20_hs_21_hs_24_hs_25_the_timestamp_may_be_a_number_or_a_text() {
    let world = World::start().await;
    let now = world.now().0 / 1_000_000;
    for (wire, hashed) in [
        (format!("\"{now}.1801\""), format!("{now}.1801")),
        (format!("{now}.1801236"), format!("{now}.1801")),
        (format!("{now}.99999"), format!("{}", now + 1)),
        (format!("{now}.0"), format!("{now}")),
        (format!("{now}.1801236"), format!("{now}.1801236")),
    ] {
        let taken = (200, "accepted", String::new());
        let notice = stamped(&world, wire.clone(), &hashed);
        assert_eq!(arrived(&world, JSON, &notice.json()).await, taken, "{wire}");
        let capitals = Notice { hash: notice.hash.to_uppercase(), ..notice };
        assert_eq!(arrived(&world, JSON, &capitals.json()).await, taken, "{wire} in capitals");
    }
}

#[tokio::test]
async fn hs_04_hs_06_hs_08_hs_16_a_hash_that_is_none_is_401_and_kept() {
    let world = World::start().await;
    let good = notice(&world);
    let hash = good.hash.trim_matches('"').to_owned();
    let flipped = if hash.starts_with('0') { "1" } else { "0" };
    for bad in [
        quoted(&hash[1..]),
        quoted(&format!("{hash}0")),
        quoted(&format!("{flipped}{}", &hash[1..])),
        quoted(&"z".repeat(64)),
        r#""""#.to_owned(),
        "null".to_owned(),
        "7".to_owned(),
        "true".to_owned(),
        format!("[\"{hash}\"]"),
        format!("{{\"0\":\"{hash}\"}}"),
        // Another partner's, and the same moment said the other way about.
        quoted(&hex::encode([7; 32])),
        quoted(&signed("1486118847.1801")),
    ] {
        let came = arrived(&world, JSON, &Notice { hash: bad.clone(), ..good.clone() }.json()).await;
        assert_eq!(came, (401, "quarantined", "hash-mismatch".to_owned()), "{bad}");
    }
    let missing = good.json().replacen(&format!(r#""hash":{},"#, good.hash), "", 1);
    assert_eq!(arrived(&world, JSON, &missing).await.0, 401);
}

#[tokio::test]
async fn hs_26_hs_28_hs_29_hs_30_a_timestamp_that_is_none_is_400_and_kept() {
    let world = World::start().await;
    let digits = "9".repeat(400);
    for text in [
        "1.4861188471801E+9",
        "1,486118847",
        "0x58",
        "+1486118847",
        "01486118847",
        " 1486118847",
        "1486118847 ",
        "1486118847|x",
        "١٤٨٦",
        "NaN",
        "Infinity",
        "-1",
        "1e400",
        "-9223372036854775808",
        "9223372036854775807",
        "",
        "1486118847.",
        ".5",
        "1.2.3",
        &digits,
    ] {
        let bad = stamped(&world, quoted(text), text);
        let came = arrived(&world, JSON, &bad.json()).await;
        assert_eq!(came, (400, "quarantined", "bad-timestamp".to_owned()), "{text}");
    }
    for wire in ["1.4861188471801E+9", "-1", "1e400", "null", "true", "[1486118847]", "{}", &digits] {
        let came = arrived(&world, JSON, &stamped(&world, wire, wire).json()).await;
        assert_eq!(came, (400, "quarantined", "bad-timestamp".to_owned()), "{wire}");
    }
    let latest = "999999999999.999999";
    let came = arrived(&world, JSON, &stamped(&world, latest, latest).json()).await;
    assert_eq!(came, (200, "held", "from-the-future".to_owned()), "the largest one that is read");
    let came = arrived(&world, JSON, &stamped(&world, "0", "0").json()).await;
    assert_eq!(came, (200, "held", "too-old".to_owned()), "the smallest one");
}

#[tokio::test]
async fn hs_32_hs_33_hs_34_age_marks_and_holds() {
    let world = World::start().await;
    let sent = |ago: i64| {
        let text = format!("{}.25", world.now().0 / 1_000_000 - ago);
        stamped(&world, quoted(&text), &text).json()
    };
    let hour = 3_600;
    for (ago, verdict, fresh) in [
        (299, "accepted", true),
        (-299, "accepted", true),
        (302, "accepted", false),
        (71 * hour, "accepted", false),
        (72 * hour + 2, "held", false),
        (-302, "held", false),
    ] {
        let (status, came, _) = arrived(&world, JSON, &sent(ago)).await;
        assert_eq!((status, came), (200, verdict), "{ago}");
        let trust = &world.deliveries().await[0].trust;
        assert_eq!(trust.contains(r#""name":"fresh","good":true"#), fresh, "{ago}: {trust}");
    }
}

#[tokio::test]
async fn hs_36_hs_37_when_the_bank_says_it_was_made_counts_for_nothing() {
    let world = World::start().await;
    for created_at in [
        r#""2017-02-03T11:47:27+01:00""#,
        r#""2017-02-03T11:47:27""#,
        r#""9999-12-31T23:59:59Z""#,
        r#""2016-12-31T23:59:60Z""#,
        r#""not a time""#,
        r#""""#,
        "null",
        "7",
        "[]",
        "{}",
    ] {
        let mut notice = notice(&world);
        notice.tries.push_str(&format!(r#""created_at":{created_at},"#));
        notice.data.push_str(&format!(r#","created_at":{created_at}"#));
        let came = arrived(&world, JSON, &notice.json()).await;
        assert_eq!(came, (200, "accepted", String::new()), "{created_at}");
        let trust = world.deliveries().await.remove(0).trust;
        assert!(trust.contains(r#""name":"fresh","good":true"#), "{trust}");
    }
}
