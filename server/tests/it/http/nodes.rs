//! Several nodes on one database: whatever is begun on one goes on on another.

use super::client::{Answer, Request};
use super::purse::Purse;
use super::streams::Stream;
use super::world::{PASSWORD, World};
use crate::postgres::Postgres;
use domain::viewer::Role;
use scraper::{Html, Selector};
use server::clock::Clock as _;
use server::nodes::{Duty, SILENT_AFTER};
use server::store::{ApiKeyRecord, Store};
use sqlx::Connection as _;
use std::sync::Arc;
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);

/// On one database of `PostgreSQL`.
struct Nodes {
    a: World,
    b: World,
    postgres: Postgres,
}

impl Nodes {
    async fn start() -> Self {
        let postgres = Postgres::start().await;
        let a = World::with(|config| {
            config.database = postgres.url();
            config.node.name = "web-a".to_owned();
        })
        .await;
        let b = a.beside("web-b").await;
        Self { a, b, postgres }
    }

    async fn end(self) {
        self.b.end().await;
        self.a.end().await;
        drop(self.postgres);
    }
}

fn attributes(page: &str, selector: &str, name: &str) -> Vec<String> {
    let (document, selector) = (Html::parse_document(page), Selector::parse(selector).unwrap());
    document.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
}

/// The clock was moved, and nodes speak every few seconds by another one.
async fn says_that_it_is_there(world: &World) {
    let store = &world.services.store;
    let mut nodes = store.nodes(10).await.unwrap().into_iter();
    let mut own = nodes.find(|node| node.id == store.node()).unwrap();
    own.seen_at = world.clock.now();
    store.note_node(&own).await.unwrap();
}

async fn bring(world: &World, cookie: &str, token: &str, reference: &str) -> Answer {
    let body = serde_json::json!({ "token": token, "custom_reference": reference }).to_string();
    let request = Request::new("POST", "/links")
        .header("Content-Type", "application/json")
        .header("Origin", world.origin())
        .header("Cookie", cookie)
        .body(body);
    world.send(request).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_node_has_to_see_a_person_twice() {
    let nodes = Nodes::start().await;
    let c = nodes.a.beside("web-c").await;
    let cookie = nodes.a.sign_up("alice@example.test").await;
    let connect = nodes.b.get("/connect", &cookie).await.text();
    let reference = attributes(&connect, "#anytime-connect", "data-custom-ref").remove(0);
    let linked = bring(&c, &cookie, &"ab".repeat(32), &reference).await;
    assert_eq!(linked.status, 201, "{}", linked.text());
    let id = linked.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(nodes.a.get(&format!("/links/{id}"), &cookie).await.status, 200);

    let again = nodes.b.sign_in("alice@example.test").await;
    assert_eq!(nodes.a.post("/sign-out", &[], &cookie).await.status, 303);
    for node in [&nodes.a, &nodes.b, &c] {
        assert!(!node.is_signed_in(&cookie).await && node.is_signed_in(&again).await);
    }
    let (other, phone, _) = super::two_step::with_two_steps(&nodes.a, "bruno@example.test").await;
    nodes.b.post("/sign-out", &[], &other).await;
    nodes.a.clock.advance(MINUTE);
    let half = c.post("/sign-in", &[("email", "bruno@example.test"), ("password", PASSWORD)], "").await;
    let owes = half.cookie("sign-in=").expect("a code is owed").to_owned();
    let proven = nodes.b.post(half.location(), &[("code", &phone.code(&nodes.b, 0))], &owes).await;
    assert_eq!(proven.status, 303, "{}", proven.text());
    assert!(nodes.a.is_signed_in(&nodes.b.session_in(&proven)).await);
    c.end().await;
    nodes.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_hold_over_all_nodes() {
    let nodes = Nodes::start().await;
    let (a, b) = (&nodes.a, &nodes.b);
    let cookie = a.sign_up("alice@example.test").await;
    let wrong = [("email", "alice@example.test"), ("password", "nonsense it is")];
    for n in 0..5 {
        let node = if n % 2 == 0 { a } else { b };
        assert_eq!(node.post("/sign-in", &wrong, "").await.status, 422, "{n}");
    }
    let right = [("email", "alice@example.test"), ("password", PASSWORD)];
    for node in [a, b] {
        assert_eq!(node.post("/sign-in", &right, "").await.status, 429, "the right one has to wait as well");
    }
    a.clock.advance(MINUTE);
    assert_eq!(b.post("/sign-in", &right, "").await.status, 303);
    assert_eq!(a.post("/sign-in", &wrong, "").await.status, 422, "it begins anew");
    for node in [a, b] {
        says_that_it_is_there(node).await;
    }

    let key = format!("{}{}", server::api::KEY_PREFIX, server::randomness::secret());
    let record = ApiKeyRecord {
        id: server::randomness::id(),
        name: "Billing".to_owned(),
        scopes: "users:read".to_owned(),
        addresses: String::new(),
        created_at: a.clock.now(),
        used_at: None,
        revoked_at: None,
    };
    a.services.store.add_api_key(&record, &server::api::hash_of(&key)).await.unwrap();
    for (node, left) in [(a, 1_199), (b, 1_198), (a, 1_197)] {
        let answer = node.send(Request::get("/api/v1/users").header("Authorization", &format!("Bearer {key}"))).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("ratelimit"), Some(format!("\"minute\";r={left};t=60").as_str()));
    }

    let mut open = Vec::new();
    for n in 0..6 {
        let stream = Stream::open(if n % 2 == 0 { a } else { b }, "/live", &cookie).await;
        assert_eq!(stream.status(), "200", "{n}");
        open.push(stream);
    }
    for node in [a, b] {
        assert_eq!(Stream::open(node, "/live", &cookie).await.status(), "429");
    }
    let sixth = open.pop();
    let (seventh, ()) = tokio::join!(Stream::open(a, "/live", &cookie), async { drop(sixth) });
    assert_eq!(seventh.status(), "200", "it waits for a place that is being given back");
    nodes.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_goes_away_while_a_place_is_taken_for_her_leaves_it_to_others() {
    let nodes = Nodes::start().await;
    let cookie = nodes.a.sign_up("alice@example.test").await;
    let mut other = sqlx::AnyConnection::connect(nodes.postgres.url().expose()).await.unwrap();
    let mut looking = sqlx::AnyConnection::connect(nodes.postgres.url().expose()).await.unwrap();
    let mut tx = other.begin().await.unwrap();
    sqlx::query("LOCK TABLE stream_places IN EXCLUSIVE MODE").execute(&mut *tx).await.unwrap();
    let waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
                   AND query LIKE 'INSERT INTO stream_places%' AND datname = current_database()";
    tokio::select! {
        _ = Stream::open(&nodes.a, "/live", &cookie) => panic!("it has a place"),
        () = until(&mut looking, waiting, 1) => {}
    }
    // It has hung up; the server is given time to see that before the place is there.
    for _ in 0..20 {
        assert_eq!(nodes.a.get("/healthz", "").await.status, 200);
    }
    tx.commit().await.unwrap();
    until(&mut looking, waiting, 0).await;
    until(&mut looking, "SELECT COUNT(*) FROM stream_places", 0).await;
    other.close().await.unwrap();
    looking.close().await.unwrap();
    nodes.end().await;
}

async fn until(connection: &mut sqlx::AnyConnection, count: &'static str, wanted: i64) {
    let began = std::time::Instant::now();
    loop {
        let found: i64 = sqlx::query_scalar(count).fetch_one(&mut *connection).await.unwrap();
        if found == wanted {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{found} instead of {wanted}: {count}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_hears_of_what_other_nodes_do_at_once_and_of_what_was_lost_within_a_second() {
    let nodes = Nodes::start().await;
    let purse = Purse::of(&nodes.a, "alice@example.test").await;
    let mut stream = Stream::open(&nodes.b, "/live", &purse.cookie).await;
    stream.hears("event: caught-up").await;
    let pay = async |store: &Store, n: usize| {
        let payment = purse.payment(n, "FNAC DIRECT", -500);
        store.apply_payments(&[payment], true, nodes.a.clock.now()).await.unwrap();
        format!("\"txid\":\"{}\"", purse.key(n).txid)
    };
    // The first ones may come while the node begins to listen.
    let mut quickest = Duration::MAX;
    for n in 1..=5 {
        let told = pay(&nodes.a.services.store, n).await;
        quickest = quickest.min(stream.hears(&told).await);
    }
    assert!(quickest < Duration::from_millis(500), "{quickest:?}");

    // Nobody tells of what this one commits.
    let silent = Store::open(&nodes.postgres.url()).await.unwrap();
    for n in 6..=8 {
        let told = pay(&silent, n).await;
        let took = stream.hears(&told).await;
        assert!(took < Duration::from_secs(3), "{took:?}");
    }
    silent.close().await;
    let told: Vec<u64> =
        stream.said.lines().filter_map(|line| line.strip_prefix("id: ")?.trim().parse().ok()).collect();
    let follows = told.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let payments = stream.said.matches("event: transaction").count();
    assert!(follows && payments == 8, "each once, in their order: {told:?}");

    // Her session ends elsewhere: the stream does not outlive it.
    nodes.a.post("/sign-out", &[], &purse.cookie).await;
    stream.ends().await;
    nodes.end().await;
}

/// Deliveries are numbered when they are written, and seen when they are committed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_watches_is_told_of_a_delivery_that_is_committed_after_a_younger_one() {
    let nodes = Nodes::start().await;
    let olga = nodes.a.operator("olga@example.test", Role::Operator).await;
    let mut stream = Stream::open(&nodes.b, "/operator/live", &olga).await;
    let mut slow = sqlx::AnyConnection::connect(nodes.postgres.url().expose()).await.unwrap();
    let mut quick = sqlx::AnyConnection::connect(nodes.postgres.url().expose()).await.unwrap();
    let insert = async |connection: &mut sqlx::AnyConnection, reference: &str| {
        sqlx::query(
            "INSERT INTO deliveries (received_at, reference, event_name, verdict, reason, state, peer, content_type, trust,
                core_mac, answered)
             VALUES ($1, $2, '', 'rejected', 'no-hash', 'done', '', '', '[]', '', 401)",
        )
        .bind(nodes.a.clock.now().0)
        .bind(reference.to_owned())
        .execute(connection)
        .await
        .unwrap();
    };
    let mut tx = slow.begin().await.unwrap();
    insert(&mut tx, "older").await;
    insert(&mut quick, "younger").await;
    stream.hears("\"younger\"").await;
    tx.commit().await.unwrap();
    stream.hears("\"older\"").await;
    assert!(!stream.said.split("\"older\"").nth(1).unwrap().contains("younger"), "each once");
    quick.close().await.unwrap();
    slow.close().await.unwrap();
    nodes.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duty_passes_to_another_node_when_its_node_is_gone() {
    let nodes = Nodes::start().await;
    let clock = Arc::clone(&nodes.a.clock);
    let duty = |world: &World| Duty::new("a test", world.services.store.clone(), clock.clone());
    let (a, b) = (duty(&nodes.a), duty(&nodes.b));
    assert!(a.is_ours().await.unwrap() && !b.is_ours().await.unwrap());
    for _ in 0..5 {
        clock.advance(Duration::from_secs(12));
        assert!(a.is_ours().await.unwrap() && !b.is_ours().await.unwrap(), "as long as it does it");
    }
    // It stands still for longer than its lease.
    clock.advance(Duration::from_secs(31));
    assert!(b.is_ours().await.unwrap());
    assert!(!a.is_ours().await.unwrap(), "and learns of it when it wakes");
    nodes.b.end().await;
    clock.advance(Duration::from_secs(10));
    assert!(a.is_ours().await.unwrap(), "who ends in good order is not waited for");
    nodes.a.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_health_shows_every_node() {
    let nodes = Nodes::start().await;
    let vera = nodes.a.operator("vera@example.test", Role::Viewer).await;
    let seen = async || {
        let page = nodes.a.get("/operator/health", &vera).await.text();
        let of = |name| attributes(&page, "[data-testid=node]", name);
        (of("data-node"), of("data-state"), page)
    };
    let (names, states, page) = seen().await;
    assert_eq!((names, states), (vec!["web-a".into(), "web-b".into()], vec!["serving".into(), "serving".into()]));
    assert_eq!(page.matches("(celui-ci)").count(), 1);
    let mut other = nodes.a.services.store.nodes(10).await.unwrap().pop().unwrap();
    (other.id, other.name) = ("gone".to_owned(), "web-z".to_owned());
    nodes.a.services.store.note_node(&other).await.unwrap();
    nodes.a.clock.advance(SILENT_AFTER + Duration::from_secs(1));
    for world in [&nodes.a, &nodes.b] {
        says_that_it_is_there(world).await;
    }
    let (_, states, page) = seen().await;
    assert_eq!(states, ["serving", "serving", "silent"]);
    assert_eq!(attributes(&page, "[data-testid=health]", "data-condition"), ["watch"]);
    nodes.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_leaves_says_so_first_and_sends_its_streams_elsewhere() {
    let world = World::with(|config| config.node.drain = Duration::from_secs(2)).await;
    let purse = Purse::of(&world, "alice@example.test").await;
    let mut stream = Stream::open(&world, "/live", &purse.cookie).await;
    stream.hears("event: caught-up").await;
    assert_eq!(world.get("/readyz", "").await.status, 200);
    world.tell_to_end();
    let ready = world.get("/readyz", "").await;
    assert_eq!((ready.status, ready.text().as_str()), (503, "leaving\n"));
    assert_eq!(world.get("/healthz", "").await.status, 200);
    let payment = purse.payment(1, "FNAC DIRECT", -500);
    world.services.store.apply_payments(&[payment], true, world.clock.now()).await.unwrap();
    stream.hears("event: transaction").await;
    assert!(world.is_signed_in(&purse.cookie).await, "all goes on as before");
    let said = stream.ends().await;
    let (before, farewell) = said.rsplit_once("retry: ").expect("a word about when to come back");
    assert!(before.contains("event: transaction") && farewell.contains(": elsewhere"), "{said}");
    let wait: u64 = farewell.lines().next().unwrap().trim().parse().unwrap();
    assert!(wait <= 500, "{wait}");
    world.end().await;
}
