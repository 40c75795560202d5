use super::client::Request;
use super::world::{PASSWORD, World};
use domain::viewer::Role;
use scraper::{Html, Selector};
use std::time::Duration;

/// The value of an input of a page.
fn value_of(page: &str, name: &str) -> String {
    let selector = Selector::parse(&format!("input[name={name}]")).unwrap();
    let page = Html::parse_document(page);
    let input = page.select(&selector).next().unwrap_or_else(|| panic!("no input {name}"));
    input.value().attr("value").unwrap_or_default().to_owned()
}

#[tokio::test]
async fn signing_up_signs_in_and_leads_to_the_banks_button() {
    let world = World::new().await;
    let fields = [("name", "Alice"), ("email", "alice@example.test"), ("password", PASSWORD)];
    let answer = world.post("/sign-up", &fields, "").await;
    assert_eq!((answer.status, answer.location()), (303, "/connect"));
    let cookie = world.session_in(&answer);
    assert!(world.is_signed_in(&cookie).await);
    world.end().await;
}

#[tokio::test]
async fn au_37_a_refused_form_keeps_what_was_typed_but_never_the_password() {
    let world = World::new().await;
    let fields = [("name", "Zoé <b>"), ("email", "no address"), ("password", "short1!")];
    let answer = world.post("/sign-up", &fields, "").await;
    let page = answer.text();
    assert_eq!(answer.status, 422);
    assert_eq!((value_of(&page, "name"), value_of(&page, "email")), ("Zoé <b>".into(), "no address".into()));
    assert_eq!(value_of(&page, "password"), "");
    assert!(!page.contains("short1!"), "the password is in the page");
    let problems = Html::parse_document(&page);
    for field in ["email", "password"] {
        let selector = Selector::parse(&format!("#{field}-problem")).unwrap();
        assert!(problems.select(&selector).next().is_some(), "nothing beside {field}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_taken_address_is_said_beside_its_field_whatever_its_case() {
    let world = World::new().await;
    world.sign_up("alice@example.test").await;
    let fields = [("name", "Eve"), ("email", " ALICE@Example.test. "), ("password", PASSWORD)];
    let answer = world.post("/sign-up", &fields, "").await;
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("id=\"email-problem\""));
    assert_eq!(answer.cookie("session"), None);
    world.end().await;
}

#[tokio::test]
async fn au_08_a_password_of_another_length_is_refused_and_a_huge_one_is_not_even_read() {
    let world = World::new().await;
    for (length, status) in [(7, 422), (129, 422)] {
        let password: String = "aB3-xyz é".chars().cycle().take(length).collect();
        let fields = [("name", "A"), ("email", "a@example.test"), ("password", password.as_str())];
        assert_eq!(world.post("/sign-up", &fields, "").await.status, status, "{length}");
    }
    let huge = "x".repeat(1024 * 1024);
    let fields = [("email", "a@example.test"), ("password", huge.as_str())];
    assert_eq!(world.post("/sign-up", &fields, "").await.status, 413);
    world.end().await;
}

#[tokio::test]
async fn au_38_nobody_becomes_an_operator_by_a_form() {
    let world = World::new().await;
    let fields = [
        ("name", "Eve"),
        ("email", "eve@example.test"),
        ("password", PASSWORD),
        ("role", "admin"),
        ("is_operator", "1"),
        ("user_id", "2"),
    ];
    let cookie = world.session_in(&world.post("/sign-up", &fields, "").await);
    assert_eq!(world.get("/operator/users", &cookie).await.status, 404);
    world.end().await;
}

#[tokio::test]
async fn au_06_an_unknown_address_and_a_wrong_password_are_answered_alike() {
    let world = World::new().await;
    world.sign_up("alice@example.test").await;
    let mut answers = Vec::new();
    for email in ["alice@example.test", "nobody@example.test"] {
        let answer = world.post("/sign-in", &[("email", email), ("password", "wrong password")], "").await;
        assert_eq!(answer.status, 422);
        let nonce = nonce_of(answer.header("content-security-policy").unwrap_or_default());
        answers.push(answer.text().replace(email, "EMAIL").replace(&nonce, "NONCE"));
    }
    assert_eq!(answers[0], answers[1]);
    world.end().await;
}

fn nonce_of(policy: &str) -> String {
    policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce").to_owned()
}

#[tokio::test]
async fn au_36_a_password_in_the_address_signs_nobody_in() {
    let world = World::new().await;
    world.sign_up("alice@example.test").await;
    let target = "/sign-in?email=alice@example.test&password=tulipes+bleues+7";
    assert_eq!(world.get(target, "").await.cookie("session"), None);
    let answer = world.post(target, &[], "").await;
    assert_eq!((answer.status, answer.cookie("session")), (422, None));
    world.end().await;
}

#[tokio::test]
async fn xs_20_signing_in_leads_to_our_own_pages_only() {
    let world = World::new().await;
    world.sign_up("alice@example.test").await;
    let fields = |next| [("email", "alice@example.test"), ("password", PASSWORD), ("next", next)];
    for evil in
        ["//evil.example", "/\\evil.example", "/%09/evil.example", "https:evil.example", "javascript:alert(1)", "/x"]
    {
        let answer = world.post("/sign-in", &fields(evil), "").await;
        assert_eq!((answer.status, answer.location()), (303, "/connect"), "{evil}");
    }
    let answer = world.post("/sign-in", &fields("/dashboard?q=fnac"), "").await;
    assert_eq!(answer.location(), "/dashboard?q=fnac");
    let answer = world.post("/sign-in?next=%2Fsettings", &fields("")[..2], "").await;
    assert_eq!(answer.location(), "/settings");
    world.end().await;
}

#[tokio::test]
async fn preferences_are_kept_and_lead_back_to_a_page_of_ours() {
    let world = World::new().await;
    let answer = world.post("/preferences", &[("lang", "en"), ("return_to", "/sign-in?next=%2Fdashboard")], "").await;
    assert_eq!((answer.status, answer.location()), (303, "/sign-in?next=%2Fdashboard"));
    let cookie = answer.cookie("lang").expect("a cookie").to_owned();
    assert!(world.get("/sign-in", &cookie).await.text().contains("<html lang=\"en\""));
    let answer = world.post("/preferences", &[("theme", "dark"), ("return_to", "https://evil.example")], "").await;
    assert_eq!((answer.location(), answer.cookie("theme")), ("/", Some("theme=dark")));
    let answer = world.post("/preferences", &[("lang", "xx\r\nSet-Cookie: a=b"), ("return_to", "//evil")], "").await;
    assert_eq!((answer.location(), answer.header("set-cookie")), ("/", None));
    world.end().await;
}

#[tokio::test]
async fn without_a_choice_the_browsers_language_counts_and_then_french() {
    let world = World::new().await;
    let english = world.send(Request::get("/").header("Accept-Language", "de, en;q=0.5")).await;
    assert!(english.text().contains("<html lang=\"en\""));
    assert!(world.get("/", "").await.text().contains("<html lang=\"fr\""));
    world.end().await;
}

#[tokio::test]
async fn a_set_up_link_works_once() {
    let world = World::new().await;
    let path = world.set_up_path("op@example.test", Role::Admin).await;
    assert!(world.get(&path, "").await.text().contains("op@example.test"));
    let answer = world.post(&path, &[("password", "short")], "").await;
    assert_eq!(answer.status, 422);
    let answer = world.post(&path, &[("password", PASSWORD)], "").await;
    assert_eq!((answer.status, answer.location()), (303, "/operator/users"));
    let again = world.post(&path, &[("password", "another password 9")], "").await;
    assert_eq!(again.status, 410);
    assert_eq!(world.get(&path, "").await.status, 410);
    world.sign_in("op@example.test").await;
    world.end().await;
}

#[tokio::test]
async fn a_set_up_link_ends_after_a_day_and_by_a_newer_one() {
    let world = World::new().await;
    let first = world.set_up_path("op@example.test", Role::Viewer).await;
    let second = world.set_up_path("op@example.test", Role::Viewer).await;
    assert_eq!(world.post(&first, &[("password", PASSWORD)], "").await.status, 410);
    world.clock.advance(Duration::from_hours(24) + Duration::from_secs(1));
    assert_eq!(world.post(&second, &[("password", PASSWORD)], "").await.status, 410);
    assert_eq!(world.post("/set-up/guessed", &[("password", PASSWORD)], "").await.status, 410);
    world.end().await;
}

#[tokio::test]
async fn au_02_too_many_tries_from_one_address_have_to_wait() {
    let world = World::with(|config| config.limits.tries_per_address = 20).await;
    for n in 0..20 {
        let email = format!("user{n}@example.test");
        let answer = world.post("/sign-in", &[("email", &email), ("password", "guess number 1")], "").await;
        assert_eq!(answer.status, 422, "try {n}");
    }
    let fields = [("email", "user20@example.test"), ("password", "guess number 1")];
    let refused = world.post("/sign-in", &fields, "").await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("60")));
    assert_eq!(value_of(&refused.text(), "email"), "user20@example.test");
    world.clock.advance(Duration::from_mins(1));
    assert_eq!(world.post("/sign-in", &fields, "").await.status, 422);
    world.end().await;
}

#[tokio::test]
async fn au_01_wrong_passwords_delay_the_account_and_the_delay_ends() {
    let world = World::new().await;
    world.sign_up("alice@example.test").await;
    for _ in 0..5 {
        world.post("/sign-in", &[("email", "alice@example.test"), ("password", "wrong password")], "").await;
    }
    let right = [("email", "alice@example.test"), ("password", PASSWORD)];
    let refused = world.post("/sign-in", &right, "").await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(world.post("/sign-in", &right, "").await.status, 303);
    world.end().await;
}

#[tokio::test]
async fn au_05_when_too_many_passwords_wait_the_rest_is_told_to_come_back() {
    let world = World::with(|config| {
        config.limits.password_queue = 0;
        config.limits.password_memory_kib = 32 * 1024;
    })
    .await;
    let fields = [("email", "a@example.test"), ("password", "some password")];
    let answers = futures::future::join_all((0..40).map(|_| world.post("/sign-in", &fields, ""))).await;
    let busy: Vec<_> = answers.iter().filter(|answer| answer.status == 503).collect();
    assert!(!busy.is_empty() && busy.len() < 40, "{} of 40 were sent away", busy.len());
    assert!(busy.iter().all(|answer| answer.header("retry-after") == Some("5")));
    world.end().await;
}
