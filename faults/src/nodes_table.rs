//! The long run of several nodes, and its tables.

use faults::Dice;
use faults::nodes::speed::{self, Speed};
use faults::nodes::{Fault, Outcome, Proof, Shape, Spread};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How often each fault, if nobody says otherwise.
const ROUNDS: u64 = 50;
/// Rounds on one database; the next ones begin with a new one.
const ON_ONE_DATABASE: u64 = 5;
const RATE: u64 = 500;
const PEOPLE: usize = 60;
const BROWSERS_EACH: usize = 5;
/// Nodes that have just started prepare and plan each statement on each connection.
const WARMING_UP: Duration = Duration::from_secs(20);
const CALM: Duration = Duration::from_secs(10);
const RUSH: Duration = Duration::from_secs(10);

#[derive(Default)]
struct Total {
    started: Vec<Spread>,
    calm: Vec<Spread>,
    outcomes: BTreeMap<Fault, Vec<Outcome>>,
    acknowledged: usize,
    stored: usize,
    repeated: usize,
    effects: usize,
    faults: Vec<String>,
}

pub(crate) async fn run() -> ExitCode {
    let number = |name: &str, default: u64| variable(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (rounds, rate) = (number("FAULTS_ROUNDS", ROUNDS), number("FAULTS_RATE", RATE));
    let seed = number("FAULTS_SEED", Dice::new_seed());
    let faults = faults_named(variable("FAULTS_ONLY").as_deref());
    println!("{rounds} rounds of {} faults at {rate} notifications a second, FAULTS_SEED={seed}", faults.len());
    let begin = Instant::now();
    let measured = speed::measure(RUSH).await;
    println!("{}", of_speed(&measured));
    let shape = Shape { people: PEOPLE, browsers_each: BROWSERS_EACH, rate };
    let (mut total, mut done) = (Total::default(), 0);
    while done < rounds {
        let mut proof = Proof::begin(shape, seed + done).await;
        total.started.push(proof.calm(WARMING_UP).await);
        total.calm.push(proof.calm(CALM).await);
        println!("started: {:?}, then: {:?}", total.started.last(), total.calm.last());
        let here = ON_ONE_DATABASE.min(rounds - done);
        for _ in 0..here {
            for fault in &faults {
                let outcome = proof.play(*fault).await;
                println!("{}: {outcome:?}, tries in vain by answer: {:?}", fault.key(), proof.tries_in_vain());
                total.outcomes.entry(*fault).or_default().push(outcome);
            }
        }
        done += here;
        let ended = proof.end().await;
        if !ended.faults.is_empty() || !ended.report.faults.is_empty() {
            println!("{}", ended.logs);
        }
        total.acknowledged += ended.report.acknowledged;
        total.stored += ended.report.stored;
        total.repeated += ended.report.repeated;
        total.effects += ended.report.effects;
        total.faults.extend(ended.report.faults.into_iter().chain(ended.faults));
        println!("{done} rounds, {} acknowledged, {} faults", total.acknowledged, total.faults.len());
    }
    let text = total.table(shape, begin.elapsed()) + "\n" + &of_speed(&measured);
    println!("\n{text}");
    if let Some(file) = variable("FAULTS_REPORT") {
        std::fs::write(file, &text).expect("a file for the report");
    }
    if total.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

fn faults_named(only: Option<&str>) -> Vec<Fault> {
    let wanted = |fault: &Fault| only.is_none_or(|only| only.split(',').any(|key| key == fault.key()));
    let faults: Vec<Fault> = Fault::ALL.into_iter().filter(wanted).collect();
    assert!(!faults.is_empty(), "FAULTS_ONLY names no fault");
    faults
}

fn of_speed(speed: &Speed) -> String {
    let mut text =
        String::from("| acknowledged at full speed | a second | answers: median / p99 / longest |\n|---|--:|--:|\n");
    for (what, rush) in [("three nodes behind the balancer", &speed.three_nodes), ("one node", &speed.one_node)] {
        // Writing to a String does not fail.
        let _ = writeln!(text, "| {what} | {:.0} | {} |", rush.per_second(), rush.answers);
    }
    text + "\n" + &speed.cost.table()
}

impl Total {
    fn table(&self, shape: Shape, took: Duration) -> String {
        let mut text = String::from(
            "| | what | times | streams broken | whole again, slowest | a browser without, longest \
             | events meanwhile: median / p99 / longest | tries refused | given up |\n\
             |---|---|--:|--:|--:|--:|--:|--:|--:|\n",
        );
        for (fault, outcomes) in &self.outcomes {
            let broken: usize = outcomes.iter().map(|outcome| outcome.broken).sum();
            let [whole, without] = [
                outcomes.iter().map(|outcome| outcome.whole_after).max(),
                outcomes.iter().map(|outcome| outcome.without).max(),
            ]
            .map(|time| time.unwrap_or_default().as_millis());
            let events = worst(outcomes.iter().map(|outcome| outcome.events));
            let refused: u64 = outcomes.iter().map(|outcome| outcome.refused).sum();
            let given_up: u64 = outcomes.iter().map(|outcome| outcome.given_up).sum();
            // Writing to a String does not fail.
            let _ = writeln!(
                text,
                "| {} | {} | {} | {broken} | {whole} ms | {without} ms | {events} | {refused} | {given_up} |",
                fault.key(),
                fault.what(),
                outcomes.len(),
            );
        }
        let _ = write!(
            text,
            "\n{} a second to {} streams of {} people; an event takes {} in the first {} s and {} in calm \
             times after that, worst of {}. In {:.0} s: {} notifications \
             acknowledged, {} stored, {} arrivals that repeat one, {} effects. Faults: {}.\n",
            shape.rate,
            shape.people * shape.browsers_each,
            shape.people,
            worst(self.started.iter().copied()),
            WARMING_UP.as_secs(),
            worst(self.calm.iter().copied()),
            self.calm.len(),
            took.as_secs_f64(),
            self.acknowledged,
            self.stored,
            self.repeated,
            self.effects,
            self.faults.len()
        );
        for fault in &self.faults {
            let _ = writeln!(text, "- {fault}");
        }
        text
    }
}

/// The worst of each.
fn worst(spreads: impl Iterator<Item = Spread>) -> Spread {
    spreads.fold(Spread::default(), |worst, spread| Spread {
        count: worst.count + spread.count,
        median: worst.median.max(spread.median),
        p99: worst.p99.max(spread.p99),
        longest: worst.longest.max(spread.longest),
    })
}
