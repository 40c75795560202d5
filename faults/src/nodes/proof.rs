//! One fault after another under load, and then the question whether anything was lost.

use crate::check::{self, Report};
use crate::dice::Dice;
use crate::ledger::Ledger;
use crate::load::Load;
use crate::nodes::{Browsers, Cluster, Fault, Flow, Pace, Shape, Spread, Vain};
use crate::notification::Notifications;
use crate::product::PARTNER_REFERENCE;
use crate::watch::Watch;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Longer than any lease of the product.
const STANDSTILL: Duration = Duration::from_secs(12);
/// Longer than a node waits for the database before it answers that it cannot.
const SILENCE: Duration = Duration::from_secs(8);
const AWAY: Duration = Duration::from_secs(1);
/// A stream that was not woken looks by itself before this.
const UNWOKEN: Duration = Duration::from_secs(15);
const PATIENCE: Duration = Duration::from_mins(2);
/// A try is passed on to so many nodes at most.
const NODES: usize = 3;

pub struct Proof {
    cluster: Cluster,
    browsers: Browsers,
    load: Load,
    pace: Arc<Pace>,
    dice: Dice,
    rate: u64,
    posting: (CancellationToken, JoinHandle<()>),
    faults: Vec<String>,
}

/// What a fault came to.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    pub fault: Fault,
    /// Streams that broke.
    pub broken: usize,
    /// From the fault until every stream was whole again; at an upgrade, from the signal to a node, the longest of them.
    pub whole_after: Duration,
    /// The longest that a browser was without its stream.
    pub without: Duration,
    /// From requests to events meanwhile, tries of the bank included.
    pub events: Spread,
    /// Tries that were not acknowledged.
    pub refused: u64,
    pub given_up: u64,
}

pub struct Ended {
    pub report: Report,
    pub faults: Vec<String>,
    pub logs: String,
}

impl Proof {
    pub async fn begin(shape: Shape, seed: u64) -> Self {
        let cluster = Cluster::start(shape.people).await;
        let pace = Arc::<Pace>::default();
        let browsers = Browsers::open(cluster.balancer.address, &cluster.people, shape.browsers_each, &pace).await;
        let cards = cluster.people.iter().map(|person| person.card.clone()).collect();
        let ledger = Ledger::open(&cluster.file("ledger"));
        let load = Load::new(Notifications::new(PARTNER_REFERENCE, cards), ledger);
        let flow = Flow::new(load.clone(), cluster.balancer.address, Arc::clone(&pace));
        let stop = CancellationToken::new();
        let posting = tokio::spawn(flow.run(shape.rate, stop.clone()));
        load.acknowledged(shape.rate).await;
        Self {
            cluster,
            browsers,
            load,
            pace,
            dice: Dice::seeded(seed),
            rate: shape.rate,
            posting: (stop, posting),
            faults: Vec::new(),
        }
    }

    /// For so long nothing goes wrong.
    pub async fn calm(&self, time: Duration) -> Spread {
        self.pace.take();
        tokio::time::sleep(time).await;
        self.pace.take()
    }

    /// Plays a fault, and waits until everybody has got over it.
    pub async fn play(&mut self, fault: Fault) -> Outcome {
        self.browsers.reload().await;
        self.pace.take();
        let before = self.load.sum();
        let begin = Instant::now();
        let restarts = match fault {
            Fault::Kill => self.kill_a_node().await,
            Fault::Freeze => self.freeze_a_node().await,
            Fault::Database => self.crash_the_database().await,
            Fault::Cut => self.cut_a_node_off().await,
            Fault::Upgrade => self.upgrade().await,
        };
        self.load.acknowledged(self.rate).await;
        self.browsers.until_all_tell().await;
        self.browsers.until_whole().await;
        let (after, breaks) = (self.load.sum(), self.browsers.breaks_since(begin));
        let refused =
            |sum: &crate::load::Sum| sum.statuses.iter().filter(|(code, _)| **code != 200).map(|(_, n)| n).sum();
        let tries: [u64; 2] = [&after, &before].map(refused);
        Outcome {
            fault,
            broken: breaks.count,
            whole_after: restarts.unwrap_or(breaks.whole_after),
            without: breaks.longest,
            events: self.pace.take(),
            refused: tries[0] - tries[1],
            given_up: after.given_up - before.given_up,
        }
    }

    /// Tries to open a stream again that came to nothing, since it was asked last.
    pub fn tries_in_vain(&self) -> Vain {
        self.browsers.tries_in_vain()
    }

    fn some_node(&mut self) -> usize {
        usize::try_from(self.dice.below(NODES as u64)).unwrap_or_default()
    }

    async fn kill_a_node(&mut self) -> Option<Duration> {
        let n = self.some_node();
        self.cluster.nodes[n].kill().await;
        // Broken streams are seen to be broken, and come back.
        tokio::time::sleep(AWAY).await;
        self.browsers.until_whole().await;
        self.cluster.start_node(n).await;
        None
    }

    async fn freeze_a_node(&mut self) -> Option<Duration> {
        let n = self.some_node();
        self.cluster.nodes[n].freeze().await;
        tokio::time::sleep(STANDSTILL).await;
        self.cluster.nodes[n].thaw().await;
        self.recovered().await;
        None
    }

    async fn crash_the_database(&mut self) -> Option<Duration> {
        self.cluster.postgres.crash().await;
        tokio::time::sleep(AWAY).await;
        self.cluster.postgres.start_again().await;
        self.recovered().await;
        None
    }

    async fn cut_a_node_off(&mut self) -> Option<Duration> {
        self.cluster.relay.cut();
        tokio::time::sleep(SILENCE).await;
        self.cluster.relay.mend();
        self.recovered().await;
        None
    }

    async fn upgrade(&mut self) -> Option<Duration> {
        let mut longest = Duration::ZERO;
        for n in 0..NODES {
            let begin = Instant::now();
            self.cluster.nodes[n].stop().await;
            self.browsers.until_whole().await;
            longest = longest.max(self.browsers.breaks_since(begin).whole_after);
            self.cluster.start_node(n).await;
        }
        Some(longest)
    }

    async fn recovered(&mut self) {
        for node in &mut self.cluster.nodes {
            node.until_ready().await;
        }
        self.cluster.balancer.until_all_are_in().await;
        self.browsers.until_whole().await;
    }

    /// Lets everything finish, and compares it.
    pub async fn end(mut self) -> Ended {
        let (stop, posting) = &mut self.posting;
        stop.cancel();
        posting.await.expect("the bank");
        let database = self.cluster.postgres.url();
        let begin = Instant::now();
        while check::waiting(&database).await > 0 {
            if begin.elapsed() > PATIENCE {
                self.faults.push("notifications wait for their effect two minutes after the last one".to_owned());
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.let_streams_arrive(&database).await;
        self.compare_nodes().await;
        let Self { mut cluster, browsers, load, mut faults, .. } = self;
        let watches = browsers.close().await;
        cluster.stop_nodes().await;
        faults.extend(streams(&cluster, &watches, &check::entered(&database).await));
        let report = check::behind_a_balancer(&database, &load.close(), NODES).await;
        faults.extend(check::keys(&database, &cluster.file("keyring")).await);
        Ended { report, faults, logs: cluster.logs() }
    }

    /// By themselves, and not for being asked.
    async fn let_streams_arrive(&mut self, database: &str) {
        let (begin, last) = (Instant::now(), check::last_numbers(database).await);
        loop {
            let behind = self.browsers.behind(&self.cluster.people, &last);
            if behind == 0 {
                return;
            }
            if begin.elapsed() > UNWOKEN {
                return self.faults.push(format!("{behind} streams have not come to the end of their feeds"));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Whoever is asked, the answer is the same.
    async fn compare_nodes(&mut self) {
        for person in &self.cluster.people {
            let mut answers = BTreeSet::new();
            for node in &self.cluster.nodes {
                match node.get("/transactions.json", &person.cookie).await {
                    Ok(answer) if answer.status == 200 => _ = answers.insert(answer.body),
                    other => self.faults.push(format!("{} does not tell payments: {other:?}", node.name)),
                }
            }
            if answers.len() > 1 {
                self.faults.push(format!("nodes disagree about the payments of {}", person.user_id));
            }
        }
    }
}

/// Each stream has told each payment of its user once, and all of them the same.
fn streams(cluster: &Cluster, watches: &[(usize, Watch)], entered: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut first: BTreeMap<usize, &Watch> = BTreeMap::new();
    for (person, watch) in watches {
        let user = &cluster.people[*person].user_id;
        faults.extend(watch.faults.iter().map(|fault| format!("a stream of {user}: {fault}")));
        let told: BTreeSet<String> = watch.seen.keys().cloned().collect();
        let wanted = entered.get(user).cloned().unwrap_or_default();
        if told != wanted {
            let (missing, surplus) = (wanted.difference(&told).count(), told.difference(&wanted).count());
            faults.push(format!("LOST: a stream of {user} has not told {missing} payments, and {surplus} too many"));
        }
        if first.entry(*person).or_insert(watch).seen != watch.seen {
            faults.push(format!("streams of {user} tell different things"));
        }
    }
    faults
}
