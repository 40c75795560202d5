//! One of several servers, as a process.

use crate::client::{Answer, Connection};
use crate::nodes::balancer;
use crate::product::{free_address, of_the_partner, server, signal};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::Child;

const PATIENCE: Duration = Duration::from_mins(1);
/// A bank's API that does not answer: what is measured here is not the stand-in's.
const NOWHERE: &str = "http://127.0.0.1:9";

pub struct Node {
    pub name: String,
    pub address: SocketAddr,
    database: String,
    folder: PathBuf,
    server: Option<Child>,
}

impl Node {
    /// One that is yet to be started; `folder` has the key ring, which all share.
    pub fn new(name: &str, database: String, folder: &Path) -> Self {
        std::fs::create_dir_all(folder.join(name)).expect("a folder");
        Self { name: name.to_owned(), address: free_address(), database, folder: folder.to_owned(), server: None }
    }

    pub fn launch(&mut self, public: SocketAddr, bank: &str) {
        assert!(self.server.is_none(), "{} runs already", self.name);
        let mut command = server(None);
        of_the_partner(&mut command)
            .env("NODE_NAME", &self.name)
            .env("DRAIN_SECONDS", "2")
            .env("LEPTOS_SITE_ADDR", self.address.to_string())
            .env("PUBLIC_URL", format!("http://{public}"))
            .env("LEPTOS_SITE_ROOT", self.folder.join("site"))
            .env("DATABASE_URL", &self.database)
            .env("KEYRING_FILE", self.folder.join("keyring"))
            .env("ANYTIME_CONNECT_URL", NOWHERE)
            .env("ANYTIME_API_URL", NOWHERE)
            .env("WEBHOOK_ALLOWED_IPS", bank)
            .env("TRUSTED_PROXIES", balancer::CALLS_FROM)
            .env("METRICS_ADDR", "off");
        let log = std::fs::File::options().create(true).append(true).open(self.log_file()).expect("a log");
        let errors = log.try_clone().expect("a log");
        let child = command.current_dir(self.folder.join(&self.name)).stdin(Stdio::null()).stdout(log).stderr(errors);
        self.server = Some(child.kill_on_drop(true).spawn().expect("the server"));
    }

    pub async fn until_ready(&mut self) {
        let begin = Instant::now();
        while !matches!(self.get("/readyz", "").await, Ok(answer) if answer.status == 200) {
            let ended = self.server().try_wait().expect("a child of ours");
            assert!(ended.is_none() && begin.elapsed() < PATIENCE, "{} is not ready:\n{}", self.name, self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn kill(&mut self) {
        self.server().start_kill().expect("a running node");
        self.ended().await;
    }

    /// Asks it to end, and waits for that.
    pub async fn stop(&mut self) {
        self.tell_to_end().await;
        self.until_ended().await;
    }

    pub async fn tell_to_end(&mut self) {
        signal(self.server(), "TERM").await;
    }

    /// One that was told to.
    pub async fn until_ended(&mut self) {
        let status = tokio::time::timeout(PATIENCE, self.ended()).await.expect("the node ends");
        assert!(status.success(), "{} ended with {status}:\n{}", self.name, self.log());
    }

    /// It stands still, and whatever it holds it goes on holding.
    pub async fn freeze(&mut self) {
        signal(self.server(), "STOP").await;
    }

    pub async fn thaw(&mut self) {
        signal(self.server(), "CONT").await;
    }

    async fn ended(&mut self) -> std::process::ExitStatus {
        let status = self.server().wait().await.expect("a child of ours");
        self.server = None;
        status
    }

    fn server(&mut self) -> &mut Child {
        self.server.as_mut().expect("a running node")
    }

    pub fn is_running(&self) -> bool {
        self.server.is_some()
    }

    pub fn pid(&self) -> u32 {
        self.server.as_ref().and_then(Child::id).expect("a running node")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join(format!("{}.log", self.name))
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Asks this node itself.
    pub async fn get(&self, path: &str, cookie: &str) -> std::io::Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: faults\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n");
        Connection::open_from(super::BROWSER, self.address).await?.ask(request.as_bytes()).await
    }
}
