//! `HAProxy` before the nodes, with the configuration that is shipped.

use crate::client::{Answer, Connection};
use crate::nodes::BROWSER;
use crate::product::free_address;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

/// Prints the shipped configuration for other addresses.
const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/haproxy-here");
/// Where the balancer calls the nodes from, as that says.
pub(super) const CALLS_FROM: &str = "127.0.0.9";
const PATIENCE: Duration = Duration::from_mins(1);

pub struct Balancer {
    pub address: SocketAddr,
    log_file: PathBuf,
    process: Child,
}

/// The shipped configuration, for these addresses.
fn rendered(front: SocketAddr, bank: &str, nodes: [SocketAddr; 3]) -> Vec<u8> {
    let nodes = nodes.map(|address| address.to_string());
    let printed = std::process::Command::new(HERE).arg(front.to_string()).arg(bank).args(nodes).output().expect(HERE);
    assert!(printed.status.success(), "{HERE}: {}", String::from_utf8_lossy(&printed.stderr));
    printed.stdout
}

impl Balancer {
    pub fn start(folder: &Path, bank: &str, nodes: [SocketAddr; 3]) -> Self {
        let (address, file) = (free_address(), folder.join("haproxy.cfg"));
        std::fs::write(&file, rendered(address, bank, nodes)).expect("a folder that can be written to");
        let log_file = folder.join("haproxy.log");
        let log = std::fs::File::create(&log_file).expect("a log");
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "haproxy", "-db", "-f"]).arg(&file);
        // Debian keeps it where users do not look.
        command.env("PATH", format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default()));
        let errors = log.try_clone().expect("a log");
        let process = command.stdin(Stdio::null()).stdout(log).stderr(errors).kill_on_drop(true).spawn();
        Self { address, log_file, process: process.expect("setpriv") }
    }

    /// Waits until it shares out among all nodes.
    pub async fn until_all_are_in(&mut self) {
        let begin = Instant::now();
        while !matches!(self.get("/readyz", "").await, Ok(answer) if answer.header("nodes-in") == Some("3")) {
            let ended = self.process.try_wait().expect("a child of ours");
            let log = || std::fs::read_to_string(&self.log_file).unwrap_or_default();
            assert!(ended.is_none(), "HAProxy is needed, and does not run: scripts/setup test installs it\n{}", log());
            assert!(begin.elapsed() < PATIENCE, "HAProxy keeps a node out:\n{}", log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn get(&self, path: &str, cookie: &str) -> std::io::Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: faults\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n");
        Connection::open_from(BROWSER, self.address).await?.ask(request.as_bytes()).await
    }

    pub fn pid(&self) -> u32 {
        self.process.id().expect("a running HAProxy")
    }
}
