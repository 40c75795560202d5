//! Each line of the page of health: what is read, and from where on it is to be watched, or bad.
//!
//! Nothing here counts without a bound or looks without an index: the page is opened when something is slow.

use crate::access::{Action, authorize};
use crate::anytime::BankReport;
use crate::clock::Moment;
use crate::nodes::{MOST_LISTED, SILENT_AFTER};
use crate::pages::{Pages, unavailable};
use crate::store::{AlarmRecord, DeliveryFilter, Engine, NodeRecord};
use crate::vault::MOST_USES;
use crate::vitals::{self, Seen, Timing};
use crate::{metrics, room};
use app::backend::{
    AlarmKind, BackendError, Condition, Health, NodeLine, NodeState, Reading, Verdict, Vital, VitalLine,
};
use domain::viewer::Viewer;
use std::time::Duration;

/// Rows are counted up to here; more say the same.
const MOST: i64 = 1_000;
/// A tenth of the places for arrivals; half of them.
const MANY_ARRIVALS: [i64; 2] = [400, 2_000];
/// What is due for longer than this waits for more than its turn.
const OVERDUE: [Duration; 2] = [Duration::from_secs(10), Duration::from_mins(2)];
/// At worst, within the last minutes.
const SLOW_EFFECT: [Duration; 2] = [Duration::from_secs(5), Duration::from_mins(1)];
const SLOW_COMMIT: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];
/// Keys should be replaced after so long, whatever they were used for.
const OLD_KEY: Duration = Duration::from_hours(24 * 90);
/// Failures of the bank that are older say nothing of now.
const LATELY: Duration = Duration::from_mins(15);
/// Less than five times the least room is to be watched.
const LITTLE_ROOM: u64 = 5 * room::LEAST;
const MANY_MAILS: i64 = 100;

/// Alarms about what may be lost, rather than what only takes longer.
const GRAVE: [AlarmKind; 5] =
    [AlarmKind::LastTry, AlarmKind::Silence, AlarmKind::GaveUp, AlarmKind::Flood, AlarmKind::PartnerRefused];

impl Pages {
    pub(in crate::pages) async fn read_health(&self, viewer: &Viewer) -> Result<Health, BackendError> {
        authorize(viewer, Action::SeeHealth)?;
        let now = self.services.clock.now();
        let seen = vitals::seen();
        let mut lines = vec![self.acknowledging(now).await, arrivals(metrics::waiting())];
        lines.extend(self.effects(now, &seen).await?);
        lines.push(self.last_delivery(now).await?);
        lines.push(last_hour(&seen, now, self.services.started_at));
        lines.extend(self.doubtful().await?);
        lines.push(bank(self.services.bank.report(), now));
        lines.push(self.open_alarms().await?);
        lines.push(self.key(now).await?);
        lines.extend(self.machine().await?);
        Ok(Health { at: now.bank_text(), lines, nodes: self.nodes(now).await? })
    }

    async fn nodes(&self, now: Moment) -> Result<Vec<NodeLine>, BackendError> {
        let store = &self.services.store;
        let nodes = store.nodes(MOST_LISTED).await.map_err(unavailable)?;
        Ok(nodes.into_iter().map(|node| node_line(node, store.node(), now)).collect())
    }

    async fn acknowledging(&self, now: Moment) -> VitalLine {
        let ready = self.services.readiness.ask(&self.services.store, now).await;
        let condition = if ready.is_so { Condition::Good } else { Condition::Bad };
        line(Vital::Acknowledging, condition, Reading::Is(ready.is_so), Some(ready.since))
    }

    async fn effects(&self, now: Moment, seen: &Seen) -> Result<[VitalLine; 4], BackendError> {
        let store = &self.services.store;
        let count = store.count_due(MOST).await.map_err(unavailable)?;
        let next = store.next_due().await.map_err(unavailable)?.filter(|next| *next < now);
        let paused = store.effects_paused().await.map_err(unavailable)?;
        // While it is paused, what waits does so on purpose.
        let overdue = next.filter(|_| paused.is_none()).map_or(Duration::ZERO, |next| now.since(next));
        let since = paused.as_ref().map(|pause| pause.since);
        let processing = if since.is_some() { Condition::Watch } else { Condition::Good };
        Ok([
            line(Vital::Effects, beyond(overdue, OVERDUE), Reading::Count { count, most: MOST }, next),
            timed(Vital::Lag, seen.lag, SLOW_EFFECT),
            timed(Vital::Commit, seen.commit, SLOW_COMMIT),
            line(Vital::Processing, processing, Reading::Is(since.is_none()), since),
        ])
    }

    async fn last_delivery(&self, now: Moment) -> Result<VitalLine, BackendError> {
        let store = &self.services.store;
        let last = store.last_news().await.map_err(unavailable)?;
        let silent = last.is_some_and(|last| now.since(last) > self.services.config.watch.silence_after);
        let expected = silent && store.has_linked().await.map_err(unavailable)?;
        let condition = if expected { Condition::Bad } else { Condition::Good };
        Ok(line(Vital::LastDelivery, condition, Reading::At(last.map(Moment::bank_text)), None))
    }

    /// What waits for somebody, and what never came.
    async fn doubtful(&self) -> Result<[VitalLine; 4], BackendError> {
        let store = &self.services.store;
        let open = DeliveryFilter { open: true, ..DeliveryFilter::default() };
        let held = DeliveryFilter { verdict: Some(Verdict::Held), ..open.clone() };
        let quarantined = DeliveryFilter { verdict: Some(Verdict::Quarantined), ..open.clone() };
        let parked = DeliveryFilter { parked: true, ..open };
        let count =
            async |filter: DeliveryFilter| store.count_deliveries(&filter, i64::MAX, MOST).await.map_err(unavailable);
        Ok([
            waiting(Vital::Held, count(held).await?),
            waiting(Vital::Quarantined, count(quarantined).await?),
            // Cards are linked later, or never: that is nobody's fault.
            line(Vital::Parked, Condition::Good, Reading::Count { count: count(parked).await?, most: MOST }, None),
            waiting(Vital::Missing, store.count_missing(MOST).await.map_err(unavailable)?),
        ])
    }

    async fn open_alarms(&self) -> Result<VitalLine, BackendError> {
        let alarms = self.services.store.open_alarms(MOST).await.map_err(unavailable)?;
        let count = i64::try_from(alarms.len()).unwrap_or(MOST);
        let since = alarms.iter().map(|alarm| alarm.first_at).min();
        Ok(line(Vital::Alarms, gravity(&alarms), Reading::Count { count, most: MOST }, since))
    }

    async fn key(&self, now: Moment) -> Result<VitalLine, BackendError> {
        let kid = self.services.vault.kids().into_iter().next().unwrap_or_default();
        let known = self.services.store.ring_key_use(&kid).await.map_err(unavailable)?;
        let (since, uses) = known.map_or((None, 0), |(since, uses)| (Some(since), uses));
        let condition = if uses >= MOST_USES {
            Condition::Bad
        } else if uses >= MOST_USES / 2 || since.is_some_and(|since| now.since(since) > OLD_KEY) {
            Condition::Watch
        } else {
            Condition::Good
        };
        Ok(line(Vital::Key, condition, Reading::Key { kid, uses }, since))
    }

    async fn machine(&self) -> Result<[VitalLine; 5], BackendError> {
        let store = &self.services.store;
        let (waits, given_up) = store.count_mails(MOST).await.map_err(unavailable)?;
        let many = waits >= MANY_MAILS || given_up > 0;
        let mails = if many { Condition::Watch } else { Condition::Good };
        let engine = match store.engine() {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        };
        let bytes = store.size().await.map_err(unavailable)?;
        let versions = Reading::Versions { program: env!("CARGO_PKG_VERSION"), schema: store.schema() };
        let started = self.services.started_at;
        Ok([
            line(Vital::Mails, mails, Reading::Mails { waiting: waits, given_up, most: MOST }, None),
            self.disk(),
            line(Vital::Database, Condition::Good, Reading::Database { engine, bytes }, None),
            line(Vital::Versions, Condition::Good, versions, None),
            line(Vital::Up, Condition::Good, Reading::At(Some(started.bank_text())), None),
        ])
    }

    fn disk(&self) -> VitalLine {
        let Some(file) = room::file_of(&self.services.config.database) else {
            return line(Vital::Disk, Condition::Good, Reading::Bytes(None), None);
        };
        let (condition, free) = match room::free_in(room::folder_of(&file)) {
            Ok(free) if free < room::LEAST => (Condition::Bad, Some(free)),
            Ok(free) if free < LITTLE_ROOM => (Condition::Watch, Some(free)),
            Ok(free) => (Condition::Good, Some(free)),
            Err(error) => {
                tracing::warn!(%error, "the room on the disk cannot be read");
                (Condition::Watch, None)
            }
        };
        let free = free.map(|free| i64::try_from(free).unwrap_or(i64::MAX));
        line(Vital::Disk, condition, Reading::Bytes(free), None)
    }
}

fn node_line(node: NodeRecord, here: &str, now: Moment) -> NodeLine {
    let state = if now.since(node.seen_at) > SILENT_AFTER {
        NodeState::Silent
    } else if node.draining {
        NodeState::Leaving
    } else {
        NodeState::Serving
    };
    NodeLine {
        here: node.id == here,
        name: node.name,
        version: node.version,
        state,
        started_at: node.started_at.bank_text(),
        seen_at: node.seen_at.bank_text(),
    }
}

fn line(vital: Vital, condition: Condition, reading: Reading, since: Option<Moment>) -> VitalLine {
    VitalLine { vital, condition, reading, since: since.map(Moment::bank_text) }
}

fn arrivals(count: i64) -> VitalLine {
    line(Vital::Arrivals, beyond(count, MANY_ARRIVALS), Reading::Count { count, most: i64::MAX }, None)
}

/// What an operator decides is to be watched as long as there is any.
fn waiting(vital: Vital, count: i64) -> VitalLine {
    let condition = if count == 0 { Condition::Good } else { Condition::Watch };
    line(vital, condition, Reading::Count { count, most: MOST }, None)
}

fn timed(vital: Vital, timing: Option<Timing>, limits: [Duration; 2]) -> VitalLine {
    let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
    let condition = timing.map_or(Condition::Good, |timing| beyond(timing.worst, limits));
    line(vital, condition, Reading::Times(timing.map(|timing| (micros(timing.mean()), micros(timing.worst)))), None)
}

/// Verdicts are told and not judged: what is refused may be anybody's.
fn last_hour(seen: &Seen, now: Moment, started: Moment) -> VitalLine {
    let mut verdicts = Verdict::ALL.map(|verdict| (verdict, 0));
    for (told, count) in verdicts.iter_mut().zip(seen.arrivals) {
        told.1 = count;
    }
    let since = started.max(now.minus(Duration::from_hours(1)));
    line(Vital::LastHour, Condition::Good, Reading::Verdicts(verdicts), Some(since))
}

fn bank(report: BankReport, now: Moment) -> VitalLine {
    let lately = report.failed.is_some_and(|(_, at)| now.since(at) < LATELY);
    let condition = match report.paused {
        Some(_) => Condition::Bad,
        None if lately => Condition::Watch,
        None => Condition::Good,
    };
    let failed = report.failed.map(|(code, at)| (code.to_owned(), at.bank_text()));
    let reading = Reading::Bank { paused_until: report.paused.map(|(_, until)| until.bank_text()), failed };
    line(Vital::Bank, condition, reading, report.paused.map(|(since, _)| since))
}

fn gravity(alarms: &[AlarmRecord]) -> Condition {
    let grave = |alarm: &AlarmRecord| AlarmKind::from_code(&alarm.kind).is_some_and(|kind| GRAVE.contains(&kind));
    match alarms {
        [] => Condition::Good,
        alarms if alarms.iter().any(grave) => Condition::Bad,
        _ => Condition::Watch,
    }
}

fn beyond<T: PartialOrd>(value: T, [watch, bad]: [T; 2]) -> Condition {
    if value >= bad {
        Condition::Bad
    } else if value >= watch {
        Condition::Watch
    } else {
        Condition::Good
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(kind: AlarmKind) -> AlarmRecord {
        AlarmRecord {
            id: 1,
            kind: kind.code().to_owned(),
            subject: String::new(),
            detail: String::new(),
            times: 1,
            first_at: Moment(0),
            last_at: Moment(0),
            ended_at: None,
        }
    }

    #[test]
    fn limits_are_reached_from_below() {
        let codes = [0, 399, 400, 1_999, 2_000, i64::MAX].map(|count| arrivals(count).condition.code());
        assert_eq!(codes, ["good", "good", "watch", "watch", "bad", "bad"]);
    }

    #[test]
    fn an_alarm_is_bad_only_where_something_may_be_lost() {
        assert_eq!(gravity(&[]), Condition::Good);
        assert_eq!(gravity(&[alarm(AlarmKind::WornKey)]), Condition::Watch);
        assert_eq!(gravity(&[alarm(AlarmKind::WornKey), alarm(AlarmKind::LastTry)]), Condition::Bad);
    }

    #[test]
    fn a_failure_of_the_bank_is_forgiven_after_a_while() {
        let at = |minutes| Moment(0).plus(Duration::from_mins(minutes));
        let failed = BankReport { failed: Some(("bank-unavailable", at(0))), ..BankReport::default() };
        assert_eq!(bank(BankReport::default(), at(1)).condition, Condition::Good);
        assert_eq!(bank(failed, at(14)).condition, Condition::Watch);
        assert_eq!(bank(failed, at(15)).condition, Condition::Good);
        let paused = bank(BankReport { paused: Some((at(1), at(3))), ..failed }, at(2));
        assert_eq!((paused.condition, paused.since), (Condition::Bad, Some(at(1).bank_text())));
    }
}
