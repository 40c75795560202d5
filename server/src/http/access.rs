//! Who may reach which address, and what it speaks: one table for all routes.
//!
//! A route that is not in the table is for nobody, so that forgetting an entry opens nothing; a test takes every route of the router and
//! finds it here. Routes of the console stand in a second table, by what is done there: who may not do it finds no such place.

use super::error::HttpError;
use super::pages::{self, PageRequest};
use super::redirect;
use super::session::SessionState;
use crate::access::{Action, authorize};
use crate::services::Services;
use axum::extract::{FromRequestParts as _, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::viewer::Viewer;
use http::header::LOCATION;
use http::{HeaderValue, Method, StatusCode};

/// For whom a route exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    Anyone,
    SignedIn,
    /// The console: to anybody else it does not exist.
    Operators,
}

/// What a route answers with, when it cannot answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// Pages; nobody signed in leads to sign-in.
    Page,
    /// JSON and streams; nobody signed in is 401.
    Json,
    /// Its own answers, which nothing is made of: for machines.
    Own,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    pub audience: Audience,
    pub speaks: Speaks,
    /// Requests that change something must come from our own pages. Only callers without cookies are spared.
    pub checks_origin: bool,
}

const fn rule(audience: Audience, speaks: Speaks) -> Rule {
    Rule { audience, speaks, checks_origin: true }
}

/// Addresses, `*` for anything from here on. The first line that fits counts.
const TABLE: [(&str, Rule); 35] = {
    use Audience::{Anyone, Operators, SignedIn};
    use Speaks::{Json, Own, Page};
    [
        ("/", rule(Anyone, Page)),
        ("/sign-up", rule(Anyone, Page)),
        ("/sign-in", rule(Anyone, Page)),
        ("/sign-in/code", rule(Anyone, Page)),
        ("/sign-in/passkey*", rule(Anyone, Json)),
        ("/sign-out", rule(Anyone, Page)),
        ("/forgot-password", rule(Anyone, Page)),
        ("/reset-password/*", rule(Anyone, Page)),
        ("/erased/*", rule(Anyone, Page)),
        ("/set-up/*", rule(Anyone, Page)),
        ("/link-again/*", rule(Anyone, Page)),
        ("/preferences", rule(Anyone, Page)),
        ("/developers", rule(Anyone, Page)),
        // Machines.
        ("/healthz", rule(Anyone, Own)),
        ("/readyz", rule(Anyone, Own)),
        // By keys of its own: no session counts there, so no other site can borrow one.
        ("/api/*", Rule { audience: Anyone, speaks: Own, checks_origin: false }),
        ("/webhooks/*", Rule { audience: Anyone, speaks: Own, checks_origin: false }),
        // Signed in.
        ("/connect", rule(SignedIn, Page)),
        ("/dashboard*", rule(SignedIn, Page)),
        ("/transactions.json", rule(SignedIn, Json)),
        ("/transactions.csv", rule(SignedIn, Page)),
        ("/transactions.ofx", rule(SignedIn, Page)),
        ("/transactions/*", rule(SignedIn, Page)),
        // Mail programs post there, and say nothing of where they are.
        ("/stop-mails/*", Rule { checks_origin: false, ..rule(Anyone, Page) }),
        ("/settings/alerts/devices", rule(SignedIn, Json)),
        ("/settings/passkeys/options", rule(SignedIn, Json)),
        ("/settings/passkeys/credentials", rule(SignedIn, Json)),
        ("/settings*", rule(SignedIn, Page)),
        ("/links", rule(SignedIn, Json)),
        ("/links/*", rule(SignedIn, Page)),
        ("/link-events", rule(SignedIn, Json)),
        ("/live*", rule(SignedIn, Json)),
        // The console.
        ("/operator/live", rule(Operators, Json)),
        ("/operator", rule(Operators, Page)),
        ("/operator/*", rule(Operators, Page)),
    ]
};

/// What is looked at in the console, and what is done there, by routes as the router has them. Looking is GET, doing is POST.
const CONSOLE: [(&str, Action, &[&str]); 19] = [
    ("GET", Action::SeeUsers, &["/operator", "/operator/users", "/operator/users/{id}", "/operator/erasures"]),
    (
        "GET",
        Action::SeeDeliveries,
        &[
            "/operator/deliveries",
            "/operator/deliveries/{id}",
            "/operator/quarantine",
            "/operator/replays",
            "/operator/replays/new",
            "/operator/replays/{id}",
            "/operator/live",
        ],
    ),
    ("GET", Action::SeeAlarms, &["/operator/alarms"]),
    ("GET", Action::SeeHealth, &["/operator/health"]),
    ("GET", Action::SeeFunnel, &["/operator/funnel"]),
    ("GET", Action::SeePayments, &["/operator/transactions"]),
    ("GET", Action::SeeEvents, &["/operator/events", "/operator/events/{id}"]),
    ("POST", Action::SendEvents, &["/operator/events/{id}/again"]),
    ("GET", Action::SeeActs, &["/operator/audit", "/operator/audit.csv"]),
    ("GET", Action::SeeKeys, &["/operator/keys"]),
    ("GET", Action::SeeTeam, &["/operator/team"]),
    (
        "GET",
        Action::SeeAsUser,
        &[
            "/operator/users/{id}/as",
            "/operator/users/{id}/as/dashboard",
            "/operator/users/{id}/as/dashboard/insights",
            "/operator/users/{id}/as/transactions/{key}",
            "/operator/users/{id}/as/settings/accounts",
            "/operator/users/{id}/as/live",
        ],
    ),
    ("POST", Action::SeeAsUser, &["/operator/users/{id}/as", "/operator/users/{id}/as/end"]),
    (
        "POST",
        Action::ChangeUsers,
        &[
            "/operator/users/{id}/note",
            "/operator/users/{id}/mark",
            "/operator/users/{id}/unmark",
            "/operator/users/{id}/pause",
            "/operator/users/{id}/resume",
            "/operator/users/{id}/relink",
            "/operator/users/{id}/links/{link}/forget",
        ],
    ),
    (
        "POST",
        Action::ReplayDelivery,
        &[
            "/operator/replays",
            "/operator/replays/{id}/apply",
            "/operator/replays/{id}/cancel",
            "/operator/replays/{id}/answer",
            "/operator/deliveries/{id}/replay",
            "/operator/deliveries/{id}/release",
            "/operator/deliveries/{id}/attach",
            "/operator/deliveries/{id}/ask",
            "/operator/deliveries/{id}/close",
            "/operator/deliveries/{id}/reopen",
        ],
    ),
    ("POST", Action::EndAlarm, &["/operator/alarms/{id}/end"]),
    ("POST", Action::PauseDeliveries, &["/operator/deliveries/pause", "/operator/deliveries/resume"]),
    ("POST", Action::ChangeKeys, &["/operator/keys/rotate", "/operator/keys/{kid}/retire"]),
    (
        "POST",
        Action::ManageOperators,
        &["/operator/team", "/operator/team/{id}/role", "/operator/team/{id}/link", "/operator/team/{id}/end"],
    ),
];

/// What somebody wants who asks a route of the console for this; none where nobody has said it.
pub fn console_action(method: &Method, route: &str) -> Option<Action> {
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    let stands = |(of, _, routes): &&(&str, Action, &[&str])| *of == method.as_str() && routes.contains(&route);
    CONSOLE.iter().find(stands).map(|(_, action, _)| *action)
}

/// Every route of the console that somebody may reach in some way.
pub fn console_routes() -> impl Iterator<Item = &'static str> {
    CONSOLE.iter().flat_map(|(_, _, routes)| routes.iter().copied())
}

/// The line of the table for an address, if there is one.
pub fn known_rule(path: &str) -> Option<Rule> {
    let fits = |pattern: &str| match pattern.strip_suffix('*') {
        Some(start) => path.starts_with(start),
        None => path == pattern,
    };
    TABLE.iter().find(|(pattern, _)| fits(pattern)).map(|(_, rule)| *rule)
}

/// What errors of an address look like, whether a route has it or not.
pub fn speaks(path: &str) -> Speaks {
    known_rule(path).map_or(Speaks::Page, |rule| rule.speaks)
}

/// Lets a request through to its route, or answers in its stead.
pub(super) async fn guard(State(services): State<Services>, request: Request, next: Next) -> Response {
    // Without a route there is nothing to guard: files, and what does not exist.
    let Some(route) = request.extensions().get::<MatchedPath>() else { return next.run(request).await };
    let Some(rule) = known_rule(request.uri().path()) else {
        tracing::error!(route = route.as_str(), "nobody has said who may reach a route");
        return HttpError::NotFound.into_response();
    };
    let asked = Asked { rule, action: console_action(request.method(), route.as_str()) };
    let (viewer, second_factor) = match request.extensions().get::<SessionState>() {
        _ if rule.audience == Audience::Anyone => (None, true),
        Some(SessionState::Unavailable) => return HttpError::Unavailable.into_response(),
        Some(SessionState::SignedIn(session)) => (Some(&session.viewer), session.second_factor),
        Some(SessionState::SignedOut) | None => (None, true),
    };
    match decide(asked, viewer, second_factor || !services.config.second_factor_required) {
        Decision::Pass => next.run(request).await,
        Decision::Refuse(error) => error.into_response(),
        Decision::SignIn => to_sign_in(&request),
        Decision::SecondFactor => ask_for_second_factor(&services, request, rule).await,
    }
}

/// What a request is for.
#[derive(Debug, Clone, Copy)]
struct Asked {
    rule: Rule,
    /// In the console.
    action: Option<Action>,
}

#[derive(Debug, PartialEq, Eq)]
enum Decision {
    Pass,
    Refuse(HttpError),
    SignIn,
    /// An operator who would have entered by her password alone.
    SecondFactor,
}

/// `strong`: she has a second factor, or needs none.
fn decide(asked: Asked, viewer: Option<&Viewer>, strong: bool) -> Decision {
    let missing = Decision::Refuse(HttpError::NotFound);
    match (asked.rule.audience, viewer) {
        (Audience::Anyone, _) | (Audience::SignedIn, Some(_)) => Decision::Pass,
        (Audience::SignedIn, None) if asked.rule.speaks == Speaks::Page => Decision::SignIn,
        (Audience::SignedIn, None) => Decision::Refuse(HttpError::SignedOut),
        (Audience::Operators, None) => missing,
        (Audience::Operators, Some(viewer)) => match asked.action {
            Some(action) if authorize(viewer, action).is_ok() => {
                if strong {
                    Decision::Pass
                } else {
                    Decision::SecondFactor
                }
            }
            _ => missing,
        },
    }
}

/// The page that says what to do, in the place of the one that was asked for; what is posted or streamed is refused.
async fn ask_for_second_factor(services: &Services, request: Request, rule: Rule) -> Response {
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    if rule.speaks != Speaks::Page {
        return HttpError::Forbidden.into_response();
    }
    let (mut parts, _) = request.into_parts();
    let page = PageRequest::from_request_parts(&mut parts, services).await.unwrap_or_else(|never| match never {});
    let mut response = pages::error(services, page, app::page::ErrorKind::SecondFactor).await;
    if looks && response.status() == StatusCode::FORBIDDEN {
        *response.status_mut() = StatusCode::OK;
    }
    response
}

/// To the page for signing in, and back here afterwards, if this is a page.
fn to_sign_in(request: &Request) -> Response {
    let here = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let back = (request.method() == Method::GET).then(|| redirect::after_sign_in(here)).flatten();
    let location = match back {
        Some(back) => {
            let next: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
            format!("/sign-in?next={next}")
        }
        None => "/sign-in".to_owned(),
    };
    let location = HeaderValue::try_from(location).unwrap_or_else(|_| HeaderValue::from_static("/sign-in"));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::UserId;
    use domain::viewer::Role;

    fn decided(method: &Method, route: &str, role: Option<Role>, strong: bool) -> Decision {
        let viewer = role.map(|role| {
            let user_id = UserId::parse("0".repeat(32)).unwrap();
            Viewer { user_id, name: "A".into(), email: "a@example.test".into(), role }
        });
        let asked = Asked { rule: known_rule(route).unwrap(), action: console_action(method, route) };
        decide(asked, viewer.as_ref(), strong)
    }

    fn decision(path: &str, role: Option<Role>) -> Decision {
        decided(&Method::GET, path, role, true)
    }

    #[test]
    fn the_console_is_entered_by_what_is_done_there() {
        use Decision::{Pass, Refuse, SecondFactor};
        let missing = || Refuse(HttpError::NotFound);
        let pause = "/operator/users/{id}/pause";
        for (role, look, act, team) in [
            (None, missing(), missing(), missing()),
            (Some(Role::User), missing(), missing(), missing()),
            (Some(Role::Viewer), Pass, missing(), missing()),
            (Some(Role::Operator), Pass, Pass, missing()),
            (Some(Role::Admin), Pass, Pass, Pass),
        ] {
            assert_eq!(decided(&Method::GET, "/operator/users/{id}", role, true), look, "{role:?}");
            assert_eq!(decided(&Method::HEAD, "/operator/users/{id}", role, true), look, "{role:?}");
            assert_eq!(decided(&Method::POST, pause, role, true), act, "{role:?}");
            assert_eq!(decided(&Method::POST, "/operator/team", role, true), team, "{role:?}");
        }
        let admin = Some(Role::Admin);
        assert_eq!(decided(&Method::POST, "/operator/users", admin, true), missing(), "nobody has said it");
        assert_eq!(decided(&Method::GET, "/operator/forgotten", admin, true), missing());
        assert_eq!(decided(&Method::GET, "/operator/users", admin, false), SecondFactor);
        assert_eq!(decided(&Method::POST, pause, Some(Role::Viewer), false), missing(), "not hers in any case");
        assert_eq!(decided(&Method::GET, "/settings/two-step", admin, false), Pass, "where she gets one");
    }

    #[test]
    fn every_address_has_its_audience() {
        use Decision::{Pass, Refuse, SignIn};
        assert_eq!(known_rule("/forgotten-in-the-table"), None);
        let missing = || Refuse(HttpError::NotFound);
        let signed_out = || Refuse(HttpError::SignedOut);
        for (path, anonymous, user, operator) in [
            ("/", Pass, Pass, Pass),
            ("/sign-in", Pass, Pass, Pass),
            ("/sign-in/code", Pass, Pass, Pass),
            ("/sign-in/passkey", Pass, Pass, Pass),
            ("/sign-in/passkey/options", Pass, Pass, Pass),
            ("/forgot-password", Pass, Pass, Pass),
            ("/reset-password/x", Pass, Pass, Pass),
            ("/erased/E-1", Pass, Pass, Pass),
            ("/settings/erase", SignIn, Pass, Pass),
            ("/settings/download", SignIn, Pass, Pass),
            ("/operator/erasures", missing(), missing(), Pass),
            ("/operator/keys", missing(), missing(), Pass),
            ("/operator/audit.csv", missing(), missing(), Pass),
            ("/operator/health", missing(), missing(), Pass),
            ("/operator/events", missing(), missing(), Pass),
            ("/operator/funnel", missing(), missing(), Pass),
            ("/operator/transactions", missing(), missing(), Pass),
            ("/api/v1/users", Pass, Pass, Pass),
            ("/developers", Pass, Pass, Pass),
            ("/webhooks/anytime/x", Pass, Pass, Pass),
            ("/connect", SignIn, Pass, Pass),
            ("/dashboard", SignIn, Pass, Pass),
            ("/dashboard/insights", SignIn, Pass, Pass),
            ("/transactions/ANY0000000000-1", SignIn, Pass, Pass),
            ("/transactions.json", signed_out(), Pass, Pass),
            ("/settings/accounts", SignIn, Pass, Pass),
            ("/settings/alerts", SignIn, Pass, Pass),
            ("/stop-mails/x", Pass, Pass, Pass),
            ("/settings/alerts/devices", signed_out(), Pass, Pass),
            ("/settings/passkeys", SignIn, Pass, Pass),
            ("/settings/passkeys/0/remove", SignIn, Pass, Pass),
            ("/settings/passkeys/options", signed_out(), Pass, Pass),
            ("/settings/passkeys/credentials", signed_out(), Pass, Pass),
            ("/live", signed_out(), Pass, Pass),
            ("/live/session", signed_out(), Pass, Pass),
            ("/links", signed_out(), Pass, Pass),
            ("/operator", missing(), missing(), Pass),
            ("/operator/users", missing(), missing(), Pass),
            ("/operator/live", missing(), missing(), Pass),
            ("/link-again/x", Pass, Pass, Pass),
            ("/operator/team", missing(), missing(), Pass),
        ] {
            assert_eq!(decision(path, None), anonymous, "{path}, anonymous");
            assert_eq!(decision(path, Some(Role::User)), user, "{path}, user");
            assert_eq!(decision(path, Some(Role::Viewer)), operator, "{path}, operator");
        }
    }
}
