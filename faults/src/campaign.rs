//! One life after another, each ended somewhere else; and then the question whether anything was lost.

use crate::check::{self, Report};
use crate::cut::Cut;
use crate::dice::Dice;
use crate::disk::{What, Word};
use crate::kill::{Kill, Way};
use crate::ledger::Ledger;
use crate::load::Load;
use crate::notification::Notifications;
use crate::person::Person;
use crate::product::{PARTNER_REFERENCE, Product, Start};
use crate::watch::Watch;
use domain::ids::UserId;
use sandbox::Sandbox;
use server::clock::{Clock as _, SystemClock};
use server::secret::Secret;
use server::store::Store;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Notifications each second.
const RATE: u64 = 200;
/// A life that reaches its place of death in no such time ends all the same, and is counted apart.
const LONGEST_LIFE: Duration = Duration::from_secs(3);

/// What the deaths at one place came to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    pub deaths: u32,
    /// Lives that did not come to their place.
    pub missed: u32,
    /// Writes that the disk forgot.
    pub forgotten: usize,
    pub slowest_start: Duration,
}

/// A product that lives and dies, with somebody linked and somebody watching.
pub struct Campaign {
    product: Product,
    person: Person,
    load: Load,
    watch: Watch,
    dice: Dice,
    /// How often a first start writes to the disk.
    first_writes: u64,
    /// What fail points do beside killing.
    pub always: String,
    /// What the disk does after each death; by chance unless set.
    pub cut: Option<Cut>,
    pub tallies: BTreeMap<&'static str, Tally>,
    /// Sessions that the server has answered with.
    sessions: Vec<String>,
    faults: Vec<String>,
}

impl Campaign {
    pub async fn begin(bank: &Arc<Sandbox>, seed: u64) -> Self {
        let mut product = Product::new(bank);
        product.disk.settle();
        product.start(&Start::default()).await.expect("a first start");
        let first_writes = u64::from(product.disk.get(Word::Writes));
        let person = Person::linked(&product).await;
        product.stop().await;
        let ledger = Ledger::open(&product.file("ledger"));
        let load = Load::new(Notifications::new(PARTNER_REFERENCE, person.cards.clone()), ledger);
        Self {
            product,
            person,
            load,
            watch: Watch::default(),
            dice: Dice::seeded(seed),
            first_writes,
            always: String::new(),
            cut: None,
            tallies: BTreeMap::new(),
            sessions: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// One life that ends at a place; afterwards the power may be gone too.
    pub async fn live_until(&mut self, kill: &Kill) {
        if kill.way == Way::Migration {
            return self.die_in_a_migration(kill).await;
        }
        if matches!(kill.way, Way::Point("upkeep.removed", _)) {
            self.leave_something_to_remove().await;
        }
        if matches!(kill.way, Way::Point("key.rewrapped", _)) {
            self.product.renew_key();
        }
        self.product.disk.settle();
        let failpoints = [self.always.clone(), kill.failpoints(&mut self.dice)].join(";");
        if let Way::Disk(what, most) = kill.way {
            self.product.disk.kill_at(what, u32::try_from(self.dice.below(most)).unwrap_or_default());
        }
        let begun = Instant::now();
        let start = Start { failpoints: failpoints.trim_matches(';').to_owned(), ..Start::default() };
        let mut missed = false;
        if self.product.start(&start).await.is_ok() {
            let ready = begun.elapsed();
            missed = !self.be_busy_until_the_end(kill).await;
            let tally = self.tallies.entry(kill.key).or_default();
            tally.slowest_start = tally.slowest_start.max(ready);
        }
        let forgotten = self.lose_power();
        let tally = self.tallies.entry(kill.key).or_default();
        tally.deaths += 1;
        tally.missed += u32::from(missed);
        tally.forgotten += forgotten;
    }

    /// Serves until it dies. False if it had to be killed for not coming to its place.
    async fn be_busy_until_the_end(&mut self, kill: &Kill) -> bool {
        let (address, cookie) = (self.product.address, self.person.cookie.clone());
        let mut watch = std::mem::take(&mut self.watch);
        let watching = tokio::spawn(async move {
            watch.follow(address, &cookie, false).await;
            watch
        });
        let stop = CancellationToken::new();
        let (load, stopped) = (self.load.clone(), stop.clone());
        let posting = tokio::spawn(async move { load.run(address, RATE, stopped).await });
        let arrived = self.wait_for_the_end(kill).await;
        stop.cancel();
        posting.await.expect("the load");
        self.watch = watching.await.expect("the watch");
        arrived
    }

    /// Less than so many milliseconds.
    async fn doze(&mut self, most: u64) {
        tokio::time::sleep(Duration::from_millis(self.dice.below(most))).await;
    }

    async fn wait_for_the_end(&mut self, kill: &Kill) -> bool {
        let own_hand = match kill.way {
            Way::Answer => {
                self.load.acknowledged(self.dice.below(40) + 1).await;
                true
            }
            Way::Moment => {
                self.doze(300).await;
                true
            }
            Way::Backup => {
                self.back_up_and_die().await;
                true
            }
            Way::Refusal(what, error) => {
                self.doze(100).await;
                self.product.disk.set(what, error);
                self.doze(100).await;
                self.product.disk.set(what, 0);
                self.doze(200).await;
                true
            }
            Way::Point("session.written", _) => {
                self.sessions.extend(Person::sign_in(&self.product).await);
                false
            }
            // What a person does meanwhile must not disturb.
            _ => {
                let page = self.product.get("/transactions.json", &self.person.cookie).await;
                if let Ok(answer) = page
                    && answer.status != 200
                {
                    self.faults.push(format!("her payments answered {}", answer.status));
                }
                false
            }
        };
        let arrived = own_hand || tokio::time::timeout(LONGEST_LIFE, self.product.ended()).await.is_ok();
        if own_hand || !arrived {
            self.product.kill().await;
        }
        arrived
    }

    /// Whatever the backup has come to, it is whole, or it is not there.
    async fn back_up_and_die(&mut self) {
        self.doze(100).await;
        let mut backup = self.product.command(&["backup", "faults.backup"]);
        self.doze(60).await;
        // It may have been quicker.
        let _ = backup.start_kill();
        backup.wait().await.expect("a child of ours");
        let file = self.product.file("faults.backup");
        if file.exists() {
            let whole = check::is_whole(&format!("sqlite://{}", file.display())).await;
            self.faults.extend((!whole).then(|| "a backup that broke off has its name".to_owned()));
        }
        self.product.remove_files_like("faults.backup");
    }

    /// One death in three is of the process alone; else the disk forgets, or tears, what was not synced.
    fn lose_power(&mut self) -> usize {
        let by_chance = [None, Some(Cut::Forgotten), Some(Cut::Torn)][usize::try_from(self.dice.below(3)).unwrap_or(0)];
        match self.cut.or(by_chance) {
            Some(how) => self.product.disk.cut(how, &mut self.dice),
            None => 0,
        }
    }

    /// A new database each time. It has to be whole after the next start.
    async fn die_in_a_migration(&mut self, kill: &Kill) {
        let mut product = Product::new(&self.product.bank);
        product.disk.settle();
        let writes = self.dice.below(self.first_writes);
        product.disk.kill_at(What::Write, u32::try_from(writes).unwrap_or_default());
        let start = Start { failpoints: self.always.clone(), ..Start::default() };
        let missed = product.start(&start).await.is_ok();
        if missed {
            product.kill().await;
        }
        let forgotten = product.disk.cut(Cut::Torn, &mut self.dice);
        product.disk.settle();
        product.start(&start).await.expect("a start after a death in a migration");
        product.stop().await;
        let report = check::database(product.database(), &BTreeMap::new()).await;
        self.faults.extend(report.faults);
        let tally = self.tallies.entry(kill.key).or_default();
        tally.deaths += 1;
        tally.missed += u32::from(missed);
        tally.forgotten += forgotten;
    }

    /// Sessions that are long over.
    async fn leave_something_to_remove(&self) {
        let store = Store::open(&Secret::new(self.product.database().to_owned())).await.expect("the database");
        let past = SystemClock.now().minus(Duration::from_hours(48));
        let user = users(&store).await;
        for _ in 0..3 {
            let id = server::randomness::id();
            store.create_session(&id, &user, "", past, past.plus(Duration::from_hours(1))).await.expect("a session");
        }
        store.close().await;
    }

    /// Lets it finish what is left, stops it, and compares everything.
    pub async fn end(mut self) -> Ended {
        self.product.disk.settle();
        let start = Start { failpoints: self.always.clone(), ..Start::default() };
        self.product.start(&start).await.expect("a last start");
        self.deliver_what_is_left().await;
        self.product.stop().await;
        while check::waiting(self.product.database()).await > 0 {
            self.product.start(&start).await.expect("a start to finish what is left");
            self.product.stop().await;
        }
        self.product.start(&start).await.expect("a start to look at the end");
        self.look_at_the_end().await;
        self.product.stop().await;
        let Self { product, load, watch, mut faults, tallies, .. } = self;
        let sum = load.sum();
        let ledger = load.close();
        let report = check::database(product.database(), &ledger).await;
        faults.extend(check::keys(product.database(), &product.file("keyring")).await);
        let effects = ledger.values().filter(|told| watch.seen.contains_key(&told.txid)).count();
        if effects != report.effects {
            faults.push(format!("the live stream told {effects} of {} payments", report.effects));
        }
        faults.extend(watch.faults);
        Ended { report, faults, tallies, given_up: sum.given_up }
    }

    /// All events, and the sessions that were given out.
    async fn look_at_the_end(&mut self) {
        let cookie = self.person.cookie.clone();
        self.watch.follow(self.product.address, &cookie, true).await;
        for session in std::mem::take(&mut self.sessions) {
            let answer = self.product.get("/settings", &session).await.expect("her settings");
            if answer.status != 200 {
                self.faults.push("LOST: a session that was answered with is gone".to_owned());
            }
        }
    }

    /// The last tries of what was not acknowledged.
    async fn deliver_what_is_left(&self) {
        let stop = CancellationToken::new();
        let (load, stopped, address) = (self.load.clone(), stop.clone(), self.product.address);
        let posting = tokio::spawn(async move { load.run(address, RATE, stopped).await });
        while self.load.sum().waiting > 0 {
            self.load.acknowledged(1).await;
        }
        stop.cancel();
        posting.await.expect("the load");
    }
}

/// What a campaign has come to.
pub struct Ended {
    pub report: Report,
    /// Of what can be seen from outside.
    pub faults: Vec<String>,
    pub tallies: BTreeMap<&'static str, Tally>,
    pub given_up: u64,
}

impl Ended {
    /// Everything that must not have happened.
    pub fn faults(&self) -> Vec<&str> {
        self.report.faults.iter().chain(&self.faults).map(String::as_str).collect()
    }
}

async fn users(store: &Store) -> UserId {
    let query = server::store::UsersQuery { limit: 1, ..server::store::UsersQuery::default() };
    store.list_users(&query).await.expect("users").remove(0).user.id
}
