//! What runs beside the requests, from the start to the end.

use super::StartError;
use crate::accounts::Eraser;
use crate::alarms::{self, Alarms};
use crate::alerts;
use crate::alerts::push::PushClient;
use crate::config::Config;
use crate::inbox::{self, Wakes};
use crate::lifecycle::Tasks;
use crate::links::{self, Links};
use crate::mail::{self, Post};
use crate::monitoring::Monitoring;
use crate::nodes::{Bells, Duty, Node};
use crate::outbox;
use crate::services::Services;
use crate::store::Store;
use crate::upkeep::Upkeep;
use crate::vault::{Rotation, Vault};
use crate::webhooks;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(super) struct Workers {
    pub(super) writer: inbox::Writer,
    pub(super) deliveries: inbox::Worker,
    pub(super) asker: inbox::Asker,
    pub(super) replayer: inbox::Replayer,
    pub(super) links: links::Worker,
    pub(super) mails: mail::Worker,
    pub(super) eraser: Eraser,
    pub(super) alarms: alarms::Keeper,
    pub(super) alerts: alerts::Teller,
    pub(super) outbox: outbox::Worker,
    pub(super) alarm_teller: outbox::AlarmTeller,
    pub(super) upkeep: Upkeep,
    pub(super) rotation: Rotation,
    pub(super) monitoring: Option<Monitoring>,
    pub(super) node: Node,
    /// Ends the writer last: who has sent a notification is answered.
    pub(super) writer_stop: CancellationToken,
}

impl Workers {
    /// Lets all of them run. The writer's end is waited for by itself, once nobody sends any more.
    pub(super) async fn begin(self, services: &Services, tasks: &Tasks) -> (JoinHandle<()>, CancellationToken) {
        let Self {
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
        } = self;
        node.begin(services).await;
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
        (writer, writer_stop)
    }
}

pub(super) fn bells(services: &Services, links: &Links, wakes: &Wakes) -> Bells {
    Bells {
        deliveries: Arc::clone(&wakes.worker),
        links: Arc::clone(&links.wake),
        mails: services.mailer.wakes(),
        events: Arc::clone(&services.outbox),
    }
}

pub(super) fn duty(services: &Services, name: &'static str) -> Duty {
    Duty::new(name, services.store.clone(), services.clock.clone())
}

/// In development a taken address is no reason not to start: another server of this machine has it.
pub(super) async fn monitoring(config: &Config, store: &Store) -> Result<Option<Monitoring>, StartError> {
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

pub(super) async fn teller(services: &Services, vault: &Vault) -> Result<alerts::Teller, StartError> {
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

pub(super) fn outbox(services: &Services, alarms: &Alarms) -> Result<outbox::Worker, StartError> {
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

pub(super) fn alarm_teller(services: &Services) -> outbox::AlarmTeller {
    outbox::AlarmTeller {
        store: services.store.clone(),
        vault: services.vault.clone(),
        clock: services.clock.clone(),
        wake: Arc::clone(&services.outbox),
        duty: duty(services, "alarms"),
    }
}

pub(super) fn mails(services: &Services, alarms: &Alarms) -> Result<mail::Worker, StartError> {
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

pub(super) fn replayer(services: &Services, links: &Links, pressure: inbox::Pressure) -> inbox::Replayer {
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

pub(super) fn worker(links: &Links, wake: Arc<Notify>, pressure: inbox::Pressure) -> inbox::Worker {
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

pub(super) fn asker(links: &Links, wake: Arc<Notify>) -> inbox::Asker {
    inbox::Asker {
        store: links.store.clone(),
        vault: links.vault.clone(),
        clock: links.clock.clone(),
        links: links.clone(),
        wake,
    }
}

pub(super) fn eraser(services: &Services) -> Eraser {
    Eraser {
        store: services.store.clone(),
        vault: services.vault.clone(),
        clock: services.clock.clone(),
        wake: Arc::clone(&services.erasures),
        duty: duty(services, "erasures"),
    }
}

pub(super) fn upkeep(services: &Services, links: Links, alarms: Alarms) -> Upkeep {
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
