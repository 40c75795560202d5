//! What the bank knows: every try, and what was answered. It is the harness's own file, on the disk before it counts.

use crate::notification::Notification;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

/// Appends lines; whatever comes together is synced together.
pub struct Ledger {
    path: PathBuf,
    lines: Option<Sender<String>>,
    writer: Option<JoinHandle<()>>,
}

/// What became of one notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub card: String,
    pub txid: String,
    pub amount_minor: i64,
    pub balance_minor: i64,
    pub tries: u32,
    pub acknowledged: bool,
}

impl Ledger {
    pub fn open(path: &Path) -> Self {
        let mut file = File::options().create(true).append(true).open(path).expect("the ledger");
        let (lines, written) = channel::<String>();
        let writer = std::thread::spawn(move || {
            while let Ok(first) = written.recv() {
                let group: String = std::iter::once(first).chain(written.try_iter()).collect();
                file.write_all(group.as_bytes())
                    .and_then(|()| file.sync_data())
                    .expect("a ledger that can be written to");
            }
        });
        Self { path: path.to_owned(), lines: Some(lines), writer: Some(writer) }
    }

    /// Notes a try and the status that came back, 0 for none.
    pub fn note(&self, n: &Notification, current_try: u32, status: u16) {
        let Notification { reference, card, txid, amount_minor, balance_minor, .. } = n;
        let line = format!("{reference} {card} {txid} {amount_minor} {balance_minor} {current_try} {status}\n");
        self.lines.as_ref().expect("an open ledger").send(line).expect("a ledger that can be written to");
    }

    /// Everything in it, by reference, read back from the disk.
    pub fn close(mut self) -> BTreeMap<String, Told> {
        self.lines = None;
        if let Some(writer) = self.writer.take() {
            writer.join().expect("a ledger that can be written to");
        }
        let file = BufReader::new(File::open(&self.path).expect("the ledger"));
        let mut told = BTreeMap::new();
        for line in file.lines() {
            let line = line.expect("a line of the ledger");
            let words: Vec<&str> = line.split(' ').collect();
            let [reference, card, txid, amount, balance, current_try, status] = words[..] else {
                panic!("not a line of the ledger: {line}")
            };
            let entry = told.entry(reference.to_owned()).or_insert_with(|| Told {
                card: card.to_owned(),
                txid: txid.to_owned(),
                amount_minor: amount.parse().expect("an amount"),
                balance_minor: balance.parse().expect("a balance"),
                tries: 0,
                acknowledged: false,
            });
            entry.tries = entry.tries.max(current_try.parse().expect("a try"));
            entry.acknowledged |= status == "200";
        }
        told
    }
}
