//! `HAProxy` before the nodes, with the configuration that is shipped.

use crate::client::{Answer, Connection};
use crate::nodes::BROWSER;
use crate::product::free_address;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

const SHIPPED: &str = include_str!("../../../deploy/haproxy.cfg");
const PATIENCE: Duration = Duration::from_mins(1);

/// What of the shipped configuration is of the machine that it is for: lines that begin so are left out.
const OF_THE_MACHINE: [&str; 8] = [
    "log /dev/log",
    "maxconn ",
    "user ",
    "group ",
    "chroot ",
    "stats socket",
    "bind :80",
    "http-request redirect scheme",
];
const FRONT: &str = "bind :443 ssl crt /etc/haproxy/certs/ alpn h2,http/1.1";
const THE_BANK: &str = "185.8.76.132";
const NODES: [&str; 3] = ["10.0.0.11:3000", "10.0.0.12:3000", "10.0.0.13:3000"];

pub struct Balancer {
    pub address: SocketAddr,
    process: Child,
}

/// The shipped configuration, for these addresses.
fn rendered(front: SocketAddr, bank: &str, nodes: [SocketAddr; 3]) -> String {
    let kept = SHIPPED.lines().filter(|line| !OF_THE_MACHINE.iter().any(|words| line.trim_start().starts_with(words)));
    let mut text: String = kept.flat_map(|line| [line, "\n"]).collect();
    let bind = format!("bind {front}");
    let nodes = nodes.map(|address| address.to_string());
    let places = [(FRONT, bind.as_str()), (THE_BANK, bank)];
    for (shipped, here) in places.into_iter().chain(NODES.into_iter().zip(nodes.iter().map(String::as_str))) {
        assert!(text.contains(shipped), "deploy/haproxy.cfg does not say {shipped} any more");
        text = text.replace(shipped, here);
    }
    text
}

impl Balancer {
    pub fn start(folder: &Path, bank: &str, nodes: [SocketAddr; 3]) -> Self {
        let (address, file) = (free_address(), folder.join("haproxy.cfg"));
        std::fs::write(&file, rendered(address, bank, nodes)).expect("a folder that can be written to");
        let log = std::fs::File::create(folder.join("haproxy.log")).expect("a log");
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "haproxy", "-db", "-f"]).arg(&file);
        // Debian keeps it where users do not look.
        command.env("PATH", format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default()));
        let errors = log.try_clone().expect("a log");
        let process = command.stdin(Stdio::null()).stdout(log).stderr(errors).kill_on_drop(true).spawn();
        Self { address, process: process.expect("setpriv") }
    }

    /// Waits until somebody answers through it.
    pub async fn until_ready(&mut self, folder: &Path) {
        let begin = Instant::now();
        while !matches!(self.get("/readyz", "").await, Ok(answer) if answer.status == 200) {
            let ended = self.process.try_wait().expect("a child of ours");
            let log = || std::fs::read_to_string(folder.join("haproxy.log")).unwrap_or_default();
            assert!(
                ended.is_none() && begin.elapsed() < PATIENCE,
                "HAProxy is needed, and does not run: scripts/setup test installs it\n{}",
                log()
            );
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
