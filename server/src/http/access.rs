//! Who may reach which address, and what it speaks: one table for all routes.
//!
//! A route that is not in the table is for signed-in people, so that forgetting an entry opens nothing.

use super::error::HttpError;
use super::redirect;
use super::session::SessionState;
use axum::extract::{MatchedPath, Request};
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
const TABLE: [(&str, Rule); 33] = {
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
        ("/preferences", rule(Anyone, Page)),
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

const UNKNOWN_ROUTE: Rule = rule(Audience::SignedIn, Speaks::Page);

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
pub(super) async fn guard(request: Request, next: Next) -> Response {
    // Without a route there is nothing to guard: files, and what does not exist.
    if request.extensions().get::<MatchedPath>().is_none() {
        return next.run(request).await;
    }
    let rule = known_rule(request.uri().path()).unwrap_or(UNKNOWN_ROUTE);
    let state = request.extensions().get::<SessionState>();
    let viewer = match state {
        _ if rule.audience == Audience::Anyone => None,
        Some(SessionState::Unavailable) => return HttpError::Unavailable.into_response(),
        Some(SessionState::SignedIn(session)) => Some(&session.viewer),
        Some(SessionState::SignedOut) | None => None,
    };
    match decide(rule, viewer) {
        Decision::Pass => next.run(request).await,
        Decision::Refuse(error) => error.into_response(),
        Decision::SignIn => to_sign_in(&request),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Decision {
    Pass,
    Refuse(HttpError),
    SignIn,
}

fn decide(rule: Rule, viewer: Option<&Viewer>) -> Decision {
    match (rule.audience, viewer, rule.speaks) {
        (Audience::Anyone, ..) | (Audience::SignedIn, Some(_), _) => Decision::Pass,
        (Audience::Operators, Some(viewer), _) if viewer.role.sees_console() => Decision::Pass,
        (Audience::Operators, ..) => Decision::Refuse(HttpError::NotFound),
        (Audience::SignedIn, None, Speaks::Page) => Decision::SignIn,
        (Audience::SignedIn, None, Speaks::Json | Speaks::Own) => Decision::Refuse(HttpError::SignedOut),
    }
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

    fn decision(path: &str, role: Option<Role>) -> Decision {
        let viewer = role.map(|role| {
            let user_id = UserId::parse("0".repeat(32)).unwrap();
            Viewer { user_id, name: "A".into(), email: "a@example.test".into(), role }
        });
        decide(known_rule(path).unwrap_or(UNKNOWN_ROUTE), viewer.as_ref())
    }

    #[test]
    fn every_address_has_its_audience() {
        use Decision::{Pass, Refuse, SignIn};
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
            ("/operator/health", missing(), missing(), Pass),
            ("/operator/events", missing(), missing(), Pass),
            ("/operator/events/1/again", missing(), missing(), Pass),
            ("/operator/funnel", missing(), missing(), Pass),
            ("/operator/transactions", missing(), missing(), Pass),
            ("/api/v1/users", Pass, Pass, Pass),
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
            ("/forgotten-in-the-table", SignIn, Pass, Pass),
        ] {
            assert_eq!(decision(path, None), anonymous, "{path}, anonymous");
            assert_eq!(decision(path, Some(Role::User)), user, "{path}, user");
            assert_eq!(decision(path, Some(Role::Viewer)), operator, "{path}, operator");
        }
    }
}
