//! `doctor`: whether everything that the server needs is there, before it is needed. It changes nothing.

use super::CliError;
use super::output::Output;
use crate::anytime::{BankError, Client, ClientConfig, Signer};
use crate::clock::{Clock as _, Moment, SystemClock};
use crate::config::Config;
use crate::mail::Transport;
use crate::room;
use crate::store::Store;
use crate::vault::{KeyRing, Vault};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Our clock and the bank's may differ by this much; beyond five minutes genuine notifications look late or early.
const MOST_SKEW: Duration = Duration::from_mins(1);
const PATIENCE: Duration = Duration::from_secs(10);

/// What was found out about one thing.
enum Finding {
    Good(String),
    /// It works, but somebody should look at it.
    Doubtful(String),
    Bad(String),
}

/// What was looked at, and what was found.
struct Line {
    subject: &'static str,
    finding: Finding,
}

impl Finding {
    fn told(&self) -> (&'static str, &str) {
        match self {
            Self::Good(words) => ("ok", words),
            Self::Doubtful(words) => ("look", words),
            Self::Bad(words) => ("BAD", words),
        }
    }
}

impl Line {
    fn text(&self) -> String {
        let (state, words) = self.finding.told();
        format!("{state:<4}  {:<14} {words}\n", self.subject)
    }
}

/// Looks at everything, one line each; an error if anything is bad.
pub(super) async fn examine(config: &Config, output: Output) -> Result<(), CliError> {
    let mut lines = vec![configuration(config)];
    let (database, store) = database(config).await;
    lines.push(database);
    lines.push(keys(config, store.as_ref()).await);
    lines.push(disk(config));
    let (bank, clock) = bank(config).await;
    lines.extend([bank, clock, callback(config).await, mail(config)]);
    if let Some(store) = store {
        store.close().await;
    }
    let bad = lines.iter().filter(|line| matches!(line.finding, Finding::Bad(_))).count();
    let object = || {
        let lines = lines.iter().map(|line| {
            let (state, words) = line.finding.told();
            json!({ "subject": line.subject, "state": state, "detail": words })
        });
        json!({ "bad": bad, "lines": lines.collect::<Vec<_>>() })
    };
    output.tell(|| lines.iter().map(Line::text).collect(), object)?;
    if bad == 0 { Ok(()) } else { Err(CliError::Unwell(bad)) }
}

/// That it could be read is known by now.
fn configuration(config: &Config) -> Line {
    let public = config.partner.refs.iter().any(|reference| reference.expose() == config.partner.id);
    let finding = if public {
        Finding::Doubtful("the partner's reference is the public partner id: the hash proves nothing".into())
    } else if config.webhook.trusted_proxies.is_empty() {
        Finding::Good(format!("{}, no proxy is trusted", config.public_url.origin))
    } else {
        Finding::Good(format!(
            "{}, behind {} trusted proxies",
            config.public_url.origin,
            config.webhook.trusted_proxies.len()
        ))
    };
    Line { subject: "configuration", finding }
}

async fn database(config: &Config) -> (Line, Option<Store>) {
    let line = |finding| Line { subject: "database", finding };
    if let Some(file) = room::file_of(&config.database).filter(|file| !file.exists()) {
        let words = format!("{} is not there yet; `serve` and `migrate` make it", file.display());
        return (line(Finding::Doubtful(words)), None);
    }
    let store = match Store::open(&config.database).await {
        Ok(store) => store,
        Err(error) => return (line(Finding::Bad(told(&error))), None),
    };
    let finding = match (store.check_schema().await, store.ping_write().await, store.commits_at_risk().await) {
        (_, Err(error), _) | (_, _, Err(error)) => Finding::Bad(format!("it cannot be written to: {}", told(&error))),
        (_, _, Ok(Some(setting))) => {
            Finding::Bad(format!("{setting}: what was acknowledged may be lost when it crashes"))
        }
        (Err(error), ..) => Finding::Doubtful(told(&error)),
        (Ok(()), Ok(()), Ok(None)) => match (store.must_not_have_moved().await, store.followed_since().await) {
            (Err(error), _) | (_, Err(error)) => Finding::Bad(told(&error)),
            (Ok(()), Ok(Some(since))) => Finding::Doubtful(format!(
                "each change is noted for a copy since {}: `copy --follow` goes on, `copy --stop-following` gives up",
                since.bank_text()
            )),
            (Ok(()), Ok(None)) => Finding::Good(format!("{:?}, up to date, can be written to", store.engine())),
        },
    };
    (line(finding), Some(store))
}

async fn keys(config: &Config, store: Option<&Store>) -> Line {
    let line = |finding| Line { subject: "keys", finding };
    let ring = match KeyRing::read(&config.keyring) {
        Ok(ring) => ring,
        Err(error) => return line(Finding::Bad(told(&error))),
    };
    let Some(store) = store else { return line(Finding::Good("the ring can be read".into())) };
    if store.check_schema().await.is_err() {
        return line(Finding::Good("the ring can be read".into()));
    }
    line(match Vault::open(ring, store.clone(), Arc::new(SystemClock), &config.partner.id).await {
        Ok(vault) => Finding::Good(format!("{}, the ones that the database was written with", vault.kids().join(", "))),
        Err(error) => Finding::Bad(told(&error)),
    })
}

fn disk(config: &Config) -> Line {
    let line = |finding| Line { subject: "disk", finding };
    let Some(file) = room::file_of(&config.database) else {
        return line(Finding::Good("the database has its own".into()));
    };
    let folder = room::folder_of(&file);
    line(match room::free_in(folder) {
        Ok(free) => {
            let words = format!("{} MiB free in {}", free / (1024 * 1024), folder.display());
            if free < room::LEAST { Finding::Bad(words) } else { Finding::Good(words) }
        }
        Err(error) => Finding::Doubtful(format!("{}: {error}", folder.display())),
    })
}

async fn bank(config: &Config) -> (Line, Line) {
    let url = config.bank.api_url.trim_end_matches('/').to_owned();
    let finding = match call(config, &url).await {
        // Without a token that is as good as an answer.
        Ok(at) | Err(Trouble::Bank(BankError::TokenRefused | BankError::NoRights, at)) => {
            return (Line { subject: "bank's API", finding: Finding::Good(url) }, clock(at));
        }
        Err(Trouble::Bank(BankError::PartnerRefused, _)) => {
            Finding::Bad("it refuses us: check the signing key, and our address on its list".into())
        }
        Err(Trouble::Bank(error, _)) => Finding::Bad(format!("{url}: {error}")),
        Err(Trouble::Ours(words)) => Finding::Bad(words),
    };
    (Line { subject: "bank's API", finding }, clock(None))
}

enum Trouble {
    Bank(BankError, Option<Moment>),
    Ours(String),
}

async fn call(config: &Config, url: &str) -> Result<Option<Moment>, Trouble> {
    let ours = |error: &dyn std::error::Error| Trouble::Ours(told(error));
    // The second client of a process finds it installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let signer = config.bank.key_file.as_deref().map(Signer::read).transpose().map_err(|error| ours(&error))?;
    let client = ClientConfig { url: url.to_owned(), signer, username: config.bank.username.clone() };
    let client = Client::new(client, Arc::new(SystemClock)).map_err(|error| ours(&error))?;
    let (outcome, at) = client.check().await;
    outcome.map(|()| at).map_err(|error| Trouble::Bank(error, at))
}

fn clock(bank: Option<Moment>) -> Line {
    let now = SystemClock.now();
    let finding = match bank {
        None => Finding::Doubtful(format!("{}; the bank did not say what time it has", now.bank_text())),
        Some(bank) => {
            let skew = now.since(bank).max(bank.since(now));
            let words = format!("{} s apart from the bank's", skew.as_secs());
            if skew > MOST_SKEW { Finding::Bad(words) } else { Finding::Good(words) }
        }
    };
    Line { subject: "clock", finding }
}

/// Whether what the bank was given as callback leads here. A running server answers GET with 405.
async fn callback(config: &Config) -> Line {
    let line = |finding| Line { subject: "callback", finding };
    let Some(secret) = config.webhook.secrets.first() else {
        return line(Finding::Bad("it has no secret".into()));
    };
    let origin = &config.public_url.origin;
    let shown = format!("{origin}/webhooks/anytime/…");
    let answer = crate::anytime::reach(&format!("{origin}/webhooks/anytime/{}", secret.expose()), PATIENCE).await;
    line(match answer {
        Some(405) => Finding::Good(format!("{shown} leads here")),
        Some(404) => Finding::Bad(format!("{shown} is answered 404: another secret, or another server")),
        Some(status) => Finding::Bad(format!("{shown} is answered {status}: something stands before us")),
        None => Finding::Doubtful(format!("{shown} does not answer: is the server running?")),
    })
}

/// That the address can be used is known by now; whether the mail server takes mail, the first one will tell.
fn mail(config: &Config) -> Line {
    let finding = match &config.mail.transport {
        Transport::Smtp(_) => Finding::Good(format!("by SMTP, from {}", config.mail.from)),
        Transport::Files(folder) if config.dev => Finding::Good(format!("files in {}", folder.display())),
        Transport::Files(folder) => Finding::Doubtful(format!(
            "SMTP_URL is not set: mails become files in {}, and reach nobody",
            folder.display()
        )),
    };
    Line { subject: "mail", finding }
}

/// An error and its causes.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
