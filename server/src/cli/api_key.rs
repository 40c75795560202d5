//! `api-key add`, `list` and `revoke`: keys of the partner's other systems.

use super::{AddApiKey, CliError, ListApiKeys, RevokeApiKey};
use crate::api::{KEY_PREFIX, Scope, hash_of};
use crate::clock::{Clock as _, Moment, SystemClock};
use crate::config;
use crate::config::settings::DatabaseSettings;
use crate::randomness;
use crate::store::{Actor, ApiKeyRecord, NewAct, Store};
use serde_json::json;
use std::io::Write as _;

const LONGEST_NAME: usize = 100;

/// Prints the key alone on the last line. Only its hash is kept, so it is never shown again.
pub(super) async fn add(command: &AddApiKey) -> Result<(), CliError> {
    let name = command.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(CliError::ApiKeyName);
    }
    let store = open(&command.database).await?;
    let key = format!("{KEY_PREFIX}{}", randomness::secret());
    let record = ApiKeyRecord {
        id: randomness::id(),
        name: name.to_owned(),
        scopes: command.scope.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(" "),
        addresses: command.address.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        created_at: SystemClock.now(),
        used_at: None,
        revoked_at: None,
    };
    store.add_api_key(&record, &hash_of(&key)).await?;
    note(&store, "add-api-key", &record.id, &format!("{}: {}", record.name, record.scopes)).await?;
    store.close().await;
    let mut out = std::io::stdout();
    writeln!(out, "{} ({}) is good for {}.", record.id, record.name, record.scopes)?;
    writeln!(out, "This is the key. It is shown this once:")?;
    writeln!(out, "{key}")?;
    Ok(())
}

pub(super) async fn list(command: &ListApiKeys) -> Result<(), CliError> {
    let store = open(&command.database).await?;
    let keys = store.api_keys().await?;
    store.close().await;
    let mut out = std::io::stdout();
    if command.json {
        let rows: Vec<_> = keys.iter().map(told).collect();
        writeln!(out, "{}", json!({ "keys": rows }))?;
        return Ok(());
    }
    if keys.is_empty() {
        writeln!(out, "There is no key. `api-key add NAME --scope users:read` makes one.")?;
    }
    for key in keys {
        let used = key.used_at.map_or_else(|| "never".to_owned(), Moment::bank_text);
        let state = key.revoked_at.map_or_else(String::new, |at| format!("  revoked {}", at.bank_text()));
        writeln!(out, "{}  {}  {}  used {used}{state}", key.id, key.name, key.scopes)?;
    }
    Ok(())
}

fn told(key: &ApiKeyRecord) -> serde_json::Value {
    json!({
        "id": key.id,
        "name": key.name,
        "scopes": key.scopes.split_whitespace().collect::<Vec<_>>(),
        "addresses": key.addresses.split_whitespace().collect::<Vec<_>>(),
        "created_at": key.created_at.bank_text(),
        "used_at": key.used_at.map(Moment::bank_text),
        "revoked_at": key.revoked_at.map(Moment::bank_text),
    })
}

/// From the next request on, on every server.
pub(super) async fn revoke(command: &RevokeApiKey) -> Result<(), CliError> {
    let store = open(&command.database).await?;
    if !store.revoke_api_key(&command.id, SystemClock.now()).await? {
        return Err(CliError::NoApiKey(command.id.clone()));
    }
    note(&store, "revoke-api-key", &command.id, "").await?;
    store.close().await;
    writeln!(std::io::stdout(), "{} is good for nothing any more.", command.id)?;
    Ok(())
}

async fn note(store: &Store, act: &'static str, id: &str, reason: &str) -> Result<(), CliError> {
    let (by, subject) = (Actor::command_line(), format!("api-key:{id}"));
    Ok(store.note_act(NewAct { by, act, subject, reason: reason.to_owned(), at: SystemClock.now() }).await?)
}

/// What `--scope` takes.
pub(super) fn scope(text: &str) -> Result<Scope, String> {
    Scope::from_code(text).ok_or_else(|| format!("there are {}", Scope::ALL.map(Scope::code).join(", ")))
}

/// What `--address` takes: an address, or a block of them.
pub(super) fn address(text: &str) -> Result<ipnet::IpNet, String> {
    let one = || text.parse::<std::net::IpAddr>().map(ipnet::IpNet::from);
    text.parse().or_else(|_| one()).map_err(|_| "it is no address and no CIDR block".to_owned())
}

async fn open(settings: &DatabaseSettings) -> Result<Store, CliError> {
    let store = Store::open(&config::database(settings)).await?;
    store.migrate().await?;
    Ok(store)
}
