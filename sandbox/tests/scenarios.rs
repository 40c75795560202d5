//! The bank misbehaves as it is told, and the same seed misbehaves the same way.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use support::{Partner, call, config, control, first_card, get, start, token};

const ALICE: &str = "alice@example.test";
const NOWHERE: &str = "http://127.0.0.1:9/hook";

async fn play(bank: &sandbox::Sandbox, toml: &str) {
    let (status, answer) = control(bank, "scenario", json!({ "toml": toml })).await;
    assert_eq!((status, &answer["name"]), (200, &json!("custom")), "{answer}");
}

async fn pay(bank: &sandbox::Sandbox) -> Value {
    control(bank, "purchase", json!({ "customer": ALICE, "amount": "5.00", "description": "CAFÉ" })).await.1
}

fn told(body: &str) -> Value {
    serde_json::from_str::<Value>(body).unwrap()["notification"].clone()
}

fn amount(body: &str) -> f64 {
    told(body)["data"]["body"]["transaction"]["amount"].as_f64().unwrap()
}

#[tokio::test]
async fn a_scenario_is_chosen_by_name_and_ends_with_the_good_one() {
    let bank = start(config(NOWHERE)).await;
    let (status, answer) = control(&bank, "scenario", json!({ "name": "storm", "seed": 7 })).await;
    assert_eq!((status, &answer["name"], &answer["seed"]), (200, &json!("storm"), &json!(7)));
    let (_, page) = get(&bank, "/", &[]).await;
    assert!(page.contains(r#"data-scenario="storm""#) && page.contains(r#"<option value="latin-1">"#));
    let (_, listed) = get(&bank, "/control/scenario", &[]).await;
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed["playing"]["name"], "storm");
    assert!(listed["scenarios"].as_array().unwrap().len() > 12);
    assert_eq!(control(&bank, "scenario", json!({})).await.1["name"], "fine");
    control(&bank, "scenario", json!({ "name": "storm" })).await;
    control(&bank, "reset", json!({})).await;
    let (_, listed) = get(&bank, "/control/scenario", &[]).await;
    assert!(listed.contains(r#""playing":{"about":"Everything works"#), "{listed}");
}

#[tokio::test]
async fn what_is_no_scenario_is_said_so() {
    let bank = start(config(NOWHERE)).await;
    let refused = [
        (json!({ "name": "sunshine" }), 404),
        (json!({ "toml": "[notifications]\ndrop = 2" }), 400),
        (json!({ "toml": "= what" }), 400),
        (json!({ "name": "fine", "toml": "" }), 400),
        (json!({ "nam": "fine" }), 400),
        (json!({ "name": "fine", "seed": "x" }), 400),
    ];
    for (body, expected) in refused {
        let (status, answer) = control(&bank, "scenario", body.clone()).await;
        assert_eq!(status, expected, "{body}");
        assert!(answer["error"].is_string(), "{answer}");
    }
}

#[tokio::test]
async fn the_same_seed_has_the_same_fates() {
    let fates = async |seed: u64| {
        let bank = start(config(NOWHERE)).await;
        control(&bank, "scenario", json!({ "toml": "[notifications]\ndrop = 0.5", "seed": seed })).await;
        let mut lost = Vec::new();
        for _ in 0..20 {
            lost.push(pay(&bank).await["deliveries"][0]["tries"][0]["error"] == "lost on the way");
        }
        lost
    };
    let first = fates(5).await;
    assert_eq!(first, fates(5).await);
    let bank = start(config(NOWHERE)).await;
    play(&bank, "[notifications]\ndrop = { every = 2 }").await;
    pay(&bank).await;
    pay(&bank).await;
    let (_, listed) = get(&bank, "/control/scenario", &[]).await;
    assert!(listed.contains(r#""went_wrong":{"drop":1}"#), "{listed}");
    assert_ne!(first, fates(6).await);
    assert!(first.contains(&true) && first.contains(&false));
}

#[tokio::test]
async fn a_lost_notification_never_leaves_and_the_books_have_its_payment() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    play(&bank, "[notifications]\ndrop = 1").await;
    let answer = pay(&bank).await;
    assert_eq!(answer["deliveries"][0]["tries"].as_array().unwrap().len(), 3);
    assert_eq!(partner.so_far(), 0);
    let (_, ledger) = get(&bank, &format!("/control/ledger?customer={ALICE}"), &[]).await;
    assert!(ledger.contains(answer["transactions"][0]["txid"].as_str().unwrap()));
}

#[tokio::test]
async fn notifications_come_twice_or_with_a_wrong_or_an_old_signature() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    play(&bank, "[notifications]\nduplicate = 1").await;
    pay(&bank).await;
    let received = partner.received(2).await;
    assert_eq!(received[0].body, received[1].body);

    play(&bank, "[notifications]\nflip_hash = 1").await;
    pay(&bank).await;
    let flipped = told(&partner.received(3).await[2].body)["data"].clone();
    let hash = flipped["hash"].as_str().unwrap();
    let good = hex::encode(Sha256::digest(format!("{}|{}", flipped["timestamp"], sandbox::config::DEMO_PARTNER_REF)));
    assert_eq!((&hash[..63], hash.len()), (&good[..63], 64), "all but the last digit");
    assert_ne!(hash, good);
}

#[tokio::test]
async fn what_is_held_back_comes_behind_the_next_or_when_the_weather_turns() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    play(&bank, "[notifications]\nreorder = { every = 2 }").await;
    let references = [pay(&bank).await, pay(&bank).await, pay(&bank).await]
        .map(|answer| answer["deliveries"][0]["reference"].as_str().unwrap().to_owned());
    let arrived: Vec<_> = partner.received(3).await.iter().map(|one| told(&one.body)["reference"].clone()).collect();
    assert_eq!(arrived, [&*references[0], &*references[2], &*references[1]]);

    play(&bank, "[notifications]\ndelay = 1\ndelay_ms = [3600000, 3600000]").await;
    assert_eq!(pay(&bank).await["deliveries"][0]["tries"], json!([]), "nobody waits for what is late");
    assert_eq!(partner.so_far(), 3);
    control(&bank, "scenario", json!({})).await;
    partner.received(4).await;
}

#[tokio::test]
async fn a_retry_may_tell_another_amount_and_the_books_do_not() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    play(&bank, "[notifications]\nchange_retry = 1\n[connections]\nlose_answer = 1").await;
    let answer = pay(&bank).await;
    assert_eq!(answer["deliveries"][0]["tries"][0]["error"], "answer lost");
    let received = partner.received(2).await;
    assert!(amount(&received[0].body) < amount(&received[1].body));
    assert_eq!(told(&received[0].body)["reference"], told(&received[1].body)["reference"]);
    assert_eq!(answer["transactions"][0]["amount"], "5.00");
}

#[tokio::test]
async fn a_cut_line_leaves_half_a_body_and_the_next_try_is_whole() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    play(&bank, "[connections]\ncut = 1\nslow = 1\nslow_ms = 1").await;
    let answer = pay(&bank).await;
    assert_eq!(answer["deliveries"][0]["tries"][0]["error"], "connection cut");
    let received = partner.received(1).await;
    assert_eq!(told(&received[0].body)["current_try"], 2, "the partner never saw the whole of the first");
}

#[tokio::test]
async fn a_settled_payment_may_be_told_as_authorised_afterwards() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    play(&bank, "[notifications]\nbackwards = 1").await;
    pay(&bank).await;
    let received = partner.received(2).await;
    let status = |at: usize| told(&received[at].body)["data"]["body"]["transaction"]["status"].clone();
    assert_eq!((status(0), status(1)), (json!("S"), json!("A")));
    assert_ne!(told(&received[0].body)["reference"], told(&received[1].body)["reference"]);
}

#[tokio::test]
async fn forms_may_be_in_latin_1_and_encodings_are_drawn() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    play(&bank, "[notifications]\nlatin_1 = 1").await;
    pay(&bank).await;
    assert!(partner.received(1).await[0].body.contains("=CAF%C9"));
    play(&bank, "[notifications]\nencodings = [\"form\", \"json\", \"multipart\"]\nprecisions = [\"17\"]").await;
    for _ in 0..12 {
        pay(&bank).await;
    }
    let received = partner.received(13).await;
    for kind in ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"] {
        assert!(received[1..].iter().any(|one| one.content_type.starts_with(kind)), "{kind}");
    }
}

#[tokio::test]
async fn two_cards_may_share_a_transaction_id() {
    let bank = start(config(NOWHERE)).await;
    play(&bank, "[books]\nsame_txid = 1").await;
    let cards: Vec<_> = {
        let world = bank.bank.world();
        world.cards.iter().take(2).map(|card| card.card_ref.clone()).collect()
    };
    let mut ids = Vec::new();
    for card in &cards {
        let order = json!({ "card_ref": card, "amount": 5, "status": "A", "silent": true });
        ids.push(control(&bank, "purchase", order).await.1["transactions"][0]["txid"].clone());
    }
    assert_eq!(ids[0], ids[1]);
    let (status, settled) = control(&bank, "settle", json!({ "txid": ids[0], "card_ref": cards[0] })).await;
    assert_eq!((status, &settled["transactions"][0]["card_ref"]), (200, &json!(cards[0])));
    let (_, other) = control(&bank, "settle", json!({ "txid": ids[0] })).await;
    assert_eq!(other["transactions"][0]["card_ref"], json!(cards[1]), "the later one, unless the card is given");
}

#[tokio::test]
async fn the_customer_may_take_access_back_at_once() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    play(&bank, "[popup]\nrevoke = 1").await;
    let (_, answer) = control(&bank, "create-token", json!({ "customer": ALICE })).await;
    let names: Vec<_> =
        partner.received(2).await.iter().map(|one| told(&one.body)["data"]["event_name"].clone()).collect();
    assert!(names.contains(&json!("token_created")) && names.contains(&json!("token_revoked")), "{names:?}");
    assert_eq!(call(&bank, "/v1.0/accounts", answer["token"].as_str().unwrap()).await.0, 401);
}

#[tokio::test]
async fn the_api_has_bad_days_of_every_kind() {
    let bank = start(config(NOWHERE)).await;
    let bearer = format!("Bearer {}", token(&bank, ALICE));
    let ask = async |path: &str| get(&bank, path, &[("authorization", &bearer)]).await;
    let whole = ask("/v1.0/accounts").await;
    for (wrong, status) in [("too_many = 1", 429), ("error = 1", 500), ("down = 1", 503)] {
        play(&bank, &format!("[api]\n{wrong}")).await;
        assert_eq!(ask("/v1.0/accounts").await.0, status, "{wrong}");
    }
    play(&bank, "[api]\nhalf_json = 1").await;
    let half = ask("/v1.0/accounts").await;
    assert_eq!(half.0, 200);
    assert!(half.1.len() + 1 >= whole.1.len() / 2 && serde_json::from_str::<Value>(&half.1).is_err(), "{}", half.1);
    play(&bank, "[api]\nother_account = 1\nother_card = { every = 2 }").await;
    let account = serde_json::from_str::<Value>(&whole.1).unwrap()["body"]["accounts"][0]["acc_id"].clone();
    let (_, cards) = ask(&format!("/v1.0/accounts/{account}/cards")).await;
    let cards: Value = serde_json::from_str(&cards).unwrap();
    assert_ne!(cards["body"]["acc_id"], account);
    play(&bank, "[api]\nother_card = 1").await;
    let card = first_card(&bank, ALICE);
    let (_, statement) = ask(&format!("/v1.0/cards/{card}/transactions")).await;
    let statement: Value = serde_json::from_str(&statement).unwrap();
    assert_ne!(statement["body"]["card_ref"], json!(card));
}

#[tokio::test]
async fn an_api_that_says_nothing_closes_the_line() {
    let bank = start(config(NOWHERE)).await;
    play(&bank, "[api]\nsilence = 1\nsilence_ms = 1").await;
    let mut line = tokio::net::TcpStream::connect(bank.addr).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut line, b"GET /v1.0/apicheck HTTP/1.1\r\nHost: bank\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let reading = tokio::io::AsyncReadExt::read_to_end(&mut line, &mut answer);
    let _reset = tokio::time::timeout(Duration::from_secs(10), reading).await.unwrap();
    assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn retry_after_is_said_where_the_scenario_says_so() {
    let bank = start(config(NOWHERE)).await;
    play(&bank, "[api]\ntoo_many_for_now = 1\nretry_after_s = 3").await;
    let mut line = tokio::net::TcpStream::connect(bank.addr).await.unwrap();
    let request = b"GET /v1.0/apicheck HTTP/1.1\r\nHost: bank\r\nConnection: close\r\n\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut line, request).await.unwrap();
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut line, &mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 429") && answer.contains("retry-after: 3\r\n"), "{answer}");
}
