//! Who may do what with deliveries, and what is seen of it.

use super::hooks::{hook, notification, stored};
use super::world::World;
use domain::viewer::Role;
use server::clock::Clock as _;
use server::store::{Actor, NewAct};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One that did not prove itself.
fn forged(reference: u64) -> String {
    notification(reference, 0).replace("[hash]=", "[hash]=00")
}

/// A page once it says so.
async fn eventually(world: &World, path: &str, cookie: &str, says: &str) -> String {
    for _ in 0..400 {
        let page = world.get(path, cookie).await.text();
        if page.contains(says) {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{path} never says {says}: {}", world.get(path, cookie).await.text());
}

#[tokio::test]
async fn operators_try_first_then_replay_for_a_reason_and_it_is_in_the_log() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    assert_eq!(world.send(hook(forged(1))).await.status, 401);
    let id = stored(&world).await[0].id;
    let page = world.get(&format!("/operator/deliveries/{id}"), &olga).await.text();
    assert!(page.contains(&format!("/operator/deliveries/{id}/replay")), "{page}");

    let begun = world.post(&format!("/operator/deliveries/{id}/replay"), &[], &olga).await;
    assert_eq!((begun.status, begun.location()), (303, "/operator/replays/1"));
    let page = eventually(&world, "/operator/replays/1", &olga, "data-state=\"done\"").await;
    assert!(page.contains("data-outcome=\"stays:hash-mismatch\""), "{page}");

    let missing = world.post("/operator/replays/1/apply", &[("reason", "  ")], &olga).await;
    assert_eq!(missing.status, 422);
    assert!(missing.text().contains("id=\"reason-problem\""));
    let applied = world.post("/operator/replays/1/apply", &[("reason", "wanted <b>")], &olga).await;
    assert_eq!((applied.status, applied.location()), (303, "/operator/replays/2"));
    let page = eventually(&world, "/operator/replays/2", &olga, "data-state=\"done\"").await;
    assert!(page.contains("wanted &lt;b&gt;"), "{page}");
    let log = world.get("/operator/audit", &olga).await.text();
    assert!(log.contains("data-act=\"trial\"") && log.contains("data-act=\"replay\""), "{log}");
    assert_eq!(world.post("/operator/replays/2/apply", &[("reason", "x")], &olga).await.status, 404, "it is no trial");
    world.end().await;
}

#[tokio::test]
async fn the_log_is_taken_along_as_a_table_and_that_stands_in_it() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Viewer).await;
    let user = world.sign_up("alice@example.test").await;
    assert_eq!(world.get("/operator/audit.csv", &user).await.status, 404);
    let empty = world.get("/operator/audit", &olga).await.text();
    assert!(!empty.contains("data-testid=\"chain\""), "{empty}");
    let by = Actor { user_id: None, name: "=SUM(A1)".into() };
    let act =
        NewAct { by, act: "close", subject: "delivery:7".into(), reason: "a, \"b\"".into(), at: world.clock.now() };
    world.services.store.note_act(act).await.unwrap();

    let file = world.get("/operator/audit.csv", &olga).await;
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    assert!(file.header("content-disposition").unwrap().contains("anytime-acts-"), "{file:?}");
    // In French, as nothing else was asked for.
    let text = file.text();
    let text = text.trim_start_matches('\u{feff}');
    let mut table = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    let rows: Vec<Vec<String>> =
        table.records().map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect()).collect();
    let end = world.services.store.end_of_acts().await.unwrap();
    let facts: Vec<_> = rows.iter().map(|row| (row[0].as_str(), row[3].as_str(), row[4].as_str())).collect();
    assert_eq!(facts, [("1", "'=SUM(A1)", "close"), ("2", "olga", "export-acts")]);
    assert_eq!((rows[0][6].as_str(), rows[1][7].as_str()), ("a, \"b\"", end.hash.as_str()));
    let page = world.get("/operator/audit", &olga).await.text();
    assert!(page.contains(&format!("data-hash=\"{}\"", end.hash)) && page.contains("/operator/audit.csv"), "{page}");
    world.end().await;
}

#[tokio::test]
async fn a_selection_is_counted_first_and_the_filter_is_kept() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    for n in 1..=3 {
        world.send(hook(forged(n))).await;
    }
    world.send(hook(notification(9, 0))).await;
    let list = world.get("/operator/deliveries?verdict=quarantined&from=2026-11-01", &olga).await.text();
    assert!(list.contains("/operator/replays/new?verdict=quarantined&amp;from=2026-11-01"), "{list}");
    let offer = world.get("/operator/replays/new?verdict=quarantined&from=2026-11-01", &olga).await.text();
    assert!(offer.contains("3 notifications"), "{offer}");
    let fields = [("verdict", "quarantined"), ("from", "2026-11-01")];
    let begun = world.post("/operator/replays", &fields, &olga).await;
    let page = eventually(&world, begun.location(), &olga, "data-state=\"done\"").await;
    assert!(page.contains("3 sur 3"), "{page}");
    let none = world.get("/operator/deliveries?verdict=quarantined&to=2026-11-01", &olga).await.text();
    assert!(!none.contains("data-testid=\"delivery\""), "{none}");
    world.end().await;
}

#[tokio::test]
async fn what_did_not_prove_itself_takes_two_people() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    let ada = world.operator("ada@example.test", Role::Admin).await;
    world.send(hook(forged(1))).await;
    let id = stored(&world).await[0].id;
    let begun = world.post(&format!("/operator/deliveries/{id}/release"), &[], &olga).await;
    eventually(&world, begun.location(), &olga, "data-state=\"done\"").await;
    let proposed = world.post("/operator/replays/1/apply", &[("reason", "the bank says so")], &olga).await;
    assert_eq!(proposed.location(), "/operator/replays/2");
    let page = world.get("/operator/replays/2", &olga).await.text();
    assert!(page.contains("data-state=\"proposed\"") && !page.contains("/operator/replays/2/answer"), "{page}");
    let answer = [("answer", "agree"), ("reason", "I have asked too")];
    assert_eq!(world.post("/operator/replays/2/answer", &answer, &olga).await.status, 404, "not she herself");
    assert!(world.get("/operator/quarantine", &ada).await.text().contains("data-testid=\"proposed\""));
    assert_eq!(world.post("/operator/replays/2/answer", &answer, &ada).await.status, 303);
    eventually(&world, "/operator/replays/2", &ada, "data-state=\"done\"").await;
    let delivery = stored(&world).await.remove(0);
    assert_eq!((delivery.verdict.code(), delivery.state.code()), ("accepted", "parked"), "its card is not known");
    let log = world.get("/operator/audit", &olga).await.text();
    for act in ["propose-release", "agree"] {
        assert!(log.contains(&format!("data-act=\"{act}\"")), "{act}: {log}");
    }
    let again = world.post(&format!("/operator/deliveries/{id}/release"), &[], &olga).await;
    assert_eq!(again.status, 404, "it is let in");
    world.end().await;
}

#[tokio::test]
async fn a_delivery_is_put_aside_for_a_reason_and_taken_back() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    world.send(hook(forged(1))).await;
    let id = stored(&world).await[0].id;
    let inbox = async || world.get("/operator/quarantine", &olga).await.text().contains("data-testid=\"delivery\"");
    assert!(inbox().await);
    let path = |what: &str| format!("/operator/deliveries/{id}/{what}");
    assert_eq!(world.post(&path("close"), &[("reason", "")], &olga).await.status, 422);
    assert!(inbox().await);
    assert_eq!(world.post(&path("close"), &[("reason", "spam")], &olga).await.status, 303);
    assert!(!inbox().await);
    assert_eq!(world.post(&path("reopen"), &[], &olga).await.status, 303);
    assert!(inbox().await);
    let nobody = world.post(&path("attach"), &[("email", "nobody@example.test")], &olga).await;
    assert_eq!(nobody.status, 404, "whose a card is, the bank alone says");
    world.end().await;
}

#[tokio::test]
async fn viewers_see_and_users_find_no_such_place() {
    let world = World::new().await;
    let user = world.sign_up("alice@example.test").await;
    let viewer = world.operator("viewer@example.test", Role::Viewer).await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    world.send(hook(forged(1))).await;
    let id = stored(&world).await[0].id;
    world.post(&format!("/operator/deliveries/{id}/replay"), &[], &olga).await;
    eventually(&world, "/operator/replays/1", &olga, "data-state=\"done\"").await;
    let pages = [
        "/operator/quarantine",
        "/operator/replays",
        "/operator/replays/new",
        "/operator/replays/1",
        "/operator/audit",
    ];
    for page in pages {
        let seen = world.get(page, &viewer).await;
        assert_eq!(seen.status, 200, "{page}");
        assert!(!seen.text().contains("method=\"post\" action=\"/operator/"), "{page} offers nothing: {}", seen.text());
        assert_eq!(world.get(page, &user).await.status, 404, "{page}");
    }
    let of_delivery = ["replay", "release", "attach", "ask", "close", "reopen"];
    let of_delivery = of_delivery.iter().map(|what| format!("/operator/deliveries/{id}/{what}"));
    let of_replay = ["apply", "cancel", "answer"].iter().map(|what| format!("/operator/replays/1/{what}"));
    for path in of_delivery.chain(of_replay).chain(["/operator/replays".to_owned()]) {
        for cookie in [&viewer, &user] {
            let fields = [("reason", "x"), ("email", "alice@example.test"), ("answer", "agree")];
            assert_eq!(world.post(&path, &fields, cookie).await.status, 404, "{path}");
        }
    }
    assert_eq!(world.get("/operator/replays/999", &viewer).await.status, 404);
    world.end().await;
}

#[tokio::test]
async fn operators_watch_what_comes_until_their_session_ends() {
    let world = World::new().await;
    let user = world.sign_up("alice@example.test").await;
    let viewer = world.operator("viewer@example.test", Role::Viewer).await;
    assert_eq!(world.get("/operator/live", &user).await.status, 404);
    assert_eq!(world.get("/operator/live", "").await.status, 404);

    let mut stream = TcpStream::connect(world.address).await.unwrap();
    let request = format!(
        "GET /operator/live?after=0 HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\nCookie: {viewer}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    world.send(hook(notification(1, 0))).await;
    let mut said = Vec::new();
    let told = |said: &[u8]| String::from_utf8_lossy(said).contains("\"event_name\":\"card_transaction_received\"");
    while !told(&said) {
        assert_ne!(stream.read_buf(&mut said).await.unwrap(), 0, "{}", String::from_utf8_lossy(&said));
    }
    // It ends with the session.
    world.post("/sign-out", &[], &viewer).await;
    stream.read_to_end(&mut said).await.unwrap();
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains("content-type: text/event-stream\r\n") && said.contains("event: delivery"), "{said}");
    assert!(!said.contains("description") && !said.contains("amount"), "{said}");
    world.end().await;
}
