//! A `PostgreSQL` server of a test's own, thrown away with it.

use server::secret::Secret;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A running server, or a database on the one that `TEST_POSTGRES_URL` names. It is stopped when dropped.
pub(crate) struct Postgres {
    url: String,
    server: Option<Server>,
}

struct Server {
    process: Child,
    /// Data and socket; removed after the server has ended.
    folder: TempDir,
}

impl Postgres {
    /// A new, empty database.
    pub(crate) async fn start() -> Self {
        match std::env::var("TEST_POSTGRES_URL") {
            Ok(url) => Self { url: new_database(&url).await, server: None },
            Err(_) => Self::own(),
        }
    }

    /// The way to it, by a socket in its own folder: nobody else's server can be meant.
    pub(crate) fn url(&self) -> Secret {
        Secret::new(self.url.clone())
    }

    fn own() -> Self {
        let programs = programs();
        let folder = TempDir::new().unwrap();
        let owner = owner();
        if let Some(owner) = owner {
            run(Command::new("chown").arg(owner).arg(folder.path()));
        }
        let data = folder.path().join("data");
        let initdb = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"];
        run(as_owner(owner, &programs.join("initdb")).args(initdb).arg("-D").arg(&data).current_dir(folder.path()));
        // A test that is thrown away need not survive a power cut; nothing listens on the network.
        let process = as_owner(owner, &programs.join("postgres"))
            .args(["-c", "fsync=off", "-c", "listen_addresses=", "-c", "max_connections=200"])
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let url = format!("postgres://postgres@localhost/postgres?host={}", folder.path().display());
        let mut started = Self { url, server: Some(Server { process, folder }) };
        started.wait_until_ready(&programs);
        started
    }

    fn wait_until_ready(&mut self, programs: &Path) {
        let server = self.server.as_mut().unwrap();
        for _ in 0..600 {
            let ready = Command::new(programs.join("pg_isready"))
                .args(["--quiet", "-U", "postgres", "-h"])
                .arg(server.folder.path())
                .status();
            if ready.unwrap().success() {
                return;
            }
            assert!(server.process.try_wait().unwrap().is_none(), "PostgreSQL has ended");
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("PostgreSQL does not start");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            // At once, but so that it cleans up behind itself.
            let _ = Command::new("kill").arg("-QUIT").arg(server.process.id().to_string()).status();
            let _ = server.process.wait();
        }
    }
}

/// A database on a server that runs already, as its superuser.
async fn new_database(url: &str) -> String {
    sqlx::any::install_default_drivers();
    let name = format!("story_{}", server::randomness::id());
    let pool = sqlx::AnyPool::connect(url).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE template0"));
    sqlx::raw_sql(create).execute(&pool).await.unwrap();
    pool.close().await;
    let (address, query) = url.split_once('?').map_or((url, None), |(address, query)| (address, Some(query)));
    let scheme_end = address.find("://").unwrap() + 3;
    let host = address[scheme_end..].split('/').next().unwrap();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{host}/{name}{query}", &address[..scheme_end])
}

/// The folder of the newest server programs.
fn programs() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = installed.max_by_key(|version| version.file_name().to_string_lossy().parse::<u32>().unwrap_or(0));
    let in_path =
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).find(|dir| dir.join("initdb").exists());
    newest
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .or(in_path)
        .expect("PostgreSQL's server programs are needed for this test: run scripts/setup test")
}

/// Who runs the server, as `PostgreSQL` refuses to run as root.
fn owner() -> Option<&'static str> {
    let output = |command: &mut Command| String::from_utf8(command.output().unwrap().stdout).unwrap();
    if output(Command::new("id").arg("-u")).trim() != "0" {
        return None;
    }
    let postgres = Command::new("id").arg("postgres").output().unwrap().status.success();
    Some(if postgres { "postgres" } else { "nobody" })
}

/// The program itself, not a child of a shell: its process id is the one to stop.
fn as_owner(owner: Option<&str>, program: &Path) -> Command {
    let Some(owner) = owner else { return Command::new(program) };
    let mut command = Command::new("setpriv");
    // It ends with the test, also when the test is killed.
    command.args(["--reuid", owner, "--clear-groups", "--pdeathsig", "QUIT"]).arg(program);
    command
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
