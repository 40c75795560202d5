//! The API: who may read what, in which envelope.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{call, config, control, first_card, get, start, token};

const NOWHERE: &str = "http://127.0.0.1:9/hook";

fn exception(answer: &Value) -> &str {
    answer["body"]["error"]["exception"].as_str().unwrap()
}

#[tokio::test]
async fn an_answer_is_hashed_with_the_api_username() {
    let bank = start(config(NOWHERE)).await;
    let (status, answer) = call(&bank, "/v1.0/apicheck", &token(&bank, "alice@example.test")).await;
    assert_eq!(status, 200);
    assert_eq!(answer["type_response"], "sync");
    assert_eq!(answer["body"], json!({ "date_time": "2026-11-23 10:00:00" }));
    assert_eq!(answer["hash"], hex::encode(Sha256::digest("1795424400.1234|demo-partner")));
}

#[tokio::test]
async fn a_token_reads_its_own_customer_and_nobody_else() {
    let bank = start(config(NOWHERE)).await;
    let (alice, bruno) = (token(&bank, "alice@example.test"), token(&bank, "bruno@example.test"));
    let (_, accounts) = call(&bank, "/v1.0/accounts", &alice).await;
    let account = accounts["body"]["accounts"][0]["acc_id"].clone();
    let card = first_card(&bank, "alice@example.test");

    let (_, cards) = call(&bank, &format!("/v1.0/accounts/{account}/cards"), &alice).await;
    assert_eq!(cards["body"]["cards"].as_array().unwrap().len(), 2);
    let (_, shown) = call(&bank, &format!("/v1.0/cards/{card}"), &alice).await;
    assert_eq!(shown["body"]["acc_id"], account.to_string());

    for path in ["", "/balance", "/cards"] {
        let (status, answer) = call(&bank, &format!("/v1.0/accounts/{account}{path}"), &bruno).await;
        assert_eq!((status, exception(&answer)), (403, "AccountIdNoRightsException"));
    }
    for path in ["", "/transactions"] {
        let (status, answer) = call(&bank, &format!("/v1.0/cards/{card}{path}"), &bruno).await;
        assert_eq!((status, exception(&answer)), (403, "CardAccountNoRightsException"));
    }
    let (status, answer) = call(&bank, "/v1.0/nonsense", &alice).await;
    assert_eq!((status, exception(&answer)), (404, "InvalidRouteException"));
}

#[tokio::test]
async fn a_revoked_token_is_refused() {
    let bank = start(config(NOWHERE)).await;
    let token = token(&bank, "alice@example.test");
    assert_eq!(call(&bank, "/v1.0/accounts", &token).await.0, 200);
    control(&bank, "revoke", json!({ "token": token })).await;
    let (status, answer) = call(&bank, "/v1.0/accounts", &token).await;
    assert_eq!((status, exception(&answer)), (401, "OAuth2InvalidTokenException"));
    let (status, _) = get(&bank, "/v1.0/accounts", &[]).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn forty_thousand_payments_page_without_gap_or_repeat() {
    let bank = start(config(NOWHERE)).await;
    let token = token(&bank, "chloe@example.test");
    let card = first_card(&bank, "chloe@example.test");
    let (mut seen, mut balance) = (0_u64, None);
    while seen < 40_000 {
        let path = format!("/v1.0/cards/{card}/transactions?limit_start={seen}&limit_number=500");
        let (_, answer) = call(&bank, &path, &token).await;
        assert_eq!(answer["body"]["total_results"], 40_000);
        let page = answer["body"]["transactions"].as_array().unwrap().clone();
        assert_eq!(page.len(), 500);
        for line in &page {
            // Newest first: what stands before a payment is the balance after the one below it.
            if let Some(expected) = balance {
                assert_eq!(cents(&line["balance_after"]), expected);
            }
            balance = Some(before(line));
        }
        seen += 500;
    }
    let opening = bank.bank.world().cards.iter().find(|one| one.card_ref == card).unwrap().book.opening;
    assert_eq!(balance, Some(opening.0));
}

fn cents(amount: &Value) -> i64 {
    amount.as_str().unwrap().replace('.', "").parse().unwrap()
}

fn before(line: &Value) -> i64 {
    let change = match (line["status"].as_str().unwrap(), line["type"].as_str().unwrap()) {
        ("R", _) => 0,
        (_, "D") => -cents(&line["amount"]),
        _ => cents(&line["amount"]),
    };
    cents(&line["balance_after"]) - change
}

#[tokio::test]
async fn days_choose_and_limits_page() {
    let bank = start(config(NOWHERE)).await;
    let token = token(&bank, "chloe@example.test");
    let card = first_card(&bank, "chloe@example.test");
    let base = format!("/v1.0/cards/{card}/transactions");
    let (_, day) = call(&bank, &format!("{base}?date_start=2026-11-20&date_end=2026-11-20"), &token).await;
    let lines = day["body"]["transactions"].as_array().unwrap();
    assert!(!lines.is_empty());
    assert_eq!(day["body"]["total_results"], lines.len());
    assert!(lines.iter().all(|line| line["date"].as_str().unwrap().starts_with("2026-11-20 ")));
    let (_, usual) = call(&bank, &base, &token).await;
    assert_eq!(usual["body"]["transactions"].as_array().unwrap().len(), 50);
    let (status, _) = call(&bank, &format!("{base}?date_start=yesterday"), &token).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn with_a_public_key_each_call_needs_a_fresh_signature() {
    let bank = start(sandbox::Config {
        public_key: Some(include_str!("fixtures/partner.pub.pem").to_owned()),
        ..config(NOWHERE)
    })
    .await;
    let bearer = format!("Bearer {}", token(&bank, "alice@example.test"));
    let one = include_str!("fixtures/validation-one.signature");
    let two = include_str!("fixtures/validation-two.signature");
    let ask = async |data: &str, signature: &str| {
        let headers =
            [("authorization", bearer.as_str()), ("x-validation-data", data), ("x-signed-request", signature)];
        let (status, text) = get(&bank, "/v1.0/apicheck", &headers).await;
        let answer: Value = serde_json::from_str(&text).unwrap();
        (status, answer["body"]["error"]["exception"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(ask("validation-one", two).await, (403, "BadRsaSignatureException".to_owned()));
    assert_eq!(ask("validation-one", one).await, (200, String::new()));
    assert_eq!(ask("validation-one", one).await, (403, "ValidationDataAlreadyUsedException".to_owned()));
    assert_eq!(ask("validation-two", two).await, (200, String::new()));
    let (status, _) = get(&bank, "/v1.0/apicheck", &[("authorization", &bearer)]).await;
    assert_eq!(status, 403);
}

#[tokio::test]
async fn the_api_has_bad_days_on_request() {
    let bank = start(config(NOWHERE)).await;
    let token = token(&bank, "alice@example.test");
    for (mode, status) in [("down", 503), ("429", 429), ("slow", 200), ("ok", 200)] {
        control(&bank, "api", json!({ "mode": mode, "delay_ms": 1 })).await;
        assert_eq!(call(&bank, "/v1.0/accounts", &token).await.0, status);
    }
}
