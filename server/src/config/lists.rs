//! Settings that hold several values, with commas between them.

use super::{ConfigError, Places};
use crate::secret::Secret;
use ipnet::{IpNet, Ipv6Net};
use std::net::{IpAddr, Ipv6Addr};

/// Nobody's proxies take up more than a provider has, or a private network: `10.0.0.0/8`, `fc00::/7`.
const WIDEST_V4: u8 = 8;
const WIDEST_V6: u8 = 16;
const PRIVATE_V6: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7);

/// Fewer characters could be guessed.
const SHORTEST_SECRET: usize = 32;

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// Addresses and CIDR blocks.
pub(super) fn nets(name: &str, text: &str, places: &Places) -> Result<Vec<IpNet>, ConfigError> {
    parts(text)
        .map(|part| {
            let net = part.parse::<IpNet>().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
            net.map_err(|_| places.error(name, format!("`{part}` is neither an address nor a CIDR block")))
        })
        .collect()
}

/// The first block that no proxies can fill, of all blocks taken together: two halves are the whole, and many neighbours are
/// one. Private networks may be as wide as they are.
pub(super) fn too_wide(nets: &[IpNet]) -> Option<IpNet> {
    let private = IpNet::from(PRIVATE_V6);
    let widest = |net: &IpNet| if net.addr().is_ipv4() { WIDEST_V4 } else { WIDEST_V6 };
    let together = IpNet::aggregate(&nets.to_vec());
    together.into_iter().find(|net| net.prefix_len() < widest(net) && !private.contains(net))
}

/// One or two secrets for the path of the callback; none is left to the caller.
pub(super) fn path_secrets(name: &str, text: &str, places: &Places) -> Result<Vec<Secret>, ConfigError> {
    let secrets: Vec<Secret> = parts(text).map(Secret::new).collect();
    if secrets.len() > 2 {
        return Err(places.error(name, "there can be two secrets, while changing them, and no more"));
    }
    for secret in &secrets {
        let text = secret.expose();
        if text.len() < SHORTEST_SECRET {
            return Err(places.error(name, format!("a secret needs {SHORTEST_SECRET} characters or more")));
        }
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~')) {
            return Err(places.error(name, "a secret may hold letters, digits and -_.~ only: it is part of an address"));
        }
    }
    Ok(secrets)
}

/// One or two partner references; without any, the partner id is the reference.
pub(super) fn partner_refs(name: &str, text: &str, id: &str, places: &Places) -> Result<Vec<Secret>, ConfigError> {
    if text.split(',').any(|part| part != part.trim()) {
        tracing::warn!(setting = name, "a partner reference has spaces around it; they are left out");
    }
    let refs: Vec<Secret> = parts(text).map(Secret::new).collect();
    if refs.len() > 2 {
        return Err(places.error(name, "there can be two references, while changing them, and no more"));
    }
    let refs = if refs.is_empty() && !id.is_empty() { vec![Secret::new(id)] } else { refs };
    if refs.iter().any(|reference| reference.expose() == id) {
        tracing::warn!(
            setting = name,
            "THE PARTNER REFERENCE IS THE PARTNER ID, which every visitor of the page can read: the hash of a notification \
             proves nothing then. Ask the bank for a reference of its own."
        );
    }
    Ok(refs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_blocks_are_read() {
        let nets = nets("X", "185.8.76.132, 10.0.0.0/8,::1", &Places::default()).unwrap();
        assert_eq!(
            nets.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["185.8.76.132/32", "10.0.0.0/8", "::1/128"]
        );
    }

    #[test]
    fn a_bad_address_is_named() {
        let error = nets("X", "185.8.76", &Places::default()).unwrap_err();
        assert_eq!(error.to_string(), "X (not set): `185.8.76` is neither an address nor a CIDR block");
    }

    #[test]
    fn ip_13_blocks_that_together_are_everybody_are_too_wide() {
        let wide = |text: &str| too_wide(&nets("X", text, &Places::default()).unwrap()).map(|net| net.to_string());
        for (text, found) in [
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("0.0.0.0/1,128.0.0.0/1", "0.0.0.0/0"),
            ("0.0.0.0/2, 128.0.0.0/1, 10.0.0.1, 64.0.0.0/2", "0.0.0.0/0"),
            ("::/1,8000::/1", "::/0"),
            ("10.0.0.0/8,128.0.0.0/7", "128.0.0.0/7"),
            ("2000::/3", "2000::/3"),
            ("c000::/2", "c000::/2"),
        ] {
            assert_eq!(wide(text).as_deref(), Some(found), "{text}");
        }
        let eighths: Vec<String> = (0..=255).map(|first| format!("{first}.0.0.0/8")).collect();
        assert_eq!(wide(&eighths.join(",")).as_deref(), Some("0.0.0.0/0"));
        for text in ["", "10.0.0.0/8,192.168.0.0/16,172.16.0.0/12,127.0.0.1", "fc00::/7,::1", "2600::/16,fd00::/8"] {
            assert_eq!(wide(text), None, "{text}");
        }
    }

    #[test]
    fn secrets_of_the_path_are_long_and_fit_into_it() {
        let secrets = |text: &str| path_secrets("X", text, &Places::default());
        assert!(secrets(&"a".repeat(31)).is_err());
        assert!(secrets(&format!("{}/", "a".repeat(32))).is_err());
        assert_eq!(secrets(&format!("{},{}", "a".repeat(32), "b".repeat(32))).unwrap().len(), 2);
        assert!(secrets(&vec!["a".repeat(32); 3].join(",")).is_err());
    }

    /// What is logged while `act` runs.
    fn logged(act: impl FnOnce()) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        let to = file.reopen().unwrap();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(std::sync::Mutex::new(to)).finish();
        tracing::subscriber::with_default(subscriber, act);
        std::fs::read_to_string(file.path()).unwrap()
    }

    #[test]
    fn hs_13_a_reference_with_spaces_around_it_is_trimmed_and_said_so() {
        let log = logged(|| {
            let refs = partner_refs("X", " first \n,second", "id", &Places::default()).unwrap();
            assert_eq!(refs, [Secret::new("first"), Secret::new("second")]);
        });
        assert!(log.contains("WARN") && log.contains("left out"), "{log}");
        let quiet = logged(|| assert!(partner_refs("X", "first,second", "id", &Places::default()).is_ok()));
        assert_eq!(quiet, "");
    }

    #[test]
    fn hs_14_a_reference_that_is_the_public_id_is_warned_of() {
        let log = logged(|| assert!(partner_refs("X", "secret,id", "id", &Places::default()).is_ok()));
        assert!(log.contains("WARN") && log.contains("proves nothing") && !log.contains("secret"), "{log}");
    }

    #[test]
    fn without_a_reference_the_id_is_the_reference() {
        let refs = partner_refs("X", " ", "id", &Places::default()).unwrap();
        assert_eq!(refs, [Secret::new("id")]);
    }
}
