//! `serve`: until the system asks to end, in good order; at once, where it asks again.

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
    let (stop, at_once) = (shutdown.clone(), CancellationToken::new());
    let (ended, hurry) = (watchers.stopping(), at_once.clone());
    watchers.spawn(async move {
        let mut asked = async || {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        };
        let twice = async {
            asked().await;
            tracing::info!("ending, as asked");
            stop.cancel();
            asked().await;
            tracing::warn!("ending at once, as asked again");
            hurry.cancel();
        };
        tokio::select! {
            () = twice => {}
            () = ended => {}
        }
    });
    let result = tokio::select! {
        result = crate::run(config, listener, Arc::new(SystemClock), shutdown) => result,
        // What was acknowledged is on the disk.
        () = at_once.cancelled() => Ok(()),
    };
    watchers.stop(Duration::from_secs(1)).await;
    Ok(result?)
}
