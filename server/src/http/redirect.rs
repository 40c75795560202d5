//! Where forms may lead: our own pages, by their path. Nothing that a request says can lead to another site.

use super::access::{Audience, Speaks, known_rule};

const LONGEST: usize = 1024;

/// A path, perhaps with a query, of one of our pages; none for anything else, whatever it is disguised as.
pub fn to_page(text: &str) -> Option<String> {
    let plain = text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let path = text.split(['?', '#']).next().unwrap_or_default();
    // `//host` names another host; an encoded or dotted part may mean another path to somebody on the way.
    let dotted = path.contains("..") || path.split('/').any(|part| part == ".");
    let rooted = path.starts_with('/') && !path.contains("//") && !dotted && !path.contains('%');
    let page = known_rule(path).is_some_and(|rule| rule.speaks == Speaks::Page);
    (plain && rooted && page).then(|| text.to_owned())
}

/// A page that makes sense after signing in.
pub fn after_sign_in(text: &str) -> Option<String> {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let personal = known_rule(path).is_some_and(|rule| rule.audience != Audience::Anyone);
    // Shown to everybody, and of use to one person who has signed in.
    let personal = personal || path.starts_with("/link-again/");
    to_page(text).filter(|_| personal)
}

/// The page that the query of `/sign-in` names.
pub fn next_of(query: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "next").and_then(|(_, value)| after_sign_in(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xs_20_only_our_own_pages_are_led_to() {
        for evil in [
            "//evil.example",
            "/\\evil.example",
            "/%09/evil.example",
            "/\t/evil.example",
            "https:evil.example",
            "///evil.example",
            "@evil.example",
            "javascript:alert(1)",
            "https://evil.example/",
            "/dashboard\r\nSet-Cookie: a=b",
            "/dashboard//evil.example",
            "/dashboard/../../evil",
            "\\\\evil.example",
            "",
            "dashboard",
            "/pkg/x.js",
            "/webhooks/anytime/x",
            "/nowhere",
            "/live",
            "/dashboard\u{0}",
            " /dashboard",
            "/operator/%2e%2e/x",
            "/operator/./x",
            "/settings/.",
        ] {
            assert_eq!(to_page(evil), None, "{evil:?}");
            assert_eq!(after_sign_in(evil), None, "{evil:?}");
        }
    }

    #[test]
    fn pages_keep_their_query() {
        let here = "/dashboard?q=a%20b&card=ANY0000000000";
        assert_eq!(after_sign_in(here).as_deref(), Some(here));
        assert_eq!(next_of("next=%2Fdashboard%3Fq%3Da%2520b").as_deref(), Some("/dashboard?q=a%20b"));
        assert_eq!(next_of("next=%2F%2Fevil.example"), None);
        assert_eq!(to_page("/sign-in").as_deref(), Some("/sign-in"));
        assert_eq!(after_sign_in("/sign-in"), None);
        assert_eq!(after_sign_in("/link-again/x").as_deref(), Some("/link-again/x"));
    }
}
