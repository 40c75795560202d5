//! `keys list`, `rotate` and `retire`: beside a running server, or without one.

use super::CliError;
use super::output::Output;
use crate::clock::{Clock as _, SystemClock};
use crate::config;
use crate::config::settings::{DatabaseSettings, KeyringSettings};
use crate::store::{Actor, NewAct, RingKeyRecord, Store};
use crate::vault::{KeyRing, MOST_USES, Vault, VaultError};
use clap::{Args, Subcommand};
use serde_json::json;
use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// List the keys of the ring, and how much each of them protects
    List(KeysPlaces),
    /// Make a new key, and bring everything under it; a running server takes part
    Rotate(KeysPlaces),
    /// Remove a key that protects nothing any more
    Retire(RetireKey),
}

#[derive(Debug, Args)]
pub(super) struct KeysPlaces {
    #[command(flatten)]
    pub(super) keyring: KeyringSettings,
    #[command(flatten)]
    pub(super) database: DatabaseSettings,
}

#[derive(Debug, Args)]
pub(super) struct RetireKey {
    /// Its name, as `keys list` shows it
    kid: String,
    #[command(flatten)]
    places: KeysPlaces,
}

/// One line for each key, the active one first.
pub(super) async fn list(places: &KeysPlaces, output: Output) -> Result<(), CliError> {
    let (vault, store) = open(places).await?;
    let keys = vault.ring_keys().await?;
    store.close().await;
    let object = || {
        let rows = keys.iter().enumerate().map(|(place, (kid, key))| told(kid, place == 0, key.as_ref()));
        json!({ "keys": rows.collect::<Vec<_>>() })
    };
    output.tell(|| lines(&keys), object)
}

fn lines(keys: &[(String, Option<RingKeyRecord>)]) -> String {
    let head = format!("{:<34} {:<8} {:>12} {:>14}  since", "key", "", "data keys", "uses");
    let line = |(place, (kid, key)): (usize, &(String, Option<RingKeyRecord>))| {
        let state = if place == 0 { "active" } else { "" };
        let (data_keys, uses) = key.as_ref().map_or((0, 0), |key| (key.data_keys, key.uses));
        let since = key.as_ref().map_or_else(|| "never used".to_owned(), |key| key.since.bank_text());
        let worn = if uses >= MOST_USES { "  worn: make a new one with `keys rotate`" } else { "" };
        format!("{kid:<34} {state:<8} {data_keys:>12} {uses:>14}  {since}{worn}")
    };
    std::iter::once(head).chain(keys.iter().enumerate().map(line)).collect::<Vec<_>>().join("\n")
}

fn told(kid: &str, active: bool, key: Option<&RingKeyRecord>) -> serde_json::Value {
    json!({
        "kid": kid,
        "active": active,
        "data_keys": key.map_or(0, |key| key.data_keys),
        "uses": key.map_or(0, |key| key.uses),
        "since": key.map(|key| key.since.bank_text()),
    })
}

/// Makes a new key, and brings everything under it. Ended early, it goes on where it was when it is run again without making
/// another key; so does a running server.
pub(super) async fn rotate(places: &KeysPlaces, output: Output) -> Result<(), CliError> {
    let (vault, store) = open(places).await?;
    let unfinished =
        vault.ring_keys().await?.iter().skip(1).any(|(_, key)| key.as_ref().is_some_and(|key| key.data_keys > 0));
    let made = if unfinished { None } else { Some(vault.add_key().await?) };
    if let Some(kid) = &made {
        note(&store, "rotate-key", kid).await?;
    }
    let shown = std::io::stderr().is_terminal();
    let mut moved = 0;
    loop {
        let some = vault.rewrap_some().await?;
        if some == 0 {
            break;
        }
        moved += some;
        if shown {
            let _nobody_looks = write!(std::io::stderr(), "\r\x1b[K{moved} data keys\r");
        }
    }
    vault.count_uses().await?;
    store.close().await;
    let lines = || {
        let made = match &made {
            Some(kid) => format!("{kid} is the active key now."),
            None => "An earlier rotation was not finished: it is now, and no key was made.".to_owned(),
        };
        format!("{made}\n{moved} data keys were brought under it. A running server follows within seconds.")
    };
    output.tell(lines, || json!({ "made": made, "moved": moved }))
}

pub(super) async fn retire(command: &RetireKey, output: Output) -> Result<(), CliError> {
    let (vault, store) = open(&command.places).await?;
    vault.retire(&command.kid).await?;
    note(&store, "retire-key", &command.kid).await?;
    store.close().await;
    let kid = &command.kid;
    let lines = || format!("{kid} is gone from the ring. Back-ups from before need it.");
    output.tell(lines, || json!({ "kid": kid, "retired": true }))
}

async fn note(store: &Store, act: &'static str, kid: &str) -> Result<(), CliError> {
    let (by, subject) = (Actor::command_line(), format!("key:{kid}"));
    Ok(store.note_act(NewAct { by, act, subject, reason: String::new(), at: SystemClock.now() }).await?)
}

async fn open(places: &KeysPlaces) -> Result<(Vault, Store), CliError> {
    let ring = KeyRing::read(&config::keyring(&places.keyring)).map_err(VaultError::from)?;
    let store = Store::open(&config::database(&places.database)).await?;
    store.check_schema().await?;
    // Only references are bound to the partner, and none is sealed here.
    let vault = Vault::open(ring, store.clone(), Arc::new(SystemClock), "").await?;
    Ok((vault, store))
}
