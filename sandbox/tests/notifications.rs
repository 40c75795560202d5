//! What the partner is told, and how stubbornly.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{Partner, config, control, start};

fn hash(text: &str, partner_ref: &str) -> String {
    hex::encode(Sha256::digest(format!("{text}|{partner_ref}")))
}

#[tokio::test]
async fn a_token_is_told_in_the_shape_of_the_vendors_sample() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    let (status, answer) =
        control(&bank, "create-token", json!({ "customer": "alice@example.test", "custom_reference": "réf 1" })).await;
    assert_eq!(status, 200);

    let received = partner.received(1).await.remove(0);
    let told: Value = serde_json::from_str(&received.body).unwrap();
    assert_eq!(
        told,
        json!({ "notification": {
            "reference": answer["deliveries"][0]["reference"],
            "created_at": "2026-11-23T10:00:00+01:00",
            "context": "anytime-connect",
            "current_try": 1,
            "max_tries": 3,
            "data": {
                "hash": hash("1795424400.1234", &bank.bank.config.partner_ref),
                "timestamp": 1_795_424_400.123_4,
                "event_name": "token_created",
                "webhook": partner.url,
                "token": answer["token"],
                "custom_reference": "réf 1",
            },
        }})
    );
    assert_eq!(answer["deliveries"][0]["reference"].as_str().unwrap().len(), 40);
    assert_eq!(answer["deliveries"][0]["event_name"], "token_created");
    assert_eq!(answer["deliveries"][0]["tries"][0]["status"], 204);
}

#[tokio::test]
async fn a_purchase_moves_the_books_and_is_told_with_the_same_figures() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    let order = json!({ "customer": "bruno@example.test", "amount": "98.32", "currency": "USD", "php_precision": 17 });
    let (_, answer) = control(&bank, "purchase", order).await;

    let booked = &answer["transactions"][0];
    let body = partner.received(1).await.remove(0).body;
    assert!(body.contains("\"amount_fx\":98.319999999999993,"), "{body}");
    let told: Value = serde_json::from_str(&body).unwrap();
    let told = &told["notification"]["data"];
    assert_eq!(told["type_response"], "async");
    assert_eq!(told["body"]["method"], "card_last_tx");
    let told = &told["body"]["transaction"];
    // 98.32 $ at 0.921317 is 90.58 €; two percent of that, rounded up, is 1.82 €.
    assert_eq!(booked["amount"], "92.40");
    assert_eq!(booked["fx_fee"], "1.82");
    for same in ["balance_after", "date", "status", "type", "currency", "fx", "description"] {
        assert_eq!(told[same], booked[same], "{same}");
    }
    assert_eq!(told["date"], "2026-11-23 10:00:00");
    assert_eq!(told["txid"].to_string(), booked["txid"].as_str().unwrap());
}

#[tokio::test]
async fn a_failed_try_is_repeated_at_most_twice_with_the_same_signature() {
    let partner = Partner::start().await;
    partner.answer(&[500, 302, 503, 204]);
    let bank = start(config(&partner.url)).await;
    let (_, answer) = control(&bank, "purchase", json!({ "customer": "alice@example.test", "amount": 5 })).await;
    assert_eq!(answer["deliveries"][0]["tries"].as_array().unwrap().len(), 1, "answered after the first try");

    let tries: Vec<Value> =
        partner.received(3).await.iter().map(|one| serde_json::from_str(&one.body).unwrap()).collect();
    for (at, told) in tries.iter().enumerate() {
        assert_eq!(told["notification"]["current_try"], at + 1);
        assert_eq!(told["notification"]["data"], tries[0]["notification"]["data"]);
    }
    let (_, more) = control(&bank, "purchase", json!({ "customer": "alice@example.test", "amount": 5 })).await;
    assert_eq!(more["deliveries"][0]["tries"][0]["status"], 204);
    assert_eq!(partner.so_far(), 4, "the first was given up after three tries");
}

#[tokio::test]
async fn a_partner_that_is_away_gives_an_error_without_a_status() {
    let bank = start(config("http://127.0.0.1:9/hook")).await;
    let (status, answer) = control(&bank, "purchase", json!({ "customer": "alice@example.test", "amount": 5 })).await;
    assert_eq!(status, 200);
    assert_eq!(answer["deliveries"][0]["tries"][0]["status"], Value::Null);
    assert_eq!(answer["deliveries"][0]["tries"][0]["error"], "connection failed");
}

#[tokio::test]
async fn notifications_wait_while_paused_and_go_out_afterwards() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    control(&bank, "pause", json!({ "paused": true })).await;
    let (_, answer) =
        control(&bank, "purchase", json!({ "customer": "alice@example.test", "amount": 5, "count": 3 })).await;
    assert_eq!(answer["transactions"].as_array().unwrap().len(), 3);
    assert_eq!(answer["deliveries"][0]["tries"], json!([]));
    assert_eq!(partner.so_far(), 0);
    let (_, answer) = control(&bank, "pause", json!({ "paused": false })).await;
    assert_eq!(answer["deliveries"].as_array().unwrap().len(), 3);
    assert_eq!(partner.so_far(), 3);
}

#[tokio::test]
async fn the_same_notification_can_be_sent_again() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    let (_, answer) = control(&bank, "purchase", json!({ "customer": "alice@example.test", "amount": 5 })).await;
    let reference = answer["deliveries"][0]["reference"].clone();
    let (_, again) = control(&bank, "resend", json!({ "reference": reference })).await;
    assert_eq!(again["deliveries"][0]["tries"].as_array().unwrap().len(), 2);
    let received = partner.received(2).await;
    assert_eq!(received[0].body, received[1].body);
    assert_eq!(control(&bank, "resend", json!({ "reference": "x" })).await.0, 404);
}

#[tokio::test]
async fn one_call_may_depart_from_the_settings() {
    let partner = Partner::start().await;
    let bank = start(config("http://127.0.0.1:9/unused")).await;
    let order = |departure: Value| {
        let mut order = json!({ "customer": "alice@example.test", "amount": "5", "callback": partner.url });
        order.as_object_mut().unwrap().extend(departure.as_object().unwrap().clone());
        order
    };
    control(&bank, "purchase", order(json!({ "encoding": "form" }))).await;
    control(&bank, "purchase", order(json!({ "encoding": "multipart" }))).await;
    control(&bank, "purchase", order(json!({ "hash": "bad" }))).await;
    let (_, silent) = control(&bank, "purchase", order(json!({ "silent": true, "status": "A" }))).await;
    assert_eq!(silent["deliveries"], json!([]));
    assert_eq!(silent["transactions"][0]["status"], "A");

    let received = partner.received(3).await;
    assert_eq!(received.len(), 3);
    assert_eq!(received[0].content_type, "application/x-www-form-urlencoded");
    assert!(received[0].body.starts_with("notification%5Breference%5D="));
    assert!(received[1].content_type.starts_with("multipart/form-data; boundary="));
    assert!(received[1].body.contains("name=\"notification[data][body][transaction][txid]\"\r\n\r\n"));
    assert!(received[2].body.contains(&format!("\"hash\":\"{}\"", "0".repeat(64))));
}

#[tokio::test]
async fn refund_refusal_settlement_and_revocation_follow_their_rules() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    let pay = json!({ "customer": "bruno@example.test", "amount": "10", "currency": "USD", "status": "A" });
    let (_, paid) = control(&bank, "purchase", pay).await;
    let txid = paid["transactions"][0]["txid"].clone();

    let (_, settled) = control(&bank, "settle", json!({ "txid": txid })).await;
    assert_eq!(settled["transactions"][0]["txid"], txid);
    assert_eq!(settled["transactions"][0]["status"], "S");
    assert_eq!(control(&bank, "settle", json!({ "txid": txid })).await.0, 400);

    let (_, refund) = control(&bank, "refund", json!({ "txid": txid })).await;
    assert_eq!(refund["transactions"][0]["type"], "C");
    assert_eq!(refund["transactions"][0]["amount"], "9.21", "the fee stays lost");
    let credit = refund["transactions"][0]["txid"].clone();
    assert_eq!(control(&bank, "refund", json!({ "txid": credit })).await.0, 400);

    let refuse = json!({ "customer": "bruno@example.test", "amount": "10", "code": 55, "message": "Incorrect PIN" });
    let (_, refused) = control(&bank, "refuse-payment", refuse).await;
    assert_eq!(refused["transactions"][0]["failed_reason"], json!({ "code": "55", "message": "Incorrect PIN" }));
    assert_eq!(refused["transactions"][0]["balance_after"], refund["transactions"][0]["balance_after"]);

    assert_eq!(control(&bank, "revoke", json!({ "customer": "bruno@example.test" })).await.0, 404);
    control(&bank, "create-token", json!({ "customer": "bruno@example.test" })).await;
    let (_, revoked) = control(&bank, "revoke", json!({ "customer": "bruno@example.test" })).await;
    assert_eq!(revoked["deliveries"][0]["event_name"], "token_revoked");
}

#[tokio::test]
async fn what_cannot_be_done_is_said_as_json() {
    let bank = start(config("http://127.0.0.1:9/hook")).await;
    let refused = [
        ("purchase", json!({ "customer": "nobody@example.test", "amount": 1 }), 404),
        ("purchase", json!({ "customer": "david@example.test", "amount": 1 }), 400),
        ("purchase", json!({ "customer": "alice@example.test", "amount": "1.234" }), 400),
        ("purchase", json!({ "customer": "alice@example.test", "amount": 1, "currency": "XXX" }), 400),
        ("purchase", json!({ "amount": 1 }), 400),
        ("refund", json!({ "txid": "1" }), 404),
        ("api", json!({ "mode": "wrong" }), 400),
        ("nonsense", json!({}), 404),
    ];
    for (route, body, expected) in refused {
        let (status, answer) = control(&bank, route, body.clone()).await;
        assert_eq!(status, expected, "{route} {body}");
        assert!(answer["error"].is_string(), "{answer}");
    }
    let foreign = support::get(&bank, "/control/deliveries", &[("origin", "http://evil.test")]).await;
    assert_eq!(foreign.0, 403);
}

#[tokio::test]
async fn reset_brings_the_same_world_back() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    let pay = json!({ "customer": "alice@example.test", "amount": 5 });
    let (_, first) = control(&bank, "purchase", pay.clone()).await;
    control(&bank, "reset", json!({})).await;
    let (_, second) = control(&bank, "purchase", pay).await;
    assert_eq!(first["transactions"], second["transactions"]);
    assert_eq!(first["deliveries"][0]["reference"], second["deliveries"][0]["reference"]);
}
