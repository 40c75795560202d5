//! Signing in with a code beside the password.

use super::client::Answer;
use super::letters::letters;
use super::world::{PASSWORD, World};
use hmac::{Hmac, KeyInit as _, Mac as _};
use scraper::{Html, Selector};
use server::clock::Clock as _;
use sha1::Sha1;
use std::time::Duration;

const STEP: Duration = Duration::from_secs(30);

fn texts(page: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    page.select(&Selector::parse(selector).unwrap()).map(|found| found.text().collect()).collect()
}

/// A telephone that has read the secret from the page.
pub(super) struct Phone(Vec<u8>);

impl Phone {
    fn scan(page: &str) -> Self {
        let letters = texts(page, "[data-testid=secret]").remove(0);
        let mut bits = String::new();
        for c in letters.chars().filter(|c| !c.is_whitespace()) {
            let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).expect("base32");
            bits.push_str(&format!("{value:05b}"));
        }
        Self(
            bits.as_bytes()
                .chunks_exact(8)
                .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
                .collect(),
        )
    }

    /// What it shows now, or so many steps from now.
    pub(super) fn code(&self, world: &World, off: i64) -> String {
        let step = world.clock.now().0 / 30_000_000 + off;
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).unwrap();
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let at = usize::from(hash[19] & 15);
        let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}

/// Turns it on; her session, her telephone and her recovery codes.
pub(super) async fn with_two_steps(world: &World, email: &str) -> (String, Phone, Vec<String>) {
    let cookie = world.sign_up(email).await;
    let (phone, codes) = turn_on(world, &cookie).await;
    (cookie, phone, codes)
}

/// The same for who is signed in.
pub(super) async fn turn_on(world: &World, cookie: &str) -> (Phone, Vec<String>) {
    let begun = world.post("/settings/two-step", &[("current", PASSWORD)], cookie).await;
    assert_eq!((begun.status, begun.location()), (303, "/settings/two-step"));
    let phone = Phone::scan(&world.get("/settings/two-step", cookie).await.text());
    let on = world.post("/settings/two-step/confirm", &[("code", &phone.code(world, 0))], cookie).await;
    assert_eq!(on.status, 200, "{}", on.text());
    let codes = texts(&on.text(), "[data-testid=recovery-code]");
    assert_eq!(codes.len(), 10);
    (phone, codes)
}

/// The right password; the cookie of who owes a code.
async fn half(world: &World, email: &str) -> String {
    let answer = world.post("/sign-in", &[("email", email), ("password", PASSWORD)], "").await;
    assert_eq!((answer.status, answer.location()), (303, "/sign-in/code"));
    assert_eq!(answer.cookie("session="), None, "nobody is signed in yet");
    answer.cookie("sign-in=").expect("a cookie for the second step").to_owned()
}

async fn give(world: &World, code: &str, cookie: &str) -> Answer {
    world.post("/sign-in/code", &[("code", code)], cookie).await
}

#[tokio::test]
async fn signing_in_takes_a_code_once_it_is_turned_on() {
    let world = World::new().await;
    let (cookie, phone, _) = with_two_steps(&world, "alice@example.test").await;
    assert!(world.is_signed_in(&cookie).await, "the session at hand goes on");
    assert!(letters(&world, 1).await[0].contains("To: alice@example.test"));
    world.clock.advance(STEP);
    let half = half(&world, "alice@example.test").await;
    assert!(!world.is_signed_in(&half).await);
    assert_eq!(world.get("/sign-in/code", &half).await.status, 200);
    let answer = give(&world, &phone.code(&world, 0), &half).await;
    assert_eq!((answer.status, answer.location()), (303, "/connect"));
    assert!(world.is_signed_in(&world.session_in(&answer)).await);
    assert!(answer.headers("set-cookie").any(|cookie| cookie.starts_with("sign-in=; Path=/; Max-Age=0")));
    assert_eq!(give(&world, &phone.code(&world, 1), &half).await.status, 410, "the first step is used up");
    world.end().await;
}

#[tokio::test]
async fn the_page_that_was_asked_for_comes_after_both_steps() {
    let world = World::new().await;
    let (_, phone, _) = with_two_steps(&world, "alice@example.test").await;
    world.clock.advance(STEP);
    let fields = [("email", "alice@example.test"), ("password", PASSWORD), ("next", "/dashboard?q=fnac&min=5")];
    let answer = world.post("/sign-in", &fields, "").await;
    let cookie = answer.cookie("sign-in=").unwrap().to_owned();
    let address = answer.location().to_owned();
    assert!(address.starts_with("/sign-in/code?next="), "{address}");
    let answer = world.post(&address, &[("code", &phone.code(&world, 0))], &cookie).await;
    assert_eq!(answer.location(), "/dashboard?q=fnac&min=5");
    world.clock.advance(STEP);
    let half = half(&world, "alice@example.test").await;
    let evil = world.post("/sign-in/code?next=%2F%2Fevil.example", &[("code", &phone.code(&world, 0))], &half).await;
    assert_eq!((evil.status, evil.location()), (303, "/connect"));
    world.end().await;
}

#[tokio::test]
async fn au_34_a_code_is_good_once_and_one_step_around_now() {
    let world = World::new().await;
    let (_, phone, _) = with_two_steps(&world, "alice@example.test").await;
    let used = phone.code(&world, 0);
    let first = half(&world, "alice@example.test").await;
    assert_eq!(give(&world, &used, &first).await.status, 422, "turning it on has used this one");
    assert_eq!(give(&world, &phone.code(&world, -1), &first).await.status, 422, "nor is an older one");
    assert_eq!(give(&world, &phone.code(&world, 2), &first).await.status, 422, "too far ahead");
    let next = phone.code(&world, 1);
    assert_eq!(give(&world, &next, &first).await.status, 303);
    let second = half(&world, "alice@example.test").await;
    assert_eq!(give(&world, &next, &second).await.status, 422, "seen over her shoulder");
    world.clock.advance(STEP * 4);
    assert_eq!(give(&world, &phone.code(&world, -2), &second).await.status, 422, "too far behind");
    assert_eq!(give(&world, &phone.code(&world, -1), &second).await.status, 303);
    world.end().await;
}

#[tokio::test]
async fn au_34_after_five_wrong_codes_the_password_is_asked_again_and_time_passes() {
    let world = World::new().await;
    let (_, phone, _) = with_two_steps(&world, "alice@example.test").await;
    world.clock.advance(STEP);
    let first = half(&world, "alice@example.test").await;
    for n in 0..5 {
        let answer = give(&world, "000000", &first).await;
        assert_eq!(answer.status, 422, "try {n}");
        assert!(answer.text().contains("id=\"code-problem\""));
    }
    let right = phone.code(&world, 0);
    assert_eq!(give(&world, &right, &first).await.status, 410, "five tries were enough");
    let second = half(&world, "alice@example.test").await;
    assert_eq!(give(&world, &right, &second).await.status, 429, "whoever has the password does not guess on at once");
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(give(&world, &right, &second).await.status, 303);
    world.end().await;
}

#[tokio::test]
async fn the_second_step_has_its_own_person_and_five_minutes() {
    let world = World::new().await;
    let (_, phone, codes) = with_two_steps(&world, "alice@example.test").await;
    let (_, bruno, _) = with_two_steps(&world, "bruno@example.test").await;
    world.clock.advance(STEP);
    let cookie = half(&world, "alice@example.test").await;
    assert_eq!(give(&world, &bruno.code(&world, 0), &cookie).await.status, 422, "another's telephone");
    for planted in
        ["", "sign-in=", "sign-in=guessed", &format!("{cookie}; {cookie}"), &format!("sign-in={}", "A".repeat(43))]
    {
        assert_eq!(give(&world, &phone.code(&world, 0), planted).await.status, 410, "{planted}");
    }
    world.clock.advance(Duration::from_mins(5));
    assert_eq!(give(&world, &phone.code(&world, 0), &cookie).await.status, 410);
    let brunos = half(&world, "bruno@example.test").await;
    assert_eq!(give(&world, &codes[0], &brunos).await.status, 422, "another's recovery code");
    world.end().await;
}

#[tokio::test]
async fn a_recovery_code_signs_in_once_and_is_shown_once() {
    let world = World::new().await;
    let (cookie, phone, codes) = with_two_steps(&world, "alice@example.test").await;
    let page = world.get("/settings/two-step", &cookie).await.text();
    assert_eq!(texts(&page, "[data-testid=codes-left]"), ["10"]);
    assert!(codes.iter().all(|code| !page.contains(code.as_str())), "they are never shown again");
    assert!(!page.contains("data-testid=\"secret\""), "nor is the secret");

    let first = half(&world, "alice@example.test").await;
    let typed = codes[3].to_uppercase().replace('-', " ");
    assert_eq!(give(&world, &typed, &first).await.status, 303, "however it is typed");
    let second = half(&world, "alice@example.test").await;
    assert_eq!(give(&world, &codes[3], &second).await.status, 422);
    assert_eq!(texts(&world.get("/settings/two-step", &cookie).await.text(), "[data-testid=codes-left]"), ["9"]);

    world.clock.advance(STEP);
    let fields = [("current", PASSWORD), ("code", &phone.code(&world, 0))];
    let renewed = world.post("/settings/two-step/codes", &fields, &cookie).await;
    let fresh = texts(&renewed.text(), "[data-testid=recovery-code]");
    assert_eq!(fresh.len(), 10);
    assert_eq!(give(&world, &codes[4], &second).await.status, 422, "the old ones are over");
    assert_eq!(give(&world, &fresh[0], &second).await.status, 303);
    world.end().await;
}

#[tokio::test]
async fn turning_it_off_takes_the_password_and_a_code() {
    let world = World::new().await;
    let (cookie, phone, _) = with_two_steps(&world, "alice@example.test").await;
    world.clock.advance(STEP);
    let code = phone.code(&world, 0);
    for fields in [
        [("current", "wrong guess"), ("code", code.as_str())],
        [("current", PASSWORD), ("code", "")],
        [("current", PASSWORD), ("code", "000000")],
    ] {
        let answer = world.post("/settings/two-step/off", &fields, &cookie).await;
        assert_eq!(answer.status, 422, "{fields:?}");
        assert!(!answer.text().contains("wrong guess"));
    }
    half(&world, "alice@example.test").await;
    let off = world.post("/settings/two-step/off", &[("current", PASSWORD), ("code", &code)], &cookie).await;
    assert_eq!((off.status, off.location()), (303, "/settings/two-step"));
    world.sign_in("alice@example.test").await;
    letters(&world, 2).await;
    world.end().await;
}

#[tokio::test]
async fn a_secret_counts_only_once_a_telephone_has_proven_it() {
    let world = World::new().await;
    let cookie = world.sign_up("alice@example.test").await;
    assert_eq!(world.post("/settings/two-step", &[("current", "wrong guess")], &cookie).await.status, 422);
    let none = world.post("/settings/two-step/confirm", &[("code", "000000")], &cookie).await;
    assert_eq!(none.status, 410, "nothing was begun");
    world.post("/settings/two-step", &[("current", PASSWORD)], &cookie).await;
    let page = world.get("/settings/two-step", &cookie).await.text();
    assert!(page.contains("class=\"qr\"") && page.contains("otpauth://totp/Anytime%20Connect:alice%40example.test"));
    world.sign_in("alice@example.test").await;

    // Begun again: the secret before counts no more.
    let before = Phone::scan(&page);
    world.post("/settings/two-step", &[("current", PASSWORD)], &cookie).await;
    let after = Phone::scan(&world.get("/settings/two-step", &cookie).await.text());
    assert_ne!(before.0, after.0);
    let wrong = world.post("/settings/two-step/confirm", &[("code", &before.code(&world, 0))], &cookie).await;
    assert_eq!(wrong.status, 422);
    world.clock.advance(Duration::from_mins(14));
    assert!(world.get("/settings/two-step", &cookie).await.text().contains("data-testid=\"secret\""));
    world.clock.advance(Duration::from_mins(1));
    let page = world.get("/settings/two-step", &world.sign_in("alice@example.test").await).await.text();
    assert!(!page.contains("data-testid=\"secret\""), "nobody finds it there tomorrow");
    world.end().await;
}
