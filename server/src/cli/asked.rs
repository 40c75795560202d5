//! What can be asked of `deliveries`.

use crate::config::settings::ServeSettings;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(super) enum DeliveriesCommand {
    /// List them, newest first
    List(Box<ListDeliveries>),
    /// Show one with its evidence and its body, masked
    Show(Box<ShowDelivery>),
    /// Process some again; what has had its effect has none twice. Exit 3 if some stay as they are
    Replay(Box<ReplayDeliveries>),
}

/// Which deliveries; what is left out does not restrict.
#[derive(Debug, Args)]
pub(super) struct Selection {
    /// accepted, duplicate, held, quarantined or rejected
    #[arg(long)]
    pub(super) verdict: Option<String>,
    /// Such as `token_created`
    #[arg(long)]
    pub(super) event: Option<String>,
    /// The bank's reference
    #[arg(long)]
    pub(super) reference: Option<String>,
    /// Of those that were not accepted, the ones from this address
    #[arg(long)]
    pub(super) peer: Option<String>,
    /// The bank's number of the try
    #[arg(long = "try")]
    pub(super) current_try: Option<i64>,
    /// First day, such as 2026-03-28
    #[arg(long)]
    pub(super) from: Option<String>,
    /// Last day
    #[arg(long)]
    pub(super) to: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ListDeliveries {
    #[command(flatten)]
    pub(super) selection: Selection,
    /// Those in whose content this stands, as `show` shows it: what is masked is not found
    #[arg(long)]
    pub(super) text: Option<String>,
    /// Older than this number
    #[arg(long)]
    pub(super) before: Option<i64>,
    #[arg(long, default_value_t = 50)]
    pub(super) limit: i64,
    #[command(flatten)]
    pub(super) settings: ServeSettings,
}

#[derive(Debug, Args)]
pub(super) struct ShowDelivery {
    pub(super) id: i64,
    #[command(flatten)]
    pub(super) settings: ServeSettings,
}

#[derive(Debug, Args)]
pub(super) struct ReplayDeliveries {
    /// This one alone
    pub(super) id: Option<i64>,
    #[command(flatten)]
    pub(super) selection: Selection,
    /// All that there are
    #[arg(long, conflicts_with = "id")]
    pub(super) all: bool,
    /// Build a database anew from the log into this file, and print how it differs from the one that there is; exit 3 if it
    /// does
    #[arg(long, requires = "all", conflicts_with = "dry_run", value_name = "FILE")]
    pub(super) into: Option<PathBuf>,
    /// Print what would change, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Why; kept in the log
    #[arg(long)]
    pub(super) reason: Option<String>,
    #[command(flatten)]
    pub(super) settings: ServeSettings,
}
