//! A bank, a product, and a person who banks at the one and uses the other.

use super::bank::{Bank, first};
use super::books::Books;
use super::product::Product;
use super::script::Script;
use crate::http::client::Request;
use crate::http::world::PASSWORD;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use server::store::{DeliveriesQuery, DeliveryRecord, DeliveryState};
use std::future::Future;
use std::time::{Duration, Instant};

/// Alice has three cards on two accounts.
pub(super) const ALICE: &str = "alice@example.test";
/// Bruno has one card.
pub(super) const BRUNO: &str = "bruno@example.test";

/// Nothing takes this long unless it never comes.
const PATIENCE: Duration = Duration::from_mins(1);
pub(super) const GLANCE: Duration = Duration::from_millis(50);

pub(super) struct World {
    pub bank: Bank,
    pub product: Product,
    pub script: Script,
    pub customer: &'static str,
    pub cookie: String,
    scenario: &'static str,
    seed: u64,
}

impl World {
    /// A person who has signed up, and has linked nothing yet.
    pub(super) async fn start(customer: &'static str) -> Self {
        Self::start_with(customer, Duration::from_secs(20)).await
    }

    /// As `start`, with a bank that does not wait longer for an answer.
    async fn start_with(customer: &'static str, timeout: Duration) -> Self {
        let seed = seed();
        let (socket, callback) = Product::prepare();
        let bank = Bank::start(callback, "http://app.test:3000", seed, timeout).await;
        let product = Product::new(socket, &bank).await;
        let ledger = bank.ledger(customer).await;
        let cards =
            ledger["cards"].as_array().unwrap().iter().map(|card| card["card_ref"].as_str().unwrap().to_owned());
        let script = Script::new(seed, cards.collect());
        let form = Request::form("/sign-up", &[("name", "A Person"), ("email", customer), ("password", PASSWORD)]);
        let signed_up = product.post(form, "").await;
        assert_eq!(signed_up.status, 303, "{}", signed_up.text());
        let cookie = signed_up.cookie("session=").expect("a session").to_owned();
        Self { bank, product, script, customer, cookie, scenario: "fine", seed }
    }

    /// A person whose bank is linked, history and all.
    pub(super) async fn linked(customer: &'static str) -> Self {
        Self::linked_with(customer, Duration::from_secs(20)).await
    }

    /// As `linked`, with a bank that does not wait longer for an answer.
    pub(super) async fn linked_with(customer: &'static str, timeout: Duration) -> Self {
        let world = Self::start_with(customer, timeout).await;
        let link = world.link().await;
        world.until("the link is proven", async || world.link_status(&link).await == "linked").await;
        world.agree().await;
        world
    }

    /// A person who has been linked for a while: nothing is left to be asked that would bring news by chance.
    pub(super) async fn at_rest(customer: &'static str) -> Self {
        let mut world = Self::linked(customer).await;
        world.script.last_word(&world.bank).await;
        world.agree().await;
        world
    }

    /// The whole story: linked, so many steps under a scenario until each of these went wrong, and the same books in the
    /// end. A good notification comes last, so that nothing has to be found without any news.
    pub(super) async fn through(scenario: &'static str, customer: &'static str, steps: usize, wrong: &[&str]) -> Self {
        let mut world = Self::linked(customer).await;
        world.play(scenario).await;
        world.script.play(&world.bank, steps).await;
        world.until_wrong(wrong).await;
        world.clear_up().await;
        world.script.last_word(&world.bank).await;
        world.agree().await;
        world
    }

    pub(super) async fn play(&mut self, scenario: &'static str) {
        self.scenario = scenario;
        self.bank.play(scenario).await;
    }

    /// A scenario of the test's own.
    pub(super) async fn play_text(&mut self, text: &'static str) {
        self.scenario = text;
        self.bank.control("scenario", json!({ "toml": text })).await;
    }

    /// Waits until each of these went wrong, or the test would prove nothing.
    pub(super) async fn until_wrong(&self, wrong: &[&str]) {
        let met = async || {
            let went_wrong = self.bank.went_wrong().await;
            wrong.iter().all(|what| went_wrong[what].as_u64().is_some_and(|times| times > 0))
        };
        self.until(&format!("{wrong:?} to go wrong"), met).await;
    }

    /// The weather turns fine; what was held back goes on its way.
    pub(super) async fn clear_up(&self) {
        self.bank.play("fine").await;
    }

    /// Links by both channels, as browser and bank do; the link's id.
    pub(super) async fn link(&self) -> String {
        let page = self.product.get("/connect", &self.cookie).await;
        let reference = first(&page, "#anytime-connect", |found| found.attr("data-custom-ref").unwrap().to_owned());
        let token = self.bank.accept(self.customer, &reference).await;
        let brought = json!({ "token": token, "custom_reference": reference }).to_string();
        let request = Request::new("POST", "/links").header("Content-Type", "application/json").body(brought);
        let answer = self.product.post(request, &self.cookie).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    pub(super) async fn link_status(&self, id: &str) -> String {
        let answer = self.product.get(&format!("/links/{id}"), &self.cookie).await;
        answer.json()["status"].as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the product shows what the bank's books say, each payment confirmed by the bank's statement, and nothing is
    /// under way that could change it.
    pub(super) async fn agree(&self) {
        let start = Instant::now();
        loop {
            let quiet = self.is_quiet().await;
            let bank = Books::of_bank(&self.bank.ledger(self.customer).await);
            let differences = self.export().await.differences(&bank);
            if quiet && differences.is_empty() {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{}: quiet {quiet}\n{}", self.circumstances(), differences.join("\n"));
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Waits until something is seen.
    pub(super) async fn until<F: Future<Output = bool>>(&self, what: &str, seen: impl Fn() -> F) {
        let start = Instant::now();
        while !seen().await {
            assert!(start.elapsed() < PATIENCE, "{}: not seen: {what}", self.circumstances());
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Whether every notification was tried, and every stored one was given its effect.
    pub(super) async fn is_quiet(&self) -> bool {
        !self.bank.is_sending() && self.arrivals().await.iter().all(|arrival| arrival.state != DeliveryState::Pending)
    }

    /// What the product says of a failure: enough to see it again.
    pub(super) fn circumstances(&self) -> String {
        format!("scenario {} with SCENARIO_SEED={}", self.scenario, self.seed)
    }

    /// What the product shows: its export, and the balances of the dashboard.
    pub(super) async fn export(&self) -> Books {
        let mut books = Books::default();
        let mut next = String::new();
        loop {
            let page = self.product.get(&format!("/transactions.json?before={next}"), &self.cookie).await;
            assert_eq!(page.status, 200, "{}", page.text());
            let page = page.json();
            page["transactions"].as_array().unwrap().iter().for_each(|line| books.enter_export(line));
            match page["next"].as_str() {
                Some(more) => next = form_urlencoded::byte_serialize(more.as_bytes()).collect(),
                None => break,
            }
        }
        let dashboard = self.product.get("/dashboard", &self.cookie).await.text();
        let html = Html::parse_document(&dashboard);
        for shown in html.select(&Selector::parse("[data-testid=balance]").unwrap()) {
            let minor = shown.attr("data-minor").and_then(|minor| minor.parse().ok()).unwrap_or(i64::MIN);
            books.balances.insert(shown.attr("data-card").unwrap().to_owned(), minor);
        }
        books
    }

    /// Arrivals as operators see them, newest first.
    pub(super) async fn arrivals(&self) -> Vec<DeliveryRecord> {
        let query = DeliveriesQuery { limit: 10_000, ..DeliveriesQuery::default() };
        self.product.services().store.deliveries(&query).await.unwrap()
    }

    /// How many arrivals have this verdict for this reason.
    pub(super) async fn judged(&self, verdict: &str, reason: &str) -> usize {
        let arrivals = self.arrivals().await;
        arrivals.iter().filter(|one| one.verdict.code() == verdict && one.reason == reason).count()
    }

    /// Notifications of the bank that were tried so often.
    pub(super) async fn tried(&self, times: usize) -> Vec<Value> {
        let tries = |sent: &Value| sent["tries"].as_array().unwrap().len();
        self.bank.sent().await.into_iter().filter(|sent| tries(sent) == times).collect()
    }

    pub(super) async fn end(mut self) {
        self.product.stop().await;
        self.bank.0.stop().await;
    }
}

fn seed() -> u64 {
    match std::env::var("SCENARIO_SEED") {
        Ok(text) if text == "random" => u64::from_le_bytes(server::randomness::bytes()) >> 11,
        Ok(text) => text.parse().expect("SCENARIO_SEED is a number, or random"),
        Err(_) => 1,
    }
}
