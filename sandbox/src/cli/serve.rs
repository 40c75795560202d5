//! `anytime-sandbox serve`.

use std::{
    io::IsTerminal,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::civil::Date;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::{
    Config, Encoding, Scenario, StartError,
    config::{DEMO_PARTNER_ID, DEMO_PARTNER_REF},
    php::Precision,
    scenario::library,
    server,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to listen
    #[arg(long, env = "SANDBOX_LISTEN", default_value = "127.0.0.1:4400")]
    listen: SocketAddr,
    /// The partner's id in the script's address, 64 characters
    #[arg(long, env = "SANDBOX_PARTNER_ID", default_value = DEMO_PARTNER_ID)]
    partner_id: String,
    /// The partner's reference, which signs notifications
    #[arg(long, env = "SANDBOX_PARTNER_REF", default_value = DEMO_PARTNER_REF, hide_env_values = true)]
    partner_ref: String,
    /// Where notifications are sent
    #[arg(
        long,
        env = "SANDBOX_CALLBACK",
        default_value = "http://localhost:3000/webhooks/anytime",
        hide_env_values = true
    )]
    callback: String,
    /// The partner's site, the only one that may draw the button
    #[arg(long, env = "SANDBOX_ORIGIN", default_value = "http://localhost:3000")]
    origin: String,
    /// The same seed and day give the same world
    #[arg(long, env = "SANDBOX_SEED", default_value_t = 1)]
    seed: u64,
    /// The day that history ends before (2026-11-23); the real one unless given
    #[arg(long, env = "SANDBOX_TODAY")]
    today: Option<Date>,
    /// PEM of the partner's RSA public key; with it, API calls must be signed
    #[arg(long, env = "SANDBOX_PUBLIC_KEY", value_name = "FILE")]
    public_key: Option<PathBuf>,
    /// How notifications are written
    #[arg(long, env = "SANDBOX_ENCODING", value_enum, default_value_t = Encoding::Form)]
    encoding: Encoding,
    /// The pauses before the second and the third try
    #[arg(long, env = "SANDBOX_RETRY_AFTER", value_delimiter = ',', default_value = "1s,5s", value_parser = duration)]
    retry_after: Vec<Duration>,
    /// Sign each try anew
    #[arg(long, env = "SANDBOX_RESIGN", num_args = 0..=1, default_value_t = false, default_missing_value = "true", action = clap::ArgAction::Set)]
    resign: bool,
    /// The address that notifications leave from, such as 127.0.0.2
    #[arg(long, env = "SANDBOX_SOURCE_ADDRESS")]
    source_address: Option<IpAddr>,
    /// How floats are written: 14, 17 or shortest
    #[arg(long, env = "SANDBOX_PHP_PRECISION", default_value = "14")]
    php_precision: Precision,
    /// The API username in the hash of the API's answers
    #[arg(long, env = "SANDBOX_USERNAME", default_value = "demo-partner")]
    username: String,
    /// How long a try waits for its answer
    #[arg(long, env = "SANDBOX_TIMEOUT", default_value = "10s", value_parser = duration)]
    timeout: Duration,
    #[arg(long, env = "SANDBOX_SCENARIO", value_name = "FILE", default_value = library::FINE, help = scenario_help())]
    scenario: String,
}

fn scenario_help() -> String {
    let names = library::names().join(", ");
    format!("What goes wrong from the start: a file in TOML, or one of {names}")
}

/// A name that ships with the stand-in, else a file.
fn scenario(given: &str) -> Result<Scenario, StartError> {
    if let Ok(known) = library::find(given) {
        return Ok(known);
    }
    let wrong = |error: String| StartError::Scenario(given.to_owned(), error);
    let text = std::fs::read_to_string(given).map_err(|error| wrong(error.to_string()))?;
    let name = Path::new(given).file_stem().map_or_else(|| given.into(), |stem| stem.to_string_lossy());
    Scenario::parse(&name, &text).map_err(|error| wrong(error.to_string()))
}

/// `5s`, `250ms` or `5`, in seconds unless said otherwise.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no duration such as 250ms or 5s");
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (text.strip_suffix('s').unwrap_or(text), 1_000),
    };
    let number: u64 = number.trim().parse().map_err(|_| wrong())?;
    number.checked_mul(unit).map(Duration::from_millis).ok_or_else(wrong)
}

impl Args {
    fn config(self) -> Result<Config, StartError> {
        let public_key = self
            .public_key
            .map(|path| {
                std::fs::read_to_string(&path)
                    .map_err(|error| StartError::PublicKey(format!("{}: {error}", path.display())))
            })
            .transpose()?;
        Ok(Config {
            partner_id: self.partner_id,
            partner_ref: self.partner_ref,
            callback: self.callback,
            origin: self.origin,
            seed: self.seed,
            today: self.today,
            public_key,
            encoding: self.encoding,
            retry_after: self.retry_after,
            resign: self.resign,
            source_address: self.source_address,
            precision: self.php_precision,
            username: self.username,
            timeout: self.timeout,
            scenario: scenario(&self.scenario)?,
        })
    }
}

pub async fn run(args: Args) -> Result<(), StartError> {
    log();
    let address = args.listen;
    let config = args.config()?;
    let listener = TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
    announce(listener.local_addr()?);
    let shutdown = CancellationToken::new();
    tokio::spawn(stop_on_signal(shutdown.clone()));
    server::serve(config, listener, shutdown).await
}

fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}

/// Scripts that asked for port 0 read the address from here.
#[expect(clippy::print_stdout, reason = "the one line that this command is started for")]
fn announce(address: SocketAddr) {
    println!("listening on http://{address}");
}

async fn stop_on_signal(shutdown: CancellationToken) {
    let interrupted = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupted.await;
        }
    }
    shutdown.cancel();
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::duration;

    #[test]
    fn durations_are_seconds_unless_said_otherwise() {
        assert_eq!(duration("5s").unwrap(), Duration::from_secs(5));
        assert_eq!(duration("250ms").unwrap(), Duration::from_millis(250));
        assert_eq!(duration("2").unwrap(), Duration::from_secs(2));
        assert!(duration("soon").is_err());
    }
}
