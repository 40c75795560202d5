//! A real server over a real socket, which can be stopped and started again on the same database.

use super::bank::Bank;
use crate::http::client::{Answer, Request};
use crate::http::world::config;
use server::Start;
use server::clock::SystemClock;
use server::config::{BankConfig, Config, Partner};
use server::secret::Secret;
use server::services::Services;
use server::vault::KeyRing;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(super) struct Product {
    config: Config,
    /// Stays open while the server is away, as under a supervisor that hands it over: nobody else can take the port.
    socket: TcpListener,
    running: Option<Running>,
    _folder: TempDir,
}

struct Running {
    services: Services,
    stop: CancellationToken,
    server: JoinHandle<()>,
}

impl Product {
    /// A socket to call back at; the server itself is started by [`Product::start`].
    pub(super) fn prepare() -> (TcpListener, String) {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let secret = "s".repeat(32);
        let callback = format!("http://{}/webhooks/anytime/{secret}", socket.local_addr().unwrap());
        (socket, callback)
    }

    pub(super) async fn new(socket: TcpListener, bank: &Bank) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(&folder);
        config.partner = Partner {
            id: sandbox::config::DEMO_PARTNER_ID.to_owned(),
            refs: vec![Secret::new(sandbox::config::DEMO_PARTNER_REF)],
        };
        config.bank = BankConfig {
            connect_url: bank.url(),
            api_url: bank.url(),
            key_file: None,
            username: Some("demo-partner".into()),
        };
        // What never came is found soon enough to wait for it.
        config.watch.reconcile_every = Duration::from_secs(2);
        KeyRing::create(&config.keyring).unwrap();
        let mut product = Self { config, socket, running: None, _folder: folder };
        product.start().await;
        product
    }

    pub(super) async fn start(&mut self) {
        let stop = CancellationToken::new();
        let start = Start::new(self.config.clone(), Arc::new(SystemClock), &stop).await.unwrap();
        let listener = tokio::net::TcpListener::from_std(self.socket.try_clone().unwrap()).unwrap();
        let services = start.services.clone();
        let server = tokio::spawn(start.serve(listener));
        self.running = Some(Running { services, stop, server });
    }

    /// Ends the server; fails if it does not end.
    pub(super) async fn stop(&mut self) {
        let Some(Running { stop, server, .. }) = self.running.take() else { return };
        stop.cancel();
        tokio::time::timeout(Duration::from_secs(20), server).await.expect("the server should end").unwrap();
    }

    pub(super) fn services(&self) -> &Services {
        &self.running.as_ref().expect("the server runs").services
    }

    pub(super) fn origin(&self) -> &str {
        &self.config.public_url.origin
    }

    fn address(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    pub(super) async fn get(&self, target: &str, cookie: &str) -> Answer {
        Request::get(target).header("Cookie", cookie).send(self.address()).await
    }

    /// A form or a piece of JSON, posted from one of our own pages.
    pub(super) async fn post(&self, request: Request, cookie: &str) -> Answer {
        request.header("Origin", self.origin()).header("Cookie", cookie).send(self.address()).await
    }
}
