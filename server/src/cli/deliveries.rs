//! `deliveries list`, `show` and `replay`: the console's inbox for scripts and for whoever has no browser at hand.

use super::asked::{DeliveriesCommand, ListDeliveries, ReplayDeliveries, Selection, ShowDelivery};
use super::output::Output;
use super::{CliError, Rebuilt, rebuild};
use crate::clock::{Clock as _, SystemClock};
use crate::config::{self, Config, Places};
use crate::desk::{Found, Looker, MOST_COUNTED, TextPage, TextQuery, filter_of, search};
use crate::inbox::{Replayer, masked_body, trust_card};
use crate::services::Services;
use crate::store::{
    Actor, Change, DeliveriesQuery, DeliveryFilter, DeliveryRecord, Look, NewReplay, ReplayAct, ReplayItem,
    ReplayRecord, Store,
};
use crate::webhooks::Wanted;
use app::backend::{DeliveryQuery, ReplayState, Signal, Verdict};
use domain::ids::UserId;
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Some deliveries stay as they are although somebody should look at them.
const SOME_STAY: u8 = 3;
/// Rows of one list.
const MOST_LISTED: i64 = 1_000;
/// Items of one read.
const BATCH: i64 = 500;
/// A running server may be at the same replay.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// Who acts where nobody has signed in.
const COMMAND_LINE: &str = "command line";

pub(super) async fn run(command: DeliveriesCommand, places: &Places, output: Output) -> Result<ExitCode, CliError> {
    match command {
        DeliveriesCommand::List(list) => show_list(&list, config::serve(&list.settings, places)?, output).await,
        DeliveriesCommand::Show(show) => show_one(&show, config::serve(&show.settings, places)?, output).await,
        DeliveriesCommand::Replay(replay) => {
            take_again(&replay, config::serve(&replay.settings, places)?, output).await
        }
    }
}

async fn show_list(list: &ListDeliveries, config: Config, output: Output) -> Result<ExitCode, CliError> {
    if let Some(text) = &list.text {
        return show_found(list, text, config, output).await;
    }
    let (services, _) = open(config).await?;
    let query = DeliveriesQuery {
        filter: list.selection.filter()?,
        before: list.before,
        after: None,
        limit: list.limit.clamp(1, MOST_LISTED),
    };
    let rows = services.store.deliveries(&query).await?;
    let is_whole = i64::try_from(rows.len()).is_ok_and(|found| found == query.limit);
    let next = rows.last().filter(|_| is_whole).map(|row| row.id);
    services.store.close().await;
    let lines = || rows.iter().map(|row| as_line(row) + "\n").collect();
    output.tell(lines, || json!({ "deliveries": rows.iter().map(as_json).collect::<Vec<_>>(), "next": next }))?;
    Ok(ExitCode::SUCCESS)
}

/// All that is kept is looked through, or until so many are found.
async fn show_found(list: &ListDeliveries, text: &str, config: Config, output: Output) -> Result<ExitCode, CliError> {
    let wanted = Wanted::parse(text).ok_or_else(|| CliError::Filter(text.to_owned()))?;
    let limit = usize::try_from(list.limit.clamp(1, MOST_LISTED)).unwrap_or(1);
    let (filter, before) = (list.selection.filter()?, list.before);
    let (services, _) = open(config).await?;
    let query = TextQuery { filter, wanted, before, limit, look: usize::MAX };
    let by = Looker { id: COMMAND_LINE, name: COMMAND_LINE };
    let TextPage { found, looked_to } = search(&services, query, by).await?;
    services.store.close().await;
    let next = looked_to.map(|last| last.id);
    let line = |one: &Found| format!("{}\n    {} {}\n", as_line(&one.delivery), one.text.field, one.text.shown);
    let object = |one: &Found| {
        let mut whole = as_json(&one.delivery);
        whole["found"] = json!({ "field": one.text.field, "text": one.text.shown });
        whole
    };
    let lines = || found.iter().map(line).collect();
    output.tell(lines, || json!({ "deliveries": found.iter().map(object).collect::<Vec<_>>(), "next": next }))?;
    Ok(ExitCode::SUCCESS)
}

async fn show_one(show: &ShowDelivery, config: Config, output: Output) -> Result<ExitCode, CliError> {
    let (services, _) = open(config).await?;
    let store = &services.store;
    let row = store.delivery(show.id).await?.ok_or(CliError::NoDelivery(show.id))?;
    // Nobody looks at what is a user's without its being written down.
    let owners: Vec<UserId> = row.user_id.clone().into_iter().collect();
    store.note_look(&owners, COMMAND_LINE, COMMAND_LINE, Look::Delivery(row.id), SystemClock.now()).await?;
    let body = masked_body(&services.vault, &row).await?;
    store.close().await;
    let object = || {
        let mut whole = as_json(&row);
        whole["content_type"] = json!(row.content_type);
        whole["body"] = json!(body);
        whole
    };
    output.tell(|| as_lines(&row, body.as_deref()), object)?;
    Ok(ExitCode::SUCCESS)
}

async fn take_again(asked: &ReplayDeliveries, config: Config, output: Output) -> Result<ExitCode, CliError> {
    if let Some(file) = &asked.into {
        return build_anew(config, file, output).await;
    }
    let reason = asked.reason.as_deref().unwrap_or_default().trim().to_owned();
    if reason.is_empty() && !asked.dry_run {
        return Err(CliError::NoReason);
    }
    let filter = DeliveryFilter { id: asked.id, ..asked.selection.filter()? };
    if filter == DeliveryFilter::default() && !asked.all {
        return Err(CliError::NoSelection);
    }
    let (services, replayer) = open(config).await?;
    let store = &services.store;
    let upto = store.newest_delivery().await?;
    let new = NewReplay {
        by: Actor::command_line(),
        reason,
        act: ReplayAct::Replay,
        dry: asked.dry_run,
        total: store.count_deliveries(&filter, upto, MOST_COUNTED).await?,
        filter,
        upto,
        proposed: false,
        at: SystemClock.now(),
    };
    let id = store.add_replay(new).await?;
    let replay = run_through(&services, &replayer, id).await?;
    let items = items(&services, id).await?;
    store.close().await;
    report(&replay, &items, output)?;
    Ok(match replay.state {
        ReplayState::Done if replay.doubtful > 0 => ExitCode::from(SOME_STAY),
        ReplayState::Done => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

async fn build_anew(config: Config, file: &Path, output: Output) -> Result<ExitCode, CliError> {
    let live = Store::open(&config.database).await?;
    live.check_schema().await?;
    let Rebuilt { anew, taken_over, differences } = rebuild(&live, config, Arc::new(SystemClock), file).await?;
    live.close().await;
    let lines = || {
        let count = differences.len();
        let last = format!("{anew} made again, {taken_over} taken over as they stand, {count} differences");
        differences.iter().cloned().chain([last]).collect::<Vec<_>>().join("\n")
    };
    output.tell(lines, || json!({ "anew": anew, "taken_over": taken_over, "differences": differences }))?;
    Ok(if differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(SOME_STAY) })
}

/// Until it has ended, whoever takes its groups.
async fn run_through(services: &Services, replayer: &Replayer, id: i64) -> Result<ReplayRecord, CliError> {
    loop {
        let replay = services.store.replay(id).await?.ok_or(CliError::NoDelivery(id))?;
        if replay.state != ReplayState::Running {
            return Ok(replay);
        }
        if replayer.step().await? == 0 {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

async fn items(services: &Services, id: i64) -> Result<Vec<ReplayItem>, CliError> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(0, |item: &ReplayItem| item.delivery_id);
        let mut some = services.store.replay_items(id, after, BATCH).await?;
        if some.is_empty() {
            return Ok(all);
        }
        all.append(&mut some);
    }
}

/// What has changed, or would have, as a diff.
fn report(replay: &ReplayRecord, items: &[ReplayItem], output: Output) -> Result<(), CliError> {
    let ReplayRecord { id, dry, seen, changed, doubtful, state, .. } = replay;
    let lines = || {
        let word = if *dry { "would change" } else { "changed" };
        let each: String = items.iter().map(item_as_lines).collect();
        format!("{each}{changed} of {seen} {word}, {doubtful} stay as they are")
    };
    output.tell(lines, || {
        json!({
            "replay": id, "dry_run": dry, "state": state.code(), "seen": seen, "changed": changed, "stay": doubtful,
            "items": items.iter().map(item_as_json).collect::<Vec<_>>(),
        })
    })
}

fn item_as_lines(item: &ReplayItem) -> String {
    let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let change = |change: &Change| {
        let (before, after) = (side(&change.before), side(&change.after));
        format!("    {} {} {}: {before} -> {after}\n", change.what, change.subject, change.field)
    };
    let head = format!("{} {} {}\n", item.delivery_id, item.reference, item.outcome);
    std::iter::once(head).chain(item.changes.iter().map(change)).collect()
}

/// A server that does not serve: beside a running one, it has no port of its own.
async fn open(mut config: Config) -> Result<(Services, Replayer), CliError> {
    config.watch.metrics = None;
    Ok(crate::run::desk(config, Arc::new(SystemClock)).await?)
}

impl Selection {
    fn filter(&self) -> Result<DeliveryFilter, CliError> {
        let verdict = match self.verdict.as_deref() {
            Some(code) => Some(Verdict::from_code(code).ok_or_else(|| CliError::Filter(code.to_owned()))?),
            None => None,
        };
        let filter = filter_of(&DeliveryQuery {
            verdict,
            event_name: self.event.clone(),
            reference: self.reference.clone(),
            peer: self.peer.clone(),
            current_try: self.current_try,
            from: self.from.clone(),
            to: self.to.clone(),
        });
        match (&self.from, &self.to) {
            (Some(day), _) if filter.since.is_none() => Err(CliError::Filter(day.clone())),
            (_, Some(day)) if filter.until.is_none() => Err(CliError::Filter(day.clone())),
            _ => Ok(filter),
        }
    }
}

fn as_line(row: &DeliveryRecord) -> String {
    let or_dash = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
    let number = |number: Option<i64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    format!(
        "{:<8} {} {:<25} {:<11} {:<20} {:<7} {}/{} {}",
        row.id,
        row.received_at.bank_text(),
        or_dash(&row.event_name),
        row.verdict.code(),
        or_dash(&row.reason),
        row.state.code(),
        number(row.current_try),
        number(row.max_tries),
        or_dash(&row.reference),
    )
}

/// The same with its evidence and its body.
fn as_lines(row: &DeliveryRecord, body: Option<&str>) -> String {
    let signal = |signal: Signal| {
        let word = match signal.good {
            Some(true) => "for",
            Some(false) => "against",
            None => "-",
        };
        format!("  {:<10} {word:<8} {}", signal.name, signal.detail)
    };
    let body = body.unwrap_or("(the body is past its retention)").to_owned();
    let lines = std::iter::once(as_line(row)).chain(trust_card(&row.trust).into_iter().map(signal));
    lines.chain([body]).collect::<Vec<_>>().join("\n")
}

fn as_json(row: &DeliveryRecord) -> Value {
    let trust: serde_json::Map<String, Value> = trust_card(&row.trust)
        .into_iter()
        .map(|signal| (signal.name.into_owned(), json!({ "good": signal.good, "detail": signal.detail })))
        .collect();
    json!({
        "id": row.id,
        "reference": row.reference,
        "event_name": row.event_name,
        "verdict": row.verdict.code(),
        "reason": row.reason,
        "state": row.state.code(),
        "received_at": row.received_at.bank_text(),
        "current_try": row.current_try,
        "max_tries": row.max_tries,
        "peer": row.peer,
        "answered": row.answered,
        "trust": trust,
    })
}

fn item_as_json(item: &ReplayItem) -> Value {
    json!({
        "delivery": item.delivery_id,
        "reference": item.reference,
        "outcome": item.outcome,
        "changes": item.changes,
    })
}
