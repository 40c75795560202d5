//! Who is at the other end: the socket's address, or what a trusted proxy says of it.

use crate::services::Services;
use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The address of the client, for limits and for the allow-list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<Services> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // Only a test can call a handler without a socket.
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
        let client = crate::peer::client(peer, &parts.headers, &services.config.webhook.trusted_proxies);
        // A proxy that does not say whom it speaks for is its own client.
        Ok(Self(client.unwrap_or_else(|| peer.to_canonical())))
    }
}
