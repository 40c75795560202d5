//! Devices that are told, by a push service of this machine.

use super::alerts::{add_rule, pay};
use super::client::Request;
use super::purse::Purse;
use super::world::World;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use server::clock::Clock as _;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

const P256DH: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

/// Takes what is posted, and answers as it is told; 201 where it is not.
#[derive(Clone, Default)]
struct PushService {
    posted: Arc<Mutex<Vec<Posted>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
    address: String,
}

#[derive(Clone)]
struct Posted {
    path: String,
    topic: String,
    headers: HeaderMap,
    length: usize,
}

impl PushService {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = Self { address: format!("http://{}", listener.local_addr().unwrap()), ..Self::default() };
        let router = Router::new().fallback(take).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        service
    }

    fn will_answer(&self, status: u16) {
        self.answers.lock().unwrap().push_back(status);
    }

    /// Waits for so many messages.
    async fn posted(&self, count: usize) -> Vec<Posted> {
        until("messages", || {
            let posted = self.posted.lock().unwrap();
            (posted.len() >= count).then(|| posted.clone())
        })
        .await
    }
}

async fn take(State(service): State<PushService>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let topic = headers["topic"].to_str().unwrap().to_owned();
    service.posted.lock().unwrap().push(Posted { path: uri.path().to_owned(), topic, headers, length: body.len() });
    StatusCode::from_u16(service.answers.lock().unwrap().pop_front().unwrap_or(201)).unwrap()
}

async fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "no {what}");
        tokio::task::yield_now().await;
    }
}

/// As the page's script asks for it.
async fn subscribe(world: &World, cookie: &str, endpoint: &str, p256dh: &str) -> (u16, serde_json::Value) {
    let body =
        serde_json::json!({ "endpoint": endpoint, "expirationTime": null, "keys": { "p256dh": p256dh, "auth": AUTH } });
    let request = Request::new("POST", "/settings/alerts/devices")
        .header("Content-Type", "application/json")
        .header("Origin", world.origin())
        .header("Cookie", cookie)
        .body(body.to_string());
    let answer = world.send(request).await;
    (answer.status, answer.json())
}

async fn devices(world: &World, purse: &Purse) -> usize {
    world.services.store.push_devices(&purse.user, 100).await.unwrap().len()
}

/// A user with a device at the service, and a rule that tells it of everything.
async fn told(world: &World, service: &PushService) -> Purse {
    let purse = Purse::of(world, "alice@example.test").await;
    let endpoint = format!("{}/push/1", service.address);
    assert_eq!(subscribe(world, &purse.cookie, &endpoint, P256DH).await.0, 201);
    add_rule(world, &purse.cookie, &[("kind", "amount"), ("amount", "0"), ("push", "yes")]).await;
    purse
}

const GATHERED: Duration = Duration::from_secs(3);

#[tokio::test]
async fn what_comes_together_goes_as_one_message_and_not_more_often_than_the_limit() {
    let service = PushService::start().await;
    let world = World::new().await;
    let purse = told(&world, &service).await;
    for n in 1..=3 {
        pay(&world, &purse, n, -100).await;
    }
    world.clock.advance(GATHERED);
    let first = service.posted(1).await.remove(0);
    assert_eq!((first.path.as_str(), first.headers["ttl"].to_str().unwrap()), ("/push/1", "86400"));
    assert_eq!(first.headers["content-encoding"], "aes128gcm");
    assert!(first.headers["authorization"].to_str().unwrap().starts_with("vapid t="));

    // Within the next three minutes nothing more goes, then all of it.
    pay(&world, &purse, 4, -100).await;
    world.clock.advance(Duration::from_mins(1));
    pay(&world, &purse, 5, -100).await;
    world.clock.advance(Duration::from_secs(125));
    let second = service.posted(2).await;
    assert_eq!(second.len(), 2);
    assert_ne!(second[0].topic, second[1].topic);
    assert_eq!(second[0].length, second[1].length, "its length says nothing");
    world.end().await;
}

#[tokio::test]
async fn a_push_service_that_is_busy_is_asked_again_and_one_that_says_gone_is_not() {
    let service = PushService::start().await;
    let world = World::new().await;
    let purse = told(&world, &service).await;
    service.will_answer(503);
    service.will_answer(429);
    pay(&world, &purse, 1, -100).await;
    world.clock.advance(GATHERED);
    service.posted(1).await;
    // It is put off in steps of the clock that the test holds.
    for tries in 2..=3 {
        until("another try", || {
            world.clock.advance(Duration::from_secs(5));
            (service.posted.lock().unwrap().len() >= tries).then_some(())
        })
        .await;
    }
    let posted = service.posted(3).await;
    assert!(posted.iter().all(|posted| posted.topic == posted.topic), "the same message");
    assert_eq!(devices(&world, &purse).await, 1);

    service.will_answer(410);
    pay(&world, &purse, 2, -100).await;
    until("last message", || {
        world.clock.advance(Duration::from_secs(5));
        (service.posted.lock().unwrap().len() >= 4).then_some(())
    })
    .await;
    let began = Instant::now();
    while devices(&world, &purse).await > 0 {
        assert!(began.elapsed() < Duration::from_secs(30), "a device that is gone is kept");
        tokio::task::yield_now().await;
    }
    world.end().await;
}

#[tokio::test]
async fn a_device_is_kept_once_sealed_and_removed_by_its_owner_alone() {
    let world = World::new().await;
    let alice = Purse::of(&world, "alice@example.test").await;
    let mallory = world.sign_up("mallory@example.test").await;
    let endpoint = "https://push.example.com/secret-of-the-browser";
    let (status, answer) = subscribe(&world, &alice.cookie, endpoint, P256DH).await;
    assert_eq!(status, 201);
    let (again, answer_again) = subscribe(&world, &alice.cookie, endpoint, P256DH).await;
    assert_eq!((again, devices(&world, &alice).await), (201, 1), "the same browser once");
    assert_ne!(answer["id"], answer_again["id"]);
    let file = std::fs::read(world.folder.path().join("test.db")).unwrap();
    let log = std::fs::read(world.folder.path().join("test.db-wal")).unwrap_or_default();
    for bytes in [&file, &log] {
        assert!(
            !bytes.windows(22).any(|window| window == b"secret-of-the-browser/" || window == b"/secret-of-the-browser")
        );
    }
    let shown = world.get("/settings/alerts", &alice.cookie).await.text();
    assert!(shown.contains("data-testid=\"device\"") && !shown.contains("secret-of-the-browser"));

    let remove = format!("/settings/alerts/devices/{}/remove", answer_again["id"].as_str().unwrap());
    assert_eq!(world.post(&remove, &[], &mallory).await.status, 404);
    assert_eq!(world.post(&remove, &[], &alice.cookie).await.location(), "/settings/alerts?done=device-removed#main");
    assert_eq!(devices(&world, &alice).await, 0);
    for n in 0..10 {
        assert_eq!(subscribe(&world, &alice.cookie, &format!("{endpoint}/{n}"), P256DH).await.0, 201);
    }
    let (full, problem) = subscribe(&world, &alice.cookie, &format!("{endpoint}/10"), P256DH).await;
    assert_eq!((full, &problem["problem"]), (409, &"too-many".into()));
    world.end().await;
}

#[tokio::test]
async fn no_subscription_makes_us_post_into_our_own_network() {
    // As in production: this machine is none of the Internet.
    let world = World::with(|config| config.dev = false).await;
    let cookie = world.sign_up("alice@example.test").await;
    for bad in
        ["http://127.0.0.1:4500/x", "https://127.0.0.1/x", "https://localhost/x", "https://10.0.0.1/x", "nonsense"]
    {
        let (status, problem) = subscribe(&world, &cookie, bad, P256DH).await;
        assert_eq!((status, &problem["problem"]), (422, &"bad-subscription".into()), "{bad}");
    }
    assert_eq!(subscribe(&world, &cookie, "https://push.example.com/x", "nonsense").await.0, 422);
    assert_eq!(subscribe(&world, "", "https://push.example.com/x", P256DH).await.0, 401);
    let now = world.clock.now();
    assert_eq!(world.services.store.due_pushes(now, 10).await.unwrap(), []);
    world.end().await;
}
