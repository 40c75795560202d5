//! `audit verify` and `export`: whether the log of operators' acts is as it was written, and the log itself.

use super::CliError;
use super::output::Output;
use crate::audit;
use crate::config;
use crate::config::settings::DatabaseSettings;
use crate::store::{Store, StoreError};
use clap::{Args, Subcommand};
use serde_json::json;
use std::io::{BufWriter, Write as _};
use std::process::ExitCode;

/// The log is not as it was written.
const BROKEN: u8 = 3;

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Follow the chain through the whole log; exit 3 if it is broken
    Verify(VerifyAudit),
    /// Print the log, oldest first: a line of JSON for each act, with all that its hash is made of
    Export(DatabaseSettings),
}

#[derive(Debug, Args)]
pub(super) struct VerifyAudit {
    /// A hash that was told before: it has to stand in the log
    #[arg(long, value_name = "HASH")]
    kept: Option<String>,
    #[command(flatten)]
    database: DatabaseSettings,
}

pub(super) async fn run(command: AuditCommand, output: Output) -> Result<ExitCode, CliError> {
    match command {
        AuditCommand::Verify(command) => verify(&command, output).await,
        AuditCommand::Export(database) => export(&database).await,
    }
}

async fn verify(command: &VerifyAudit, output: Output) -> Result<ExitCode, CliError> {
    let store = open(&command.database).await?;
    let outcome = audit::verify(&store, command.kept.as_deref()).await?;
    store.close().await;
    let verified = match outcome {
        Ok(verified) => verified,
        Err(broken) => {
            output.tell(|| format!("BROKEN  {broken}."), || json!({ "whole": false, "broken": broken.to_string() }))?;
            return Ok(ExitCode::from(BROKEN));
        }
    };
    let lost = verified.has_kept == Some(false);
    let lines = || {
        let mut lines = vec![format!("{} acts follow from each other.", verified.end.number)];
        if verified.unchained > 0 {
            lines.push(format!("{} are from before, and nothing vouches for them.", verified.unchained));
        }
        if !verified.end.hash.is_empty() {
            lines.push(format!("Keep the last hash elsewhere: {}", verified.end.hash));
        }
        lines.extend(verified.has_kept.map(|stands| {
            if stands {
                "The hash that was kept stands in it.".to_owned()
            } else {
                "BROKEN  The hash that was kept does not stand in it: the log was written anew.".to_owned()
            }
        }));
        lines.join("\n")
    };
    let object = || {
        json!({
            "whole": !lost, "acts": verified.end.number, "unchained": verified.unchained,
            "hash": verified.end.hash, "kept": verified.has_kept,
        })
    };
    output.tell(lines, object)?;
    Ok(if lost { ExitCode::from(BROKEN) } else { ExitCode::SUCCESS })
}

async fn export(database: &DatabaseSettings) -> Result<ExitCode, CliError> {
    let store = open(database).await?;
    let mut out = BufWriter::new(std::io::stdout());
    audit::write_lines(&store, |line| writeln!(out, "{line}").map_err(CliError::System)).await?;
    out.flush()?;
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// As it is: who looks after a log changes nothing of its database.
async fn open(settings: &DatabaseSettings) -> Result<Store, StoreError> {
    let store = Store::open(&config::database(settings)).await?;
    store.check_schema().await?;
    Ok(store)
}
