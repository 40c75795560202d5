//! A browser that keeps the dashboard open through everything: it goes on at the number that it has seen last.

use crate::client::Connection;
use crate::notification::Notifications;
use std::collections::BTreeMap;
use std::net::SocketAddr;

#[derive(Debug, Default, Clone)]
pub struct Watch {
    /// Number of the last event.
    pub last: i64,
    /// Transactions of the harness's notifications, by id.
    pub seen: BTreeMap<String, serde_json::Value>,
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
        // A server that is gone is what this is all about.
        let _ = self.read(address, cookie, only_what_is_there).await;
    }

    async fn read(&mut self, address: SocketAddr, cookie: &str, only_what_is_there: bool) -> std::io::Result<()> {
        let mut connection = Connection::open(address).await?;
        let last = self.last;
        let request = format!("GET /live?after={last} HTTP/1.1\r\nHost: faults\r\nCookie: {cookie}\r\n\r\n");
        connection.send(request.as_bytes()).await?;
        let head = connection.head().await?;
        if head.status != 200 {
            self.faults.push(format!("the live stream answered {}", head.status));
            return Ok(());
        }
        let mut text = String::new();
        while let Some(chunk) = connection.chunk().await? {
            text.push_str(&String::from_utf8_lossy(&chunk));
            while let Some(end) = text.find("\n\n") {
                let event: String = text.drain(..end + 2).collect();
                self.take(&event);
            }
            if only_what_is_there && self.caught_up {
                return Ok(());
            }
        }
        Ok(())
    }

    fn take(&mut self, event: &str) {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let name = field("event:").unwrap_or_default();
        self.caught_up |= name == "caught-up";
        if name == "reset" {
            self.faults.push("the live stream had to begin anew".to_owned());
        }
        let Some(id) = field("id:").and_then(|id| id.parse::<i64>().ok()) else { return };
        if id <= self.last {
            self.faults.push(format!("event {id} came after event {}", self.last));
        }
        self.last = id;
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
        // It is told again where one before it seemed to be missing; then it says so.
        if Notifications::is_ours(&txid) && self.seen.insert(txid.clone(), told.clone()).as_ref() == Some(&told) {
            self.faults.push(format!("transaction {txid} was told twice"));
        }
    }
}
