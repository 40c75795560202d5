//! The script and the popup.
#![allow(clippy::disallowed_methods, reason = "these are the partner and the customer, who call the stand-in")]
#![allow(clippy::unwrap_used)]

mod support;

use sandbox::Sandbox;
use serde_json::Value;
use support::{Partner, config, get, start};

fn path(bank: &Sandbox, rest: &str) -> String {
    format!("/{}/en/{rest}", bank.bank.config.partner_id)
}

async fn post(bank: &Sandbox, rest: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let form = reqwest::Url::parse_with_params("http://x/", fields).unwrap();
    let answer = reqwest::Client::new()
        .post(format!("{}{}", bank.url(), path(bank, rest)))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.query().unwrap().to_owned())
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).unwrap().1.split_once(to).unwrap().0
}

fn session(page: &str) -> &str {
    between(page, r#"name="session" value=""#, "\"")
}

/// What the page tells the partner's page when it is shown.
fn events(page: &str) -> Vec<(String, Value)> {
    let messages: Value = serde_json::from_str(between(page, r#"id="messages">"#, "</script>")).unwrap();
    assert_eq!(messages["channel"], "c1");
    let events = messages["events"].as_array().unwrap();
    events.iter().map(|event| (event["name"].as_str().unwrap().to_owned(), event["data"].clone())).collect()
}

fn names(page: &str) -> Vec<String> {
    events(page).into_iter().map(|(name, _)| name).collect()
}

#[tokio::test]
async fn the_script_is_there_for_the_partner_in_two_languages() {
    let bank = start(config("http://127.0.0.1:9/hook")).await;
    let (status, script) = get(&bank, &path(&bank, "client.js"), &[]).await;
    assert_eq!(status, 200);
    assert!(script.contains(r#""partnerOrigin":"http://localhost:3000""#));
    assert!(script.contains("Connect with Anytime"));
    assert!(!script.contains("__SETTINGS__"));
    let id = &bank.bank.config.partner_id;
    assert!(get(&bank, &format!("/{id}/fr/client.js"), &[]).await.1.contains("Se connecter avec Anytime"));
    assert_eq!(get(&bank, &format!("/{id}/de/client.js"), &[]).await.0, 404);
    assert_eq!(get(&bank, &format!("/{}/fr/client.js", "0".repeat(64)), &[]).await.0, 404);
}

#[tokio::test]
async fn accepting_gives_the_same_token_to_the_page_and_to_the_server() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    let (_, first) = get(&bank, &path(&bank, "popup?channel=c1&custom_ref=r%C3%A9f%3C1"), &[]).await;
    assert_eq!(names(&first), ["onDisplayPopup", "onDisplayLoginFormScreen"]);

    let wrong = [("session", session(&first)), ("email", "alice@example.test"), ("password", "wrong")];
    let (status, wrong) = post(&bank, "popup/sign-in", &wrong).await;
    assert_eq!((status, names(&wrong)), (422, vec!["onLoginFailed".to_owned()]));
    assert!(wrong.contains(r#"value="alice@example.test""#), "input is kept");

    let right = [("session", session(&wrong)), ("email", "alice@example.test"), ("password", "anytime")];
    let (_, scope) = post(&bank, "popup/sign-in", &right).await;
    assert_eq!(names(&scope), ["onLoginSucceeded", "onDisplayScopeAcceptanceScreen"]);
    assert!(scope.contains("réf&lt;1"));

    let accept = [("session", session(&scope)), ("decision", "accept")];
    let (_, done) = post(&bank, "popup/decide", &accept).await;
    let (name, data) = events(&done).remove(0);
    assert_eq!(name, "onTokenCreated");

    let told: Value = serde_json::from_str(&partner.received(1).await[0].body).unwrap();
    assert_eq!(told["notification"]["data"]["token"], data["token"]);
    assert_eq!(told["notification"]["data"]["custom_reference"], "réf<1");
    assert_eq!(post(&bank, "popup/decide", &accept).await.0, 410, "a decision is made once");
}

#[tokio::test]
async fn refusing_gives_nothing_away() {
    let bank = start(config("http://127.0.0.1:9/hook")).await;
    let (_, first) = get(&bank, &path(&bank, "popup?channel=c1"), &[]).await;
    let accept = [("session", session(&first)), ("decision", "accept")];
    assert_eq!(post(&bank, "popup/decide", &accept).await.0, 410, "nobody signed in");

    let (_, first) = get(&bank, &path(&bank, "popup?channel=c1"), &[]).await;
    let right = [("session", session(&first)), ("email", "alice@example.test"), ("password", "anytime")];
    let (_, scope) = post(&bank, "popup/sign-in", &right).await;
    let (_, refused) = post(&bank, "popup/decide", &[("session", session(&scope)), ("decision", "refuse")]).await;
    assert!(names(&refused).is_empty());
    assert_eq!(bank.bank.world().tokens.active_of(0).count(), 0);
}

#[tokio::test]
async fn a_reference_beyond_the_vendors_limit_is_refused() {
    let bank = start(config("http://127.0.0.1:9/hook")).await;
    let long = format!("popup?channel=c1&custom_ref={}", "x".repeat(256));
    let (status, page) = get(&bank, &path(&bank, &long), &[]).await;
    assert_eq!((status, names(&page)), (400, vec!["onError".to_owned()]));
}

#[tokio::test]
async fn the_banks_page_works_without_scripts() {
    let partner = Partner::start().await;
    let bank = start(config(&partner.url)).await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let submit = async |body: &'static str| {
        let request = client.post(format!("{}/bank/purchase", bank.url()));
        let answer = request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await;
        answer.unwrap().headers()["location"].to_str().unwrap().to_owned()
    };
    assert_eq!(submit("customer=alice%40example.test&amount=12.40&currency=EUR&description=").await, "/");
    assert!(submit("customer=alice%40example.test&amount=x").await.starts_with("/?error=amount"));
    let (_, page) = get(&bank, "/", &[]).await;
    assert!(page.contains("try 1: 204"));
    assert!(page.contains("−12.40 €"));
}
