//! The machine's limit: a handler that reads the body and does nothing.

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use std::net::SocketAddr;

pub(crate) async fn start() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let read = |body: Bytes| async move { if body.is_empty() { StatusCode::BAD_REQUEST } else { StatusCode::OK } };
    let router = Router::new().route("/", post(read));
    // Ends with this program.
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}
