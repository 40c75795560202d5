//! What operators do about people, and what those see of it.

use super::hooks::{hook, notification};
use super::purse::Purse;
use super::world::{PASSWORD, World};
use domain::viewer::Role;
use std::time::Duration;

fn of(purse: &Purse, what: &str) -> String {
    format!("/operator/users/{}{what}", purse.user)
}

/// The address that a page shows this once.
fn one_time(page: &str, place: &str) -> String {
    let at = page.find(place).unwrap_or_else(|| panic!("there is no {place} on the page: {page}"));
    page[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/-_".contains(*c)).collect()
}

#[tokio::test]
async fn one_box_finds_people_and_says_by_what() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Viewer).await;
    let purse = Purse::of(&world, "alice@example.test").await;
    world.sign_up("bruno@example.test").await;
    for (text, by) in
        [("ALICE%40exam", "email"), ("alice%40", "email"), (purse.card.as_str(), "card"), (purse.user.as_str(), "id")]
    {
        let page = world.get(&format!("/operator/users?q={text}"), &olga).await.text();
        assert_eq!(page.matches("data-testid=\"user\"").count(), 1, "{text}: {page}");
        assert!(
            page.contains("data-email=\"alice@example.test\"") && page.contains(&format!("data-found-by=\"{by}\"")),
            "{text}"
        );
    }
    let page = world.get("/operator/users?q=nobody", &olga).await.text();
    assert!(!page.contains("data-testid=\"user\""));
    world.end().await;
}

#[tokio::test]
async fn a_deed_takes_a_reason_stands_in_the_story_and_is_shown_to_whom_it_is_about() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    let purse = Purse::of(&world, "alice@example.test").await;
    let missing = world.post(&of(&purse, "/note"), &[("reason", " ")], &olga).await;
    assert_eq!(missing.status, 422);
    assert!(missing.text().contains("id=\"reason-note-user-problem\""), "{}", missing.text());
    let too_much = "x".repeat(501);
    let refused = world.post(&of(&purse, "/mark"), &[("reason", &too_much)], &olga).await;
    assert!(refused.status == 422 && refused.text().contains(&too_much), "what was typed is kept");

    for (what, done) in [("note", "note-user"), ("mark", "mark-user"), ("mark", "mark-user")] {
        let answer = world.post(&of(&purse, &format!("/{what}")), &[("reason", "rang <b>me")], &olga).await;
        assert_eq!((answer.status, answer.location()), (303, of(&purse, &format!("?done={done}")).as_str()));
    }
    let page = world.get(&of(&purse, ""), &olga).await.text();
    assert_eq!(page.matches("data-kind=\"act\"").count(), 2, "marked once: {page}");
    assert!(page.contains("rang &lt;b&gt;me") && page.contains("data-kind=\"signed-up\""), "{page}");
    let marked = world.get("/operator/users?marked=yes", &olga).await.text();
    assert_eq!(marked.matches("data-testid=\"user\"").count(), 1);
    let log = world.get("/operator/audit", &olga).await.text();
    assert!(log.contains("data-act=\"mark-user\"") && log.contains(&of(&purse, "")), "{log}");
    let looks = world.get("/settings/looks", &purse.cookie).await.text();
    assert!(looks.contains("data-what=\"mark-user\"") && looks.contains("data-what=\"note-user\""), "{looks}");
    assert!(!looks.contains("rang"), "why is the operators’ affair");

    let forget = of(&purse, &format!("/links/{}/forget", purse.link));
    assert_eq!(world.post(&forget, &[("reason", "")], &olga).await.status, 422);
    assert_eq!(world.post(&forget, &[("reason", "a new telephone")], &olga).await.status, 303);
    let page = world.get(&of(&purse, ""), &olga).await.text();
    assert!(page.contains("data-kind=\"forgotten\"") && !page.contains("data-testid=\"link\""), "{page}");
    world.end().await;
}

#[tokio::test]
async fn the_story_goes_on_from_page_to_page_and_every_line_comes_once() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    let purse = Purse::of(&world, "alice@example.test").await;
    for n in 0..60 {
        world.clock.advance(Duration::from_secs(1));
        let reason = format!("note number {n}.");
        assert_eq!(world.post(&of(&purse, "/note"), &[("reason", &reason)], &olga).await.status, 303);
    }
    let first = world.get(&of(&purse, ""), &olga).await.text();
    assert_eq!(first.matches("data-testid=\"story-line\"").count(), 50);
    assert!(first.contains("note number 59.") && !first.contains("note number 9."));
    let older = first.split("href=\"").find(|href| href.contains("?before=")).unwrap();
    let older = older.split('"').next().unwrap();
    let second = world.get(older, &olga).await.text();
    for n in 0..60 {
        let words = format!("note number {n}.");
        assert!(first.contains(&words) != second.contains(&words), "{words} stands on one page");
    }
    assert!(second.contains("data-kind=\"signed-up\""), "it ends with her beginning");
    assert!(first.contains("rel=\"next\"") && !second.contains("rel=\"next\""));
    assert_eq!(world.get(&of(&purse, "?before=nonsense"), &olga).await.status, 404);
    world.end().await;
}

#[tokio::test]
async fn a_paused_account_is_signed_out_and_refused_in_clear_words_until_it_is_resumed() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    let purse = Purse::of(&world, "alice@example.test").await;
    assert!(world.is_signed_in(&purse.cookie).await);
    assert_eq!(world.post(&of(&purse, "/pause"), &[("reason", "lost telephone")], &olga).await.status, 303);
    assert!(!world.is_signed_in(&purse.cookie).await);
    let try_with = async |password: &str| {
        world.post("/sign-in", &[("email", "alice@example.test"), ("password", password)], "").await
    };
    let refused = try_with(PASSWORD).await;
    assert!(refused.status == 403 && refused.text().contains("suspendu"), "{}: {}", refused.status, refused.text());
    let wrong = try_with("not her password").await;
    assert!(wrong.status == 422 && !wrong.text().contains("suspendu"), "nobody else is told: {}", wrong.text());
    let list = world.get("/operator/users?q=alice", &olga).await.text();
    assert!(list.contains("data-paused=\"true\""), "{list}");
    // What the bank tells has its effect.
    assert_eq!(world.send(hook(notification(1, 0))).await.status, 200);

    assert_eq!(world.post(&of(&purse, "/resume"), &[("reason", "found it")], &olga).await.status, 303);
    let cookie = world.sign_in("alice@example.test").await;
    let looks = world.get("/settings/looks", &cookie).await.text();
    assert!(looks.contains("data-what=\"pause-user\"") && looks.contains("data-what=\"resume-user\""), "{looks}");

    let ada = world.services.store.user_by_email_key("olga@example.test").await.unwrap().unwrap().id;
    let pause = world.post(&format!("/operator/users/{ada}/pause"), &[("reason", "x")], &olga).await;
    assert_eq!(pause.status, 404, "operators are not paused like that");
    world.end().await;
}

#[tokio::test]
async fn a_link_for_linking_again_is_for_one_person_once() {
    let world = World::new().await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    let purse = Purse::of(&world, "alice@example.test").await;
    let bruno = world.sign_up("bruno@example.test").await;
    let made = world.post(&of(&purse, "/relink"), &[("reason", "revoked by mistake")], &olga).await;
    assert_eq!(made.status, 200);
    let path = one_time(&made.text(), "/link-again/");
    assert!(!world.get(&of(&purse, ""), &olga).await.text().contains("/link-again/"), "it is shown once");

    let open = async |cookie: &str| {
        let answer = world.get(&path, cookie).await;
        let state =
            answer.text().split("data-state=\"").nth(1).and_then(|rest| rest.split('"').next().map(str::to_owned));
        (answer.status, state.unwrap_or_default())
    };
    assert_eq!(open("").await, (200, "sign-in".to_owned()));
    assert_eq!(open(&bruno).await, (200, "another".to_owned()));
    let story = async || world.get(&of(&purse, ""), &olga).await.text();
    assert!(!story().await.contains("data-kind=\"relink-opened\""), "nobody else opens it");
    let follow = async |cookie: &str| world.post(&path, &[], cookie).await.location().to_owned();
    assert_eq!((follow("").await, follow(&bruno).await), (path.clone(), path.clone()));

    // She signs in, and comes back to it.
    let next = format!("/sign-in?next={}", path.replace('/', "%2F"));
    let fields = [("email", "alice@example.test"), ("password", PASSWORD)];
    let signed_in = world.post(&next, &fields, "").await;
    assert_eq!(signed_in.location(), path);
    let alice = world.session_in(&signed_in);
    assert_eq!(open(&alice).await, (200, "yours".to_owned()));
    assert_eq!(follow(&alice).await, "/connect");
    assert_eq!(open(&alice).await, (410, "expired".to_owned()));
    let told = story().await;
    for kind in ["data-kind=\"relink-opened\"", "data-kind=\"relink-used\"", "revoked by mistake"] {
        assert!(told.contains(kind), "{kind}: {told}");
    }

    let again = world.post(&of(&purse, "/relink"), &[("reason", "again")], &olga).await;
    let path = one_time(&again.text(), "/link-again/");
    world.clock.advance(Duration::from_hours(24 * 7));
    assert_eq!(world.get(&path, "").await.status, 410, "seven days later");
    world.end().await;
}

#[tokio::test]
async fn viewers_see_people_and_do_nothing_about_them() {
    let world = World::new().await;
    let viewer = world.operator("vera@example.test", Role::Viewer).await;
    let purse = Purse::of(&world, "alice@example.test").await;
    let page = world.get(&of(&purse, ""), &viewer).await.text();
    assert!(
        page.contains("data-testid=\"story-line\"") && !page.contains("method=\"post\" action=\"/operator/"),
        "{page}"
    );
    for what in ["note", "mark", "unmark", "pause", "resume", "relink", &format!("links/{}/forget", purse.link)] {
        let path = of(&purse, &format!("/{what}"));
        assert_eq!(world.post(&path, &[("reason", "x")], &viewer).await.status, 404, "{what}");
        assert_eq!(world.post(&path, &[("reason", "x")], &purse.cookie).await.status, 404, "{what}");
    }
    assert!(world.is_signed_in(&purse.cookie).await);
    world.end().await;
}
