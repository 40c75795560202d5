//! What the operator decided, read from flags, environment and `.env`, checked once, and typed from then on.

pub mod dev;
pub mod dotenv;
mod lists;
mod read;
pub mod settings;
mod span;
mod tell;
mod url;

pub use crate::mail::MailConfig;
pub use read::{database, keyring, public_url, serve};
pub use tell::{AlarmWebhook, Tell, networks as event_networks};
pub use url::PublicUrl;

use crate::nodes;
use crate::secret::Secret;
use ipnet::IpNet;
use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that the server needs to know before it starts.
#[derive(Debug, Clone)]
pub struct Config {
    pub listen: SocketAddr,
    /// Plain http on this machine, with generated secrets.
    pub dev: bool,
    /// Apply migrations at the start.
    pub migrate: bool,
    pub public_url: PublicUrl,
    pub database: Secret,
    pub keyring: PathBuf,
    pub partner: Partner,
    pub webhook: WebhookConfig,
    pub bank: BankConfig,
    pub mail: MailConfig,
    pub site: Site,
    pub watch: Watch,
    pub node: NodeConfig,
    /// Operators see the console only when they sign in by more than a password.
    pub second_factor_required: bool,
    pub limits: Limits,
}

/// Who we are to the bank.
#[derive(Debug, Clone)]
pub struct Partner {
    /// Stands in the address of `client.js`, so it is no secret.
    pub id: String,
    /// What the hash of a notification is made with; one or two.
    pub refs: Vec<Secret>,
}

/// Where notifications come in, and from whom.
#[derive(Debug, Clone)]
pub struct WebhookConfig {
    /// Last segment of the path; one or two.
    pub secrets: Vec<Secret>,
    pub allowed: Vec<IpNet>,
    /// Whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
}

/// Where the bank is, and how we prove who we are.
#[derive(Debug, Clone)]
pub struct BankConfig {
    /// Origin of `client.js`.
    pub connect_url: String,
    pub api_url: String,
    pub key_file: Option<PathBuf>,
    pub username: Option<String>,
}

/// What is watched, how often, and how long things are kept.
#[derive(Debug, Clone)]
pub struct Watch {
    /// Where Prometheus asks; nowhere if none.
    pub metrics: Option<SocketAddr>,
    /// All statements of a link are read through at least this often.
    pub reconcile_every: Duration,
    /// A silence this long raises an alarm.
    pub silence_after: Duration,
    /// An account that is silent for this long may say so to its owner.
    pub quiet_after: Duration,
    /// Bodies of notifications are kept this long.
    pub retain_bodies: Duration,
    /// Who is told what happens.
    pub tell: Tell,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            metrics: None,
            reconcile_every: Duration::from_hours(6),
            silence_after: Duration::from_hours(24),
            quiet_after: Duration::from_hours(24 * 7),
            retain_bodies: Duration::from_hours(24 * 400),
            tell: Tell::default(),
        }
    }
}

/// One of several processes that serve a database.
#[derive(Debug, Clone)]
pub struct NodeConfig {
    /// In logs, metrics and the console.
    pub name: String,
    /// How long it goes on serving after it was told to end, so that requests are sent elsewhere first.
    pub drain: Duration,
    /// How long the start waits for the database.
    pub database_wait: Duration,
}

impl Default for NodeConfig {
    fn default() -> Self {
        Self { name: nodes::of_this_machine(), drain: Duration::ZERO, database_wait: Duration::ZERO }
    }
}

/// Where cargo-leptos put the files for browsers. The variables are its own.
#[derive(Debug, Clone)]
pub struct Site {
    pub root: PathBuf,
    pub pkg_dir: String,
    pub output_name: String,
    /// The names hold a hash of the content, listed in `hash_file` beside the executable.
    pub hash_files: bool,
    pub hash_file: String,
}

/// How much of everything. The defaults are the promise; tests choose smaller ones.
#[derive(Debug, Clone)]
pub struct Limits {
    pub connections: usize,
    /// Does not count for trusted proxies, which speak for many.
    pub connections_per_address: usize,
    pub header_bytes: usize,
    pub header_time: Duration,
    pub body_bytes: usize,
    pub body_time: Duration,
    pub handler_time: Duration,
    /// How long requests under way may take once the server is told to end.
    pub shutdown_time: Duration,
    pub password_memory_kib: u32,
    /// People waiting for their password to be checked.
    pub password_queue: usize,
    /// Tries per minute of sign-in, sign-up and set-up.
    pub tries_per_address: u32,
    pub tries_of_all: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 12_000,
            connections_per_address: 200,
            header_bytes: 16 * 1024,
            header_time: Duration::from_secs(10),
            body_bytes: 64 * 1024,
            body_time: Duration::from_secs(10),
            handler_time: Duration::from_secs(15),
            shutdown_time: Duration::from_secs(10),
            password_memory_kib: 46 * 1024,
            password_queue: 64,
            tries_per_address: 20,
            tries_of_all: 200,
        }
    }
}

/// A value that stops the start: which one, where it stands, and what is wrong with it. Never the value itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} ({place}): {problem}")]
pub struct ConfigError {
    pub name: String,
    pub place: Place,
    pub problem: String,
}

/// Where a value was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    CommandLine,
    Environment,
    DotEnv { line: usize },
    NotSet,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("command line"),
            Self::Environment => f.write_str("environment"),
            Self::DotEnv { line } => write!(f, ".env, line {line}"),
            Self::NotSet => f.write_str("not set"),
        }
    }
}

/// Where each value was given, for messages.
#[derive(Debug, Clone, Default)]
pub struct Places(HashMap<String, Place>);

impl Places {
    /// The first place noted for a name stands.
    pub fn note(&mut self, name: &str, place: Place) {
        self.0.entry(name.to_owned()).or_insert(place);
    }

    /// Takes over what is not noted yet.
    pub fn extend(&mut self, others: Self) {
        for (name, place) in others.0 {
            self.note(&name, place);
        }
    }

    pub fn error(&self, name: &str, problem: impl Into<String>) -> ConfigError {
        let place = self.0.get(name).cloned().unwrap_or(Place::NotSet);
        ConfigError { name: name.to_owned(), place, problem: problem.into() }
    }
}
