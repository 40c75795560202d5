//! Somebody who has an account, and is linked with the bank.

use crate::product::Product;
use crate::watch::Watch;
use std::time::{Duration, Instant};

const EMAIL: &str = "alice@example.test";
const PASSWORD: &str = "tulipes bleues 7";
const FORM: &str = "application/x-www-form-urlencoded";
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Debug, Clone)]
pub struct Person {
    pub cookie: String,
    /// The cards that she is linked with.
    pub cards: Vec<String>,
}

impl Person {
    /// Signs up, links herself with a customer of the bank, and waits until her past is complete.
    pub async fn linked(product: &Product) -> Self {
        let form = format!("name=Alice&email={EMAIL}&password={}", PASSWORD.replace(' ', "+"));
        let answer = product.post("/sign-up", "", FORM, &form).await.expect("sign-up");
        let cookie = session(answer.header("set-cookie")).expect("a session");
        let (token, cards) = {
            let mut world = product.bank.bank.world();
            let customer = world.customer(EMAIL).expect("a customer");
            let cards: Vec<_> = world.cards_of(customer).map(|card| card.card_ref.clone()).collect();
            (world.tokens.grant(customer, None).token, cards)
        };
        let person = Self { cookie, cards };
        person.bring(product, &token).await;
        person
    }

    async fn bring(&self, product: &Product, token: &str) {
        let page = product.get("/connect", &self.cookie).await.expect("the connect page").text();
        let reference = page.split("data-custom-ref=\"").nth(1).and_then(|rest| rest.split('"').next());
        let body = serde_json::json!({ "token": token, "custom_reference": reference.expect("a reference") });
        let answer = product.post("/links", &self.cookie, "application/json", &body.to_string()).await.expect("a link");
        assert_eq!(answer.status, 201, "{}", answer.text());
        self.until_complete(product).await;
    }

    async fn until_complete(&self, product: &Product) {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            let mut watch = Watch::default();
            watch.follow(product.address, &self.cookie, true).await;
            if watch.past_is_complete {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("her past is not complete after a minute:\n{}", product.log());
    }

    /// Signs in once more; the new session's cookie.
    pub async fn sign_in(product: &Product) -> Option<String> {
        let form = format!("email={EMAIL}&password={}", PASSWORD.replace(' ', "+"));
        let answer = product.post("/sign-in", "", FORM, &form).await.ok()?;
        session(answer.header("set-cookie"))
    }
}

fn session(header: Option<&str>) -> Option<String> {
    let pair = header?.split(';').next()?;
    pair.starts_with("session=").then(|| pair.to_owned())
}
