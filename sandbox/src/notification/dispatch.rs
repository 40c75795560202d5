//! Sending: up to three tries per notification, spaced as configured.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use reqwest::{Client, redirect};
use tokio::sync::{Semaphore, oneshot, watch};

use super::{
    MAX_TRIES, Notification,
    event::Event,
    outbox::{Delivery, Report, Try},
    post::{in_short, post},
    sign::{Signature, sign},
};
use crate::{Bank, notification::Oddities};

/// More connections at a time would only queue up at the partner.
const AT_A_TIME: usize = 64;
/// Who waits for the next notification does not wait longer than this for one to come.
const LONGEST_HOLD: Duration = Duration::from_secs(1);

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

/// Starts sending a new notification, as the scenario will have it.
pub fn send(bank: &Arc<Bank>, event: Event, asked: Oddities) -> Sending {
    let oddities = bank.play().befall(asked, &event);
    let fate = oddities.fate.clone();
    let again = fate.backwards.then(|| event.authorised());
    let notification = Notification::new(bank, event, oddities);
    let delivery = match again {
        Some(event) => {
            let then = Delivery::new(Notification::new(bank, event, Oddities::default()));
            Delivery::followed_by(notification, then)
        }
        None => Delivery::new(notification),
    };
    let may_go = bank.outbox().admit(&delivery);
    if fate.dropped {
        lose(bank, &delivery);
        return Sending { delivery, first_try: None };
    }
    if may_go { start(bank, delivery) } else { Sending { delivery, first_try: None } }
}

/// The bank believes that it tried.
fn lose(bank: &Bank, delivery: &Delivery) {
    for _ in 0..MAX_TRIES {
        delivery.record(Try::new(bank.clock.now(), Err("lost on the way".to_owned())));
    }
}

/// Starts the tries of a delivery. Who waits for the first one does not wait for what the scenario holds back.
pub fn start(bank: &Arc<Bank>, delivery: Arc<Delivery>) -> Sending {
    let fate = &delivery.notification.oddities.fate;
    let (answered, first_try) = oneshot::channel();
    let first_try = (!fate.is_held_back()).then_some(first_try);
    let hold = Hold::new(bank, &delivery);
    if fate.duplicate {
        bank.tasks.spawn(deliver(Arc::clone(bank), Arc::clone(&delivery), Hold::none(), oneshot::channel().0));
    }
    bank.tasks.spawn(deliver(Arc::clone(bank), Arc::clone(&delivery), hold, answered));
    Sending { delivery, first_try }
}

/// What a delivery waits for before its first try, and who waits for it.
struct Hold {
    delay: Option<Duration>,
    next: Option<oneshot::Receiver<()>>,
    turns: Option<watch::Receiver<u64>>,
    /// Dropped, and so let go, after the first try.
    behind: Vec<oneshot::Sender<()>>,
}

impl Hold {
    const fn none() -> Self {
        Self { delay: None, next: None, turns: None, behind: Vec::new() }
    }

    fn new(bank: &Bank, delivery: &Delivery) -> Self {
        let fate = &delivery.notification.oddities.fate;
        let mut outbox = bank.outbox();
        let (next, behind) = if fate.behind_the_next {
            (Some(outbox.wait_for_the_next()), Vec::new())
        } else {
            (None, outbox.those_behind())
        };
        let turns = fate.is_held_back().then(|| bank.turns());
        Self { delay: fate.delay, next, turns, behind }
    }

    /// Waits for the time and the place that the scenario gave; false when the stand-in stops first. Another scenario ends
    /// the waiting.
    async fn wait(&mut self, bank: &Bank) -> bool {
        let Some(mut turns) = self.turns.take() else { return true };
        let (delay, next) = (self.delay, self.next.take());
        let held = async {
            if let Some(delay) = delay {
                tokio::time::sleep(delay).await;
            }
            if let Some(next) = next {
                let _ = tokio::time::timeout(LONGEST_HOLD, next).await;
            }
        };
        tokio::select! {
            () = held => true,
            _ = turns.changed() => true,
            () = bank.shutdown.cancelled() => false,
        }
    }
}

async fn deliver(bank: Arc<Bank>, delivery: Arc<Delivery>, mut hold: Hold, answered: oneshot::Sender<()>) {
    if !hold.wait(&bank).await {
        return;
    }
    // Those who wait for the first try.
    let mut waiting = Some((answered, hold.behind));
    let notification = &delivery.notification;
    let mut signature = delivery.signature.get_or_init(|| signature(&bank, notification)).clone();
    for current_try in 1..=MAX_TRIES {
        if current_try > 1 {
            if !pause_before(&bank, current_try).await {
                return;
            }
            if bank.config.resign || notification.oddities.fate.resigned {
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
        if let Some((answered, _behind)) = waiting.take() {
            // Nobody may be waiting any more.
            let _ = answered.send(());
        }
        if accepted {
            follow_up(&bank, &delivery);
            return;
        }
    }
}

fn follow_up(bank: &Arc<Bank>, delivery: &Delivery) {
    if let Some(then) = &delivery.then {
        let may_go = bank.outbox().admit(then);
        if may_go {
            let _sending = start(bank, Arc::clone(then));
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
    let fresh = sign(bank.moment_of_making(), &bank.config.partner_ref);
    let before = bank.signature_before(&fresh);
    let mut signature = before.filter(|_| notification.oddities.fate.reuses_signature).unwrap_or(fresh);
    signature.spoil(notification.oddities.hash);
    signature
}

async fn attempt(bank: &Bank, notification: &Notification, current_try: u32, signature: &Signature) -> Try {
    let _slot = bank.dispatcher.slots.acquire().await;
    let at = bank.clock.now();
    let answer = match bank.dispatcher.client(notification.oddities.source_address) {
        Ok(client) => {
            let body = notification.body(&bank.config, current_try, signature);
            let line = &notification.oddities.fate.line;
            post(&client, notification.callback(&bank.config), body, line, current_try).await
        }
        Err(error) => Err(in_short(&error)),
    };
    Try::new(at, answer)
}
