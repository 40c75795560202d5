//! `event-endpoint add`, `list`, `secret` and `remove`: where the partner's other systems are told of what happens. A running
//! server takes part within a second.

use super::{AddEndpoint, ChangeEndpointSecret, CliError, ListEndpoints, RemoveEndpoint};
use crate::clock::{Clock as _, Moment, SystemClock};
use crate::config::{self, Places};
use crate::outbox::{ALARM_MAIL, ALARM_WEBHOOK, OLD_SECRET_FOR, Reach, SigningSecret, Target, seal_secret};
use crate::randomness;
use crate::store::{Actor, EndpointRecord, NewAct, Store, Topic};
use crate::vault::{KeyRing, Vault, VaultError};
use serde_json::json;
use std::io::Write as _;
use std::sync::Arc;

/// Prints the secret alone on the last line. It is kept sealed, and never shown again.
pub(super) async fn add(command: &AddEndpoint, places: &Places) -> Result<(), CliError> {
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
    let mut out = std::io::stdout();
    writeln!(out, "{id} is told of {events} at {}.", endpoint.url)?;
    writeln!(out, "This is the secret that messages are signed with. It is shown this once:")?;
    writeln!(out, "{}", secret.text())?;
    Ok(())
}

pub(super) async fn list(command: &ListEndpoints) -> Result<(), CliError> {
    let store = Store::open(&config::database(&command.database)).await?;
    store.migrate().await?;
    let endpoints = store.endpoints().await?;
    store.close().await;
    let mut out = std::io::stdout();
    if command.json {
        let rows: Vec<_> = endpoints.iter().map(told).collect();
        writeln!(out, "{}", json!({ "endpoints": rows }))?;
        return Ok(());
    }
    if endpoints.is_empty() {
        writeln!(out, "There is no endpoint. `event-endpoint add URL --events link,transaction` makes one.")?;
    }
    for endpoint in endpoints {
        let ended =
            endpoint.ended_at.map_or_else(String::new, |at| format!("  {} {}", endpoint.ended_by, at.bank_text()));
        writeln!(out, "{}  {}  {}{ended}", endpoint.id, endpoint.url, endpoint.events)?;
    }
    Ok(())
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
pub(super) async fn secret(command: &ChangeEndpointSecret) -> Result<(), CliError> {
    made_by_hand(&command.id)?;
    let (vault, store) = open(&command.places).await?;
    let (secret, now) = (SigningSecret::generate(), SystemClock.now());
    let (_, sealed) = seal_secret(&vault, &command.id, &secret).await?;
    if !store.change_secret(&command.id, sealed, now.plus(OLD_SECRET_FOR)).await? {
        return Err(CliError::NoEndpoint(command.id.clone()));
    }
    note(&store, "change-endpoint-secret", &command.id, "").await?;
    store.close().await;
    let mut out = std::io::stdout();
    writeln!(out, "Messages are signed with both secrets until {}.", now.plus(OLD_SECRET_FOR).bank_text())?;
    writeln!(out, "This is the new secret. It is shown this once:")?;
    writeln!(out, "{}", secret.text())?;
    Ok(())
}

pub(super) async fn remove(command: &RemoveEndpoint) -> Result<(), CliError> {
    made_by_hand(&command.id)?;
    let store = Store::open(&config::database(&command.database)).await?;
    store.migrate().await?;
    if !store.end_endpoint(&command.id, "removed", SystemClock.now()).await? {
        return Err(CliError::NoEndpoint(command.id.clone()));
    }
    note(&store, "remove-endpoint", &command.id, "").await?;
    store.close().await;
    writeln!(std::io::stdout(), "{} is told nothing any more.", command.id)?;
    Ok(())
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

async fn open(places: &super::KeysPlaces) -> Result<(Vault, Store), CliError> {
    let store = Store::open(&config::database(&places.database)).await?;
    store.migrate().await?;
    let ring = KeyRing::read(&config::keyring(&places.keyring)).map_err(VaultError::from)?;
    let vault = Vault::open(ring, store.clone(), Arc::new(SystemClock), "").await?;
    Ok((vault, store))
}
