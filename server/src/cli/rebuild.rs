//! `deliveries replay --all --into FILE`: a database anew from the log of notifications, compared with the one that there is.

use super::CliError;
use crate::clock::{Moment, SharedClock};
use crate::config::Config;
use crate::inbox::trust_card;
use crate::secret::Secret;
use crate::store::{Actor, Applied, DeliveryFilter, DeliveryRecord, DeliveryState, NewReplay, ReplayAct, Store};
use app::backend::{ReplayState, Verdict};
use domain::ids::CardRef;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// Arrivals and payments of one read.
const PAGE: i64 = 500;
/// Attempts to link are forgotten after this long, and with them whose a token was.
const TOKENS_KNOWN_FOR: Duration = Duration::from_hours(24 * 29);
const TOKENS: [&str; 2] = ["token_created", "token_revoked"];

/// What came of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Arrivals that were made again, and those that were taken over as they stand.
    pub anew: i64,
    pub taken_over: i64,
    /// What is otherwise in the new database; empty where the log tells everything that there is.
    pub differences: Vec<String>,
}

/// `FILE` must not be there yet. Nothing of the live database changes; what comes meanwhile is not looked at.
pub async fn rebuild(live: &Store, mut config: Config, clock: SharedClock, file: &Path) -> Result<Rebuilt, CliError> {
    if file.exists() {
        return Err(CliError::FileExists(file.to_owned()));
    }
    let upto = live.newest_delivery().await?;
    let target = Store::open(&Secret::new(format!("sqlite://{}", file.display()))).await?;
    target.migrate().await?;
    live.take_over_into(&target).await?;
    let mut rebuilt = take_arrivals(live, &target, upto, clock.now()).await?;
    target.close().await;

    config.database = Secret::new(format!("sqlite://{}", file.display()));
    config.watch.metrics = None;
    let (services, replayer) = crate::run::desk(config, clock.clone()).await?;
    let id = services.store.add_replay(everything(upto, rebuilt.anew, clock.now())).await?;
    while replayer.step().await? > 0 {}
    let replay = services.store.replay(id).await?.ok_or(CliError::NoDelivery(id))?;
    if replay.state != ReplayState::Done {
        rebuilt.differences.push(format!("the replay ended as {}", replay.state.code()));
    }
    compare_deliveries(live, &services.store, upto, &mut rebuilt.differences).await?;
    compare_payments(live, &services.store, clock.now(), &mut rebuilt.differences).await?;
    services.store.close().await;
    Ok(rebuilt)
}

/// Those that are to be made again stand under a verdict of their own.
fn everything(upto: i64, total: i64, at: Moment) -> NewReplay {
    NewReplay {
        by: Actor { user_id: None, name: "command line".to_owned() },
        reason: "rebuilt from the log".to_owned(),
        act: ReplayAct::Replay,
        dry: false,
        filter: DeliveryFilter { verdict: Some(Verdict::Rejected), ..DeliveryFilter::default() },
        upto,
        total,
        proposed: false,
        at,
    }
}

async fn take_arrivals(live: &Store, target: &Store, upto: i64, now: Moment) -> Result<Rebuilt, CliError> {
    let mut rebuilt = Rebuilt::default();
    let mut after = 0;
    loop {
        let page = live.deliveries_between(&DeliveryFilter::default(), after, upto, PAGE).await?;
        let Some(last) = page.last() else { return Ok(rebuilt) };
        after = last.id;
        let cards: Vec<CardRef> = page.iter().filter_map(|row| CardRef::parse(row.card_ref.as_deref()?).ok()).collect();
        let linked: BTreeSet<String> =
            live.card_owners(&cards).await?.into_iter().map(|card| card.card_ref.to_string()).collect();
        let (anew, as_it_is): (Vec<_>, Vec<_>) = page.into_iter().partition(|row| is_of_the_log(row, &linked, now));
        let effects = live.effects_of(&as_it_is).await?;
        rebuilt.anew += i64::try_from(anew.len()).unwrap_or_default();
        rebuilt.taken_over += i64::try_from(as_it_is.len()).unwrap_or_default();
        let arrivals = anew.into_iter().map(|row| (row, true)).chain(as_it_is.into_iter().map(|row| (row, false)));
        target.take_arrivals(arrivals.collect(), effects).await?;
    }
}

/// Whether what was made of an arrival follows from the log alone.
fn is_of_the_log(row: &DeliveryRecord, linked: &BTreeSet<String>, now: Moment) -> bool {
    let trust = trust_card(&row.trust);
    let by_word = trust.iter().any(|signal| matches!(&*signal.name, "bank" | "operator") && signal.good == Some(true));
    let old_token = TOKENS.contains(&row.event_name.as_str()) && row.received_at.plus(TOKENS_KNOWN_FOR) < now;
    // Its card was linked when it came, and is not any more.
    let parted = row.verdict == Verdict::Accepted
        && row.state == DeliveryState::Done
        && row.card_ref.as_ref().is_some_and(|card| !linked.contains(card));
    let cut = trust.iter().any(|signal| signal.name == "body");
    row.body.is_some() && row.next_at.is_none() && !by_word && !old_token && !parted && !cut
}

async fn compare_deliveries(live: &Store, new: &Store, upto: i64, found: &mut Vec<String>) -> Result<(), CliError> {
    let mut after = 0;
    loop {
        let theirs = live.deliveries_between(&DeliveryFilter::default(), after, upto, PAGE).await?;
        let ours = new.deliveries_between(&DeliveryFilter::default(), after, upto, PAGE).await?;
        let Some(last) = theirs.last() else { return Ok(()) };
        after = last.id;
        for (was, is) in theirs.iter().zip(&ours) {
            let facts = |row: &DeliveryRecord| {
                let user = row.user_id.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
                format!("{} {} {} {} {user}", row.id, row.verdict.code(), row.reason, row.state.code())
            };
            let (was, is) = (facts(was), facts(is));
            if was != is {
                found.push(format!("delivery {was} -> {is}"));
            }
        }
    }
}

/// A payment that the log tells is in the live database, and hearing of it again would change nothing there: the statement may
/// have told more of it since.
async fn compare_payments(live: &Store, new: &Store, now: Moment, found: &mut Vec<String>) -> Result<(), CliError> {
    let mut after = 0;
    loop {
        let (payments, last) = new.payments_from(after, PAGE).await?;
        if payments.is_empty() {
            return Ok(());
        }
        after = last;
        let applied = live.would_apply(payments.clone(), now).await?;
        for (payment, applied) in payments.iter().zip(applied) {
            if !matches!(applied, Applied::Same | Applied::Backwards) {
                found.push(format!("payment {}/{} {applied:?}", payment.card_ref, payment.txid));
            }
        }
    }
}
