//! Signing in by a passkey, with an authenticator in software.

use super::authenticator::{Authenticator, BACKED_UP, BACKUP_ELIGIBLE, PRESENT, Said, VERIFIED};
use super::client::{Answer, Request};
use super::letters::{letters, sent};
use super::two_step::with_two_steps;
use super::world::{PASSWORD, World};
use domain::viewer::Role;
use serde_json::{Value, json};
use std::time::Duration;

const ALICE: &str = "alice@example.test";

/// Something that is said wrongly.
type Change = fn(&mut Said);

async fn post_json(world: &World, path: &str, body: &Value, cookie: &str) -> Answer {
    let request = Request::new("POST", path)
        .header("Content-Type", "application/json")
        .header("Origin", world.origin())
        .header("Cookie", cookie);
    world.send(request.body(body.to_string())).await
}

/// What a browser is asked for once the password was given.
async fn creation(world: &World, cookie: &str) -> Value {
    let fields = [("name", "Telephone"), ("current", PASSWORD)];
    let answer = world.post("/settings/passkeys/options", &fields, cookie).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn keep(world: &World, credential: &Value, cookie: &str) -> Answer {
    let made = json!({ "name": "Telephone", "credential": credential });
    post_json(world, "/settings/passkeys/credentials", &made, cookie).await
}

/// Adds a passkey to a session's account.
pub(super) async fn add(world: &World, authenticator: &mut Authenticator, cookie: &str) {
    let made = authenticator.create(&creation(world, cookie).await, world.origin());
    assert_eq!(keep(world, &made, cookie).await.status, 201);
}

/// What a browser is asked for, and the cookie that ties it to that.
async fn request(world: &World) -> (Value, String) {
    let answer = post_json(world, "/sign-in/passkey/options", &json!({}), "").await;
    assert_eq!(answer.status, 200);
    (answer.json(), answer.cookie("passkey=").expect("a cookie").to_owned())
}

async fn answer(world: &World, assertion: &Value, cookie: &str) -> Answer {
    post_json(world, "/sign-in/passkey", assertion, cookie).await
}

/// Tries to sign in, with something changed.
async fn try_with(world: &World, authenticator: &mut Authenticator, change: impl FnOnce(&mut Said)) -> Answer {
    let (options, cookie) = request(world).await;
    let assertion = authenticator.get_with(&options, world.origin(), change);
    answer(world, &assertion, &cookie).await
}

#[tokio::test]
async fn a_passkey_takes_the_place_of_both_steps() {
    let world = World::new().await;
    let (cookie, phone, _) = with_two_steps(&world, ALICE).await;
    world.clock.advance(Duration::from_secs(30));
    let wrong = [("name", "Telephone"), ("current", PASSWORD), ("code", "000000")];
    assert_eq!(world.post("/settings/passkeys/options", &wrong, &cookie).await.status, 422);
    let code = phone.code(&world, 0);
    let fields = [("name", "Telephone"), ("current", PASSWORD), ("code", code.as_str())];
    let options = world.post("/settings/passkeys/options", &fields, &cookie).await.json();
    let mut authenticator = Authenticator::new(1);
    assert_eq!(keep(&world, &authenticator.create(&options, world.origin()), &cookie).await.status, 201);
    let letter = letters(&world, 2).await.remove(1);
    assert!(letter.contains(&format!("To: {ALICE}")) && letter.contains("/settings/passkeys"), "{letter}");

    let old = world.sign_up("bruno@example.test").await;
    let (options, asking) = request(&world).await;
    assert_eq!(options["allowCredentials"], json!([]), "nobody says who she is");
    let assertion = authenticator.get(&options, world.origin());
    let entered = answer(&world, &assertion, &format!("{asking}; {old}")).await;
    assert_eq!((entered.status, &entered.json()), (200, &json!({ "next": "/connect" })));
    let session = world.session_in(&entered);
    assert!(world.get("/settings", &session).await.text().contains(ALICE));
    assert!(!world.is_signed_in(&old).await, "the session that was there has ended");
    let page = world.get("/settings/passkeys", &session).await.text();
    assert!(page.contains("Telephone") && !page.contains("Jamais utilisée"), "{page}");
    world.end().await;
}

#[tokio::test]
async fn what_was_asked_for_comes_after_signing_in_and_nothing_of_others() {
    let world = World::new().await;
    let cookie = world.operator("olga@example.test", Role::Operator).await;
    let mut authenticator = Authenticator::new(1);
    add(&world, &mut authenticator, &cookie).await;
    for (query, next) in [
        ("", "/operator/users"),
        ("?next=%2Fdashboard%3Fq%3Dfnac", "/dashboard?q=fnac"),
        ("?next=%2F%2Fevil.example", "/operator/users"),
    ] {
        let (options, asking) = request(&world).await;
        let assertion = authenticator.get(&options, world.origin());
        let entered = post_json(&world, &format!("/sign-in/passkey{query}"), &assertion, &asking).await;
        assert_eq!(entered.json()["next"], next, "{query}");
    }
    world.end().await;
}

#[tokio::test]
async fn whatever_is_wrong_with_a_passkey_is_told_in_the_same_words() {
    let world = World::new().await;
    let cookie = world.sign_up(ALICE).await;
    let mut authenticator = Authenticator::new(1);
    add(&world, &mut authenticator, &cookie).await;
    let mut stranger = Authenticator::new(2);
    stranger.handle = authenticator.handle.clone();

    let unknown = try_with(&world, &mut stranger, |_| {}).await;
    assert_eq!(unknown.status, 422);
    let id = authenticator.id();
    let changes: [(&str, Change); 8] = [
        ("origin", |said| said.origin = "http://app.test:3001".to_owned()),
        ("ceremony", |said| said.kind = "webauthn.create"),
        ("frame", |said| said.cross_origin = true),
        ("party", |said| said.party = "evil.test".to_owned()),
        ("presence", |said| said.flags &= !PRESENT),
        ("verification", |said| said.flags &= !VERIFIED),
        ("backup", |said| said.flags &= !(BACKUP_ELIGIBLE | BACKED_UP)),
        ("owner", |said| said.handle = vec![0; 16]),
    ];
    for (what, change) in changes {
        let refused = try_with(&world, &mut authenticator, change).await;
        assert_eq!((refused.status, &refused.body), (422, &unknown.body), "{what}");
        assert_eq!(refused.cookie("session="), None, "{what}");
        // Each wrong one makes the next one wait.
        world.clock.advance(Duration::from_secs(20));
    }
    let forged = try_with(&world, &mut stranger, |said| said.id = vec![1; 16]).await;
    assert_eq!((forged.status, &forged.body), (422, &unknown.body), "another key for {id}");
    world.clock.advance(Duration::from_mins(5));
    assert_eq!(try_with(&world, &mut authenticator, |_| {}).await.status, 200, "the right one is as good as before");
    world.end().await;
}

#[tokio::test]
async fn a_challenge_is_ours_for_one_browser_one_purpose_and_one_answer() {
    let world = World::new().await;
    let cookie = world.sign_up(ALICE).await;
    let mut authenticator = Authenticator::new(1);
    add(&world, &mut authenticator, &cookie).await;
    let over = async |assertion: &Value, cookie: &str| {
        let refused = answer(&world, assertion, cookie).await;
        assert_eq!((refused.status, refused.cookie("session=")), (410, None), "{}", refused.text());
    };

    let (options, asking) = request(&world).await;
    let assertion = authenticator.get(&options, world.origin());
    let (_, elsewhere) = request(&world).await;
    for planted in ["", elsewhere.as_str(), &format!("{asking}; {elsewhere}"), "passkey=guessed"] {
        over(&assertion, planted).await;
    }
    assert_eq!(answer(&world, &assertion, &asking).await.status, 200);
    over(&assertion, &asking).await;

    // A wrong answer has used it up, too.
    let (options, asking) = request(&world).await;
    let wrong = authenticator.get_with(&options, world.origin(), |said| said.flags = PRESENT);
    assert_eq!(answer(&world, &wrong, &asking).await.status, 422);
    over(&authenticator.get(&options, world.origin()), &asking).await;

    // One that is over, one that was made up, one for adding.
    let (options, asking) = request(&world).await;
    let late = authenticator.get(&options, world.origin());
    world.clock.advance(Duration::from_mins(5));
    over(&late, &asking).await;
    let (options, asking) = request(&world).await;
    for challenge in ["", "AAAA", &"A".repeat(54), &"A".repeat(4_000)] {
        let made_up = authenticator.get_with(&options, world.origin(), |said| said.challenge = challenge.to_owned());
        over(&made_up, &asking).await;
    }
    let session = world.sign_in(ALICE).await;
    let adding = creation(&world, &session).await["challenge"].as_str().unwrap().to_owned();
    let crossed = authenticator.get_with(&options, world.origin(), |said| said.challenge = adding);
    over(&crossed, &asking).await;

    // Two pages of one browser.
    let second = post_json(&world, "/sign-in/passkey/options", &json!({}), &asking).await;
    assert_eq!(second.cookie("passkey="), Some(asking.as_str()));
    for options in [second.json(), options] {
        let assertion = authenticator.get(&options, world.origin());
        assert_eq!(answer(&world, &assertion, &asking).await.status, 200);
    }
    world.end().await;
}

#[tokio::test]
async fn a_counter_that_goes_back_is_a_copy() {
    let world = World::new().await;
    let cookie = world.sign_up(ALICE).await;
    let mut authenticator = Authenticator::new(1);
    authenticator.counter = 5;
    add(&world, &mut authenticator, &cookie).await;
    for (counter, status) in [(6, 200), (9, 200), (9, 422), (7, 422), (0, 422), (10, 200)] {
        authenticator.counter = counter;
        assert_eq!(try_with(&world, &mut authenticator, |_| {}).await.status, status, "{counter}");
    }
    world.end().await;
}

#[tokio::test]
async fn wrong_answers_of_one_passkey_cost_more_and_more_time() {
    let world = World::new().await;
    let cookie = world.sign_up(ALICE).await;
    let (mut authenticator, mut unknown) = (Authenticator::new(1), Authenticator::new(2));
    add(&world, &mut authenticator, &cookie).await;
    for authenticator in [&mut authenticator, &mut unknown] {
        for _ in 0..5 {
            assert_eq!(try_with(&world, authenticator, |said| said.flags = PRESENT).await.status, 422);
        }
        let waits = try_with(&world, authenticator, |_| {}).await;
        assert_eq!((waits.status, waits.header("retry-after")), (429, Some("1")), "known or not");
    }
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(try_with(&world, &mut authenticator, |_| {}).await.status, 200);
    world.end().await;
}

#[tokio::test]
async fn addresses_are_limited_as_for_passwords() {
    let world = World::with(|config| config.limits.tries_per_address = 3).await;
    let mut authenticator = Authenticator::new(1);
    for _ in 0..3 {
        assert_eq!(try_with(&world, &mut authenticator, |said| said.id = vec![9; 8]).await.status, 422);
    }
    assert_eq!(try_with(&world, &mut authenticator, |_| {}).await.status, 429);
    world.end().await;
}

#[tokio::test]
async fn adding_takes_the_password_a_name_and_the_same_session() {
    let world = World::new().await;
    let cookie = world.sign_up(ALICE).await;
    for (fields, field) in [
        ([("name", "Telephone"), ("current", "wrong guess")], "current"),
        ([("name", " "), ("current", PASSWORD)], "name"),
    ] {
        let refused = world.post("/settings/passkeys/options", &fields, &cookie).await;
        assert_eq!((refused.status, &refused.json()["problems"][0]["field"]), (422, &json!(field)));
        assert!(!refused.text().contains("wrong guess"));
    }
    let options = creation(&world, &cookie).await;
    let user = world.services.store.user_by_email_key(ALICE).await.unwrap().unwrap().id;
    let made = Authenticator::new(1).create(&options, world.origin());
    assert_eq!(options["rp"]["id"], "app.test");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["attestation"], "none");

    let elsewhere = world.sign_in(ALICE).await;
    let bruno = world.sign_up("bruno@example.test").await;
    for other in [&elsewhere, &bruno] {
        assert_eq!(keep(&world, &made, other).await.status, 410, "the challenge is another session's");
    }
    assert_eq!(keep(&world, &made, "").await.status, 401);
    assert_eq!(keep(&world, &made, &cookie).await.status, 201);
    assert_eq!(keep(&world, &made, &cookie).await.status, 410, "its challenge is used");
    let options = creation(&world, &cookie).await;
    assert_eq!(options["excludeCredentials"][0]["id"], Authenticator::new(1).id());
    let again = Authenticator::new(1).create(&options, world.origin());
    assert_eq!(keep(&world, &again, &cookie).await.status, 409, "it is hers already");
    let stolen = Authenticator::new(1).create(&creation(&world, &bruno).await, world.origin());
    assert_eq!(keep(&world, &stolen, &bruno).await.status, 409, "or another's");
    assert_eq!(world.services.store.passkeys(&user, 10).await.unwrap().len(), 1);
    assert_eq!(sent(&world).await, 1);
    world.end().await;
}

#[tokio::test]
async fn what_is_no_passkey_for_us_is_not_kept() {
    let world = World::new().await;
    let cookie = world.sign_up(ALICE).await;
    let changes: [(&str, Change); 7] = [
        ("origin", |said| said.origin = "https://app.test:3000".to_owned()),
        ("ceremony", |said| said.kind = "webauthn.get"),
        ("frame", |said| said.cross_origin = true),
        ("party", |said| said.party = "test".to_owned()),
        ("verification", |said| said.flags &= !VERIFIED),
        ("backup", |said| said.flags &= !BACKUP_ELIGIBLE),
        ("id", |said| said.id = vec![7; 16]),
    ];
    for (what, change) in changes {
        let options = creation(&world, &cookie).await;
        let made = Authenticator::new(1).create_with(&options, world.origin(), change);
        assert_eq!(keep(&world, &made, &cookie).await.status, 422, "{what}");
    }
    for nonsense in [json!({}), json!({ "id": "AA" }), json!({ "id": "AA=", "response": {} }), json!([])] {
        assert_eq!(keep(&world, &nonsense, &cookie).await.status, 422, "{nonsense}");
    }
    assert_eq!(sent(&world).await, 0);
    world.end().await;
}

#[tokio::test]
async fn a_passkey_is_named_and_removed_by_its_owner() {
    let world = World::new().await;
    let cookie = world.sign_up(ALICE).await;
    let bruno = world.sign_up("bruno@example.test").await;
    let mut authenticator = Authenticator::new(1);
    add(&world, &mut authenticator, &cookie).await;
    let user = world.services.store.user_by_email_key(ALICE).await.unwrap().unwrap().id;
    let id = world.services.store.passkeys(&user, 1).await.unwrap().remove(0).id;
    let (page, name, remove) = (
        format!("/settings/passkeys/{id}"),
        format!("/settings/passkeys/{id}/name"),
        format!("/settings/passkeys/{id}/remove"),
    );

    assert_eq!(world.get(&page, &bruno).await.status, 404);
    assert_eq!(world.post(&name, &[("name", "Mine")], &bruno).await.status, 404);
    assert_eq!(world.post(&remove, &[("current", PASSWORD)], &bruno).await.status, 404);
    assert_eq!(world.get("/settings/passkeys/nothing", &cookie).await.status, 404);
    let refused = world.post(&name, &[("name", "x".repeat(101).as_str())], &cookie).await;
    assert!(refused.status == 422 && refused.text().contains("name-problem"));
    let renamed = world.post(&name, &[("name", "  Téléphone de Zoé\u{202e} ")], &cookie).await;
    assert_eq!((renamed.status, renamed.location()), (303, "/settings/passkeys?done=renamed#main"));
    assert!(world.get("/settings/passkeys", &cookie).await.text().contains(">Téléphone de Zoé<"));

    let refused = world.post(&remove, &[("current", "wrong guess")], &cookie).await;
    assert!(refused.status == 422 && refused.text().contains("current-problem"));
    assert_eq!(try_with(&world, &mut authenticator, |_| {}).await.status, 200, "it is still there");
    let removed = world.post(&remove, &[("current", PASSWORD)], &cookie).await;
    assert_eq!((removed.status, removed.location()), (303, "/settings/passkeys?done=removed#main"));
    assert_eq!(letters(&world, 2).await.len(), 2);
    assert_eq!(try_with(&world, &mut authenticator, |_| {}).await.status, 422);
    assert_eq!(world.post(&remove, &[("current", PASSWORD)], &cookie).await.status, 404);
    world.end().await;
}

#[tokio::test]
async fn passkeys_are_among_what_is_kept_and_go_with_the_account() {
    let world = World::new().await;
    let cookie = world.sign_up(ALICE).await;
    let mut authenticator = Authenticator::new(1);
    add(&world, &mut authenticator, &cookie).await;
    assert_eq!(try_with(&world, &mut authenticator, |_| {}).await.status, 200);
    let all = world.get("/settings/download", &cookie).await.json();
    let [passkey] = all["passkeys"].as_array().unwrap().as_slice() else { panic!("one passkey: {all}") };
    assert_eq!((&passkey["name"], &passkey["backed_up"]), (&json!("Telephone"), &json!(true)));
    assert!(passkey["used_at"].is_string());

    let erased = world.post("/settings/erase", &[("current", PASSWORD), ("sure", "yes")], &cookie).await;
    assert_eq!(erased.status, 303);
    assert_eq!(try_with(&world, &mut authenticator, |_| {}).await.status, 422);
    world.end().await;
}

#[tokio::test]
async fn scripts_of_other_sites_and_bare_addresses_get_nothing() {
    let world = World::new().await;
    let cookie = world.sign_up(ALICE).await;
    for path in
        ["/sign-in/passkey/options", "/sign-in/passkey", "/settings/passkeys/options", "/settings/passkeys/credentials"]
    {
        let request = Request::new("POST", path)
            .header("Content-Type", "application/json")
            .header("Origin", "http://evil.test")
            .header("Cookie", &cookie);
        assert_eq!(world.send(request.body("{}")).await.status, 403, "{path}");
    }
    world.end().await;
    let bare = World::with(|config| {
        config.public_url = server::config::PublicUrl::parse("http://127.0.0.1:3000").unwrap();
    })
    .await;
    assert_eq!(post_json(&bare, "/sign-in/passkey/options", &json!({}), "").await.status, 404);
    bare.end().await;
}
