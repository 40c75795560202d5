//! What all parts of the stand-in share.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{Timestamp, civil::Date};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Clock, Config, StartError,
    api::signature::PartnerKey,
    clock,
    connect::session::Sessions,
    notification::{dispatch::Dispatcher, outbox::Outbox, sign::Signature},
    scenario::{Api, Chance, Play, Scenario},
    world::World,
};

/// The usual bad days of the API in a word, for every call alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    Fine,
    /// Every call answers 503.
    Down,
    /// Every call takes this long.
    Slow(Duration),
    /// Every call answers 429.
    TooMany,
}

/// One stand-in. Locks are held for single steps, never across an await.
pub struct Bank {
    pub config: Config,
    pub clock: Arc<dyn Clock>,
    /// The day that history ends before; `reset` goes back to it.
    pub today: Date,
    pub partner_key: Option<PartnerKey>,
    pub dispatcher: Dispatcher,
    /// Ends the waiting of retries.
    pub shutdown: CancellationToken,
    /// Owns every delivery that is under way.
    pub tasks: TaskTracker,
    world: Mutex<World>,
    outbox: Mutex<Outbox>,
    sessions: Mutex<Sessions>,
    play: Mutex<Play>,
    /// Moves when another scenario is played: what the last one holds back goes on its way.
    turns: watch::Sender<u64>,
    /// What the last notification was signed with, for one that reuses it.
    last_signature: Mutex<Option<Signature>>,
    /// When the last notification was made, in ten-thousandths of seconds.
    last_made: Mutex<i64>,
    /// Validation data that was seen, each of which counts once.
    used_validation: Mutex<HashSet<String>>,
}

impl Bank {
    pub fn new(config: Config, clock: Arc<dyn Clock>, shutdown: CancellationToken) -> Result<Arc<Self>, StartError> {
        check(&config)?;
        let today = config.today.unwrap_or_else(|| clock::in_paris(clock.now()).date());
        let partner_key = config.public_key.as_deref().map(PartnerKey::parse).transpose()?;
        Ok(Arc::new(Self {
            partner_key,
            dispatcher: Dispatcher::new(config.timeout, config.source_address)?,
            world: Mutex::new(World::new(config.seed, today)),
            outbox: Mutex::default(),
            sessions: Mutex::new(Sessions::new(config.seed)),
            play: Mutex::new(Play::new(config.scenario.clone(), config.seed)),
            turns: watch::Sender::new(0),
            last_signature: Mutex::default(),
            last_made: Mutex::default(),
            used_validation: Mutex::default(),
            tasks: TaskTracker::new(),
            shutdown,
            today,
            clock,
            config,
        }))
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        held(&self.world)
    }

    pub fn outbox(&self) -> MutexGuard<'_, Outbox> {
        held(&self.outbox)
    }

    pub fn sessions(&self) -> MutexGuard<'_, Sessions> {
        held(&self.sessions)
    }

    /// What goes wrong at the moment. Not to be held together with another lock.
    pub fn play(&self) -> MutexGuard<'_, Play> {
        held(&self.play)
    }

    /// Plays a scenario from its beginning, drawn from this seed.
    pub fn perform(&self, scenario: Scenario, seed: u64) {
        *self.play() = Play::new(scenario, seed);
        self.turns.send_modify(|turn| *turn += 1);
    }

    /// Changes how the API behaves; the rest of the scenario goes on.
    pub fn set_weather(&self, weather: Weather) {
        self.play().set_api(weather.into());
    }

    /// For waiting until another scenario is played.
    pub fn turns(&self) -> watch::Receiver<u64> {
        self.turns.subscribe()
    }

    /// The signature of the notification before, for one that reuses it; the given one stands for the next.
    pub fn signature_before(&self, signature: &Signature) -> Option<Signature> {
        held(&self.last_signature).replace(signature.clone())
    }

    /// Now, or just after the last notification was made: each is made at a moment of its own, with the four decimals that it
    /// is stamped with.
    pub fn moment_of_making(&self) -> Timestamp {
        let now = self.clock.now();
        let mut last = held(&self.last_made);
        *last = now.as_microsecond().div_euclid(100).max(*last + 1);
        Timestamp::from_microsecond(*last * 100).unwrap_or(now)
    }

    /// True the first time that this validation data is seen.
    pub fn first_use(&self, validation: &str) -> bool {
        held(&self.used_validation).insert(validation.to_owned())
    }

    /// Back to the seeded world; what is being delivered goes on.
    pub fn reset(&self) {
        *self.world() = World::new(self.config.seed, self.today);
        *self.outbox() = Outbox::default();
        *self.sessions() = Sessions::new(self.config.seed);
        self.perform(self.config.scenario.clone(), self.config.seed);
        held(&self.used_validation).clear();
    }
}

impl From<Weather> for Api {
    fn from(weather: Weather) -> Self {
        let millis = |pause: Duration| u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        match weather {
            Weather::Fine => Self::default(),
            Weather::Down => Self { down: Chance::ALWAYS, ..Self::default() },
            Weather::TooMany => Self { too_many: Chance::ALWAYS, ..Self::default() },
            Weather::Slow(pause) => Self { slow: Chance::ALWAYS, slow_ms: millis(pause), ..Self::default() },
        }
    }
}

/// A panic elsewhere leaves the data whole enough for a stand-in.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn check(config: &Config) -> Result<(), StartError> {
    let id = config.partner_id.as_bytes();
    if id.len() != 64 || !id.iter().all(u8::is_ascii_alphanumeric) {
        return Err(StartError::PartnerId);
    }
    let is_origin =
        reqwest::Url::parse(&config.origin).is_ok_and(|url| url.origin().ascii_serialization() == config.origin);
    if !is_origin {
        return Err(StartError::Origin);
    }
    if !is_callback(&config.callback) {
        return Err(StartError::Callback);
    }
    Ok(())
}

pub fn is_callback(text: &str) -> bool {
    reqwest::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
