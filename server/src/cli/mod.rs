//! The program's commands.

mod api_key;
mod asked;
mod audit;
mod backup;
mod copy;
mod deliveries;
mod doctor;
mod event_endpoint;
mod keys;
mod manual;
mod operator;
mod output;
mod rebuild;
mod serve;

use crate::StartError;
use crate::config::settings::{DatabaseSettings, LogSettings, ServeSettings};
use crate::config::{self, ConfigError, Place, Places, dotenv};
use crate::faults;
use crate::logging;
use crate::store::{Store, StoreError};
use crate::vault::{RetireError, VaultError};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use clap_complete::Shell;
use serde_json::json;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub use rebuild::{Rebuilt, rebuild};

use api_key::ApiKeyCommand;
use asked::DeliveriesCommand;
use audit::AuditCommand;
use backup::{BackupCommand, RestoreCommand};
use copy::CopyCommand;
use event_endpoint::EventEndpointCommand;
use keys::KeysCommand;
use operator::OperatorCommand;
use output::Output;

/// Says so when this program can be made to fail.
const VERSION: &str = if faults::COMPILED_IN {
    concat!(env!("CARGO_PKG_VERSION"), " with fail points")
} else {
    env!("CARGO_PKG_VERSION")
};

/// Links your users' Anytime accounts, and shows their card payments as they happen.
#[derive(Debug, Parser)]
#[command(name = "anytime-connect", version = VERSION)]
pub struct Cli {
    /// Tell the outcome, or the error, as one object of JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    log: LogSettings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve pages, and receive notifications
    Serve(Box<ServeSettings>),
    /// Bring the database's schema up to date; `serve` does so too
    Migrate(DatabaseSettings),
    /// Check configuration, database, keys, disk, clock, the bank's API and the callback; exit 1 if one is bad
    Doctor(Box<ServeSettings>),
    /// Who operates the console
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// The notifications that came
    #[command(subcommand)]
    Deliveries(DeliveriesCommand),
    /// Keys of the partner's other systems, for the API
    #[command(subcommand)]
    ApiKey(ApiKeyCommand),
    /// Where the partner's other systems are told of what happens
    #[command(subcommand)]
    EventEndpoint(EventEndpointCommand),
    /// The keys that encrypt tokens and references
    #[command(subcommand)]
    Keys(KeysCommand),
    /// The log of what operators have done
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Write a copy of the database, as it is at one moment, into a new file; the server may go on meanwhile
    Backup(BackupCommand),
    /// Fill an empty database from a backup
    Restore(RestoreCommand),
    /// Fill an empty database from another one, for moving from `SQLite` to `PostgreSQL` or back
    Copy(CopyCommand),
    /// Print what makes a shell complete this program's commands
    Completion {
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the manual page, for `man`
    Manual,
}

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("the database could not be used")]
    Store(#[from] StoreError),
    #[error("`{0}` is no mail address")]
    Email(String),
    #[error("{0} of these have to be mended first")]
    Unwell(usize),
    #[error("the keys cannot be used")]
    Vault(#[from] VaultError),
    #[error("a key's name is 1 to 100 characters long")]
    ApiKeyName,
    #[error("there is no key `{0}` that is good")]
    NoApiKey(String),
    #[error("`{0}` cannot be told of anything: {1}")]
    Endpoint(String, String),
    #[error("there is no endpoint `{0}` that is told anything")]
    NoEndpoint(String),
    #[error("`{0}` is of the configuration: change it there")]
    OfConfiguration(String),
    #[error("the key stays")]
    Retire(#[from] RetireError),
    #[error("{} exists already: name a new file", .0.display())]
    FileExists(PathBuf),
    #[error("{}", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    #[error("{table} has {found} rows that differ from the {wanted} that were read: remove the copy, and copy again")]
    Differs { table: &'static str, wanted: u64, found: u64 },
    #[error("there is no delivery {0}")]
    NoDelivery(i64),
    #[error("`{0}` selects nothing that there is")]
    Filter(String),
    #[error("--reason is missing: it is kept in the log. Or try it with --dry-run")]
    NoReason,
    #[error("say which: a number, a filter, or --all")]
    NoSelection,
    #[error("the system does not let the program run")]
    System(#[from] std::io::Error),
}

/// The whole program.
pub fn main() -> ExitCode {
    let mut output = Output::Lines;
    match try_main(&mut output) {
        Ok(code) => code,
        Err(error) => {
            let mut text = error.to_string();
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                text = format!("{text}: {cause}");
                source = cause.source();
            }
            let text = if output.is_json() { json!({ "error": text }).to_string() } else { format!("error: {text}") };
            let _nobody_listens = writeln!(std::io::stderr(), "{text}");
            ExitCode::FAILURE
        }
    }
}

fn try_main(output: &mut Output) -> Result<ExitCode, CliError> {
    let mut places = Places::default();
    // Before there is a second thread, as it changes the environment.
    let dotenv = dotenv::load(Path::new(".env"), &mut places);
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    *output = Output::of(cli.json);
    dotenv?;
    let mut from_flags = Places::default();
    note_flags(&matches, &mut from_flags);
    from_flags.extend(places);
    logging::start(cli.log.log_format);
    faults::start();
    // Work that waits shares threads with work that computes, so even one core gets four.
    let threads = std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    runtime.block_on(command(cli.command, &from_flags, *output))
}

async fn command(command: Command, places: &Places, output: Output) -> Result<ExitCode, CliError> {
    match command {
        Command::Serve(settings) => {
            let config = config::serve(&settings, places)?;
            logging::name_node(&config.node.name);
            serve::serve(config).await?;
        }
        Command::Doctor(settings) => doctor::examine(&config::serve(&settings, places)?, output).await?,
        Command::Migrate(settings) => migrate(&settings, output).await?,
        Command::Operator(OperatorCommand::Add(add)) => operator::add(&add, places, output).await?,
        Command::ApiKey(ApiKeyCommand::Add(add)) => api_key::add(&add, output).await?,
        Command::ApiKey(ApiKeyCommand::List(list)) => api_key::list(&list, output).await?,
        Command::ApiKey(ApiKeyCommand::Revoke(revoke)) => api_key::revoke(&revoke, output).await?,
        Command::EventEndpoint(EventEndpointCommand::Add(add)) => event_endpoint::add(&add, places, output).await?,
        Command::EventEndpoint(EventEndpointCommand::List(list)) => event_endpoint::list(&list, output).await?,
        Command::EventEndpoint(EventEndpointCommand::Secret(change)) => event_endpoint::secret(&change, output).await?,
        Command::EventEndpoint(EventEndpointCommand::Remove(remove)) => event_endpoint::remove(&remove, output).await?,
        Command::Keys(KeysCommand::List(places)) => keys::list(&places, output).await?,
        Command::Keys(KeysCommand::Rotate(places)) => keys::rotate(&places, output).await?,
        Command::Keys(KeysCommand::Retire(retire)) => keys::retire(&retire, output).await?,
        Command::Audit(command) => return audit::run(command, output).await,
        Command::Backup(command) => backup::backup(&command, output).await?,
        Command::Restore(command) => backup::restore(&command, output).await?,
        Command::Copy(command) => copy::copy(&command, output).await?,
        Command::Deliveries(command) => return deliveries::run(command, places, output).await,
        Command::Completion { shell } => manual::completion(shell)?,
        Command::Manual => manual::page()?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn migrate(settings: &DatabaseSettings, output: Output) -> Result<(), CliError> {
    let store = Store::open(&config::database(settings)).await?;
    store.migrate().await?;
    store.close().await;
    output.tell(|| "The database's schema is up to date.".to_owned(), || json!({ "migrated": true }))
}

/// Fields of settings are named as their variables, in small letters.
fn note_flags(matches: &ArgMatches, places: &mut Places) {
    for id in matches.ids() {
        if matches.try_contains_id(id.as_str()).unwrap_or(false)
            && matches.value_source(id.as_str()) == Some(ValueSource::CommandLine)
        {
            places.note(&id.as_str().to_uppercase(), Place::CommandLine);
        }
    }
    if let Some((_, matches)) = matches.subcommand() {
        note_flags(matches, places);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_flag_is_named_as_the_place_of_its_value() {
        let matches =
            Cli::command().get_matches_from(["anytime-connect", "serve", "--dev", "--public-url", "nonsense"]);
        let mut places = Places::default();
        note_flags(&matches, &mut places);
        assert_eq!(places.error("PUBLIC_URL", "x").to_string(), "PUBLIC_URL (command line): x");
    }
}
