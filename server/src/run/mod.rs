//! Putting the server together, and taking it apart again.

mod workers;

use crate::alarms::Alarms;
use crate::anytime::{Client, ClientConfig, Signer, SignerError};
use crate::clock::SharedClock;
use crate::config::{BankConfig, Config};
use crate::http;
use crate::inbox::{self, Inbox, Wakes};
use crate::lifecycle::Tasks;
use crate::links::{self, AskedFor, LinkRoutes, Links};
use crate::live::{self, Hub, LiveRoutes, Places};
use crate::nodes::{self, Node};
use crate::outbox;
use crate::services::Services;
use crate::store::{Store, StoreError, Wake};
use crate::vault::{KeyRing, Rotation, Vault, VaultError};
use crate::webhooks::{self, Floods, Receiver};
use axum::Router;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use workers::Workers;

/// How long tasks beside the requests may take at the end.
const LAST_TASKS: Duration = Duration::from_secs(5);

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the database cannot be opened")]
    Store(#[from] StoreError),
    #[error("the keys cannot be used")]
    Vault(#[from] VaultError),
    #[error("the key that signs API requests cannot be used")]
    Signer(#[from] SignerError),
    #[error("a client of the network cannot be made")]
    Client(#[from] reqwest::Error),
    #[error("the listen address cannot be used")]
    Listen(#[source] std::io::Error),
    #[error("mail cannot be sent: {0}")]
    Mail(&'static str),
    #[error("METRICS_ADDR cannot be used; another address, or `off`, can")]
    Metrics(#[source] std::io::Error),
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

/// What operators' commands work with: everything that a server has, and nothing runs.
pub(crate) async fn desk(config: Config, clock: SharedClock) -> Result<(Services, inbox::Replayer), StartError> {
    let start = Start::new(config, clock, &CancellationToken::new()).await?;
    Ok((start.services, start.workers.replayer))
}

/// A server that is put together and does not serve yet. Tests take `services` from here.
pub struct Start {
    pub services: Services,
    /// Everything that can be asked for.
    pub router: Router,
    /// Requests, streams and what runs beside them.
    tasks: Tasks,
    workers: Workers,
}

impl Start {
    pub async fn new(config: Config, clock: SharedClock, shutdown: &CancellationToken) -> Result<Self, StartError> {
        let config = Arc::new(config);
        let store = open_store(&config).await?;
        let hubs = [Hub::default(), live::tail_hub()];
        let ring = KeyRing::read(&config.keyring).map_err(VaultError::from)?;
        store.look_at_endpoints().await?;
        let vault = Vault::open(ring, store.clone(), clock.clone(), &config.partner.id).await?;
        let stop = CancellationToken::new();
        let tasks = Tasks::under(&stop);
        let bank = Arc::new(bank_client(&config.bank, clock.clone())?);
        let (leaving, called) = (shutdown.clone(), Arc::clone(&bank));
        let services =
            Services::new(config, store.clone(), clock.clone(), tasks.clone(), leaving, vault.clone(), called);
        let wake = follow_commits(&services, hubs.clone());
        let (places, leaver) = Places::new(store.clone(), clock.clone(), tasks.clone());

        let (alarms, keeper) = Alarms::new(store.clone(), clock.clone());
        let wakes = Wakes::default();
        let links = links(&services, bank, &wakes, &alarms);
        let (inbox, writer) = inbox::Writer::new(store.clone(), vault.clone(), wakes.clone());
        let pressure = inbox.pressure();
        let mails = workers::mails(&services, &alarms)?;
        let router = routes(&services, &links, hubs.clone(), places, inbox, alarms.clone());
        let bells = workers::bells(&services, &links, &wakes);
        let workers = Workers {
            node: Node::new(&services, hubs, wake, bells, leaver, stop),
            writer,
            deliveries: workers::worker(&links, wakes.worker, pressure.clone()),
            asker: workers::asker(&links, wakes.asker),
            replayer: workers::replayer(&services, &links, pressure),
            links: links::Worker::new(links.clone()),
            mails,
            eraser: workers::eraser(&services),
            alarms: keeper,
            rotation: Rotation::new(vault.clone(), alarms.clone(), workers::duty(&services, "rotation")),
            alerts: workers::teller(&services, &vault).await?,
            outbox: workers::outbox(&services, &alarms)?,
            alarm_teller: workers::alarm_teller(&services),
            monitoring: workers::monitoring(&services.config, &store).await?,
            upkeep: workers::upkeep(&services, links, alarms),
            writer_stop: CancellationToken::new(),
        };
        Ok(Self { services, router, tasks, workers })
    }

    pub async fn serve(self, listener: TcpListener) {
        let Self { services, router, tasks, workers } = self;
        set_up_alarms(&services).await;
        let (writer, writer_stop) = workers.begin(&services, &tasks).await;
        http::serve(listener, router, &services.config, &tasks).await;
        writer_stop.cancel();
        let stopped = tasks.stop(LAST_TASKS).await;
        if !stopped || writer.await.is_err() {
            tracing::warn!("some tasks were cut off at the end");
        }
        nodes::has_ended(&services).await;
        services.store.close().await;
    }
}

/// Only who serves decides where alarms go: a command may be run without these settings.
async fn set_up_alarms(services: &Services) {
    let tell = &services.config.watch.tell;
    let done = outbox::set_up(&services.store, &services.vault, tell, services.clock.now()).await;
    if let Err(error) = done {
        tracing::error!(%error, "where alarms are told could not be set up");
    }
}

/// Where a user's feed has moved or a session of hers has ended, her kept page is no more, and who watches looks again.
/// The same goes for what other nodes have committed.
fn follow_commits(services: &Services, watching: [Hub; 2]) -> Wake {
    let pages = Arc::clone(&services.kept);
    let wake: Wake = Arc::new(move |user| {
        pages.forget(user);
        for hub in &watching {
            hub.wake(user);
        }
    });
    services.store.on_commit(Arc::clone(&wake));
    wake
}

fn links(services: &Services, bank: Arc<Client>, wakes: &Wakes, alarms: &Alarms) -> Links {
    Links {
        store: services.store.clone(),
        vault: services.vault.clone(),
        clock: services.clock.clone(),
        bank,
        wake: Arc::new(Notify::new()),
        deliveries_wake: Arc::clone(&wakes.worker),
        alarms: alarms.clone(),
        reconcile_every: services.config.watch.reconcile_every,
        asked_for: AskedFor::default(),
    }
}

async fn open_store(config: &Config) -> Result<Store, StoreError> {
    let store = nodes::open_when_there(&config.database, config.node.database_wait).await?;
    if config.migrate {
        store.migrate().await?;
    } else {
        store.check_schema().await?;
    }
    store.must_be_whole().await?;
    store.must_not_have_moved().await?;
    Ok(store)
}

fn bank_client(config: &BankConfig, clock: SharedClock) -> Result<Client, StartError> {
    // The second server of a process finds it installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let signer = config.key_file.as_deref().map(Signer::read).transpose()?;
    let url = config.api_url.trim_end_matches('/').to_owned();
    Ok(Client::new(ClientConfig { url, signer, username: config.username.clone() }, clock)?)
}

/// The bank's way in stands beside the pages and not behind their layers: it has no session, no page and its own limits.
fn routes(
    services: &Services,
    links: &Links,
    [hub, tails]: [Hub; 2],
    places: Places,
    inbox: Inbox,
    alarms: Alarms,
) -> Router {
    let config = &services.config;
    let live = |hub| LiveRoutes {
        store: services.store.clone(),
        hub,
        places: places.clone(),
        clock: services.clock.clone(),
        sessions: services.sessions.clone(),
        shutdown: services.tasks.token(),
    };
    let extra = links::router(LinkRoutes { links: links.clone() })
        .merge(live::router(live(hub)))
        .merge(live::tail_router(live(tails)))
        .merge(live::seen_router(live(live::tail_hub())));
    let partner = &config.partner;
    let receiver = Receiver {
        secrets: config.webhook.secrets.clone(),
        allowed: config.webhook.allowed.clone(),
        trusted_proxies: config.webhook.trusted_proxies.clone(),
        references: partner.refs.clone(),
        reference_is_public: partner.refs.iter().any(|reference| reference.expose() == partner.id),
        origin: config.public_url.origin.clone(),
        clock: services.clock.clone(),
        inbox,
        alarms,
        floods: Floods::default(),
        body_time: config.limits.body_time,
    };
    // A handler that panics answers 500, so the bank tries again.
    let hooks = webhooks::router(receiver).layer(CatchPanicLayer::new());
    http::router::build(services.clone(), extra).merge(hooks)
}
