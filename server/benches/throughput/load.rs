//! A load over keep-alive connections: each sends its next request when the last one is answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) connections: usize,
    pub(crate) run: Duration,
    /// Requests a second, where they come at a pace of their own.
    pub(crate) pace: Option<u32>,
}

/// The request with this number; none after the last one.
type Requests = Arc<dyn Fn(usize) -> Option<Arc<str>> + Send + Sync>;

/// Each of them one time.
fn once(requests: impl IntoIterator<Item = String>) -> Requests {
    let requests: Vec<Arc<str>> = requests.into_iter().map(Arc::from).collect();
    Arc::new(move |index| requests.get(index).cloned())
}

/// From the first one again after the last one.
fn again(requests: impl IntoIterator<Item = String>) -> Requests {
    let requests: Vec<Arc<str>> = requests.into_iter().map(Arc::from).collect();
    Arc::new(move |index| requests.get(index % requests.len()).cloned())
}

/// Who asks for a page.
#[derive(Debug, Clone)]
pub(crate) enum Reader {
    Cookie(String),
    /// Of the API.
    Key(String),
}

impl Reader {
    fn header(&self) -> String {
        match self {
            Self::Cookie(cookie) => format!("Cookie: {cookie}"),
            Self::Key(key) => format!("Authorization: Bearer {key}"),
        }
    }
}

#[derive(Default)]
pub(crate) struct Measured {
    latencies: Vec<Duration>,
    pub(crate) failed: usize,
    took: Duration,
}

impl Measured {
    #[expect(clippy::cast_precision_loss, reason = "counts of a few seconds")]
    pub(crate) fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64()
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list"
    )]
    pub(crate) fn percentile_ms(&self, percent: f64) -> f64 {
        let place = (self.latencies.len() as f64 * percent / 100.0) as usize;
        self.latencies.get(place.min(self.latencies.len().saturating_sub(1))).map_or(0.0, |d| d.as_secs_f64() * 1_000.0)
    }
}

impl Load {
    /// Posts each body once, form-encoded, until the time is over.
    pub(crate) async fn posts(&self, bodies: &[String], path: &str) -> Measured {
        self.run(once(bodies.iter().map(|body| post(path, body)))).await
    }

    /// Posts so many bodies that are made when it is their turn: more than could be held, and fresh in a long run.
    pub(crate) async fn posts_made(
        &self,
        count: usize,
        make: impl Fn() -> String + Send + Sync + 'static,
        path: &'static str,
    ) -> Measured {
        self.run(Arc::new(move |index| (index < count).then(|| post(path, &make()).into()))).await
    }

    /// Gets one page again and again.
    pub(crate) async fn gets(&self, path: &str, cookie: &str, encoding: &str) -> Measured {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\nAccept-Encoding: {encoding}\r\n\r\n");
        self.run(again([request])).await
    }

    /// Gets these pages in turn, again and again, for these readers in turn.
    pub(crate) async fn gets_each(&self, paths: &[String], readers: &[Reader]) -> Measured {
        self.run(pages_of(paths, readers)).await
    }

    /// The same until something else is done; what that has come to.
    pub(crate) async fn gets_until<T>(
        &self,
        paths: &[String],
        readers: &[Reader],
        until: impl Future<Output = T>,
    ) -> (Measured, T) {
        self.run_until(pages_of(paths, readers), until).await
    }

    /// Posts bodies that are made when it is their turn until something else is done; what that has come to.
    pub(crate) async fn posts_until<T>(
        &self,
        make: impl Fn() -> String + Send + Sync + 'static,
        path: &'static str,
        until: impl Future<Output = T>,
    ) -> (Measured, T) {
        self.run_until(Arc::new(move |_| Some(post(path, &make()).into())), until).await
    }

    async fn run(&self, requests: Requests) -> Measured {
        self.run_while(requests, Arc::default()).await
    }

    async fn run_until<T>(&self, requests: Requests, until: impl Future<Output = T>) -> (Measured, T) {
        let done = Arc::new(AtomicBool::new(false));
        let until = async {
            let outcome = until.await;
            done.store(true, Ordering::Relaxed);
            outcome
        };
        tokio::join!(self.run_while(requests, Arc::clone(&done)), until)
    }

    /// Until the time is over, or it is done.
    async fn run_while(&self, requests: Requests, done: Arc<AtomicBool>) -> Measured {
        let next = Arc::new(AtomicUsize::new(0));
        let start = Instant::now();
        let end = start + self.run;
        let pace = self.pace;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..self.connections {
            let (requests, next, address) = (Arc::clone(&requests), Arc::clone(&next), self.address);
            let done = Arc::clone(&done);
            tasks.spawn(async move {
                let mut measured = Measured::default();
                let mut connection = Connection::open(address).await;
                while Instant::now() < end && !done.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(request) = requests(index) else { break };
                    if let Some(pace) = pace {
                        let turn = Duration::from_secs(index as u64) / pace;
                        tokio::time::sleep_until((start + turn).into()).await;
                    }
                    let sent = Instant::now();
                    if connection.ask(&request).await == Some(200) {
                        measured.latencies.push(sent.elapsed());
                    } else {
                        measured.failed += 1;
                        connection = Connection::open(address).await;
                    }
                }
                measured
            });
        }
        let mut all = Measured::default();
        while let Some(measured) = tasks.join_next().await {
            let measured = measured.expect("a connection's task");
            all.latencies.extend(measured.latencies);
            all.failed += measured.failed;
        }
        all.took = start.elapsed();
        all.latencies.sort_unstable();
        all
    }
}

/// These pages in turn, for these readers in turn.
fn pages_of(paths: &[String], readers: &[Reader]) -> Requests {
    let count = paths.len().max(readers.len());
    again((0..count).map(|n| {
        let (path, reader) = (&paths[n % paths.len()], readers[n % readers.len()].header());
        format!("GET {path} HTTP/1.1\r\nHost: bench\r\n{reader}\r\n\r\n")
    }))
}

/// A request of the bank.
pub(crate) fn post(path: &str, body: &str) -> String {
    let (kind, length) = ("application/x-www-form-urlencoded", body.len());
    format!("POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}")
}

pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self { stream, buffer: Vec::with_capacity(64 * 1024) }
    }

    /// The status of the answer, once its whole body has been read.
    pub(crate) async fn ask(&mut self, request: &str) -> Option<u16> {
        self.buffer.clear();
        self.stream.write_all(request.as_bytes()).await.ok()?;
        let head = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let header = std::str::from_utf8(&self.buffer[..head]).ok()?.to_ascii_lowercase();
        let status = header.get(9..12)?.parse().ok()?;
        if let Some(length) = header.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()) {
            let whole = head + length.parse::<usize>().ok()?;
            while self.buffer.len() < whole {
                self.more().await?;
            }
        } else if header.contains("transfer-encoding: chunked") {
            while !self.buffer.ends_with(b"0\r\n\r\n") {
                self.more().await?;
            }
        }
        Some(status)
    }

    async fn more(&mut self) -> Option<()> {
        match self.stream.read_buf(&mut self.buffer).await {
            Ok(count) if count > 0 => Some(()),
            _ => None,
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
