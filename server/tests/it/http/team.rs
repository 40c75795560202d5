//! Who is an operator, and what each has to sign in by.

use super::authenticator::Authenticator;
use super::passkeys;
use super::two_step::turn_on;
use super::world::{PASSWORD, World};
use domain::viewer::Role;

const TEAM: &str = "/operator/team";

async fn id(world: &World, email: &str) -> String {
    world.services.store.user_by_email_key(email).await.unwrap().unwrap().id.to_string()
}

fn set_up(page: &str) -> String {
    let at = page.find("/set-up/").unwrap_or_else(|| panic!("there is no link on the page: {page}"));
    page[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/-_".contains(*c)).collect()
}

#[tokio::test]
async fn an_admin_adds_somebody_who_chooses_a_password_by_the_link() {
    let world = World::new().await;
    let ada = world.operator("ada@example.test", Role::Admin).await;
    let add = async |email: &str, role: &str, reason: &str| {
        world.post(TEAM, &[("email", email), ("role", role), ("reason", reason)], &ada).await
    };
    let refused = add("no address", "viewer", "new here").await;
    assert!(refused.status == 422 && refused.text().contains("id=\"email-problem\""), "{}", refused.text());
    assert!(
        refused.text().contains("value=\"no address\"") && refused.text().contains("new here"),
        "what was typed is kept"
    );
    let refused = add("olga@example.test", "operator", "").await;
    assert!(refused.status == 422 && refused.text().contains("id=\"reason-add-problem\""), "{}", refused.text());
    assert!(refused.text().contains("value=\"operator\" selected"), "what was chosen is kept: {}", refused.text());
    assert_eq!(add("olga@example.test", "user", "x").await.status, 404, "that is no operator");
    let added = add("olga@example.test", "operator", "new here").await;
    assert_eq!(added.status, 200);
    let path = set_up(&added.text());
    assert!(!world.get(TEAM, &ada).await.text().contains("/set-up/"), "it is shown once");
    assert_eq!(add("olga@example.test", "viewer", "again").await.status, 422, "she is in the team");

    let chosen = world.post(&path, &[("password", PASSWORD)], "").await;
    assert_eq!(chosen.location(), "/operator/users");
    let olga = world.session_in(&chosen);
    let seen = world.get(TEAM, &olga).await.text();
    assert!(seen.contains("data-email=\"ada@example.test\"") && seen.contains("data-role=\"operator\""), "{seen}");
    assert!(!seen.contains("method=\"post\" action=\"/operator/team"), "she decides nothing: {seen}");
    let log = world.get("/operator/audit", &olga).await.text();
    assert!(log.contains("data-act=\"add-operator\"") && log.contains("new here"), "{log}");

    world.sign_up("alice@example.test").await;
    let known = add("alice@example.test", "viewer", "helps us").await;
    assert_eq!(known.status, 200, "who is a user may become one");
    world.end().await;
}

#[tokio::test]
async fn roles_change_and_end_at_once_and_the_last_administrator_stays() {
    let world = World::new().await;
    let ada = world.operator("ada@example.test", Role::Admin).await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    let (of_ada, of_olga) = (id(&world, "ada@example.test").await, id(&world, "olga@example.test").await);
    let change = async |who: &str, role: &str, cookie: &str| {
        world.post(&format!("{TEAM}/{who}/role"), &[("role", role), ("reason", "x")], cookie).await
    };
    for (what, fields) in [("role", vec![("role", "viewer"), ("reason", "x")]), ("end", vec![("reason", "x")])] {
        let refused = world.post(&format!("{TEAM}/{of_ada}/{what}"), &fields, &ada).await;
        assert!(refused.status == 422 && refused.text().contains("role=\"alert\""), "{what}: {}", refused.text());
    }
    assert_eq!(change(&of_ada, "viewer", &olga).await.status, 404);
    assert_eq!(change(&of_olga, "viewer", &ada).await.location(), "/operator/team?done=change-role");
    assert!(!world.is_signed_in(&olga).await, "what she could do must not go on");
    let olga = world.sign_in("olga@example.test").await;
    assert_eq!(world.post("/operator/deliveries/pause", &[], &olga).await.status, 404);
    assert_eq!(change(&of_olga, "admin", &ada).await.status, 303);

    let renewed = world.post(&format!("{TEAM}/{of_olga}/link"), &[("reason", "forgot it")], &ada).await;
    let path = set_up(&renewed.text());
    let ended = world.post(&format!("{TEAM}/{of_olga}/end"), &[("reason", "left us")], &ada).await;
    assert_eq!(ended.location(), "/operator/team?done=end-operator");
    assert_eq!(world.get(&path, "").await.status, 410, "her link ends with it");
    let olga = world.sign_in("olga@example.test").await;
    assert_eq!(world.get("/operator/users", &olga).await.status, 404);
    assert_eq!(world.post(&format!("{TEAM}/{of_olga}/link"), &[("reason", "x")], &ada).await.status, 404);

    // With another one, she may go herself.
    let eve = world.operator("eve@example.test", Role::Admin).await;
    let gone = world.post(&format!("{TEAM}/{of_ada}/end"), &[("reason", "done")], &ada).await;
    assert_eq!(gone.location(), "/sign-in");
    let log = world.get("/operator/audit", &eve).await.text();
    for act in ["change-role", "set-up-link", "end-operator"] {
        assert!(log.contains(&format!("data-act=\"{act}\"")), "{act}: {log}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_password_alone_opens_no_page_of_the_console_where_more_is_required() {
    let world = World::with(|config| config.second_factor_required = true).await;
    let olga = world.operator("olga@example.test", Role::Admin).await;
    for page in ["/operator/users", "/operator/team", "/operator/deliveries"] {
        let answer = world.get(page, &olga).await;
        let text = answer.text();
        assert_eq!(answer.status, 200, "{page}");
        assert!(text.contains("href=\"/settings/two-step\"") && text.contains("href=\"/settings/passkeys\""), "{text}");
        assert!(!text.contains("class=\"rail\""), "{page} shows nothing of the console: {text}");
    }
    assert_eq!(world.get("/operator/live", &olga).await.status, 403);
    assert_eq!(world.post("/operator/deliveries/pause", &[], &olga).await.status, 403);
    assert!(world.services.store.effects_paused().await.unwrap().is_none());
    for way in ["/settings/two-step", "/settings/passkeys", "/settings"] {
        assert_eq!(world.get(way, &olga).await.status, 200, "{way} is where she gets one");
    }
    let user = world.sign_up("alice@example.test").await;
    assert_eq!(world.get("/operator/users", &user).await.status, 404);
    assert_eq!(world.get("/dashboard", &user).await.status, 200, "of users it is not asked");

    let sees_console =
        async |cookie: &str| world.get("/operator/users", cookie).await.text().contains("class=\"rail\"");
    world.post("/settings/two-step", &[("current", PASSWORD)], &olga).await;
    assert!(!sees_console(&olga).await, "not before a first code has proven it");
    turn_on(&world, &olga).await;
    assert!(sees_console(&olga).await);
    world.end().await;
}

#[tokio::test]
async fn with_a_passkey_alone_the_password_is_no_way_around_it() {
    let world = World::with(|config| config.second_factor_required = true).await;
    let olga = world.operator("olga@example.test", Role::Operator).await;
    let mut authenticator = Authenticator::new(7);
    passkeys::add(&world, &mut authenticator, &olga).await;
    assert!(world.get("/operator/users", &olga).await.text().contains("class=\"rail\""));
    let sign_in = async |password: &str| {
        world.post("/sign-in", &[("email", "olga@example.test"), ("password", password)], "").await
    };
    let refused = sign_in(PASSWORD).await;
    assert!(
        refused.status == 422 && refused.text().contains("Un mot de passe seul"),
        "{}: {}",
        refused.status,
        refused.text()
    );
    assert_eq!(refused.cookie("session="), None);
    world.end().await;
}
