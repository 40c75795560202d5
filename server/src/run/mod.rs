//! Putting the server together, and taking it apart again.

use crate::accounts::Eraser;
use crate::alarms::{self, Alarms};
use crate::alerts;
use crate::alerts::push::PushClient;
use crate::anytime::{Client, ClientConfig, Signer, SignerError};
use crate::clock::SharedClock;
use crate::config::{BankConfig, Config};
use crate::http;
use crate::inbox::{self, Inbox, Wakes};
use crate::lifecycle::Tasks;
use crate::links::{self, AskedFor, LinkRoutes, Links};
use crate::live::{self, Hub, LiveRoutes, Places};
use crate::mail::{self, Post};
use crate::monitoring::Monitoring;
use crate::nodes::{self, Bells, Duty, Node};
use crate::outbox;
use crate::services::Services;
use crate::store::{Store, StoreError, Wake};
use crate::upkeep::Upkeep;
use crate::vault::{KeyRing, Rotation, Vault, VaultError};
use crate::webhooks::{self, Floods, Receiver};
use axum::Router;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;

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

/// What runs from the start to the end.
struct Workers {
    writer: inbox::Writer,
    deliveries: inbox::Worker,
    asker: inbox::Asker,
    replayer: inbox::Replayer,
    links: links::Worker,
    mails: mail::Worker,
    eraser: Eraser,
    alarms: alarms::Keeper,
    alerts: alerts::Teller,
    outbox: outbox::Worker,
    alarm_teller: outbox::AlarmTeller,
    upkeep: Upkeep,
    rotation: Rotation,
    monitoring: Option<Monitoring>,
    node: Node,
    /// Ends the writer last: who has sent a notification is answered.
    writer_stop: CancellationToken,
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
        let (places, leaver) = Places::new(store.clone(), clock.clone());

        let (alarms, keeper) = Alarms::new(store.clone(), clock.clone());
        let wakes = Wakes::default();
        let links = links(&services, bank, &wakes, &alarms);
        let (inbox, writer) = inbox::Writer::new(store.clone(), vault.clone(), wakes.clone());
        let pressure = inbox.pressure();
        let mails = mails(&services, &alarms)?;
        let router = routes(&services, &links, hubs.clone(), places, inbox, alarms.clone());
        let bells = bells(&services, &links, &wakes);
        let workers = Workers {
            node: Node::new(&services, hubs, wake, bells, leaver, stop),
            writer,
            deliveries: worker(&links, wakes.worker, pressure.clone()),
            asker: asker(&links, wakes.asker),
            replayer: replayer(&services, &links, pressure),
            links: links::Worker::new(links.clone()),
            mails,
            eraser: eraser(&services),
            alarms: keeper,
            rotation: Rotation::new(vault.clone(), alarms.clone(), duty(&services, "rotation")),
            alerts: teller(&services, &vault).await?,
            outbox: outbox(&services, &alarms)?,
            alarm_teller: alarm_teller(&services),
            monitoring: monitoring(&services.config, &store).await?,
            upkeep: upkeep(&services, links, alarms),
            writer_stop: CancellationToken::new(),
        };
        Ok(Self { services, router, tasks, workers })
    }

    pub async fn serve(self, listener: TcpListener) {
        let Self { services, router, tasks, workers } = self;
        let Workers {
            writer,
            deliveries,
            asker,
            replayer,
            links,
            mails,
            eraser,
            alarms,
            alerts,
            outbox,
            alarm_teller,
            upkeep,
            rotation,
            monitoring,
            node,
            writer_stop,
        } = workers;
        set_up_alarms(&services).await;
        node.begin(&services).await;
        let writer = tasks.spawn(writer.run(writer_stop.clone()));
        tasks.spawn(deliveries.run(tasks.token()));
        tasks.spawn(asker.run(tasks.token()));
        tasks.spawn(replayer.run(tasks.token()));
        tasks.spawn(alarms.run(tasks.token()));
        tasks.spawn(alerts.run(tasks.token()));
        tasks.spawn(outbox.run(tasks.token()));
        tasks.spawn(alarm_teller.run(tasks.token()));
        if let Some(monitoring) = monitoring {
            tasks.spawn(monitoring.run(tasks.token()));
        }
        tasks.spawn(links.run(tasks.token()));
        tasks.spawn(mails.run(tasks.token()));
        tasks.spawn(eraser.run(tasks.token()));
        tasks.spawn(upkeep.run(tasks.token()));
        tasks.spawn(rotation.run(tasks.token()));
        tasks.spawn(services.store.clone().keep_log_short(tasks.token()));
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

fn bells(services: &Services, links: &Links, wakes: &Wakes) -> Bells {
    Bells {
        deliveries: Arc::clone(&wakes.worker),
        links: Arc::clone(&links.wake),
        mails: services.mailer.wakes(),
        events: Arc::clone(&services.outbox),
    }
}

fn duty(services: &Services, name: &'static str) -> Duty {
    Duty::new(name, services.store.clone(), services.clock.clone())
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

/// In development a taken address is no reason not to start: another server of this machine has it.
async fn monitoring(config: &Config, store: &Store) -> Result<Option<Monitoring>, StartError> {
    let Some(address) = config.watch.metrics else { return Ok(None) };
    match Monitoring::bind(store.clone(), address).await {
        Ok(monitoring) => Ok(Some(monitoring)),
        Err(error) if config.dev => {
            tracing::warn!(%address, %error, "METRICS_ADDR is taken; nobody can ask for metrics");
            Ok(None)
        }
        Err(error) => Err(StartError::Metrics(error)),
    }
}

async fn teller(services: &Services, vault: &Vault) -> Result<alerts::Teller, StartError> {
    let config = &services.config;
    let (key, reach) = (vault.push_key().await?, alerts::devices::reach(config.dev));
    let push = PushClient::new(Arc::new(key), &config.public_url.origin, reach, services.clock.clone())?;
    Ok(alerts::Teller {
        store: services.store.clone(),
        vault: vault.clone(),
        clock: services.clock.clone(),
        push,
        mailer: services.mailer.clone(),
    })
}

fn outbox(services: &Services, alarms: &Alarms) -> Result<outbox::Worker, StartError> {
    let (config, origin) = (&services.config, services.config.public_url.origin.clone());
    let reach = outbox::Reach { networks: config.watch.tell.networks.clone(), also_here: config.dev };
    Ok(outbox::Worker {
        store: services.store.clone(),
        vault: services.vault.clone(),
        clock: services.clock.clone(),
        client: outbox::Client::new(reach)?,
        post: Arc::new(Post::new(&config.mail, &origin).map_err(StartError::Mail)?),
        alarms: alarms.clone(),
        lang: config.watch.tell.alarm_mail_lang,
        origin,
        wake: Arc::clone(&services.outbox),
        pauses: outbox::Pauses::default(),
    })
}

fn alarm_teller(services: &Services) -> outbox::AlarmTeller {
    outbox::AlarmTeller {
        store: services.store.clone(),
        vault: services.vault.clone(),
        clock: services.clock.clone(),
        wake: Arc::clone(&services.outbox),
        duty: duty(services, "alarms"),
    }
}

fn mails(services: &Services, alarms: &Alarms) -> Result<mail::Worker, StartError> {
    let origin = services.config.public_url.origin.clone();
    let post = Post::new(&services.config.mail, &origin).map_err(StartError::Mail)?;
    Ok(mail::Worker {
        store: services.store.clone(),
        vault: services.vault.clone(),
        clock: services.clock.clone(),
        mailer: services.mailer.clone(),
        post: Arc::new(post),
        origin,
        alarms: alarms.clone(),
    })
}

fn replayer(services: &Services, links: &Links, pressure: inbox::Pressure) -> inbox::Replayer {
    inbox::Replayer {
        store: services.store.clone(),
        vault: services.vault.clone(),
        clock: services.clock.clone(),
        links: links.clone(),
        criteria: webhooks::Criteria::of(&services.config),
        wake: Arc::clone(&services.replays),
        pressure,
        steps: inbox::Steps::default(),
    }
}

fn worker(links: &Links, wake: Arc<Notify>, pressure: inbox::Pressure) -> inbox::Worker {
    inbox::Worker {
        store: links.store.clone(),
        vault: links.vault.clone(),
        clock: links.clock.clone(),
        links: links.clone(),
        alarms: links.alarms.clone(),
        wake,
        pressure,
        steps: inbox::Steps::default(),
    }
}

fn asker(links: &Links, wake: Arc<Notify>) -> inbox::Asker {
    inbox::Asker {
        store: links.store.clone(),
        vault: links.vault.clone(),
        clock: links.clock.clone(),
        links: links.clone(),
        wake,
    }
}

fn eraser(services: &Services) -> Eraser {
    Eraser {
        store: services.store.clone(),
        vault: services.vault.clone(),
        clock: services.clock.clone(),
        wake: Arc::clone(&services.erasures),
        duty: duty(services, "erasures"),
    }
}

fn upkeep(services: &Services, links: Links, alarms: Alarms) -> Upkeep {
    Upkeep {
        store: services.store.clone(),
        clock: services.clock.clone(),
        sessions: services.sessions.clone(),
        kept: Arc::clone(&services.kept),
        links,
        alarms,
        watch: services.config.watch.clone(),
        duty: duty(services, "upkeep"),
    }
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
