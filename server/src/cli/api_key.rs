//! `api-key add`, `list` and `revoke`: keys of the partner's other systems.

use super::CliError;
use super::output::Output;
use crate::api::{KEY_PREFIX, Scope, hash_of};
use crate::clock::{Clock as _, Moment, SystemClock};
use crate::config;
use crate::config::settings::DatabaseSettings;
use crate::randomness;
use crate::store::{Actor, ApiKeyRecord, NewAct, Store};
use clap::{Args, Subcommand};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(super) enum ApiKeyCommand {
    /// Make a key; it stands alone on the last line, this once
    Add(AddApiKey),
    /// List keys, without the keys
    List(ListApiKeys),
    /// End a key
    Revoke(RevokeApiKey),
}

#[derive(Debug, Args)]
pub(super) struct AddApiKey {
    /// What it is for; users see it where their token was read with it
    name: String,
    /// What it is good for, with commas between them: `users:read`, `transactions:read`, `tokens:read`, `deliveries:read`,
    /// `deliveries:write`
    #[arg(long, required = true, value_delimiter = ',', value_parser = scope)]
    scope: Vec<Scope>,
    /// Addresses or CIDR blocks that it can be used from, with commas between them [default: any]
    #[arg(long, value_delimiter = ',', value_parser = address)]
    address: Vec<ipnet::IpNet>,
    #[command(flatten)]
    database: DatabaseSettings,
}

#[derive(Debug, Args)]
pub(super) struct ListApiKeys {
    #[command(flatten)]
    database: DatabaseSettings,
}

#[derive(Debug, Args)]
pub(super) struct RevokeApiKey {
    /// As `api-key list` shows it
    id: String,
    #[command(flatten)]
    database: DatabaseSettings,
}

const LONGEST_NAME: usize = 100;

/// Prints the key alone on the last line. Only its hash is kept, so it is never shown again.
pub(super) async fn add(command: &AddApiKey, output: Output) -> Result<(), CliError> {
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
    let lines = || {
        let ApiKeyRecord { id, name, scopes, .. } = &record;
        format!("{id} ({name}) is good for {scopes}.\nThis is the key. It is shown this once:\n{key}")
    };
    output.tell(lines, || {
        let mut told = told(&record);
        told["key"] = json!(key);
        told
    })
}

pub(super) async fn list(command: &ListApiKeys, output: Output) -> Result<(), CliError> {
    let store = open(&command.database).await?;
    let keys = store.api_keys().await?;
    store.close().await;
    output.tell(|| lines(&keys), || json!({ "keys": keys.iter().map(told).collect::<Vec<_>>() }))
}

fn lines(keys: &[ApiKeyRecord]) -> String {
    if keys.is_empty() {
        return "There is no key. `api-key add NAME --scope users:read` makes one.".to_owned();
    }
    let line = |key: &ApiKeyRecord| {
        let used = key.used_at.map_or_else(|| "never".to_owned(), Moment::bank_text);
        let state = key.revoked_at.map_or_else(String::new, |at| format!("  revoked {}", at.bank_text()));
        format!("{}  {}  {}  used {used}{state}\n", key.id, key.name, key.scopes)
    };
    keys.iter().map(line).collect()
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
pub(super) async fn revoke(command: &RevokeApiKey, output: Output) -> Result<(), CliError> {
    let store = open(&command.database).await?;
    if !store.revoke_api_key(&command.id, SystemClock.now()).await? {
        return Err(CliError::NoApiKey(command.id.clone()));
    }
    note(&store, "revoke-api-key", &command.id, "").await?;
    store.close().await;
    let id = &command.id;
    output.tell(|| format!("{id} is good for nothing any more."), || json!({ "id": id, "revoked": true }))
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
