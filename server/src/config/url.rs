//! Origins: scheme, host and port, and nothing else.

use http::Uri;

/// The origin that browsers and the bank see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    /// As browsers write it in `Origin`: small letters, no default port, no slash at the end.
    pub origin: String,
    pub https: bool,
}

impl PublicUrl {
    /// Reads an http or https address without path, query or user.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let uri: Uri = text.trim().parse().map_err(|_| "it is no address")?;
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err("it has to begin with https:// or http://"),
        };
        let authority = uri.authority().ok_or("it names no host")?;
        if authority.as_str().contains('@') {
            return Err("it must not hold a user or a password");
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err("it must end with the host or the port: no path, no query");
        }
        if authority.host().is_empty() || authority.as_str().ends_with(':') {
            return Err("it names no host");
        }
        let host = authority.host().to_ascii_lowercase();
        let scheme = if https { "https" } else { "http" };
        let port = match (authority.port_u16(), https) {
            (None | Some(443), true) | (None | Some(80), false) => String::new(),
            (Some(port), _) => format!(":{port}"),
        };
        Ok(Self { origin: format!("{scheme}://{host}{port}"), https })
    }

    /// The host alone; an IPv6 address in its brackets.
    pub fn host(&self) -> &str {
        let authority = self.origin.split_once("://").map_or("", |(_, authority)| authority);
        match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => host,
            _ => authority,
        }
    }
}

/// An http or https address that paths are appended to; without a slash at its end.
pub(super) fn base(text: &str) -> Result<String, &'static str> {
    let uri: Uri = text.trim().parse().map_err(|_| "it is no address")?;
    let plain = uri.query().is_none() && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    match uri.scheme_str() {
        Some("https" | "http") if plain => Ok(text.trim().trim_end_matches('/').to_owned()),
        Some("https" | "http") => Err("it must be an address without user and query"),
        _ => Err("it has to begin with https:// or http://"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        let origin = |text| PublicUrl::parse(text).map(|url| url.origin);
        assert_eq!(origin("HTTPS://Connect.Example.com/"), Ok("https://connect.example.com".to_owned()));
        assert_eq!(origin("https://a.example:443"), Ok("https://a.example".to_owned()));
        assert_eq!(origin("http://localhost:3000"), Ok("http://localhost:3000".to_owned()));
    }

    #[test]
    fn a_host_stands_without_its_port() {
        for (text, host) in [
            ("https://a.example", "a.example"),
            ("http://localhost:3000", "localhost"),
            ("http://[::1]", "[::1]"),
            ("http://[::1]:3000", "[::1]"),
        ] {
            assert_eq!(PublicUrl::parse(text).unwrap().host(), host);
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for bad in
            ["", "localhost", "ftp://a", "https://", "https://u:p@a", "https://a/b", "https://a/?q", "https://a:"]
        {
            assert!(PublicUrl::parse(bad).is_err(), "{bad}");
        }
    }
}
