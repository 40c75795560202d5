//! `event-endpoint add`, `list`, `secret` and `remove`: where the partner's other systems are told of what happens. A running
//! server takes part within a second.

use super::CliError;
use super::keys::KeysPlaces;
use super::output::Output;
use crate::clock::{Clock as _, Moment, SystemClock};
use crate::config::settings::DatabaseSettings;
use crate::config::{self, Places};
use crate::outbox::{ALARM_MAIL, ALARM_WEBHOOK, OLD_SECRET_FOR, Reach, SigningSecret, Target, seal_secret};
use crate::randomness;
use crate::store::{Actor, EndpointRecord, NewAct, Store, Topic};
use crate::vault::{KeyRing, Vault, VaultError};
use clap::{Args, Subcommand};
use serde_json::json;
use std::sync::Arc;

#[derive(Debug, Subcommand)]
pub(super) enum EventEndpointCommand {
    /// Tell an address of what happens; the secret that signs messages stands alone on the last line, this once
    Add(AddEndpoint),
    /// List endpoints, without their secrets
    List(ListEndpoints),
    /// Make a new secret; messages are signed with the old one as well for a day
    Secret(ChangeEndpointSecret),
    /// Tell an endpoint nothing any more
    Remove(RemoveEndpoint),
}

#[derive(Debug, Args)]
pub(super) struct AddEndpoint {
    /// `https://…`
    url: String,
    /// What it is told, with commas between them: `link`, `transaction`
    #[arg(long, required = true, value_delimiter = ',', value_parser = topic)]
    events: Vec<Topic>,
    /// Addresses or CIDR blocks of our own network that events may go to, as the server has them
    #[arg(long, env = "EVENT_NETWORKS", default_value = "")]
    event_networks: String,
    /// For development: allows plain http to this machine
    #[arg(long)]
    dev: bool,
    #[command(flatten)]
    places: KeysPlaces,
}

#[derive(Debug, Args)]
pub(super) struct ListEndpoints {
    #[command(flatten)]
    database: DatabaseSettings,
}

#[derive(Debug, Args)]
pub(super) struct ChangeEndpointSecret {
    /// As `event-endpoint list` shows it
    id: String,
    #[command(flatten)]
    places: KeysPlaces,
}

#[derive(Debug, Args)]
pub(super) struct RemoveEndpoint {
    /// As `event-endpoint list` shows it
    id: String,
    #[command(flatten)]
    database: DatabaseSettings,
}

/// Prints the secret alone on the last line. It is kept sealed, and never shown again.
pub(super) async fn add(command: &AddEndpoint, places: &Places, output: Output) -> Result<(), CliError> {
    let networks = config::event_networks(&command.event_networks, places)?;
    let reach = Reach { networks, also_here: command.dev };
    let target = Target::parse(command.url.trim(), &reach)
        .map_err(|problem| CliError::Endpoint(command.url.clone(), problem.to_string()))?;
    let (vault, store) = open(&command.places).await?;
    let (id, secret, now) = (randomness::id(), SigningSecret::generate(), SystemClock.now());
    let mut events: Vec<&str> = command.events.iter().map(|topic| topic.code()).collect();
    events.sort_unstable();
    events.dedup();
    let events = events.join(" ");
    let (secret_key, sealed) = seal_secret(&vault, &id, &secret).await?;
    let endpoint = EndpointRecord {
        id: id.clone(),
        url: target.url().to_owned(),
        events: events.clone(),
        secret_key,
        secret: sealed,
        old_secret: None,
        old_until: None,
        created_at: now,
        ended_at: None,
        ended_by: String::new(),
    };
    store.put_endpoint(&endpoint).await?;
    note(&store, "add-endpoint", &id, &format!("{}: {events}", endpoint.url)).await?;
    store.close().await;
    let lines = || {
        let told = format!("{id} is told of {events} at {}.", endpoint.url);
        let shown = "This is the secret that messages are signed with. It is shown this once:";
        format!("{told}\n{shown}\n{}", secret.text())
    };
    output.tell(lines, || {
        let mut told = told(&endpoint);
        told["secret"] = json!(secret.text());
        told
    })
}

pub(super) async fn list(command: &ListEndpoints, output: Output) -> Result<(), CliError> {
    let store = Store::open(&config::database(&command.database)).await?;
    store.migrate().await?;
    let endpoints = store.endpoints().await?;
    store.close().await;
    output.tell(|| lines(&endpoints), || json!({ "endpoints": endpoints.iter().map(told).collect::<Vec<_>>() }))
}

fn lines(endpoints: &[EndpointRecord]) -> String {
    if endpoints.is_empty() {
        return "There is no endpoint. `event-endpoint add URL --events link,transaction` makes one.".to_owned();
    }
    let line = |endpoint: &EndpointRecord| {
        let ended =
            endpoint.ended_at.map_or_else(String::new, |at| format!("  {} {}", endpoint.ended_by, at.bank_text()));
        format!("{}  {}  {}{ended}", endpoint.id, endpoint.url, endpoint.events)
    };
    endpoints.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn told(endpoint: &EndpointRecord) -> serde_json::Value {
    json!({
        "id": endpoint.id,
        "url": endpoint.url,
        "events": endpoint.events.split_whitespace().collect::<Vec<_>>(),
        "created_at": endpoint.created_at.bank_text(),
        "old_secret_until": endpoint.old_until.map(Moment::bank_text),
        "ended_at": endpoint.ended_at.map(Moment::bank_text),
        "ended_by": Some(&endpoint.ended_by).filter(|by| !by.is_empty()),
    })
}

/// Messages are signed with both for a day, so that the receiver can change over without losing one.
pub(super) async fn secret(command: &ChangeEndpointSecret, output: Output) -> Result<(), CliError> {
    made_by_hand(&command.id)?;
    let (vault, store) = open(&command.places).await?;
    let (secret, now) = (SigningSecret::generate(), SystemClock.now());
    let (_, sealed) = seal_secret(&vault, &command.id, &secret).await?;
    if !store.change_secret(&command.id, sealed, now.plus(OLD_SECRET_FOR)).await? {
        return Err(CliError::NoEndpoint(command.id.clone()));
    }
    note(&store, "change-endpoint-secret", &command.id, "").await?;
    store.close().await;
    let until = now.plus(OLD_SECRET_FOR).bank_text();
    let lines = || {
        let both = format!("Messages are signed with both secrets until {until}.");
        format!("{both}\nThis is the new secret. It is shown this once:\n{}", secret.text())
    };
    output.tell(lines, || json!({ "id": command.id, "secret": secret.text(), "old_secret_until": until }))
}

pub(super) async fn remove(command: &RemoveEndpoint, output: Output) -> Result<(), CliError> {
    made_by_hand(&command.id)?;
    let store = Store::open(&config::database(&command.database)).await?;
    store.migrate().await?;
    if !store.end_endpoint(&command.id, "removed", SystemClock.now()).await? {
        return Err(CliError::NoEndpoint(command.id.clone()));
    }
    note(&store, "remove-endpoint", &command.id, "").await?;
    store.close().await;
    let id = &command.id;
    output.tell(|| format!("{id} is told nothing any more."), || json!({ "id": id, "removed": true }))
}

/// Those of the configuration are changed there: a server would make them again.
fn made_by_hand(id: &str) -> Result<(), CliError> {
    if [ALARM_MAIL, ALARM_WEBHOOK].contains(&id) { Err(CliError::OfConfiguration(id.to_owned())) } else { Ok(()) }
}

async fn note(store: &Store, act: &'static str, id: &str, reason: &str) -> Result<(), CliError> {
    let (by, subject) = (Actor::command_line(), format!("endpoint:{id}"));
    Ok(store.note_act(NewAct { by, act, subject, reason: reason.to_owned(), at: SystemClock.now() }).await?)
}

/// What `--events` takes.
pub(super) fn topic(text: &str) -> Result<Topic, String> {
    Topic::from_code(text)
        .filter(|topic| *topic != Topic::Alarm)
        .ok_or_else(|| "there are link and transaction; alarms go where ALARM_WEBHOOK_URL says".to_owned())
}

async fn open(places: &KeysPlaces) -> Result<(Vault, Store), CliError> {
    let store = Store::open(&config::database(&places.database)).await?;
    store.migrate().await?;
    let ring = KeyRing::read(&config::keyring(&places.keyring)).map_err(VaultError::from)?;
    let vault = Vault::open(ring, store.clone(), Arc::new(SystemClock), "").await?;
    Ok((vault, store))
}
