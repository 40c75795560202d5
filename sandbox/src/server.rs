//! Starting and stopping.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{Bank, Clock, Config, StartError, SystemClock, api, connect, control, page};

/// How long deliveries under way may take when the stand-in stops.
const FAREWELL: Duration = Duration::from_secs(2);

/// A stand-in that runs in this process; it stops when dropped.
pub struct Sandbox {
    pub addr: SocketAddr,
    pub bank: Arc<Bank>,
    shutdown: CancellationToken,
    task: Option<JoinHandle<Result<(), StartError>>>,
}

impl Sandbox {
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Stops and waits for the end.
    pub async fn stop(mut self) {
        self.shutdown.cancel();
        if let Some(task) = self.task.take() {
            let _ = task.await;
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// Starts a stand-in on a free port of the loopback address.
pub async fn start(config: Config) -> Result<Sandbox, StartError> {
    start_with(config, Arc::new(SystemClock)).await
}

/// Like [`start`], with a clock of the caller's.
pub async fn start_with(config: Config, clock: Arc<dyn Clock>) -> Result<Sandbox, StartError> {
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
    let addr = listener.local_addr()?;
    let shutdown = CancellationToken::new();
    let bank = Bank::new(config, clock, shutdown.clone())?;
    let task = tokio::spawn(run(Arc::clone(&bank), listener));
    Ok(Sandbox { addr, bank, shutdown, task: Some(task) })
}

/// Serves until `shutdown` is cancelled.
pub async fn serve(config: Config, listener: TcpListener, shutdown: CancellationToken) -> Result<(), StartError> {
    run(Bank::new(config, Arc::new(SystemClock), shutdown)?, listener).await
}

async fn run(bank: Arc<Bank>, listener: TcpListener) -> Result<(), StartError> {
    let stopped = bank.shutdown.clone().cancelled_owned();
    let serving = axum::serve(listener, router(Arc::clone(&bank))).with_graceful_shutdown(stopped);
    let outcome = tokio::select! {
        outcome = serving => outcome,
        // A slow answer of the API, or an idle browser, does not hold the stop up.
        () = after_shutdown(&bank) => Ok(()),
    };
    bank.tasks.close();
    let _ = tokio::time::timeout(FAREWELL, bank.tasks.wait()).await;
    Ok(outcome?)
}

async fn after_shutdown(bank: &Bank) {
    bank.shutdown.cancelled().await;
    tokio::time::sleep(FAREWELL).await;
}

/// Every route, by who calls it.
pub fn router(bank: Arc<Bank>) -> Router {
    Router::new()
        .merge(page::router(&bank))
        .nest("/control", control::router(&bank))
        .merge(api::router(&bank))
        .merge(connect::router())
        .with_state(bank)
}
