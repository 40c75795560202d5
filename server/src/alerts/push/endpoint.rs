//! Where a browser's push service takes messages. The address comes from a browser, and we post to it, so it must not lead
//! anywhere but out to the Internet.

use http::Uri;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};

const LONGEST: usize = 1_024;

/// How far a message may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Internet,
    /// In development also to this machine, without TLS.
    AlsoHere,
}

/// An address of a push service. Whoever knows it can post to the browser, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: String,
    origin: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no address of a push service")]
pub struct BadEndpoint;

impl Endpoint {
    /// https, a name with a dot, the usual port. Addresses in figures are refused however they are written; where a name leads to
    /// is looked at when it is used.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, BadEndpoint> {
        let plain = text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_graphic());
        let uri: Uri = Some(text).filter(|_| plain).and_then(|text| text.parse().ok()).ok_or(BadEndpoint)?;
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or(BadEndpoint)?;
        let host = authority.host().to_ascii_lowercase();
        let https = uri.scheme_str() == Some("https");
        let outside = https && is_public_name(&host) && matches!(authority.port_u16(), None | Some(443));
        let here = reach == Reach::AlsoHere && uri.scheme_str() == Some("http") && is_this_machine(&host);
        if !(outside || here) || authority.as_str().ends_with(':') {
            return Err(BadEndpoint);
        }
        let origin = match authority.port_u16() {
            Some(port) if here => format!("http://{host}:{port}"),
            _ if here => format!("http://{host}"),
            _ => format!("https://{host}"),
        };
        Ok(Self { url: text.to_owned(), origin })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The push service: scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

/// Its last part has letters only, which no way to write an address in figures has.
fn is_public_name(host: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let Some((_, last)) = host.rsplit_once('.') else { return false };
    let private = matches!(last, "localhost" | "local" | "internal" | "home" | "lan" | "test" | "invalid" | "onion");
    host.len() <= 253 && host.split('.').all(label) && last.bytes().all(|b| b.is_ascii_alphabetic()) && !private
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Looks names up, and keeps only addresses that are out there. It does so for each connection, so a name that leads elsewhere later
/// leads nowhere.
pub(super) struct PublicAddresses(pub(super) Reach);

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed = |address: &SocketAddr| {
                is_public(address.ip()) || (reach == Reach::AlsoHere && address.ip().is_loopback())
            };
            let addresses: Vec<SocketAddr> = found.filter(allowed).collect();
            if addresses.is_empty() {
                return Err(io::Error::other("the name leads to no public address").into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is out there, and nobody's own network.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            let special = v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_documentation()
                || v4.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 198 && (b == 18 || b == 19))
                || (a == 192 && b == 0 && c == 0)
                || (a == 192 && b == 88 && c == 99);
            !special
        }
        // Of what is global unicast, what does not carry an IPv4 address inside or stand for nobody.
        IpAddr::V6(v6) => {
            let [first, second, ..] = v6.segments();
            let special = first & 0xe000 != 0x2000
                || first == 0x2002
                || (first == 0x2001 && (second < 0x200 || second == 0xdb8))
                || (first == 0x3fff && second < 0x1000);
            !special
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn push_services_are_reached_by_their_names() {
        for good in [
            "https://fcm.googleapis.com/fcm/send/abc:APA91b-x_y",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAAAA",
            "https://web.push.apple.com/QGx",
            "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d%3d",
            "https://push.example.com:443/x",
        ] {
            assert!(Endpoint::parse(good, Reach::Internet).is_ok(), "{good}");
        }
        let endpoint = Endpoint::parse("https://Push.Example.com:443/x?y", Reach::Internet).unwrap();
        assert_eq!(endpoint.origin(), "https://push.example.com");
    }

    #[test]
    fn no_address_leads_into_our_own_network() {
        for bad in [
            "",
            "http://push.example.com/x",
            "ftp://push.example.com/x",
            "//push.example.com/x",
            "https://push.example.com:8443/x",
            "https://push.example.com:/x",
            "https://user@push.example.com/x",
            "https://localhost/x",
            "https://push.localhost/x",
            "https://intranet/x",
            "https://db.internal/x",
            "https://printer.local/x",
            "https://127.0.0.1/x",
            "https://127.1/x",
            "https://2130706433/x",
            "https://0x7f.0.0.1/x",
            "https://0177.0.0.1/x",
            "https://10.0.0.1/x",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/x",
            "https://[::ffff:127.0.0.1]/x",
            "https://example.com./x",
            "https://exa mple.com/x",
            "https://exämple.com/x",
            "https://-x.example.com/x",
            "https://a..example.com/x",
            "javascript:alert(1)",
        ] {
            assert!(Endpoint::parse(bad, Reach::Internet).is_err(), "{bad}");
        }
        let long = format!("https://push.example.com/{}", "x".repeat(LONGEST));
        assert!(Endpoint::parse(&long, Reach::Internet).is_err());
    }

    #[test]
    fn in_development_this_machine_is_reached_and_no_other() {
        for good in ["http://127.0.0.1:4500/push/1", "http://localhost:4500/x", "http://[::1]:4500/x"] {
            assert!(Endpoint::parse(good, Reach::AlsoHere).is_ok(), "{good}");
        }
        for bad in ["http://push.example.com/x", "http://192.168.1.1/x", "https://10.0.0.1/x"] {
            assert!(Endpoint::parse(bad, Reach::AlsoHere).is_err(), "{bad}");
        }
        let here = Endpoint::parse("http://127.0.0.1:4500/push/1", Reach::AlsoHere).unwrap();
        assert_eq!(here.origin(), "http://127.0.0.1:4500");
    }

    #[test]
    fn only_addresses_out_there_are_used() {
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2001::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in
            ["8.8.8.8", "185.8.76.132", "100.128.0.1", "172.32.0.1", "2a00:1450:4007::1", "2001:4860:4860::8888"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_home_leads_nowhere() {
        let resolve = |reach| PublicAddresses(reach).resolve("localhost".parse().unwrap());
        assert!(resolve(Reach::Internet).await.is_err());
        assert!(resolve(Reach::AlsoHere).await.is_ok());
    }
}
