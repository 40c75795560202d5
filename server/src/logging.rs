//! What the log looks like. What may be in it: never a body, a token, a cookie or an address.

use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines: one JSON object per line, so that nothing that is logged can pretend to be another line.
    Json,
}

/// Sends the log to standard error. Without a choice: pretty on a terminal, else JSON. `RUST_LOG` says how much.
pub fn start(format: Option<LogFormat>) {
    let on_terminal = std::io::stderr().is_terminal();
    let format = format.unwrap_or(if on_terminal { LogFormat::Pretty } else { LogFormat::Json });
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start, as tests may do, keeps the first.
    let _already_started = match format {
        LogFormat::Pretty => builder.with_ansi(on_terminal).try_init().is_err(),
        LogFormat::Json => builder.json().flatten_event(true).try_init().is_err(),
    };
}
