//! The long run, and its table.

use faults::Dice;
use faults::campaign::{Campaign, Ended, Tally};
use faults::kill::{ALL, Kill};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Deaths, if nobody says otherwise: 200 for each place.
const KILLS: usize = 4_000;
/// Deaths on one database; the next ones begin with a new one.
const ON_ONE_DATABASE: usize = 200;

#[derive(Default)]
struct Total {
    tallies: BTreeMap<&'static str, Tally>,
    acknowledged: usize,
    stored: usize,
    repeated: usize,
    effects: usize,
    given_up: u64,
    databases: usize,
    faults: Vec<String>,
}

pub(crate) async fn run() -> ExitCode {
    let kills = variable("FAULTS_KILLS").and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let seed = variable("FAULTS_SEED").and_then(|text| text.parse().ok()).unwrap_or_else(Dice::new_seed);
    let places = places(variable("FAULTS_ONLY").as_deref());
    println!("{kills} kills at {} places, FAULTS_SEED={seed}", places.len());
    let bank = faults::product::bank().await;
    let (begin, mut total, mut done) = (Instant::now(), Total::default(), 0);
    while done < kills {
        let mut campaign = Campaign::begin(&bank, seed + total.databases as u64).await;
        campaign.always = variable("FAULTS_FAILPOINTS").unwrap_or_default();
        let here = ON_ONE_DATABASE.min(kills - done);
        for turn in done..done + here {
            campaign.live_until(&places[turn % places.len()]).await;
        }
        done += here;
        total.add(campaign.end().await);
        println!("{done} kills, {} acknowledged, {} faults", total.acknowledged, total.faults.len());
    }
    let table = total.table(&places, begin.elapsed());
    println!("\n{table}");
    if let Some(file) = variable("FAULTS_REPORT") {
        std::fs::write(file, &table).expect("a file for the report");
    }
    if total.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

fn places(only: Option<&str>) -> Vec<Kill> {
    let wanted = |kill: &&Kill| only.is_none_or(|only| only.split(',').any(|key| key == kill.key));
    let places: Vec<Kill> = ALL.iter().filter(wanted).copied().collect();
    assert!(!places.is_empty(), "FAULTS_ONLY names no place");
    places
}

impl Total {
    fn add(&mut self, ended: Ended) {
        self.databases += 1;
        self.faults.extend(ended.faults().into_iter().map(ToOwned::to_owned));
        self.acknowledged += ended.report.acknowledged;
        self.stored += ended.report.stored;
        self.repeated += ended.report.repeated;
        self.effects += ended.report.effects;
        self.given_up += ended.given_up;
        for (key, tally) in ended.tallies {
            let sum = self.tallies.entry(key).or_default();
            sum.deaths += tally.deaths;
            sum.missed += tally.missed;
            sum.forgotten += tally.forgotten;
            sum.slowest_start = sum.slowest_start.max(tally.slowest_start);
        }
    }

    fn table(&self, places: &[Kill], took: Duration) -> String {
        let mut text = String::from("| | place | kills | of these not reached | writes forgotten | slowest start |\n");
        text.push_str("|---|---|--:|--:|--:|--:|\n");
        let mut deaths = 0;
        for Kill { key, place, .. } in places {
            let tally = self.tallies.get(key).copied().unwrap_or_default();
            deaths += tally.deaths;
            let slowest = match tally.slowest_start.as_millis() {
                0 => "–".to_owned(),
                slowest => format!("{slowest} ms"),
            };
            // Writing to a String does not fail.
            let _ = writeln!(
                text,
                "| {key} | {place} | {} | {} | {} | {slowest} |",
                tally.deaths, tally.missed, tally.forgotten
            );
        }
        let seconds = took.as_secs_f64();
        let _ = write!(
            text,
            "\n{deaths} kills in {seconds:.0} s ({:.2} s each) on {} databases: {} notifications acknowledged, {} stored, \
             {} arrivals that repeat one, {} effects, {} given up by the bank after three tries. Faults: {}.\n",
            seconds / f64::from(deaths.max(1)),
            self.databases,
            self.acknowledged,
            self.stored,
            self.repeated,
            self.effects,
            self.given_up,
            self.faults.len()
        );
        for fault in &self.faults {
            let _ = writeln!(text, "- {fault}");
        }
        text
    }
}
