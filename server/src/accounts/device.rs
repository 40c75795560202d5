//! What a browser says of itself, cut down to what helps a person to know it again: families, no versions.

use http::HeaderMap;
use http::header::USER_AGENT;

/// `Firefox/Android`: enough to tell one's own sessions apart, and nothing that singles a person out.
pub fn of(headers: &HeaderMap) -> String {
    format!("{}/{}", browser(headers), system(headers))
}

/// The family of the browser, or `other`.
pub fn browser(headers: &HeaderMap) -> &'static str {
    first(
        headers,
        &[
            ("Firefox/", "Firefox"),
            ("FxiOS/", "Firefox"),
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("CriOS/", "Chrome"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ],
    )
}

/// The family of its system, or `other`. What runs Android calls itself Linux too, so the order counts.
fn system(headers: &HeaderMap) -> &'static str {
    first(
        headers,
        &[
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Android", "Android"),
            ("Windows", "Windows"),
            ("Macintosh", "macOS"),
            ("CrOS", "ChromeOS"),
            ("Linux", "Linux"),
        ],
    )
}

fn first(headers: &HeaderMap, marks: &[(&str, &'static str)]) -> &'static str {
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    marks.iter().find_map(|(mark, name)| agent.contains(mark).then_some(*name)).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_two_families() {
        for (agent, device) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox/Linux"),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome/Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1",
                "Safari/iPhone",
            ),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge/Windows"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605.1.15", "Safari/macOS"),
            ("curl/8.0", "other/other"),
            ("<script>alert(1)</script>", "other/other"),
        ] {
            let headers = HeaderMap::from_iter([(USER_AGENT, agent.parse().unwrap())]);
            assert_eq!(of(&headers), device, "{agent}");
        }
        assert_eq!(of(&HeaderMap::new()), "other/other");
    }
}
