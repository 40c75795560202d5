//! A line between a node and the database that can be cut, and that counts what comes back over it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Words of `PostgreSQL`'s protocol: a statement is done; the server waits for the next question.
const COMMAND_COMPLETE: u8 = b'C';
const READY_FOR_QUERY: u8 = b'Z';
/// A word's type and length.
const HEAD: usize = 5;

pub struct Relay {
    pub address: SocketAddr,
    whole: watch::Sender<bool>,
    counts: Arc<Counts>,
    accepting: JoinHandle<()>,
}

/// What the database has answered.
#[derive(Debug, Default)]
struct Counts {
    statements: AtomicU64,
    round_trips: AtomicU64,
}

impl Relay {
    pub async fn to(database: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (whole, counts) = (watch::Sender::new(true), Arc::<Counts>::default());
        let (line, counting) = (whole.subscribe(), Arc::clone(&counts));
        let accepting = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(connect(near, database, line.clone(), Arc::clone(&counting)));
            }
        });
        Self { address, whole, counts, accepting }
    }

    /// From now on nothing gets through, in neither direction, and nobody is told: as when a cable is pulled.
    pub fn cut(&self) {
        self.whole.send_replace(false);
    }

    /// What was on its way arrives.
    pub fn mend(&self) {
        self.whole.send_replace(true);
    }

    /// Statements that were done, and answers that were waited for.
    pub fn counts(&self) -> (u64, u64) {
        (self.counts.statements.load(Ordering::Relaxed), self.counts.round_trips.load(Ordering::Relaxed))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// One connection, until either side ends it.
async fn connect(near: TcpStream, database: SocketAddr, mut line: watch::Receiver<bool>, counts: Arc<Counts>) {
    if line.wait_for(|whole| *whole).await.is_err() {
        return;
    }
    let Ok(far) = TcpStream::connect(database).await else { return };
    if near.set_nodelay(true).is_err() || far.set_nodelay(true).is_err() {
        return;
    }
    let (near_read, near_write) = near.into_split();
    let (far_read, far_write) = far.into_split();
    let mut words = Words::default();
    tokio::select! {
        _ = pass(near_read, far_write, line.clone(), |_| {}) => {}
        _ = pass(far_read, near_write, line, |bytes| words.count(bytes, &counts)) => {}
    }
}

async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut line: watch::Receiver<bool>,
    mut look: impl FnMut(&[u8]),
) -> std::io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut buffer).await?;
        if line.wait_for(|whole| *whole).await.is_err() || count == 0 {
            return Ok(());
        }
        look(&buffer[..count]);
        to.write_all(&buffer[..count]).await?;
    }
}

/// Where in the server's words a connection is.
#[derive(Debug, Default)]
struct Words {
    /// What of the next head has come.
    head: Vec<u8>,
    /// Bytes of the word under way that are yet to come.
    rest: usize,
}

impl Words {
    fn count(&mut self, mut bytes: &[u8], counts: &Counts) {
        loop {
            let inside = self.rest.min(bytes.len());
            self.rest -= inside;
            bytes = &bytes[inside..];
            if bytes.is_empty() {
                return;
            }
            let wanted = (HEAD - self.head.len()).min(bytes.len());
            self.head.extend_from_slice(&bytes[..wanted]);
            bytes = &bytes[wanted..];
            let [kind, a, b, c, d] = self.head[..] else { continue };
            self.head.clear();
            // The length counts itself.
            self.rest = (u32::from_be_bytes([a, b, c, d]) as usize).saturating_sub(HEAD - 1);
            match kind {
                COMMAND_COMPLETE => counts.statements.fetch_add(1, Ordering::Relaxed),
                READY_FOR_QUERY => counts.round_trips.fetch_add(1, Ordering::Relaxed),
                _ => continue,
            };
        }
    }
}
