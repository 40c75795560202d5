//! Where an endpoint is. We post to it what is people's, so it must be the partner's: https, and not into our own network unless
//! its operator has said so.

use crate::alerts::push::is_public;
use http::Uri;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};

const LONGEST: usize = 1_024;

/// How far events may go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Blocks of private networks that endpoints may be in.
    pub networks: Vec<IpNet>,
    /// In development also this machine, without TLS.
    pub also_here: bool,
}

impl Reach {
    /// Whether events may go to this address.
    pub fn allows(&self, address: IpAddr) -> bool {
        is_public(address)
            || self.networks.iter().any(|net| net.contains(&address))
            || (self.also_here && address.is_loopback())
    }
}

/// The address of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadTarget {
    #[error("it is no address of the web")]
    Address,
    #[error("it has to be https")]
    Insecure,
    #[error("it must not hold a user or a password")]
    Credentials,
    #[error("it is in a private network: name that in EVENT_NETWORKS, if it is yours")]
    Private,
}

impl Target {
    /// Where a name leads to is looked at when it is used.
    pub fn parse(text: &str, reach: &Reach) -> Result<Self, BadTarget> {
        let plain = text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_graphic()) && !text.contains('#');
        let uri: Uri = Some(text).filter(|_| plain).and_then(|text| text.parse().ok()).ok_or(BadTarget::Address)?;
        let authority = uri.authority().filter(|authority| !authority.host().is_empty()).ok_or(BadTarget::Address)?;
        if authority.as_str().contains('@') {
            return Err(BadTarget::Credentials);
        }
        let host = authority.host().to_ascii_lowercase();
        let literal: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        let here = host == "localhost" || literal.is_some_and(|address| address.is_loopback());
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if here && reach.also_here => {}
            Some("http") => return Err(BadTarget::Insecure),
            _ => return Err(BadTarget::Address),
        }
        match literal {
            Some(address) if reach.allows(address) => {}
            // Written in another way, a number is an address that nobody would look up.
            None if is_name(&host) => {}
            Some(_) => return Err(BadTarget::Private),
            None => return Err(BadTarget::Address),
        }
        Ok(Self(text.to_owned()))
    }

    pub fn url(&self) -> &str {
        &self.0
    }
}

/// Its last part begins with a letter, which no address in figures does.
fn is_name(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    last.starts_with(|c: char| c.is_ascii_alphabetic())
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
}

/// Looks names up for each connection, and keeps the addresses that events may go to.
pub(super) struct Allowed(pub(super) Reach);

impl Resolve for Allowed {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses: Vec<SocketAddr> = found.filter(|address| reach.allows(address.ip())).collect();
            if addresses.is_empty() {
                return Err(io::Error::other("the name leads to no address that events may go to").into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str, reach: &Reach) -> Result<(), BadTarget> {
        Target::parse(text, reach).map(drop)
    }

    #[test]
    fn endpoints_are_out_there_and_spoken_to_in_secret() {
        let reach = Reach::default();
        for good in
            ["https://partner.example.com/hooks", "https://partner.example.com:8443/a?b=c", "https://185.8.76.132/x"]
        {
            assert_eq!(parsed(good, &reach), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("http://partner.example.com/", BadTarget::Insecure),
            ("http://localhost/", BadTarget::Insecure),
            ("https://10.0.0.1/", BadTarget::Private),
            ("https://[::1]/", BadTarget::Private),
            ("https://169.254.169.254/latest", BadTarget::Private),
            ("https://2130706433/", BadTarget::Address),
            ("https://0x7f.1/", BadTarget::Address),
            ("https://user:secret@partner.example.com/", BadTarget::Credentials),
            ("https://partner.example.com/#x", BadTarget::Address),
            ("ftp://partner.example.com/", BadTarget::Address),
            ("partner.example.com", BadTarget::Address),
            ("https://exa mple.com/", BadTarget::Address),
            ("", BadTarget::Address),
        ] {
            assert_eq!(parsed(bad, &reach), Err(why), "{bad}");
        }
    }

    #[test]
    fn ones_own_network_is_reached_where_it_is_named() {
        let reach = Reach { networks: vec!["10.1.0.0/16".parse().unwrap()], also_here: false };
        assert_eq!(parsed("https://10.1.2.3/x", &reach), Ok(()));
        assert_eq!(parsed("https://10.2.2.3/x", &reach), Err(BadTarget::Private));
        assert_eq!(parsed("http://10.1.2.3/x", &reach), Err(BadTarget::Insecure));
        let here = Reach { also_here: true, ..Reach::default() };
        assert_eq!(parsed("http://127.0.0.1:4500/x", &here), Ok(()));
        assert_eq!(parsed("http://partner.example.com/x", &here), Err(BadTarget::Insecure));
    }

    #[tokio::test]
    async fn a_name_that_leads_home_leads_nowhere() {
        let resolve = |reach: Reach| Allowed(reach).resolve("localhost".parse().unwrap());
        assert!(resolve(Reach::default()).await.is_err());
        assert!(resolve(Reach { also_here: true, ..Reach::default() }).await.is_ok());
    }
}
