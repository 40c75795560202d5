//! Bodies: what is read in whatever encoding, and what is refused and kept.

use super::notice::{Notice, arrived, purchase, settled};
use super::world::World;
use server::inbox;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const CARD: &str = "ANY0000000000";

fn notice(world: &World) -> Notice {
    Notice::new(world, purchase(CARD, "555", &[]))
}

fn taken() -> (u16, &'static str, String) {
    (200, "accepted", String::new())
}

#[tokio::test]
async fn bd_01_bd_04_bd_05_bd_10_json_is_read_whatever_it_is_called() {
    let world = World::start().await;
    for content_type in ["application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\"", "", "text/plain"] {
        assert_eq!(arrived(&world, content_type, &notice(&world).json()).await, taken(), "{content_type}");
        let guessed = ["", "text/plain"].contains(&content_type);
        assert_eq!(world.deliveries().await[0].trust.contains("guessed"), guessed, "{content_type}");
    }
    assert_eq!(arrived(&world, JSON, &format!("\u{feff}{}", notice(&world).json())).await, taken());
}

#[tokio::test]
async fn bd_02_bd_41_a_form_and_json_are_the_same_event() {
    let world = World::start().await;
    let more = [("failed_reason", "null"), ("fx", "null"), ("flag", "true"), ("other", "false"), ("mcc", "5942")];
    let notice = Notice::new(&world, purchase(CARD, "555", &more));
    let (json, form) = (notice.json(), notice.form());
    assert!(json.contains("null") && json.contains("true") && !form.contains("failed_reason"), "{form}");
    world.post_as(JSON, &json).await;
    world.post_as(FORM, &form).await;
    world.settle().await;
    let deliveries = world.deliveries().await;
    assert_eq!([deliveries[0].verdict.code(), deliveries[1].verdict.code()], ["duplicate", "accepted"]);
    let bare = [("mcc", ""), ("fx", ""), ("fx_fee", ""), ("amount_fx", ""), ("description", "")];
    let bare = Notice::new(&world, purchase(CARD, "556", &bare));
    assert_eq!(arrived(&world, FORM, &bare.form()).await, taken(), "what is optional has its usual value");
}

#[tokio::test]
async fn bd_06_bd_09_bd_42_other_types_are_415_and_kept() {
    let world = World::start().await;
    let entity = r#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>"#;
    let laughs = r#"<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>"#;
    let json = notice(&world).json();
    for (content_type, body) in [
        ("application/xml", entity),
        ("text/xml", laughs),
        ("", entity),
        ("application/json; charset=utf-16", json.as_str()),
        ("application/json; charset=utf-7", &json),
        ("application/octet-stream", &json),
        ("text/plain", "Array\n(\n    [notification] => Array\n"),
        ("text/html", "Array ( [notification] => Array ( [data] => 1 ) )"),
        ("multipart/form-data", &json),
    ] {
        let kept = (415, "quarantined", "unsupported-type".to_owned());
        assert_eq!(arrived(&world, content_type, body).await, kept, "{content_type}: {body}");
    }
    let lock = include_str!("../../../../Cargo.lock");
    let parsers = ["xml-rs", "quick-xml", "roxmltree", "xmlparser", "xml5ever", "libxml"];
    assert!(parsers.iter().all(|parser| !lock.contains(&format!("name = \"{parser}\""))), "nothing can read it");
}

/// Bodies in JSON that are no notification.
fn broken_json(good: &str) -> Vec<(&'static str, String)> {
    let change = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        good.replacen(from, to, 1)
    };
    let event = r#""event_name":"card_transaction_received""#;
    let deep = |depth: usize| change(event, &format!(r#"{event},"x":{}{}"#, "[".repeat(depth), "]".repeat(depth)));
    let many = (0..1_000).map(|n| format!(r#""k{n}":1,"#)).collect::<Vec<_>>().concat();
    vec![
        ("bd_16 garbage", format!("{good} x")),
        ("bd_16 two documents", format!("{good}{good}")),
        ("bd_17 comment", format!("/* ours */{good}")),
        ("bd_17 NaN", change(event, &format!(r#"{event},"x":NaN"#))),
        ("bd_17 Infinity", change(event, &format!(r#"{event},"x":-Infinity"#))),
        ("bd_17 single quotes", change(event, "'event_name':'token_created'")),
        ("bd_18 33 deep", deep(30)),
        ("bd_18 129 deep", deep(129)),
        ("bd_18 30,000 deep", deep(30_000)),
        ("bd_21 many names", change(event, &format!("{many}{event}"))),
        ("bd_22 one name often", change(event, &format!("{}{event}", r#""x":1,"#.repeat(9_000)))),
        ("bd_24 two events", change(event, &format!(r#"{event},"event_name":"token_revoked""#))),
        ("bd_28 none", "{}".to_owned()),
        ("bd_28 null", r#"{"notification":null}"#.to_owned()),
        ("bd_28 list", r#"{"notification":[]}"#.to_owned()),
        ("bd_28 text", r#"{"notification":""}"#.to_owned()),
        ("bd_28 number", r#"{"notification":7}"#.to_owned()),
        ("bd_29 no wrapper", r#"{"data":{"timestamp":1}}"#.to_owned()),
        ("bd_30 text", r#"{"notification":{"data":"{\"timestamp\":1}"}}"#.to_owned()),
        ("bd_34 NUL", change(event, &format!(r#"{event},"a\u0000b":1"#))),
        ("bd_34 newline", change(event, &format!(r#"{event},"a\nb":1"#))),
        ("fs_37 half a pair", change("FNAC", r"FNAC \ud800")),
    ]
}

#[tokio::test]
async fn bd_16_bd_17_bd_18_bd_21_bd_22_bd_24_bd_28_bd_29_bd_30_bd_34_fs_37_broken_json_is_400_and_kept() {
    let world = World::start().await;
    for (case, body) in broken_json(&notice(&world).json()) {
        let (status, verdict, reason) = arrived(&world, JSON, &body).await;
        assert_eq!((status, verdict), (400, "quarantined"), "{case}: {reason}");
    }
    let deep = format!("\"x\":{}{}", "[".repeat(29), "]".repeat(29));
    let body = Notice::new(&world, format!("{},{deep}", purchase(CARD, "555", &[]))).json();
    assert_eq!(arrived(&world, JSON, &body).await, taken(), "32 deep");
}

#[tokio::test]
async fn bd_08_bd_13_bd_20_bd_25_bd_26_a_broken_form_is_400_and_kept() {
    let world = World::start().await;
    let good = notice(&world).form();
    let json = notice(&world).json();
    let deep = |depth: usize| format!("{good}&a{}=1", "[b]".repeat(depth - 1));
    for (case, content_type, body) in [
        ("bd_08 json called a form", FORM, json.clone()),
        ("bd_08 a form called json", JSON, good.clone()),
        ("bd_08 json called multipart", "multipart/form-data; boundary=x", json),
        ("bd_13 no digits", FORM, format!("{good}&x=%zz")),
        ("bd_13 cut", FORM, format!("{good}&x=%")),
        ("bd_13 of javascript", FORM, format!("{good}&x=%u00e9")),
        ("bd_20 nine deep", FORM, deep(9)),
        ("bd_20 a thousand deep", FORM, deep(1_000)),
        ("bd_25 twice", FORM, format!("{good}&notification[reference]=b")),
        ("bd_26 text and map", FORM, format!("{good}&notification[data]=1")),
        ("bd_26 map and text", FORM, format!("{good}&notification[reference][a]=1")),
    ] {
        let (status, verdict, reason) = arrived(&world, content_type, &body).await;
        assert_eq!((status, verdict), (400, "quarantined"), "{case}: {reason}");
    }
    assert_eq!(arrived(&world, FORM, &deep(8)).await, taken());
}

#[tokio::test]
async fn bd_12_bd_14_odd_letters_are_taken() {
    let world = World::start().await;
    let latin_1 = notice(&world).form().replace("FNAC", "caf%E9");
    assert_eq!(arrived(&world, FORM, &latin_1).await, taken());
    let shown = inbox::masked_body(&world.vault, &world.deliveries().await[0]).await.unwrap().unwrap();
    assert!(shown.contains("caf\u{fffd}"), "{shown}");
    let twice = notice(&world).form().replace("FNAC", "%2541");
    assert_eq!(arrived(&world, FORM, &twice).await, taken());
    let shown = inbox::masked_body(&world.vault, &world.deliveries().await[0]).await.unwrap().unwrap();
    assert!(shown.contains("%41"), "{shown}");
}

#[tokio::test]
async fn bd_32_bd_33_what_nobody_knows_is_kept_and_inert() {
    let world = World::start().await;
    let odd = r#"{"__proto__":{"admin":true},"constructor":{"prototype":1}}"#;
    let data = purchase(CARD, "555", &[("__proto__", odd), ("balance_before", "1")]);
    let notice = Notice::new(&world, format!(r#"{data},"constructor":{odd},"new_in_2027":[1,{{"a":null}}]"#));
    let body = notice.json().replacen('{', r#"{"version":2,"toString":"x","#, 1);
    assert_eq!(arrived(&world, JSON, &body).await, taken());
    let shown = inbox::masked_body(&world.vault, &world.deliveries().await[0]).await.unwrap().unwrap();
    for kept in ["new_in_2027", "version", "balance_before", "__proto__", "prototype", "toString"] {
        assert!(shown.contains(kept), "{kept}: {shown}");
    }
}

#[tokio::test]
async fn bd_36_bd_37_bd_38_bd_40_what_cannot_be_acted_on_is_acknowledged_and_kept() {
    let world = World::start().await;
    let event = |name: &str| format!(r#""event_name":{name},"token":"A_TOKEN_OF_ALICE","custom_reference":"x""#);
    let card = |transaction: &str| {
        format!(r#""event_name":"card_transaction_received","body":{{"card_ref":"{CARD}"{transaction}}}"#)
    };
    for (data, reason) in [
        (event(r#""token_paused""#), "unknown-event"),
        (event(r#""TOKEN_CREATED""#), "unknown-event"),
        (event(r#"" token_created""#), "unknown-event"),
        (event(r#""token_created\u0000""#), "unknown-event"),
        (event("null"), "unknown-event"),
        (event(r#"["token_created"]"#), "unknown-event"),
        (card(r#","transaction":[{},{}]"#), "no-transaction"),
        (card(r#","transaction":[]"#), "no-transaction"),
        (card(""), "no-transaction"),
        (r#""event_name":"card_transaction_received""#.to_owned(), "no-body"),
    ] {
        let came = settled(&world, &Notice::new(&world, data.clone())).await;
        assert_eq!(came, (200, "quarantined", reason.to_owned()), "{data}");
    }
    for context in ["", "anytime", "Anytime-Connect", "anytime-connect "] {
        let came = settled(&world, &Notice { context, ..notice(&world) }).await;
        assert_eq!(came, (200, "quarantined", "unknown-context".to_owned()), "{context}");
    }
}
