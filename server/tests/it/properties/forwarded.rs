//! An input is the socket's address, and a line for each `X-Forwarded-For` of the request.

use axum::http::{HeaderMap, HeaderValue};
use ipnet::IpNet;
use server::peer;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const TRUSTED: [&str; 3] = ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"];

pub(crate) fn holds(input: &[u8]) {
    let mut lines = input.split(|byte| *byte == b'\n');
    let socket = std::str::from_utf8(lines.next().unwrap_or_default()).ok().and_then(|text| text.parse().ok());
    let socket: IpAddr = socket.unwrap_or(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)));
    let values: Vec<HeaderValue> = lines.filter_map(|line| HeaderValue::from_bytes(line).ok()).collect();
    let mut headers = HeaderMap::new();
    for value in &values {
        headers.append("x-forwarded-for", value.clone());
        headers.append("forwarded", value.clone());
        headers.append("x-real-ip", value.clone());
    }
    let trusted = TRUSTED.map(|net| net.parse::<IpNet>().unwrap());
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let client = peer::client(socket, &headers, &trusted);
    let values: Vec<&[u8]> = values.iter().map(HeaderValue::as_bytes).collect();
    assert_eq!(client, told(socket.to_canonical(), &values, &is_trusted));
    if let Some(client) = client {
        assert_eq!(client, client.to_canonical());
        assert!(!is_trusted(&client), "a proxy speaks for others, never for itself");
    }
}

/// The same once more, as slowly as one would explain it: from the right, hop by hop, until one is no proxy of ours. A hop that
/// is not understood ends the search, since whoever wrote it may hide somebody.
fn told(socket: IpAddr, values: &[&[u8]], is_trusted: &impl Fn(&IpAddr) -> bool) -> Option<IpAddr> {
    if !is_trusted(&socket) {
        return Some(socket);
    }
    for value in values.iter().rev() {
        let visible = value.iter().all(|byte| (b' '..=b'~').contains(byte) || *byte == b'\t');
        let value = std::str::from_utf8(value).ok().filter(|_| visible)?;
        for hop in value.rsplit(',') {
            let address = hop_address(hop.trim_matches([' ', '\t']))?;
            if !is_trusted(&address) {
                return Some(address);
            }
        }
    }
    None
}

fn hop_address(hop: &str) -> Option<IpAddr> {
    let address = match hop.strip_prefix('[') {
        Some(rest) => {
            let (inside, port) = rest.split_once(']')?;
            let port_is_one = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
            let address: Ipv6Addr = inside.parse().ok()?;
            port_is_one.then_some(IpAddr::V6(address))?
        }
        None if hop.matches(':').count() > 1 => IpAddr::V6(hop.parse().ok()?),
        None => {
            let (address, port) = hop.split_once(':').map_or((hop, None), |(address, port)| (address, Some(port)));
            port.is_none_or(is_port).then(|| dotted(address)).flatten().map(IpAddr::V4)?
        }
    };
    Some(address.to_canonical())
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

/// Four plain decimal numbers. Nothing octal, nothing in one number, nothing left out.
fn dotted(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u8> = text
        .split('.')
        .map(|part| {
            let plain = part.bytes().all(|b| b.is_ascii_digit()) && (part.len() == 1 || !part.starts_with('0'));
            plain.then(|| part.parse().ok()).flatten()
        })
        .collect::<Option<_>>()?;
    <[u8; 4]>::try_from(parts).ok().map(Ipv4Addr::from)
}
