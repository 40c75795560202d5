//! A browser that listens.

use super::world::World;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A stream that is open, and what it has said.
pub(super) struct Stream {
    connection: TcpStream,
    pub said: String,
}

impl Stream {
    pub(super) async fn open(world: &World, path: &str, cookie: &str) -> Self {
        let mut connection = TcpStream::connect(world.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: app.test\r\nCookie: {cookie}\r\n\r\n");
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut stream = Self { connection, said: String::new() };
        stream.hears("\r\n\r\n").await;
        stream
    }

    pub(super) fn status(&self) -> &str {
        self.said.split(' ').nth(1).unwrap()
    }

    /// Waits until it has said this, and how long that took.
    pub(super) async fn hears(&mut self, what: &str) -> Duration {
        let began = Instant::now();
        while !self.said.contains(what) {
            assert!(self.read(PATIENCE.saturating_sub(began.elapsed())).await, "no {what:?} in {}", self.said);
        }
        began.elapsed()
    }

    /// Everything until it ends.
    pub(super) async fn ends(mut self) -> String {
        while self.read(PATIENCE).await {}
        self.said
    }

    /// False at the end.
    async fn read(&mut self, patience: Duration) -> bool {
        let mut piece = [0; 4_096];
        let read = tokio::time::timeout(patience, self.connection.read(&mut piece)).await;
        let count = read.unwrap_or_else(|_| panic!("nothing more comes after {}", self.said)).unwrap();
        self.said.push_str(&String::from_utf8_lossy(&piece[..count]));
        count > 0
    }
}
