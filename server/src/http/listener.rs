//! The accept loop. It is our own because axum's has no time limit for headers and no bound on connections.

use super::lengths::Watched;
use crate::config::{Config, Limits};
use crate::faults;
use crate::lifecycle::Tasks;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONNECTION, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Request, StatusCode, Version};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use ipnet::IpNet;
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::{Layer as _, Service};

/// How long to wait when the system has no more file descriptors, instead of trying again at once.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until `stop`'s tasks are told to end; then lets requests under way finish, for a while.
pub async fn serve(listener: TcpListener, router: Router, config: &Config, stop: &Tasks) {
    let limits = &config.limits;
    let connections = Tasks::default();
    let doors = Doors::new(limits, config.webhook.trusted_proxies.clone());
    let http = protocol(limits);
    let stopping = stop.stopping();
    tokio::pin!(stopping);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stopping => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                faults::point("listener.accepted");
                // Without a place the connection is closed at once: waiting would only hold it longer.
                if let Some(place) = doors.enter(peer.ip()) {
                    let ending = connections.stopping();
                    connections.spawn(connection(http.clone(), stream, peer, router.clone(), ending, place));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    if !connections.stop(limits.shutdown_time).await {
        tracing::warn!("some requests were cut off at the end");
    }
}

fn protocol(limits: &Limits) -> http1::Builder {
    // 100 headers at most is what hyper does anyway; saying so would cost an allocation for each request.
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        // Also the time that a connection may stay silent, before its first byte and between two requests.
        .header_read_timeout(limits.header_time)
        .max_header_size(limits.header_bytes)
        .max_buf_size(limits.header_bytes.max(8192));
    http
}

async fn connection(
    http: http1::Builder,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    ending: impl Future<Output = ()>,
    _place: Place,
) {
    // Pages and events are written in pieces, which must not wait for each other's acknowledgement.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone at once");
        return;
    }
    let (stream, lengths) = Watched::new(stream);
    let service = axum::Extension(ConnectInfo(peer)).layer(router);
    let service = tower::service_fn(move |request: Request<Incoming>| {
        let length = lengths.begin();
        answer(service.clone(), request, length)
    });
    let serving = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    tokio::pin!(serving, ending);
    let result = tokio::select! {
        result = serving.as_mut() => result,
        () = ending => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, "a connection ended badly");
    }
}

/// Answers one request; `length` is whether it may have said the length of its body. Where that has no plain length this is the
/// connection's last request: should somebody on the way have read another length, the rest cannot be taken for one.
async fn answer<S>(mut service: S, request: Request<Incoming>, length: bool) -> Result<Response, Infallible>
where
    S: Service<Request<Incoming>, Response = Response, Error = Infallible>,
{
    faults::point("request.begun");
    let in_pieces = request.headers().contains_key(TRANSFER_ENCODING);
    let told = names_one_host(request.version(), request.headers()) && !(in_pieces && length);
    let last = !told || in_pieces;
    let mut response = if told { service.call(request).await? } else { StatusCode::BAD_REQUEST.into_response() };
    if last {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// Since HTTP/1.1 a request says once which host it is for. Who says it twice may mean one thing to a proxy, another to us.
fn names_one_host(version: Version, headers: &HeaderMap) -> bool {
    match headers.get_all(HOST).iter().count() {
        0 => version < Version::HTTP_11,
        1 => true,
        _ => false,
    }
}

/// Counts who is inside.
struct Doors {
    all: Arc<Semaphore>,
    by_address: Arc<Mutex<HashMap<IpAddr, usize>>>,
    most_by_address: usize,
    proxies: Vec<IpNet>,
}

/// The right to be inside; given back when dropped.
struct Place {
    _permit: OwnedSemaphorePermit,
    by_address: Arc<Mutex<HashMap<IpAddr, usize>>>,
    counted: Option<IpAddr>,
}

impl Doors {
    fn new(limits: &Limits, proxies: Vec<IpNet>) -> Self {
        Self {
            all: Arc::new(Semaphore::new(limits.connections)),
            by_address: Arc::default(),
            most_by_address: limits.connections_per_address,
            proxies,
        }
    }

    /// A place, unless the house or this address is full. A trusted proxy speaks for many, so it is not counted.
    fn enter(&self, address: IpAddr) -> Option<Place> {
        let permit = self.all.clone().try_acquire_owned().ok()?;
        let address = address.to_canonical();
        let is_proxy = self.proxies.iter().any(|net| net.contains(&address));
        let counted = (!is_proxy).then(|| crate::accounts::throttle::network(address));
        if let Some(network) = counted {
            let mut counts = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(network).or_insert(0);
            if *count >= self.most_by_address {
                return None;
            }
            *count += 1;
        }
        Some(Place { _permit: permit, by_address: self.by_address.clone(), counted })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(network) = self.counted else { return };
        let mut counts = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doors(all: usize, each: usize) -> Doors {
        let limits = Limits { connections: all, connections_per_address: each, ..Limits::default() };
        Doors::new(&limits, vec!["10.0.0.0/8".parse().unwrap()])
    }

    #[test]
    fn an_address_gets_so_many_places_and_gives_them_back() {
        let doors = doors(10, 2);
        let address = "192.0.2.1".parse().unwrap();
        let first = doors.enter(address);
        let second = doors.enter(address);
        assert!(first.is_some() && second.is_some() && doors.enter(address).is_none());
        drop(first);
        assert!(doors.enter(address).is_some());
        drop(second);
        assert!(doors.by_address.lock().unwrap().is_empty());
    }

    #[test]
    fn a_trusted_proxy_is_bounded_by_the_house_only() {
        let doors = doors(3, 1);
        let places: Vec<_> = (0..4).map(|_| doors.enter("10.0.0.1".parse().unwrap())).collect();
        assert_eq!(places.iter().filter(|place| place.is_some()).count(), 3);
    }
}
