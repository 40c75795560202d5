//! The stand-in, as a script and a customer meet it.

use crate::http::client::{Answer, Request};
use sandbox::Sandbox;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use std::time::Duration;

pub(super) struct Bank(pub Sandbox);

impl Bank {
    /// Each try waits so long for its answer.
    pub(super) async fn start(callback: String, origin: &str, seed: u64, timeout: Duration) -> Self {
        let config = sandbox::Config {
            callback,
            origin: origin.to_owned(),
            seed,
            timeout,
            retry_after: vec![Duration::from_millis(40), Duration::from_millis(80)],
            ..sandbox::Config::default()
        };
        Self(sandbox::start(config).await.unwrap())
    }

    pub(super) fn url(&self) -> String {
        self.0.url()
    }

    /// A control call that has to succeed.
    pub(super) async fn control(&self, route: &str, body: Value) -> Value {
        let request = Request::new("POST", &format!("/control/{route}")).header("Content-Type", "application/json");
        let answer = request.body(body.to_string()).send(self.0.addr).await;
        assert_eq!(answer.status, 200, "{route} {body}: {}", answer.text());
        answer.json()
    }

    pub(super) async fn play(&self, scenario: &str) {
        self.control("scenario", json!({ "name": scenario })).await;
    }

    /// How often each thing went wrong since the scenario began.
    pub(super) async fn went_wrong(&self) -> Value {
        let answer = Request::get("/control/scenario").send(self.0.addr).await.json();
        answer["playing"]["went_wrong"].clone()
    }

    pub(super) async fn ledger(&self, customer: &str) -> Value {
        Request::get(&format!("/control/ledger?customer={customer}")).send(self.0.addr).await.json()
    }

    /// What was sent, newest first, each with its tries.
    pub(super) async fn sent(&self) -> Vec<Value> {
        let answer = Request::get("/control/deliveries?limit=5000").send(self.0.addr).await.json();
        answer["deliveries"].as_array().unwrap().clone()
    }

    /// How many notifications have met nobody.
    pub(super) async fn unanswered(&self) -> usize {
        let timed_out = |one: &Value| one["error"] == "timeout";
        self.sent().await.iter().filter(|sent| sent["tries"].as_array().unwrap().iter().any(timed_out)).count()
    }

    /// Whether a notification may still arrive.
    pub(super) fn is_sending(&self) -> bool {
        !self.0.bank.tasks.is_empty()
    }

    /// The customer signs in at the popup and accepts; the token that the page gets.
    pub(super) async fn accept(&self, customer: &str, custom_reference: &str) -> String {
        let base = format!("/{}/fr/popup", sandbox::config::DEMO_PARTNER_ID);
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("custom_ref", custom_reference), ("channel", "c")])
            .finish();
        let opened = Request::get(&format!("{base}?{query}")).send(self.0.addr).await;
        let fields = [("session", session(&opened)), ("email", customer.into()), ("password", "anytime".into())];
        let signed_in = self.submit(&format!("{base}/sign-in"), &fields).await;
        let fields = [("session", session(&signed_in)), ("decision", "accept".into())];
        let done = self.submit(&format!("{base}/decide"), &fields).await;
        let messages: Value = serde_json::from_str(&first(&done, "#messages", |found| found.inner_html())).unwrap();
        messages["events"][0]["data"]["token"].as_str().expect("a token").to_owned()
    }

    async fn submit(&self, target: &str, fields: &[(&str, String)]) -> Answer {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = Request::form(target, &fields).send(self.0.addr).await;
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        answer
    }
}

fn session(page: &Answer) -> String {
    first(page, "input[name=session]", |found| found.attr("value").unwrap().to_owned())
}

/// What a page says at the first element of this kind.
pub(super) fn first(page: &Answer, selector: &str, read: impl Fn(scraper::ElementRef<'_>) -> String) -> String {
    let html = Html::parse_document(&page.text());
    let found = html.select(&Selector::parse(selector).unwrap()).next();
    read(found.unwrap_or_else(|| panic!("no {selector} in {}", page.text())))
}
