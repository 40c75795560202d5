//! Sending: up to three tries per notification, spaced as configured.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use reqwest::{Client, header::CONTENT_TYPE, redirect};
use tokio::sync::{Semaphore, oneshot};

use super::{
    MAX_TRIES, Notification,
    event::Event,
    outbox::{Delivery, Report, Try},
    sign::{Signature, sign},
};
use crate::{Bank, notification::Oddities};

/// More connections at a time would only queue up at the partner.
const AT_A_TIME: usize = 64;

/// The HTTP clients, one per address that notifications leave from.
pub struct Dispatcher {
    timeout: Duration,
    usual: Option<IpAddr>,
    clients: Mutex<HashMap<Option<IpAddr>, Client>>,
    slots: Semaphore,
}

impl Dispatcher {
    pub fn new(timeout: Duration, usual: Option<IpAddr>) -> Result<Self, reqwest::Error> {
        let clients = HashMap::from([(usual, client(timeout, usual)?)]);
        Ok(Self { timeout, usual, clients: Mutex::new(clients), slots: Semaphore::new(AT_A_TIME) })
    }

    fn client(&self, source: Option<IpAddr>) -> Result<Client, reqwest::Error> {
        let source = source.or(self.usual);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&source) {
            return Ok(client.clone());
        }
        let client = client(self.timeout, source)?;
        clients.insert(source, client.clone());
        Ok(client)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where the stand-in calls the partner")]
fn client(timeout: Duration, source: Option<IpAddr>) -> Result<Client, reqwest::Error> {
    crate::tls::prepare();
    Client::builder()
        .timeout(timeout)
        .local_address(source)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .user_agent("anytime-sandbox")
        .build()
}

/// A notification on its way; wait for it to learn how the first try went.
pub struct Sending {
    delivery: Arc<Delivery>,
    first_try: Option<oneshot::Receiver<()>>,
}

impl Sending {
    /// Returns once the first try was answered, or at once while sending is paused.
    pub async fn first_try(self) -> Report {
        if let Some(first_try) = self.first_try {
            // An error means that the stand-in is shutting down.
            let _ = first_try.await;
        }
        self.delivery.report()
    }
}

/// Starts sending a new notification.
pub fn send(bank: &Arc<Bank>, event: Event, oddities: Oddities) -> Sending {
    let delivery = Delivery::new(Notification::new(bank, event, oddities));
    let may_go = bank.outbox().admit(&delivery);
    if may_go { start(bank, delivery) } else { Sending { delivery, first_try: None } }
}

/// Starts the tries of a delivery.
pub fn start(bank: &Arc<Bank>, delivery: Arc<Delivery>) -> Sending {
    let (answered, first_try) = oneshot::channel();
    bank.tasks.spawn(deliver(Arc::clone(bank), Arc::clone(&delivery), answered));
    Sending { delivery, first_try: Some(first_try) }
}

async fn deliver(bank: Arc<Bank>, delivery: Arc<Delivery>, answered: oneshot::Sender<()>) {
    let notification = &delivery.notification;
    let mut answered = Some(answered);
    let mut signature = signature(&bank, notification);
    for current_try in 1..=MAX_TRIES {
        if current_try > 1 {
            if !pause_before(&bank, current_try).await {
                return;
            }
            if bank.config.resign {
                signature = self::signature(&bank, notification);
            }
        }
        let attempt = attempt(&bank, notification, current_try, &signature).await;
        let accepted = attempt.accepted();
        tracing::info!(
            reference = notification.reference,
            event = notification.event.name(),
            current_try,
            status = attempt.status,
            error = attempt.error,
            "notification sent"
        );
        delivery.record(attempt);
        if let Some(answered) = answered.take() {
            // Nobody may be waiting any more.
            let _ = answered.send(());
        }
        if accepted {
            return;
        }
    }
}

/// False when the stand-in stops first.
async fn pause_before(bank: &Bank, current_try: u32) -> bool {
    let pauses = &bank.config.retry_after;
    let number = usize::try_from(current_try).unwrap_or(2).saturating_sub(2);
    let pause = pauses.get(number).or(pauses.last()).copied().unwrap_or_default();
    tokio::select! {
        () = tokio::time::sleep(pause) => true,
        () = bank.shutdown.cancelled() => false,
    }
}

fn signature(bank: &Bank, notification: &Notification) -> Signature {
    let mut signature = sign(bank.clock.now(), &bank.config.partner_ref);
    if notification.oddities.bad_hash {
        signature.hash = "0".repeat(64);
    }
    signature
}

async fn attempt(bank: &Bank, notification: &Notification, current_try: u32, signature: &Signature) -> Try {
    let _slot = bank.dispatcher.slots.acquire().await;
    let at = bank.clock.now();
    Try::new(at, post(bank, notification, current_try, signature).await)
}

async fn post(
    bank: &Bank,
    notification: &Notification,
    current_try: u32,
    signature: &Signature,
) -> Result<u16, String> {
    let body = notification.body(&bank.config, current_try, signature);
    let client = bank.dispatcher.client(notification.oddities.source_address).map_err(|error| in_short(&error))?;
    let answer = client
        .post(notification.callback(&bank.config))
        .header(CONTENT_TYPE, body.content_type)
        .body(body.text)
        .send()
        .await
        .map_err(|error| in_short(&error))?;
    let status = answer.status().as_u16();
    // Reading the answer to its end lets the connection be used again.
    let _ = answer.bytes().await;
    Ok(status)
}

fn in_short(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "timeout".to_owned()
    } else if error.is_connect() {
        "connection failed".to_owned()
    } else if error.is_builder() {
        "cannot be sent".to_owned()
    } else {
        "no answer".to_owned()
    }
}
