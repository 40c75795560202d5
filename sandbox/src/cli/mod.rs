//! The command line.

pub mod serve;
pub mod trigger;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "anytime-sandbox", version, about = "A stand-in of the bank behind Anytime Connect")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve client.js, the popup, the API, the control routes and a page to drive them
    Serve(serve::Args),
    /// Make something happen at a running stand-in, and print its answer
    Trigger(trigger::Args),
}

pub async fn run() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => serve::run(args).await.map_err(|error| error.to_string()),
        Command::Trigger(args) => trigger::run(args).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("anytime-sandbox: {error}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "the last word of a command that failed")]
fn tell(error: &str) {
    eprintln!("{error}");
}
