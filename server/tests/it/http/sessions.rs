use super::client::Request;
use super::world::{PASSWORD, World};
use domain::viewer::Role;
use server::config::PublicUrl;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn au_20_over_https_the_cookie_is_bound_to_host_and_transport() {
    let world = World::with(|config| config.public_url = PublicUrl::parse("https://app.test").unwrap()).await;
    let fields = [("name", "A"), ("email", "a@example.test"), ("password", PASSWORD)];
    let answer = world.post("/sign-up", &fields, "").await;
    let cookie = answer.header("set-cookie").expect("a cookie");
    let (pair, flags) = cookie.split_once(';').unwrap();
    assert!(pair.starts_with("__Host-session=") && pair.len() == "__Host-session=".len() + 43, "{pair}");
    assert_eq!(flags, " Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure");
    world.end().await;
}

#[tokio::test]
async fn au_20_over_http_the_cookie_has_a_plain_name_and_the_other_flags() {
    let world = World::new().await;
    let fields = [("name", "A"), ("email", "a@example.test"), ("password", PASSWORD)];
    let answer = world.post("/sign-up", &fields, "").await;
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.starts_with("session="));
    assert!(cookie.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax"), "{cookie}");
    world.end().await;
}

#[tokio::test]
async fn au_18_a_session_ends_after_15_minutes_without_use() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    world.clock.advance(Duration::from_mins(15));
    assert!(!world.is_signed_in(&cookie).await);
    world.end().await;
}

#[tokio::test]
async fn au_18_a_session_that_is_used_ends_after_12_hours_all_the_same() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    for _ in 0..(12 * 60 / 10) - 1 {
        world.clock.advance(Duration::from_mins(10));
        assert!(world.is_signed_in(&cookie).await);
        used_just_now(&world, &cookie).await;
    }
    world.clock.advance(Duration::from_mins(10).checked_sub(SECOND).unwrap());
    assert!(world.is_signed_in(&cookie).await);
    world.clock.advance(SECOND);
    assert!(!world.is_signed_in(&cookie).await);
    world.end().await;
}

/// The use of a session is noted beside the answer: waits until it is.
async fn used_just_now(world: &World, cookie: &str) {
    let headers = [("cookie", cookie)].into_iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
    let headers = headers.collect();
    let noted = async {
        loop {
            let session = world.services.sessions.find(&headers).await.unwrap().expect("a session");
            if !world.services.sessions.is_stale(&session) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), noted).await.expect("the use of the session should be noted");
}

#[tokio::test]
async fn au_18_an_operators_session_ends_after_10_minutes_without_use() {
    let world = World::new().await;
    let cookie = world.operator("op@example.test", Role::Viewer).await;
    world.clock.advance(Duration::from_mins(10).checked_sub(SECOND).unwrap());
    assert_eq!(world.services.store.user_by_email_key("op@example.test").await.unwrap().unwrap().role, Role::Viewer);
    assert!(world.is_signed_in(&cookie).await);
    used_just_now(&world, &cookie).await;
    world.clock.advance(Duration::from_mins(10));
    assert!(!world.is_signed_in(&cookie).await);
    world.end().await;
}

#[tokio::test]
async fn au_13_signing_in_gives_a_new_session_and_ends_the_one_before() {
    let world = World::new().await;
    let first = world.sign_up("alice@example.test").await;
    let fields = [("email", "alice@example.test"), ("password", PASSWORD)];
    let second = world.session_in(&world.post("/sign-in", &fields, &first).await);
    assert_ne!(first, second);
    assert!(!world.is_signed_in(&first).await);
    assert!(world.is_signed_in(&second).await);
    let planted = format!("session={}", "A".repeat(43));
    let third = world.session_in(&world.post("/sign-in", &fields, &planted).await);
    assert_ne!(third, planted);
    assert!(!world.is_signed_in(&planted).await);
    world.end().await;
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    let answer = world.post("/sign-out", &[], &cookie).await;
    assert_eq!((answer.status, answer.location()), (303, "/"));
    assert_eq!(answer.header("clear-site-data"), Some("\"cache\""));
    assert!(answer.header("set-cookie").unwrap().starts_with("session=; Path=/; Max-Age=0"));
    assert!(!world.is_signed_in(&cookie).await);
    assert_eq!(world.get("/sign-out", &cookie).await.status, 405);
    world.end().await;
}

#[tokio::test]
async fn au_21_and_22_a_cookie_that_is_not_exactly_right_signs_nobody_in() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    let id = cookie.strip_prefix("session=").unwrap();
    let flipped = format!("session={}{}", if id.starts_with('A') { 'B' } else { 'A' }, &id[1..]);
    let doubled = format!("{cookie}; {cookie}");
    let (short, long) = (cookie[..cookie.len() - 1].to_owned(), format!("session={}", "A".repeat(8192)));
    for bad in [flipped, doubled, short, long, "session=".into(), "session=\u{1}".into(), format!("Session={id}")] {
        let answer = world.get("/transactions.json", &bad).await;
        assert!(matches!(answer.status, 400 | 401), "{bad:?}: {}", answer.status);
    }
    let two_lines = Request::get("/transactions.json").header("Cookie", &cookie).header("Cookie", &cookie);
    assert_eq!(world.send(two_lines).await.status, 401);
    assert_eq!(world.get("/transactions.json", &format!("a=b; {cookie}; c")).await.status, 200);
    world.end().await;
}

#[tokio::test]
async fn au_14_the_database_does_not_hold_the_id() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    let id = cookie.strip_prefix("session=").unwrap();
    assert!(world.services.store.session(id).await.unwrap().is_none());
    let hash = server::sessions::fingerprint(id);
    assert!(world.services.store.session(&hash).await.unwrap().is_some());
    assert!(!world.is_signed_in(&format!("session={hash}")).await);
    world.end().await;
}

#[tokio::test]
async fn somebody_who_becomes_an_operator_has_to_sign_in_again() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    world.set_up_path("alice@example.test", Role::Operator).await;
    assert!(!world.is_signed_in(&cookie).await);
    let again = world.sign_in("alice@example.test").await;
    assert_eq!(world.get("/operator/users", &again).await.status, 200);
    world.end().await;
}
