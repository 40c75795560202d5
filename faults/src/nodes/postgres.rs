//! A `PostgreSQL` server of the harness's own. It syncs as one that is relied on, and can be restarted.

use crate::product::free_address;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::process::{Child, Command};

const PATIENCE: Duration = Duration::from_mins(1);

pub struct Postgres {
    pub address: SocketAddr,
    programs: PathBuf,
    /// Data and log; removed after the server has ended.
    folder: TempDir,
    /// Beside the usual: `name=value`.
    settings: Vec<String>,
    server: Option<Child>,
}

impl Postgres {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With settings of its own, `name=value`.
    pub async fn start_with(settings: &[&str]) -> Self {
        let (programs, folder) = (programs(), TempDir::new().expect("a folder"));
        if let Some(owner) = owner() {
            run(Command::new("chown").arg(owner).arg(folder.path())).await;
        }
        let initdb = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "-D"];
        let mut making = as_owner(&programs.join("initdb"));
        run(making.args(initdb).arg(folder.path().join("data")).current_dir(folder.path())).await;
        let settings = settings.iter().map(ToString::to_string).collect();
        let mut postgres = Self { address: free_address(), programs, folder, settings, server: None };
        postgres.start_again().await;
        postgres
    }

    /// The database, by its own address.
    pub fn url(&self) -> String {
        self.url_at(self.address)
    }

    /// The same behind another address.
    pub fn url_at(&self, address: SocketAddr) -> String {
        format!("postgres://postgres@{address}/postgres?sslmode=disable")
    }

    /// Ends it at once, as a crash would; the next start recovers from its log.
    pub async fn crash(&mut self) {
        let mut server = self.server.take().expect("a running PostgreSQL");
        let pid = server.id().expect("a running PostgreSQL").to_string();
        run(Command::new("kill").args(["-QUIT", &pid])).await;
        server.wait().await.expect("a child of ours");
    }

    /// Starts it, and waits until it takes connections.
    pub async fn start_again(&mut self) {
        let log = std::fs::File::options().create(true).append(true).open(self.folder.path().join("log"));
        let log = log.expect("a log");
        let port = self.address.port().to_string();
        let mut command = as_owner(&self.programs.join("postgres"));
        command
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200"])
            .args(self.settings.iter().flat_map(|setting| ["-c", setting]))
            .args(["-p", &port, "-D"])
            .arg(self.folder.path().join("data"))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true);
        self.server = Some(command.spawn().expect("PostgreSQL"));
        let begin = Instant::now();
        while !self.takes_connections(&port).await {
            assert!(begin.elapsed() < PATIENCE, "PostgreSQL does not start:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn takes_connections(&self, port: &str) -> bool {
        let mut asking = Command::new(self.programs.join("pg_isready"));
        asking.args(["--quiet", "-U", "postgres", "-h", "127.0.0.1", "-p", port]);
        asking.status().await.expect("pg_isready").success()
    }

    /// Of the server's first process.
    pub fn pid(&self) -> u32 {
        self.server.as_ref().and_then(Child::id).expect("a running PostgreSQL")
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        // At once, but so that it cleans up behind itself before its folder goes.
        if let Some(pid) = server.id() {
            let _ = std::process::Command::new("kill").args(["-QUIT", &pid.to_string()]).status();
        }
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE && matches!(server.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// The folder of the newest server programs.
fn programs() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = installed.max_by_key(|version| version.file_name().to_string_lossy().parse::<u32>().unwrap_or(0));
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .or_else(|| std::env::split_paths(&path).find(|folder| folder.join("initdb").exists()))
        .expect("PostgreSQL's server programs are needed: run scripts/setup test")
}

/// Who runs it, where we are root: `PostgreSQL` refuses to.
fn owner() -> Option<&'static str> {
    let output = |command: &mut std::process::Command| command.output().expect("id");
    if output(std::process::Command::new("id").arg("-u")).stdout != b"0\n" {
        return None;
    }
    let has_its_own = output(std::process::Command::new("id").arg("postgres")).status.success();
    Some(if has_its_own { "postgres" } else { "nobody" })
}

/// It ends with the harness, also when that is killed.
fn as_owner(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "QUIT"]);
    if let Some(owner) = owner() {
        command.args(["--reuid", owner, "--clear-groups"]);
    }
    command.arg(program);
    command
}

async fn run(command: &mut Command) {
    let output = command.output().await.expect("a program of the system");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
