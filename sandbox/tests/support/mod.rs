//! A partner that only listens, and calls to the stand-in.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "shared by several test crates")]

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use sandbox::{Config, FixedClock, Sandbox};
use serde_json::Value;
use tokio::{net::TcpListener, sync::Semaphore};

/// 2026-11-23 10:00 in Paris.
pub const NOW: &str = "2026-11-23T09:00:00.1234Z";

#[derive(Debug, Clone)]
pub struct Received {
    pub content_type: String,
    pub body: String,
}

struct Inbox {
    received: Mutex<Vec<Received>>,
    /// What to answer next; 204 when empty.
    answers: Mutex<VecDeque<u16>>,
    arrivals: Semaphore,
}

#[derive(Clone)]
pub struct Partner {
    pub url: String,
    inbox: Arc<Inbox>,
}

impl Partner {
    pub async fn start() -> Self {
        let inbox =
            Arc::new(Inbox { received: Mutex::default(), answers: Mutex::default(), arrivals: Semaphore::new(0) });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().route("/hook", post(receive)).with_state(Arc::clone(&inbox));
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { url, inbox }
    }

    pub fn answer(&self, statuses: &[u16]) {
        self.inbox.answers.lock().unwrap().extend(statuses);
    }

    /// Waits until so many notifications arrived in all.
    pub async fn received(&self, count: u32) -> Vec<Received> {
        let arrived = self.inbox.arrivals.acquire_many(count);
        drop(tokio::time::timeout(Duration::from_secs(10), arrived).await.unwrap().unwrap());
        self.inbox.received.lock().unwrap().clone()
    }

    pub fn so_far(&self) -> usize {
        self.inbox.received.lock().unwrap().len()
    }
}

async fn receive(State(inbox): State<Arc<Inbox>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let content_type = headers.get("content-type").unwrap().to_str().unwrap().to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    inbox.received.lock().unwrap().push(Received { content_type, body });
    inbox.arrivals.add_permits(1);
    let status = inbox.answers.lock().unwrap().pop_front().unwrap_or(204);
    StatusCode::from_u16(status).unwrap()
}

pub fn config(callback: &str) -> Config {
    Config {
        callback: callback.to_owned(),
        retry_after: vec![Duration::from_millis(5)],
        encoding: sandbox::Encoding::Json,
        ..Config::default()
    }
}

pub async fn start(config: Config) -> Sandbox {
    let clock = FixedClock(NOW.parse().unwrap());
    sandbox::server::start_with(config, Arc::new(clock)).await.unwrap()
}

#[expect(clippy::disallowed_methods, reason = "this is the partner that calls the stand-in")]
fn client() -> reqwest::Client {
    reqwest::Client::new()
}

pub async fn control(bank: &Sandbox, route: &str, body: Value) -> (u16, Value) {
    let answer = client()
        .post(format!("{}/control/{route}", bank.url()))
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

pub async fn get(bank: &Sandbox, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let mut request = client().get(format!("{}{path}", bank.url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

pub async fn call(bank: &Sandbox, path: &str, token: &str) -> (u16, Value) {
    let bearer = format!("Bearer {token}");
    let (status, text) = get(bank, path, &[("authorization", &bearer)]).await;
    (status, serde_json::from_str(&text).unwrap())
}

/// A token of the customer, without any news of it.
pub fn token(bank: &Sandbox, email: &str) -> String {
    let mut world = bank.bank.world();
    let customer = world.customer(email).unwrap();
    world.tokens.grant(customer, None).token
}

pub fn first_card(bank: &Sandbox, email: &str) -> String {
    let world = bank.bank.world();
    let customer = world.customer(email).unwrap();
    world.cards_of(customer).next().unwrap().card_ref.clone()
}
