//! A browser that keeps the dashboard open through everything: it goes on at the number that it has seen last.

use crate::client::Connection;
use crate::notification::Notifications;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::SocketAddr;

/// What is worth knowing as it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice<'n> {
    /// The stream has said that there is nothing more for now.
    CaughtUp,
    /// It has told of this transaction of the harness's.
    Payment(&'n str),
    /// It has come to this number.
    At(i64),
}

#[derive(Debug, Default, Clone)]
pub struct Watch {
    /// Number of the last event.
    pub last: i64,
    /// Transactions of the harness's notifications by id, and a digest of what was told of each.
    pub seen: BTreeMap<String, u64>,
    /// What must not happen.
    pub faults: Vec<String>,
    /// Whether the stream has said that there is nothing more for now.
    pub caught_up: bool,
    /// Whether the link has fetched all of its history.
    pub past_is_complete: bool,
}

impl Watch {
    /// From the beginning of her feed, or from a number.
    pub fn after(last: i64) -> Self {
        Self { last, ..Self::default() }
    }

    /// Follows the stream until it breaks, or until it has caught up if that is asked for.
    pub async fn follow(&mut self, address: SocketAddr, cookie: &str, only_what_is_there: bool) {
        self.caught_up = false;
        let connection = Connection::open(address).await;
        // A server that is gone is what this is all about.
        if let Ok(status) = self.read(connection, cookie, only_what_is_there, &|_| {}).await
            && status != 200
        {
            self.faults.push(format!("the live stream answered {status}"));
        }
    }

    /// Follows the stream until it breaks, and tells meanwhile. An answer other than a stream is for another try, as a balancer
    /// may give it. Returns the status of the answer, if there was one.
    pub async fn follow_and_tell(
        &mut self,
        connection: std::io::Result<Connection>,
        cookie: &str,
        tell: &(impl Fn(Notice<'_>) + Sync),
    ) -> Option<u16> {
        self.caught_up = false;
        self.read(connection, cookie, false, tell).await.ok()
    }

    async fn read(
        &mut self,
        connection: std::io::Result<Connection>,
        cookie: &str,
        only_what_is_there: bool,
        tell: &(impl Fn(Notice<'_>) + Sync),
    ) -> std::io::Result<u16> {
        let mut connection = connection?;
        let last = self.last;
        let request = format!("GET /live?after={last} HTTP/1.1\r\nHost: faults\r\nCookie: {cookie}\r\n\r\n");
        connection.send(request.as_bytes()).await?;
        let head = connection.head().await?;
        if head.status != 200 {
            return Ok(head.status);
        }
        let mut text = String::new();
        while let Some(chunk) = connection.chunk().await? {
            text.push_str(&String::from_utf8_lossy(&chunk));
            while let Some(end) = text.find("\n\n") {
                let event: String = text.drain(..end + 2).collect();
                self.take(&event, tell);
            }
            if only_what_is_there && self.caught_up {
                break;
            }
        }
        Ok(head.status)
    }

    fn take(&mut self, event: &str, tell: &impl Fn(Notice<'_>)) {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let name = field("event:").unwrap_or_default();
        if name == "caught-up" {
            self.caught_up = true;
            tell(Notice::CaughtUp);
        }
        if name == "reset" {
            self.faults.push("the live stream had to begin anew".to_owned());
        }
        let Some(id) = field("id:").and_then(|id| id.parse::<i64>().ok()) else { return };
        if id <= self.last {
            self.faults.push(format!("event {id} came after event {}", self.last));
        }
        self.last = id;
        tell(Notice::At(id));
        let data: serde_json::Value = serde_json::from_str(field("data:").unwrap_or_default()).unwrap_or_default();
        if name == "link" {
            self.past_is_complete = data["history"]["complete"] == true;
        }
        if name != "transaction" {
            return;
        }
        let txid = data["txid"].as_str().unwrap_or_default().to_owned();
        let mut told = data;
        told["seq"].take();
        let mut digest = DefaultHasher::new();
        told.to_string().hash(&mut digest);
        if !Notifications::is_ours(&txid) {
            return;
        }
        tell(Notice::Payment(&txid));
        // It is told again where one before it seemed to be missing; then it says so.
        let digest = digest.finish();
        if self.seen.insert(txid.clone(), digest) == Some(digest) {
            self.faults.push(format!("transaction {txid} was told twice"));
        }
    }
}
