//! The program's commands.

mod deliveries;
mod doctor;
mod operator;
mod rebuild;
mod serve;

use crate::StartError;
use crate::config::settings::{DatabaseSettings, LogSettings, PublicUrlSettings, ServeSettings};
use crate::config::{self, ConfigError, Place, Places, dotenv};
use crate::faults;
use crate::logging;
use crate::store::{Store, StoreError};
use crate::vault::VaultError;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use domain::viewer::Role;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub use rebuild::{Rebuilt, rebuild};

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
}

#[derive(Debug, Subcommand)]
enum DeliveriesCommand {
    /// List them, newest first
    List(Box<ListDeliveries>),
    /// Show one with its evidence and its body, masked
    Show(Box<ShowDelivery>),
    /// Process some again; what has had its effect has none twice. Exit 3 if some stay as they are
    Replay(Box<ReplayDeliveries>),
}

/// Which deliveries; what is left out does not restrict.
#[derive(Debug, Args)]
struct Selection {
    /// accepted, duplicate, held, quarantined or rejected
    #[arg(long)]
    verdict: Option<String>,
    /// Such as `token_created`
    #[arg(long)]
    event: Option<String>,
    /// The bank's reference
    #[arg(long)]
    reference: Option<String>,
    /// Of those that were not accepted, the ones from this address
    #[arg(long)]
    peer: Option<String>,
    /// The bank's number of the try
    #[arg(long = "try")]
    current_try: Option<i64>,
    /// First day, such as 2026-03-28
    #[arg(long)]
    from: Option<String>,
    /// Last day
    #[arg(long)]
    to: Option<String>,
}

#[derive(Debug, Args)]
struct ListDeliveries {
    #[command(flatten)]
    selection: Selection,
    /// Older than this number
    #[arg(long)]
    before: Option<i64>,
    #[arg(long, default_value_t = 50)]
    limit: i64,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: ServeSettings,
}

#[derive(Debug, Args)]
struct ShowDelivery {
    id: i64,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: ServeSettings,
}

#[derive(Debug, Args)]
struct ReplayDeliveries {
    /// This one alone
    id: Option<i64>,
    #[command(flatten)]
    selection: Selection,
    /// All that there are
    #[arg(long, conflicts_with = "id")]
    all: bool,
    /// Build a database anew from the log into this file, and print how it differs from the one that there is; exit 3 if it
    /// does
    #[arg(long, requires = "all", conflicts_with = "dry_run", value_name = "FILE")]
    into: Option<PathBuf>,
    /// Print what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Why; kept in the log
    #[arg(long)]
    reason: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: ServeSettings,
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
    #[error("there is no delivery {0}")]
    NoDelivery(i64),
    #[error("{0} is there already")]
    Exists(String),
    #[error("`{0}` selects nothing that there is")]
    Filter(String),
    #[error("--reason is missing: it is kept in the log. Or try it with --dry-run")]
    NoReason,
    #[error("say which: a number, a filter, or --all")]
    NoSelection,
    #[error("the deliveries could not be processed")]
    Vault(#[from] VaultError),
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
