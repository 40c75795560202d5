//! Putting the server together, and taking it apart again.

use crate::clock::SharedClock;
use crate::config::Config;
use crate::http;
use crate::lifecycle::Tasks;
use crate::pages::Confidential;
use crate::services::Services;
use crate::store::{DeliveryRecord, Store, StoreError};
use async_trait::async_trait;
use axum::Router;
use domain::ids::IntentId;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long tasks beside the requests may take at the end.
const LAST_TASKS: Duration = Duration::from_secs(5);
const HOUSEKEEPING: Duration = Duration::from_mins(1);
/// Rows removed in one transaction.
const SWEEP: i64 = 500;

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the database cannot be opened")]
    Store(#[from] StoreError),
    #[error("the listen address cannot be used")]
    Listen(#[source] std::io::Error),
}

/// Serves until `shutdown`, then ends in good order: no new connections, requests under way finish, then tasks, then the
/// database.
pub async fn run(
    config: Config,
    listener: TcpListener,
    clock: SharedClock,
    shutdown: CancellationToken,
) -> Result<(), StartError> {
    let start = Start::new(config, clock, &shutdown).await?;
    start.serve(listener).await;
    Ok(())
}

/// A server that is put together and does not serve yet. Tests take `services` from here.
pub struct Start {
    pub services: Services,
    router: Router,
    /// Requests, streams and housekeeping.
    tasks: Tasks,
}

impl Start {
    pub async fn new(config: Config, clock: SharedClock, shutdown: &CancellationToken) -> Result<Self, StartError> {
        let config = Arc::new(config);
        let store = Store::open(&config.database).await?;
        if config.migrate {
            store.migrate().await?;
        } else {
            store.check_schema().await?;
        }
        let tasks = Tasks::under(shutdown);
        // Here the vault is opened, and stands in for `NoKeys`; here the hub is made and hooked to `store.on_commit`.
        let confidential = Arc::new(NoKeys);
        let services = Services::new(config, store, clock, tasks.clone(), confidential);
        // Here the routers of webhooks, links and the live feed are merged.
        let extra = Router::new();
        let router = http::router::build(services.clone(), extra);
        Ok(Self { services, router, tasks })
    }

    pub async fn serve(self, listener: TcpListener) {
        let Self { services, router, tasks } = self;
        tasks.spawn(housekeeping(services.clone()));
        http::serve(listener, router, &services.config, &tasks).await;
        if !tasks.stop(LAST_TASKS).await {
            tracing::warn!("some tasks were cut off at the end");
        }
        services.store.close().await;
    }
}

/// Removes what nobody can use any more.
async fn housekeeping(services: Services) {
    let stopping = services.tasks.stopping();
    tokio::pin!(stopping);
    loop {
        tokio::select! {
            () = tokio::time::sleep(HOUSEKEEPING) => {}
            () = &mut stopping => return,
        }
        if let Err(error) = services.sessions.remove_expired(SWEEP).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "sessions that are over could not be removed");
        }
    }
}

/// Stands in until there is a vault: accounts cannot be connected, and bodies of notifications not be read.
struct NoKeys;

#[async_trait]
impl Confidential for NoKeys {
    fn seal_reference(&self, _: &IntentId) -> Option<String> {
        None
    }

    async fn open_body(&self, _: &DeliveryRecord) -> Option<String> {
        None
    }
}
