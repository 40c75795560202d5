//! An input is a text that claims to be the address of one of our pages.

use server::http::redirect;

const HOME: &str = "https://partner.example/sign-in";

pub(crate) fn holds(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let home = reqwest::Url::parse(HOME).unwrap();
    let led_to = [redirect::to_page(text), redirect::after_sign_in(text), redirect::next_of(text)];
    for location in led_to.into_iter().flatten() {
        // As a browser reads it, the address stays with us, and keeps its path.
        let read = home.join(&location).unwrap();
        assert_eq!(read.origin(), home.origin(), "{location}");
        let path = location.split(['?', '#']).next().unwrap();
        assert_eq!(unescaped(read.path()), path, "{location}");
        assert!(location.is_ascii() && !location.bytes().any(|b| b.is_ascii_control()), "{location:?}");
    }
}

/// A browser escapes what cannot stand in a path; ours has no escapes of its own.
fn unescaped(path: &str) -> String {
    let mut parts = path.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| {
        let code = u8::from_str_radix(&part[..2], 16).unwrap();
        out + &char::from(code).to_string() + &part[2..]
    })
}
