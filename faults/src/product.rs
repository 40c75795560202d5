//! The server as a process, with the bank's stand-in in this one.

use crate::client::{Answer, Connection};
use crate::disk::Disk;
use sandbox::Sandbox;
use server::vault::KeyRing;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::process::{Child, Command};

pub const SECRET: &str = "faults-faults-faults-faults-faults-0123456789";
pub const PARTNER_REFERENCE: &str = "faults-partner-reference";
pub(crate) const PARTNER: &str = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
/// Even the slowest machine starts it in this time.
const PATIENCE: Duration = Duration::from_mins(1);

/// A post of a notification, as bytes.
pub fn hook(body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST /webhooks/anytime/{SECRET} HTTP/1.1\r\nHost: faults\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// One for all products: the stand-in's past takes a while to make up.
pub async fn bank() -> Arc<Sandbox> {
    let config = sandbox::Config {
        partner_id: PARTNER.to_owned(),
        partner_ref: PARTNER_REFERENCE.to_owned(),
        // Notifications are the harness's own.
        retry_after: Vec::new(),
        ..sandbox::Config::default()
    };
    Arc::new(sandbox::start(config).await.expect("the bank's stand-in"))
}

pub struct Product {
    pub address: SocketAddr,
    pub bank: Arc<Sandbox>,
    pub disk: Disk,
    database: String,
    folder: TempDir,
    server: Option<Child>,
}

/// How a life begins.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// What happens at which fail point.
    pub failpoints: String,
    /// On a real disk, instead of the one that forgets and refuses.
    pub real_disk: bool,
    /// Most open files.
    pub files: Option<u32>,
    /// How long it goes on, once it is told to end.
    pub drain_seconds: u32,
}

/// The server has ended by itself.
#[derive(Debug)]
pub struct Ended(pub ExitStatus);

impl Product {
    /// With `SQLite`, in a folder of its own.
    pub fn new(bank: &Arc<Sandbox>) -> Self {
        Self::with(bank, None)
    }

    /// On a database that is there already.
    pub fn on(bank: &Arc<Sandbox>, database: &str) -> Self {
        Self::with(bank, Some(database))
    }

    fn with(bank: &Arc<Sandbox>, database: Option<&str>) -> Self {
        assert_fail_points(&programs().join("anytime-connect"));
        let folder = tempfile::tempdir_in(programs()).expect("a folder");
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("a folder");
        let sqlite = format!("sqlite://{}/faults.db", data.display());
        let database = database.map_or(sqlite, ToOwned::to_owned);
        let disk = Disk::new(&data, folder.path());
        Self { address: free_address(), bank: Arc::clone(bank), disk, database, folder, server: None }
    }

    /// For use while the server is stopped.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// A file beside the database.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.file("server.log")).unwrap_or_default()
    }

    /// Starts it, and waits until it can acknowledge notifications.
    pub async fn start(&mut self, how: &Start) -> Result<(), Ended> {
        self.launch(how);
        self.until_ready().await
    }

    /// Starts it on a disk that has been told what to do, and does not wait.
    pub fn launch(&mut self, how: &Start) {
        assert!(self.server.is_none(), "it runs already");
        let mut command = server(how.files);
        let log = std::fs::File::options().create(true).append(true).open(self.file("server.log")).expect("a log");
        let errors = log.try_clone().expect("a log");
        self.configure(&mut command, how);
        let child = command.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(log).stderr(errors);
        self.server = Some(child.kill_on_drop(true).spawn().expect("the server"));
    }

    fn configure(&self, command: &mut Command, how: &Start) {
        if !how.real_disk {
            command.envs(self.disk.variables());
        }
        of_the_partner(command)
            .env("FAILPOINTS", &how.failpoints)
            .env("DRAIN_SECONDS", how.drain_seconds.to_string())
            .env("LEPTOS_SITE_ADDR", self.address.to_string())
            .env("PUBLIC_URL", self.origin())
            .env("LEPTOS_SITE_ROOT", self.file("site"))
            .env("DATABASE_URL", &self.database)
            .env("KEYRING_FILE", self.file("keyring"))
            .env("ANYTIME_CONNECT_URL", self.bank.url())
            .env("ANYTIME_API_URL", self.bank.url())
            .env("WEBHOOK_ALLOWED_IPS", "127.0.0.1");
    }

    /// Puts a new key before those of the ring, as a rotation does.
    pub fn renew_key(&self) {
        let (ring, fresh) = (self.file("keyring"), self.file("keyring.fresh"));
        KeyRing::create(&fresh).expect("a new key");
        let read = |file: &Path| std::fs::read_to_string(file).expect("a key file");
        std::fs::write(&ring, read(&fresh) + &read(&ring)).expect("a longer ring");
        std::fs::remove_file(fresh).expect("a key file of ours");
    }

    /// Begins a command of the program, beside the server and on a real disk. What it says on the way can be read.
    pub fn command(&self, arguments: &[&str]) -> Child {
        let mut command = Command::new(programs().join("anytime-connect"));
        command.args(arguments).env_clear().current_dir(self.folder.path()).kill_on_drop(true);
        self.configure(&mut command, &Start { real_disk: true, ..Start::default() });
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program")
    }

    /// The same product on another database, with the keys of this one.
    #[must_use]
    pub fn moved_to(&self, database: &str) -> Self {
        let moved = Self::on(&self.bank, database);
        std::fs::copy(self.file("keyring"), moved.file("keyring")).expect("the key ring");
        moved
    }

    /// Removes a file beside the database, and what stands beside that.
    pub fn remove_files_like(&self, name: &str) {
        for entry in self.folder.path().read_dir().expect("the folder").flatten() {
            if entry.file_name().to_string_lossy().starts_with(name) {
                std::fs::remove_file(entry.path()).expect("a file of ours");
            }
        }
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    async fn until_ready(&mut self) -> Result<(), Ended> {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if let Some(status) = self.server().try_wait().expect("a child of ours") {
                self.server = None;
                return Err(Ended(status));
            }
            if let Ok(answer) = self.get("/readyz", "").await
                && answer.status == 200
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        panic!("the server was not ready in a minute:\n{}", self.log());
    }

    fn server(&mut self) -> &mut Child {
        self.server.as_mut().expect("a running server")
    }

    /// How many files it holds open.
    pub fn open_files(&self) -> usize {
        let pid = self.server.as_ref().and_then(Child::id).expect("a running server");
        std::fs::read_dir(format!("/proc/{pid}/fd")).expect("its files").count()
    }

    pub fn is_running(&mut self) -> bool {
        self.server().try_wait().expect("a child of ours").is_none()
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        let status = self.server().wait().await.expect("a child of ours");
        self.server = None;
        status
    }

    pub async fn kill(&mut self) {
        // It may have been quicker.
        let _ = self.server().start_kill();
        self.ended().await;
    }

    /// Asks it to end.
    pub async fn tell_to_end(&mut self) {
        signal(self.server(), "TERM").await;
    }

    /// Asks it to end, and waits until it has, in good order.
    pub async fn stop(&mut self) {
        self.tell_to_end().await;
        let status = tokio::time::timeout(PATIENCE, self.ended()).await.expect("the server ends");
        assert!(status.success(), "the server ended with {status}:\n{}", self.log());
    }

    /// On a connection of its own.
    pub async fn ask(&self, request: &str) -> std::io::Result<Answer> {
        Connection::open(self.address).await?.ask(request.as_bytes()).await
    }

    pub async fn get(&self, path: &str, cookie: &str) -> std::io::Result<Answer> {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: faults\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n")).await
    }

    /// A post from one of our own pages.
    pub async fn post(&self, path: &str, cookie: &str, kind: &str, body: &str) -> std::io::Result<Answer> {
        let (origin, length) = (self.origin(), body.len());
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: faults\r\nOrigin: {origin}\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ))
        .await
    }
}

/// A server's process to be, with nothing set but the path. It ends with the harness, also when that is killed; how it dies is
/// no news, so it leaves no core behind.
pub(crate) fn server(files: Option<u32>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "sh", "-c"]);
    let files = files.map(|files| format!("ulimit -n {files}; ")).unwrap_or_default();
    command.arg(format!("{files}ulimit -c 0; exec \"$0\" serve --dev")).arg(programs().join("anytime-connect"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// Settings that are the same wherever it runs.
pub(crate) fn of_the_partner(command: &mut Command) -> &mut Command {
    command
        .env("ANYTIME_PARTNER_ID", PARTNER)
        .env("ANYTIME_PARTNER_REFS", PARTNER_REFERENCE)
        .env("ANYTIME_API_USERNAME", "demo-partner")
        .env("WEBHOOK_SECRETS", SECRET)
        .env("LOG_FORMAT", "json")
        .env("RUST_LOG", "warn")
}

/// Where the programs of this build lie: this one, or the folder above for a test.
pub(crate) fn programs() -> PathBuf {
    let this = std::env::current_exe().expect("this program's path");
    let above = this.ancestors().skip(1).find(|folder| folder.join("anytime-connect").exists());
    above.expect("the server, built together with this: cargo build --workspace --bins").to_owned()
}

fn assert_fail_points(program: &Path) {
    let output = std::process::Command::new(program).arg("--version").output().expect("the server");
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(version.contains("with fail points"), "{} was built without this package: {version}", program.display());
}

/// To a process of ours.
pub(crate) async fn signal(process: &Child, name: &str) {
    let pid = process.id().expect("a running server").to_string();
    let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().await.expect("kill");
    assert!(sent.success());
}

pub(crate) fn free_address() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}
