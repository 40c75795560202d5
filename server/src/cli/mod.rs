//! The program's commands.

mod api_key;
mod asked;
mod backup;
mod deliveries;
mod doctor;
mod event_endpoint;
mod keys;
mod operator;
mod rebuild;
mod serve;

use crate::StartError;
use crate::api::Scope;
use crate::config::settings::{DatabaseSettings, KeyringSettings, LogSettings, PublicUrlSettings, ServeSettings};
use crate::config::{self, ConfigError, Place, Places, dotenv};
use crate::faults;
use crate::logging;
use crate::store::{Store, StoreError, Topic};
use crate::vault::{RetireError, VaultError};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use domain::viewer::Role;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub use rebuild::{Rebuilt, rebuild};

use asked::DeliveriesCommand;

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
    /// Write a copy of the database, as it is at one moment, into a new file; the server may go on meanwhile
    Backup(BackupCommand),
    /// Fill an empty database from a backup
    Restore(RestoreCommand),
    /// Fill an empty database from another one, for moving from `SQLite` to `PostgreSQL` or back
    Copy(CopyCommand),
}

#[derive(Debug, Subcommand)]
enum ApiKeyCommand {
    /// Make a key; it stands alone on the last line, this once
    Add(AddApiKey),
    /// List keys, without the keys
    List(ListApiKeys),
    /// End a key
    Revoke(RevokeApiKey),
}

#[derive(Debug, Args)]
struct AddApiKey {
    /// What it is for; users see it where their token was read with it
    name: String,
    /// What it is good for, with commas between them: `users:read`, `transactions:read`, `tokens:read`, `deliveries:read`
    #[arg(long, required = true, value_delimiter = ',', value_parser = api_key::scope)]
    scope: Vec<Scope>,
    /// Addresses or CIDR blocks that it can be used from, with commas between them [default: any]
    #[arg(long, value_delimiter = ',', value_parser = api_key::address)]
    address: Vec<ipnet::IpNet>,
    #[command(flatten)]
    database: DatabaseSettings,
}

#[derive(Debug, Args)]
struct ListApiKeys {
    /// One object of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseSettings,
}

#[derive(Debug, Args)]
struct RevokeApiKey {
    /// As `api-key list` shows it
    id: String,
    #[command(flatten)]
    database: DatabaseSettings,
}

#[derive(Debug, Subcommand)]
enum EventEndpointCommand {
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
struct AddEndpoint {
    /// `https://…`
    url: String,
    /// What it is told, with commas between them: `link`, `transaction`
    #[arg(long, required = true, value_delimiter = ',', value_parser = event_endpoint::topic)]
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
struct ListEndpoints {
    /// One object of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseSettings,
}

#[derive(Debug, Args)]
struct ChangeEndpointSecret {
    /// As `event-endpoint list` shows it
    id: String,
    #[command(flatten)]
    places: KeysPlaces,
}

#[derive(Debug, Args)]
struct RemoveEndpoint {
    /// As `event-endpoint list` shows it
    id: String,
    #[command(flatten)]
    database: DatabaseSettings,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// List the keys of the ring, and how much each of them protects
    List(ListKeys),
    /// Make a new key, and bring everything under it; a running server takes part
    Rotate(KeysPlaces),
    /// Remove a key that protects nothing any more
    Retire(RetireKey),
}

#[derive(Debug, Args)]
struct KeysPlaces {
    #[command(flatten)]
    keyring: KeyringSettings,
    #[command(flatten)]
    database: DatabaseSettings,
}

#[derive(Debug, Args)]
struct ListKeys {
    /// One object of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    places: KeysPlaces,
}

#[derive(Debug, Args)]
struct RetireKey {
    /// Its name, as `keys list` shows it
    kid: String,
    #[command(flatten)]
    places: KeysPlaces,
}

#[derive(Debug, Args)]
struct BackupCommand {
    /// A file that does not exist yet
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseSettings,
}

#[derive(Debug, Args)]
struct RestoreCommand {
    /// A file that `backup` has written
    file: PathBuf,
    /// Check that the key ring opens it, and read everything again once it is restored
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    keyring: KeyringSettings,
    #[command(flatten)]
    database: DatabaseSettings,
}

#[derive(Debug, Args)]
struct CopyCommand {
    /// `sqlite://PATH` or `postgres://…`, of this program's schema
    #[arg(long, env = "COPY_FROM", hide_env_values = true)]
    from: String,
    /// The same, and empty
    #[arg(long, env = "COPY_TO", hide_env_values = true)]
    to: String,
}

#[derive(Debug, Subcommand)]
enum OperatorCommand {
    /// Make an operator, or give a user another role; prints a link for choosing a password, usable once, for 24 hours
    Add(AddOperator),
}

#[derive(Debug, Args)]
struct AddOperator {
    /// Her mail address
    email: String,
    #[arg(long, value_enum)]
    role: OperatorRole,
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    public_url: PublicUrlSettings,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OperatorRole {
    /// May look
    Viewer,
    /// May also repair
    Operator,
    /// May also decide who is an operator
    Admin,
}

impl From<OperatorRole> for Role {
    fn from(role: OperatorRole) -> Self {
        match role {
            OperatorRole::Viewer => Self::Viewer,
            OperatorRole::Operator => Self::Operator,
            OperatorRole::Admin => Self::Admin,
        }
    }
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
    match try_main() {
        Ok(code) => code,
        Err(error) => {
            let mut text = format!("error: {error}");
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                text = format!("{text}: {cause}");
                source = cause.source();
            }
            let _nobody_listens = writeln!(std::io::stderr(), "{text}");
            ExitCode::FAILURE
        }
    }
}

fn try_main() -> Result<ExitCode, CliError> {
    let mut places = Places::default();
    // Before there is a second thread, as it changes the environment.
    let dotenv = dotenv::load(Path::new(".env"), &mut places);
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    dotenv?;
    let mut from_flags = Places::default();
    note_flags(&matches, &mut from_flags);
    from_flags.extend(places);
    logging::start(cli.log.log_format);
    faults::start();
    // Work that waits shares threads with work that computes, so even one core gets four.
    let threads = std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    runtime.block_on(command(cli.command, &from_flags))
}

async fn command(command: Command, places: &Places) -> Result<ExitCode, CliError> {
    match command {
        Command::Serve(settings) => serve::serve(config::serve(&settings, places)?).await?,
        Command::Doctor(settings) => doctor::examine(&config::serve(&settings, places)?).await?,
        Command::Migrate(settings) => migrate(&settings).await?,
        Command::Operator(OperatorCommand::Add(add)) => operator::add(&add, places).await?,
        Command::ApiKey(ApiKeyCommand::Add(add)) => api_key::add(&add).await?,
        Command::ApiKey(ApiKeyCommand::List(list)) => api_key::list(&list).await?,
        Command::ApiKey(ApiKeyCommand::Revoke(revoke)) => api_key::revoke(&revoke).await?,
        Command::EventEndpoint(EventEndpointCommand::Add(add)) => event_endpoint::add(&add, places).await?,
        Command::EventEndpoint(EventEndpointCommand::List(list)) => event_endpoint::list(&list).await?,
        Command::EventEndpoint(EventEndpointCommand::Secret(change)) => event_endpoint::secret(&change).await?,
        Command::EventEndpoint(EventEndpointCommand::Remove(remove)) => event_endpoint::remove(&remove).await?,
        Command::Keys(KeysCommand::List(list)) => keys::list(&list).await?,
        Command::Keys(KeysCommand::Rotate(places)) => keys::rotate(&places).await?,
        Command::Keys(KeysCommand::Retire(retire)) => keys::retire(&retire).await?,
        Command::Backup(command) => backup::backup(&command).await?,
        Command::Restore(command) => backup::restore(&command).await?,
        Command::Copy(command) => backup::copy(&command).await?,
        Command::Deliveries(command) => return deliveries::run(command, places).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn migrate(settings: &DatabaseSettings) -> Result<(), CliError> {
    let store = Store::open(&config::database(settings)).await?;
    store.migrate().await?;
    store.close().await;
    tracing::info!("the database's schema is up to date");
    Ok(())
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
