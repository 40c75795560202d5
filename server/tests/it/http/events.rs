//! What the partner's other systems are told, received and checked as they would.

use super::alerts::pay;
use super::letters::letters;
use super::purse::Purse;
use super::world::World;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::viewer::Role;
use hmac::{Hmac, KeyInit as _, Mac as _};
use server::clock::Clock as _;
use server::config::{AlarmWebhook, Tell, Watch};
use server::outbox::{SigningSecret, seal_secret};
use server::secret::Secret;
use server::store::{EndpointRecord, SendRecord, SendState, SendsQuery};
use sha2::Sha256;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// Takes what is posted, and answers as it is told; 204 where it is not.
#[derive(Clone, Default)]
pub(super) struct Partner {
    posted: Arc<Mutex<Vec<Posted>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
    url: String,
}

#[derive(Clone)]
pub(super) struct Posted {
    headers: HeaderMap,
    body: Bytes,
}

impl Posted {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// As the specification tells receivers to check it.
    fn is_signed_with(&self, secret: &str) -> bool {
        let key = BASE64.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let signed: [&[u8]; 5] =
            [self.header("webhook-id").as_bytes(), b".", self.header("webhook-timestamp").as_bytes(), b".", &self.body];
        let mac = Hmac::<Sha256>::new_from_slice(&key).unwrap().chain_update(signed.concat()).finalize();
        let expected = format!("v1,{}", BASE64.encode(mac.into_bytes()));
        self.header("webhook-signature").split(' ').any(|signature| signature == expected)
    }
}

impl Partner {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let partner = Self { url: format!("http://{}/hook", listener.local_addr().unwrap()), ..Self::default() };
        let router = Router::new().fallback(take).with_state(partner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        partner
    }

    fn will_answer(&self, status: u16) {
        self.answers.lock().unwrap().push_back(status);
    }

    /// Waits for so many messages.
    pub(super) async fn posted(&self, count: usize) -> Vec<Posted> {
        let began = Instant::now();
        loop {
            let posted = self.posted.lock().unwrap().clone();
            if posted.len() >= count {
                return posted;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "{} of {count} messages", posted.len());
            tokio::task::yield_now().await;
        }
    }
}

async fn take(State(partner): State<Partner>, headers: HeaderMap, body: Bytes) -> StatusCode {
    partner.posted.lock().unwrap().push(Posted { headers, body });
    StatusCode::from_u16(partner.answers.lock().unwrap().pop_front().unwrap_or(204)).unwrap()
}

/// An endpoint at the partner's, which a server notices; its secret.
pub(super) async fn endpoint(world: &World, partner: &Partner, events: &str) -> String {
    let secret = SigningSecret::generate();
    let (secret_key, sealed) = seal_secret(&world.services.vault, "one", &secret).await.unwrap();
    let record = EndpointRecord {
        id: "one".into(),
        url: partner.url.clone(),
        events: events.into(),
        secret_key,
        secret: sealed,
        old_secret: None,
        old_until: None,
        created_at: world.clock.now(),
        ended_at: None,
        ended_by: String::new(),
    };
    world.services.store.put_endpoint(&record).await.unwrap();
    world.services.store.look_at_endpoints().await.unwrap();
    secret.text()
}

/// The newest messages.
async fn sends(world: &World, limit: i64) -> Vec<SendRecord> {
    world.services.store.sends(&SendsQuery { limit, ..SendsQuery::default() }).await.unwrap().rows
}

/// Waits until the newest message stands so, after this answer: a try that has begun is not noted yet.
async fn stands(world: &World, state: SendState, tries: i64, status: i64) {
    let began = Instant::now();
    loop {
        let newest = sends(world, 1).await;
        if newest.first().is_some_and(|send| send.state == state && send.tries == tries && send.status == Some(status))
        {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{newest:?}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_payment_is_told_signed_in_the_shape_of_the_api() {
    let partner = Partner::start().await;
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    let secret = endpoint(&world, &partner, "link transaction").await;
    pay(&world, &purse, 1, -9_832).await;
    let told = partner.posted(1).await.remove(0);
    assert!(told.is_signed_with(&secret) && !told.is_signed_with(&SigningSecret::generate().text()));
    assert!(told.header("webhook-id").starts_with("msg_"));
    let seconds = world.clock.now().0 / 1_000_000;
    assert_eq!(told.header("webhook-timestamp"), seconds.to_string());
    let message = told.json();
    assert_eq!(message["type"], "transaction.created");
    let data = &message["data"];
    assert_eq!((&data["user_id"], &data["amount_minor"]), (&purse.user.as_str().into(), &(-9_832).into()));
    let key = purse.key(1);
    let shown = world.get(&format!("/transactions.json?card={}", key.card_ref), &purse.cookie).await.json();
    let mut shown = shown["transactions"][0].as_object().unwrap().clone();
    shown.insert("user_id".to_owned(), purse.user.as_str().into());
    assert_eq!(data.as_object().unwrap(), &shown, "what the API tells of it");
    stands(&world, SendState::Sent, 1, 204).await;

    // A link that its owner forgets is told of a last time.
    let forgotten = world.post(&format!("/links/{}/forget", purse.link), &[("history", "keep")], &purse.cookie).await;
    assert_eq!(forgotten.status, 303);
    // The bank cannot be asked here, which is told of as well.
    let mut count = 2;
    let link = loop {
        let link = partner.posted(count).await.remove(count - 1).json();
        assert_eq!((&link["type"], &link["data"]["id"]), (&"link.updated".into(), &purse.link.as_str().into()));
        if link["data"]["forgotten_at"].is_string() {
            break link;
        }
        count += 1;
    };
    assert_eq!(link["data"]["user_id"], purse.user.as_str());
    world.end().await;
}

#[tokio::test]
async fn what_is_not_taken_comes_again_with_the_same_name_and_is_sent_again_by_hand() {
    let partner = Partner::start().await;
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    endpoint(&world, &partner, "transaction").await;
    partner.will_answer(500);
    pay(&world, &purse, 1, -100).await;
    let first = partner.posted(1).await.remove(0);
    stands(&world, SendState::Waiting, 1, 500).await;
    world.clock.advance(Duration::from_secs(15));
    let second = partner.posted(2).await.remove(1);
    assert_eq!((first.header("webhook-id"), &first.body), (second.header("webhook-id"), &second.body));
    assert_ne!(first.header("webhook-timestamp"), second.header("webhook-timestamp"));
    stands(&world, SendState::Sent, 2, 204).await;

    let olga = world.operator("olga@example.test", Role::Operator).await;
    let list = world.get("/operator/events", &olga).await.text();
    assert!(list.contains(&partner.url) && list.contains("data-state=\"sent\""), "{list}");
    let id = sends(&world, 1).await[0].id;
    let (path, again) = (format!("/operator/events/{id}"), format!("/operator/events/{id}/again"));
    assert!(world.get(&path, &olga).await.text().contains(&again));
    let missing = world.post(&again, &[("reason", " ")], &olga).await;
    assert_eq!(missing.status, 422);
    assert!(missing.text().contains("id=\"reason-problem\""));
    let answer = world.post(&again, &[("reason", "their database was restored")], &olga).await;
    assert_eq!((answer.status, answer.location()), (303, format!("{path}?done=again").as_str()));
    assert_eq!(partner.posted(3).await[2].header("webhook-id"), first.header("webhook-id"));
    let acts = world.services.store.acts(None, None, 1).await.unwrap();
    assert_eq!((acts[0].act.as_str(), acts[0].reason.as_str()), ("send-event-again", "their database was restored"));
    world.end().await;
}

#[tokio::test]
async fn nobody_below_an_operator_sends_again_and_users_see_nothing() {
    let partner = Partner::start().await;
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    endpoint(&world, &partner, "transaction").await;
    pay(&world, &purse, 1, -100).await;
    stands(&world, SendState::Sent, 1, 204).await;
    let vera = world.operator("vera@example.test", Role::Viewer).await;
    let id = sends(&world, 1).await[0].id;
    let path = format!("/operator/events/{id}");
    let page = world.get(&path, &vera).await;
    assert!(page.status == 200 && !page.text().contains("/again"));
    assert_eq!(world.post(&format!("{path}/again"), &[("reason", "x")], &vera).await.status, 404);
    for path in ["/operator/events", path.as_str()] {
        assert_eq!(world.get(path, &purse.cookie).await.status, 404);
    }
    world.end().await;
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_told_nothing_more_and_one_that_fails_for_a_day_is_given_up() {
    let partner = Partner::start().await;
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    endpoint(&world, &partner, "transaction").await;
    partner.will_answer(503);
    pay(&world, &purse, 1, -100).await;
    stands(&world, SendState::Waiting, 1, 503).await;
    for (tries, status) in (2..=3).zip([500, 404]) {
        partner.will_answer(status);
        world.clock.advance(Duration::from_hours(if tries == 3 { 25 } else { 1 }));
        let state = if tries == 3 { SendState::Dead } else { SendState::Waiting };
        stands(&world, state, tries, i64::from(status)).await;
    }
    alarm(&world, "events").await;

    world.clock.advance(Duration::from_hours(1));
    partner.will_answer(410);
    pay(&world, &purse, 2, -100).await;
    stands(&world, SendState::Dead, 1, 410).await;
    let began = Instant::now();
    while world.services.store.endpoints().await.unwrap()[0].ended_by != "gone" {
        assert!(began.elapsed() < Duration::from_secs(30), "it is still told");
        tokio::task::yield_now().await;
    }
    world.end().await;
}

/// Waits for an alarm of this kind.
async fn alarm(world: &World, kind: &str) {
    let began = Instant::now();
    while !world.services.store.open_alarms(9).await.unwrap().iter().any(|alarm| alarm.kind == kind) {
        assert!(began.elapsed() < Duration::from_secs(30), "no alarm");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_is_erased_is_told_of_no_more() {
    let partner = Partner::start().await;
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    endpoint(&world, &partner, "transaction").await;
    partner.will_answer(500);
    pay(&world, &purse, 1, -100).await;
    stands(&world, SendState::Waiting, 1, 500).await;
    let fields = [("current", super::world::PASSWORD), ("sure", "yes")];
    let erased = world.post("/settings/erase", &fields, &purse.cookie).await;
    assert_eq!(erased.status, 303, "{}", erased.text());
    assert!(sends(&world, 9).await.is_empty());
    world.end().await;
}

#[tokio::test]
async fn an_alarm_is_posted_and_mailed_once_when_it_opens_and_once_when_it_ends() {
    let partner = Partner::start().await;
    let secret = SigningSecret::generate().text();
    let webhook = AlarmWebhook { url: partner.url.clone(), secret: Secret::new(secret.clone()) };
    let tell = Tell { alarm_mail_to: Some("ops@example.test".into()), alarm_webhook: Some(webhook), ..Tell::default() };
    let world = World::with(|config| config.watch = Watch { tell, ..Watch::default() }).await;
    let store = &world.services.store;
    store.raise_alarm("flood", "", "", world.clock.now()).await.unwrap();
    store.raise_alarm("last-try", "d5ec", "", world.clock.now()).await.unwrap();
    world.clock.advance(Duration::from_secs(20));
    let opened = partner.posted(1).await.remove(0);
    assert!(opened.is_signed_with(&secret));
    let message = opened.json();
    assert_eq!(message["type"], "alarms.changed");
    let kinds: Vec<_> =
        message["data"]["opened"].as_array().unwrap().iter().map(|alarm| alarm["kind"].clone()).collect();
    assert_eq!(
        (kinds, message["data"]["ended"].as_array().unwrap().len()),
        (vec!["flood".into(), "last-try".into()], 0)
    );
    let mail = letters(&world, 1).await.remove(0);
    assert!(mail.contains("To: ops@example.test") && mail.contains("/operator/alarms"), "{mail}");

    store.end_alarm("flood", "", world.clock.now()).await.unwrap();
    world.clock.advance(Duration::from_secs(20));
    let ended = partner.posted(2).await.remove(1).json();
    assert_eq!(ended["data"]["ended"][0]["kind"], "flood");
    letters(&world, 2).await;
    assert_eq!(partner.posted(2).await.len(), 2, "each once");
    world.end().await;
}
