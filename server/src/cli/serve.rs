//! `serve`: until the system asks to end.

use super::CliError;
use crate::StartError;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::lifecycle::Tasks;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

pub(super) async fn serve(config: Config) -> Result<(), CliError> {
    // Bound first: a second server on the same address must not touch the database.
    let listener = TcpListener::bind(config.listen).await.map_err(StartError::Listen)?;
    tracing::info!(listen = %config.listen, url = config.public_url.origin, "serving");
    let shutdown = CancellationToken::new();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let watchers = Tasks::default();
    let stop = shutdown.clone();
    let ended = watchers.stopping();
    watchers.spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => tracing::info!("ending, as asked"),
            _ = terminate.recv() => tracing::info!("ending, as asked"),
            () = ended => {}
        }
        stop.cancel();
    });
    let result = crate::run(config, listener, Arc::new(SystemClock), shutdown).await;
    watchers.stop(Duration::from_secs(1)).await;
    Ok(result?)
}
