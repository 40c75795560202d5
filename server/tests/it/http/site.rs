//! Files for browsers, and how answers travel.

use super::client::Request;
use super::world::World;

async fn world() -> World {
    let world = World::new().await;
    let site = world.folder.path().join("site");
    std::fs::create_dir_all(site.join("pkg/snippets")).unwrap();
    for (path, content) in [
        ("pkg/anytime-connect.abc.js", "export {}"),
        ("pkg/anytime-connect.abc.js.br", "brotli"),
        ("pkg/snippets/inline.js", "export {}"),
        ("robots.txt", "User-agent: *"),
    ] {
        std::fs::write(site.join(path), content).unwrap();
    }
    std::fs::write(world.folder.path().join("secret.txt"), "secret").unwrap();
    world
}

#[tokio::test]
async fn files_with_a_hash_in_their_name_are_kept_for_ever_and_others_are_not() {
    let world = world().await;
    let caching = |path| {
        let world = &world;
        async move {
            let answer = world.get(path, "").await;
            (answer.status, answer.header("cache-control").unwrap_or_default().to_owned())
        }
    };
    assert_eq!(caching("/pkg/anytime-connect.abc.js").await, (200, "public, max-age=31536000, immutable".into()));
    assert_eq!(caching("/pkg/snippets/inline.js").await, (200, "no-cache".into()));
    assert_eq!(caching("/robots.txt").await, (200, "public, max-age=3600".into()));
    assert_eq!(caching("/pkg/gone.js").await, (404, "no-store".into()));
    world.end().await;
}

#[tokio::test]
async fn files_come_compressed_as_they_were_built() {
    let world = world().await;
    let request = Request::get("/pkg/anytime-connect.abc.js").header("Accept-Encoding", "gzip, br");
    let answer = world.send(request).await;
    assert_eq!((answer.header("content-encoding"), answer.text().as_str()), (Some("br"), "brotli"));
    assert!(answer.header("content-type").unwrap().starts_with("text/javascript"));
    world.end().await;
}

#[tokio::test]
async fn nothing_outside_of_the_site_can_be_read() {
    let world = world().await;
    for path in [
        "/../secret.txt",
        "/pkg/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/pkg/",
        "/pkg",
        "//etc/passwd",
    ] {
        let answer = world.get(path, "").await;
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        assert!(!answer.text().contains("secret\n") && answer.text() != "secret");
    }
    world.end().await;
}

#[tokio::test]
async fn pages_travel_compressed_and_short_answers_do_not() {
    let world = world().await;
    for (accepted, encoding) in [("br, gzip", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
        let answer = world.send(Request::get("/").header("Accept-Encoding", accepted)).await;
        assert_eq!((answer.status, answer.header("content-encoding")), (200, encoding), "{accepted}");
    }
    let short = world.send(Request::get("/healthz").header("Accept-Encoding", "br, gzip")).await;
    assert_eq!(short.header("content-encoding"), None);
    world.end().await;
}

#[tokio::test]
async fn every_answer_has_an_id_to_be_asked_about() {
    let world = world().await;
    let first = world.get("/", "").await.header("x-request-id").map(str::to_owned);
    let second = world.get("/", "").await.header("x-request-id").map(str::to_owned);
    assert!(first.is_some() && first != second);
    world.end().await;
}
