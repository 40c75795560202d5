//! Every route of the router, asked for by everybody.

use super::alerts::pay;
use super::client::{Answer, Request};
use super::events::{Partner, endpoint};
use super::hooks::{hook, notification};
use super::purse::Purse;
use super::world::World;
use domain::viewer::Role;
use http::Method;
use server::access::may;
use server::http::access::{Audience, Speaks, console_action, console_routes, known_rule};
use std::collections::BTreeSet;

const ROLES: [Option<Role>; 5] = [None, Some(Role::User), Some(Role::Viewer), Some(Role::Operator), Some(Role::Admin)];

/// All routes, out of how the router describes itself: `paths: {RouteId(1): "/a", RouteId(2): "/b/{id}"}`.
fn routes(world: &World) -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    for mut rest in world.router.split("paths: {").skip(1) {
        while let Some(entry) = rest.strip_prefix("RouteId(") {
            let (_, path) = entry.split_once('"').unwrap();
            let (path, after) = path.split_once('"').unwrap();
            if !path.contains("__private__axum") {
                routes.insert(path.to_owned());
            }
            rest = after.strip_prefix(", ").unwrap_or(after);
        }
    }
    routes
}

#[tokio::test]
async fn every_route_stands_in_the_table_and_every_line_of_the_console_has_its_route() {
    let world = World::new().await;
    let routes = routes(&world);
    assert!(routes.len() > 90, "only {} routes were found: {routes:#?}", routes.len());
    for known in
        ["/", "/dashboard", "/operator/users/{id}/pause", "/operator/live", "/links/{id}/forget", "/api/v1/users"]
    {
        assert!(routes.contains(known), "{known}: {routes:#?}");
    }
    for route in &routes {
        let rule = known_rule(route).unwrap_or_else(|| panic!("nobody has said who may reach {route}"));
        let listed = console_routes().any(|known| known == route);
        assert_eq!(rule.audience == Audience::Operators, listed, "{route}");
    }
    for known in console_routes() {
        assert!(routes.contains(known), "{known} leads nowhere");
    }
    world.end().await;
}

/// The address of something that is there.
fn filled(route: &str, user: &str, kid: &str) -> String {
    let id = match route {
        _ if route.starts_with("/operator/users/") || route.starts_with("/operator/team/") => user,
        _ => "1",
    };
    let filled = route.replace("{id}", id).replace("{kid}", kid);
    // The rest is not looked at before it is known who asks.
    filled
        .replace("{link}", user)
        .replace("{token}", "x")
        .replace("{secret}", "x")
        .replace("{number}", "x")
        .replace("{key}", "x")
}

#[tokio::test]
async fn every_role_reaches_what_is_its_own_and_finds_no_other_place() {
    let world = World::new().await;
    let mut cookies = vec![String::new(), world.sign_up("alice@example.test").await];
    for (email, role) in
        [("v@example.test", Role::Viewer), ("o@example.test", Role::Operator), ("a@example.test", Role::Admin)]
    {
        cookies.push(world.operator(email, role).await);
    }
    let user = world.services.store.user_by_email_key("alice@example.test").await.unwrap().unwrap().id;
    let kid = world.services.vault.kids().remove(0);
    let forged = notification(1, 0).replace("[hash]=", "[hash]=00");
    assert_eq!(world.send(hook(forged)).await.status, 401);
    assert_eq!(world.post("/operator/deliveries/1/replay", &[], &cookies[3]).await.status, 303);
    let (partner, purse) = (Partner::start().await, Purse::of(&world, "paid@example.test").await);
    endpoint(&world, &partner, "transaction").await;
    pay(&world, &purse, 1, -100).await;
    partner.posted(1).await;
    let mut asked = 0;
    for route in routes(&world) {
        let rule = known_rule(&route).unwrap();
        let path = filled(&route, user.as_str(), &kid);
        for method in [Method::GET, Method::POST] {
            for (role, cookie) in ROLES.into_iter().zip(&cookies) {
                let about = format!("{method} {path} as {role:?}");
                match (rule.audience, role) {
                    (Audience::Anyone, _) | (Audience::SignedIn, Some(_)) => continue,
                    (Audience::SignedIn, None) => {
                        let answer = ask(&world, &method, &path, cookie).await;
                        let expected = if rule.speaks == Speaks::Page { 303 } else { 401 };
                        assert_eq!(answer.status, expected, "{about}");
                        assert!(expected == 401 || answer.location().starts_with("/sign-in"), "{about}");
                    }
                    (Audience::Operators, _) => {
                        let action = console_action(&method, &route);
                        let allowed = action.zip(role).is_some_and(|(action, role)| may(role, action));
                        // What is done by who may do it is other tests' business; so is what never ends.
                        let endless = route == "/operator/live";
                        if allowed && (method == Method::POST || endless) {
                            continue;
                        }
                        let status = ask(&world, &method, &path, cookie).await.status;
                        let fits = if allowed { matches!(status, 200 | 303) } else { status == 404 };
                        assert!(fits, "{about}: {status}");
                    }
                }
                asked += 1;
            }
        }
    }
    assert!(asked > 300, "only {asked} were asked");
    world.end().await;
}

async fn ask(world: &World, method: &Method, path: &str, cookie: &str) -> Answer {
    if *method == Method::GET {
        return world.get(path, cookie).await;
    }
    let request = Request::form(path, &[("reason", "x")]).header("Origin", world.origin());
    world.send(if cookie.is_empty() { request } else { request.header("Cookie", cookie) }).await
}
