//! Who is really calling, behind proxies that we trust.

use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The caller's address: the socket's, or behind trusted proxies the rightmost address of `X-Forwarded-For` that is none
/// of them. None where a trusted proxy does not say whom it speaks for. No other header is looked at.
pub fn client(socket: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let socket = socket.to_canonical();
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    if !is_trusted(&socket) {
        return Some(socket);
    }
    for value in headers.get_all("x-forwarded-for").into_iter().rev() {
        // A line that is no text is none of a proxy's making, but a proxy may have written its hop behind it: to leave the
        // line out would be to believe the one before.
        for hop in value.to_str().ok()?.rsplit(',') {
            let address = address_in(hop.trim())?;
            if !is_trusted(&address) {
                return Some(address);
            }
        }
    }
    None
}

/// With a port or without one; IPv6 perhaps in brackets.
fn address_in(hop: &str) -> Option<IpAddr> {
    let bracketed = || hop.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    // A zone means something to the proxy's machine only.
    let with_port = || hop.parse::<SocketAddr>().ok().filter(|_| !hop.contains('%')).map(|socket| socket.ip());
    hop.parse().ok().or_else(bracketed).or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const BANK: &str = "185.8.76.132";

    fn client_of(socket: &str, forwarded: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        for other in ["forwarded", "x-real-ip", "true-client-ip", "cf-connecting-ip", "x-client-ip"] {
            headers.append(other, BANK.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        client(socket.parse().unwrap(), &headers, &trusted).map(|address| address.to_string())
    }

    #[test]
    fn ip_04_ip_09_a_stranger_speaks_for_itself_whatever_it_says() {
        assert_eq!(client_of("203.0.113.9", &[BANK]).as_deref(), Some("203.0.113.9"));
    }

    #[test]
    fn ip_05_ip_06_the_rightmost_stranger_counts() {
        assert_eq!(client_of("10.0.0.1", &["203.0.113.9, 185.8.76.132"]).as_deref(), Some(BANK));
        assert_eq!(client_of("10.0.0.1", &["185.8.76.132, 203.0.113.9"]).as_deref(), Some("203.0.113.9"));
        assert_eq!(client_of("10.0.0.1", &["185.8.76.132", "203.0.113.9"]).as_deref(), Some("203.0.113.9"));
        assert_eq!(client_of("10.0.0.1", &["185.8.76.132, 10.0.0.2"]).as_deref(), Some(BANK));
        assert_eq!(client_of("10.0.0.1", &["185.8.76.132:1234"]).as_deref(), Some(BANK));
        assert_eq!(client_of("::ffff:10.0.0.1", &["[2001:db8::1]:443"]).as_deref(), Some("2001:db8::1"));
    }

    #[test]
    fn ip_08_ip_12_what_is_no_address_fails_closed() {
        assert_eq!(client_of("10.0.0.1", &[]), None);
        for bad in [
            "0271.010.0114.0204",
            "3104328836",
            "185.8.19588",
            "unknown",
            "",
            "[185.8.76.132]",
            "[[::1]",
            "[fe80::1%3]:80",
        ] {
            assert_eq!(client_of("10.0.0.1", &[bad]), None, "{bad}");
        }
    }

    #[test]
    fn ip_06_a_line_that_is_no_text_does_not_make_the_line_before_it_count() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", BANK.parse().unwrap());
        headers.append("x-forwarded-for", HeaderValue::from_bytes(b"\xff, 203.0.113.9").unwrap());
        assert_eq!(client("10.0.0.1".parse().unwrap(), &headers, &["10.0.0.0/8".parse().unwrap()]), None);
    }

    #[test]
    fn a_mapped_address_is_its_ipv4_address() {
        assert_eq!(client_of("::ffff:185.8.76.132", &[]).as_deref(), Some(BANK));
    }
}
