//! A server of its own for one test: port 0, an empty database, a clock that stands.

use super::client::{Answer, Request};
use domain::viewer::Role;
use server::Start;
use server::accounts::{email::Email, operators};
use server::clock::{Clock as _, ManualClock, Moment};
use server::config::{
    BankConfig, Config, Limits, MailConfig, NodeConfig, Partner, PublicUrl, Site, Watch, WebhookConfig,
};
use server::mail::Transport;
use server::secret::Secret;
use server::services::Services;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) const PASSWORD: &str = "tulipes bleues 7";

pub(super) struct World {
    pub address: SocketAddr,
    pub services: Services,
    pub clock: Arc<ManualClock>,
    pub folder: TempDir,
    /// How the router describes itself.
    pub router: String,
    stop: CancellationToken,
    server: JoinHandle<()>,
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(super) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(&folder);
        change(&mut config);
        server::vault::KeyRing::create(&config.keyring).unwrap();
        let clock = Arc::new(ManualClock::at(Moment::from_rfc3339("2026-11-23T12:00:00Z").unwrap()));
        Self::serve(config, clock, folder).await
    }

    /// Another node: the same settings, database and clock, and a name of its own.
    pub(super) async fn beside(&self, name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::clone(&self.services.config);
        config.node.name = name.to_owned();
        Self::serve(config, Arc::clone(&self.clock), folder).await
    }

    async fn serve(config: Config, clock: Arc<ManualClock>, folder: TempDir) -> Self {
        let stop = CancellationToken::new();
        let start = Start::new(config, clock.clone(), &stop).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let services = start.services.clone();
        let router = format!("{:?}", start.router);
        let server = tokio::spawn(start.serve(listener));
        Self { address, services, clock, folder, router, stop, server }
    }

    /// Tells the server to end, and does not wait.
    pub(super) fn tell_to_end(&self) {
        self.stop.cancel();
    }

    /// Ends the server; fails if it does not end.
    pub(super) async fn end(self) {
        self.tell_to_end();
        tokio::time::timeout(Duration::from_secs(15), self.server).await.expect("the server should end").unwrap();
    }

    pub(super) fn origin(&self) -> &str {
        &self.services.config.public_url.origin
    }

    pub(super) async fn send(&self, request: Request) -> Answer {
        request.send(self.address).await
    }

    pub(super) async fn get(&self, target: &str, cookie: &str) -> Answer {
        self.send(with_cookie(Request::get(target), cookie)).await
    }

    /// A form posted from one of our own pages.
    pub(super) async fn post(&self, target: &str, fields: &[(&str, &str)], cookie: &str) -> Answer {
        let request = Request::form(target, fields).header("Origin", self.origin());
        self.send(with_cookie(request, cookie)).await
    }

    /// A new user; her session's cookie.
    pub(super) async fn sign_up(&self, email: &str) -> String {
        let answer = self.post("/sign-up", &[("name", "Alice"), ("email", email), ("password", PASSWORD)], "").await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        self.session_in(&answer)
    }

    pub(super) async fn sign_in(&self, email: &str) -> String {
        let answer = self.post("/sign-in", &[("email", email), ("password", PASSWORD)], "").await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        self.session_in(&answer)
    }

    /// A new operator; her session's cookie.
    pub(super) async fn operator(&self, email: &str, role: Role) -> String {
        let path = self.set_up_path(email, role).await;
        let answer = self.post(&path, &[("password", PASSWORD)], "").await;
        assert_eq!((answer.status, answer.location()), (303, "/operator/users"));
        self.session_in(&answer)
    }

    /// Path of a one-time link, as `operator add` prints it.
    pub(super) async fn set_up_path(&self, email: &str, role: Role) -> String {
        let email = Email::parse(email).unwrap();
        let (store, url) = (&self.services.store, &self.services.config.public_url);
        let invitation = operators::invite(store, url, &email, role, self.clock.now()).await.unwrap();
        invitation.link.strip_prefix(self.origin()).expect("a link of our own").to_owned()
    }

    pub(super) fn session_in(&self, answer: &Answer) -> String {
        let name = if self.services.config.public_url.https { "__Host-session=" } else { "session=" };
        answer.cookie(name).expect("a session").to_owned()
    }

    pub(super) async fn is_signed_in(&self, cookie: &str) -> bool {
        match self.get("/settings", cookie).await.status {
            200 => true,
            303 => false,
            other => panic!("unexpected status {other}"),
        }
    }
}

fn with_cookie(request: Request, cookie: &str) -> Request {
    if cookie.is_empty() { request } else { request.header("Cookie", cookie) }
}

/// What a server of a test is told, unless it changes it.
pub(crate) fn config(folder: &TempDir) -> Config {
    let path = folder.path();
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        dev: true,
        migrate: true,
        public_url: PublicUrl::parse("http://app.test:3000").unwrap(),
        database: Secret::new(format!("sqlite://{}", path.join("test.db").display())),
        keyring: path.join("keyring"),
        partner: Partner { id: "de30".repeat(16), refs: vec![Secret::new("a-reference")] },
        webhook: WebhookConfig {
            secrets: vec![Secret::new("s".repeat(32))],
            allowed: vec!["127.0.0.1/32".parse().unwrap()],
            trusted_proxies: vec![],
        },
        bank: BankConfig {
            connect_url: "https://bank.test".into(),
            api_url: "https://bank.test".into(),
            key_file: None,
            username: None,
        },
        mail: MailConfig { transport: Transport::Files(path.join("mail")), from: "no-reply@app.test".into() },
        site: Site {
            root: path.join("site"),
            pkg_dir: "pkg".into(),
            output_name: "anytime-connect".into(),
            hash_files: true,
            hash_file: "no-hashes.txt".into(),
        },
        watch: Watch::default(),
        node: NodeConfig::default(),
        second_factor_required: false,
        limits: Limits {
            password_memory_kib: 64,
            tries_per_address: 1000,
            tries_of_all: 10_000,
            header_time: Duration::from_secs(1),
            body_time: Duration::from_secs(1),
            shutdown_time: Duration::from_secs(2),
            ..Limits::default()
        },
    }
}
