//! One group of arrivals, processed again inside a transaction.

use super::changes::{Change, Picture, Stands, lock_idle};
use crate::clock::Moment;
use crate::store::Result;
use crate::store::deliveries::{
    Claim, Claimant, DeliveryOutcome, DeliveryState, Provided, claim, finish, lock_parking, storable_claimant,
};
use crate::store::links::{KeptOffer, LinkRecord, Offered, end, find_by_token, lock_token, refuse, take, unlock_token};
use crate::store::payments::{NewPayment, News, apply, without_known};
use crate::store::row::Columns as _;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use app::backend::Verdict;
use domain::ids::UserId;
use std::collections::{BTreeMap, BTreeSet};

/// One arrival that is processed again.
#[derive(Clone)]
pub struct Again {
    /// As it claims the effect of its reference.
    pub claimant: Claimant,
    pub planned: Planned,
    /// What it comes to, should it have its effect.
    pub outcome: DeliveryOutcome,
}

/// What is to be made of it.
#[derive(Clone)]
pub enum Planned {
    /// Nothing, for this reason; but that may be another one than before.
    Stay(&'static str),
    /// Nothing, and nothing can be found out about it: it cannot be read any more.
    Gone(&'static str),
    /// It has had its effect, and nothing can be missing of it.
    Had,
    /// A payment, for each owner of its card. Where it has had its effect, only rows that are missing are entered.
    Pay { payments: Vec<NewPayment>, had: bool },
    /// A token, for a user.
    Link(KeptOffer),
    /// The end of a token; its link is looked at again at that moment.
    Revoke { token_fp: String, check_at: Moment, at: Moment },
}

/// What became of it.
pub(super) struct Became {
    pub(super) delivery_id: i64,
    pub(super) reference: String,
    pub(super) outcome: String,
    /// What it has claimed its reference with, where nobody had.
    pub(super) claimed: Option<String>,
    pub(super) user_id: Option<UserId>,
    pub(super) changes: Vec<Change>,
}

impl Again {
    pub(super) fn payments(&self) -> impl Iterator<Item = &NewPayment> {
        match &self.planned {
            Planned::Pay { payments, .. } => payments.as_slice(),
            _ => &[],
        }
        .iter()
    }

    /// The fingerprint of the token that it is about.
    pub(super) fn token(&self) -> Option<&str> {
        match &self.planned {
            Planned::Link(offer) => Some(&offer.token_fp),
            Planned::Revoke { token_fp, .. } => Some(token_fp),
            _ => None,
        }
    }

    const fn claims(&self) -> bool {
        matches!(self.planned, Planned::Pay { .. } | Planned::Link(_) | Planned::Revoke { .. })
    }
}

/// When it happens, and when the bank is to be asked about payments.
#[derive(Debug, Clone, Copy)]
pub(super) struct When {
    pub(super) at: Moment,
    pub(super) confirm_at: Moment,
    /// The trial that this is a group of.
    pub(super) trial: Option<i64>,
}

/// Processes arrivals again: claims, effects, and what became of them. Locks are taken in the store's order.
pub(super) async fn process(tx: &mut Tx, group: &[Again], when: When) -> Result<Vec<Became>> {
    let revoked = lock_all(tx, group).await?;
    let ids: Vec<i64> = group.iter().map(|again| again.claimant.id).collect();
    let idle = lock_idle(tx, &ids).await?;
    if let Some(trial) = when.trial {
        claim_as_before(tx, group, trial).await?;
    }
    let before = Picture::take(tx, group).await?;
    let claims = claim_all(tx, group, &idle, when.at).await?;
    let mut outcomes = Vec::new();
    let mut payments = Vec::new();
    let mut effective = BTreeSet::new();
    for again in group.iter().filter(|again| idle.contains_key(&again.claimant.id)) {
        let id = again.claimant.id;
        let outcome = match claims.get(&id) {
            Some((Claim::First, _)) => {
                effective.insert(id);
                take_effect(tx, again, &revoked, &mut payments, when).await?
            }
            Some((claim, _)) => Some(repeated(&again.outcome, *claim, when.at)),
            None if matches!(again.planned, Planned::Had | Planned::Gone(_)) => None,
            None => Some(again.outcome.clone()),
        };
        outcomes.extend(outcome.filter(|outcome| idle.get(&id).is_none_or(|stands| differs(stands, outcome))));
    }
    apply(tx, payments, News { live: true, confirm_at: Some(when.confirm_at), at: when.at }).await?;
    finish(tx, &outcomes, Provided::Always).await?;
    for token in revoked.keys() {
        unlock_token(tx, token).await?;
    }
    let after = Picture::take(tx, group).await?;
    let became = |again: &Again| became(again, &before, &after, &idle, &claims, &effective);
    Ok(group.iter().map(became).collect())
}

/// When each token was revoked, locked; and the feeds of all whom it may be about.
async fn lock_all(tx: &mut Tx, group: &[Again]) -> Result<BTreeMap<String, Option<Moment>>> {
    let tokens: BTreeSet<&str> = group.iter().filter_map(Again::token).collect();
    let mut revoked = BTreeMap::new();
    let mut users: Vec<UserId> =
        group.iter().flat_map(Again::payments).map(|payment| payment.user_id.clone()).collect();
    for token in tokens {
        revoked.insert(token.to_owned(), lock_token(tx, token).await?);
        users.extend(find_by_token(tx.conn(), token).await?.map(|link| link.user_id));
    }
    users.extend(group.iter().filter_map(|again| match &again.planned {
        Planned::Link(offer) => Some(offer.user_id.clone()),
        _ => None,
    }));
    tx.lock_feeds(&users).await?;
    if group.iter().any(|again| again.outcome.state == DeliveryState::Parked) {
        lock_parking(tx).await?;
    }
    Ok(revoked)
}

/// What each came to among those of its reference, and whether it had the effect before.
async fn claim_all(
    tx: &mut Tx,
    group: &[Again],
    idle: &BTreeMap<i64, Stands>,
    at: Moment,
) -> Result<BTreeMap<i64, (Claim, bool)>> {
    let claiming: Vec<Claimant> = group
        .iter()
        .filter(|again| again.claims() && idle.contains_key(&again.claimant.id))
        .map(|again| storable_claimant(&again.claimant))
        .collect();
    let held = holders(tx, &claiming).await?;
    let claims = claim(tx, &claiming.iter().collect::<Vec<_>>(), at).await?;
    let had = claiming.iter().map(|claimant| held.get(&claimant.reference) == Some(&claimant.id));
    Ok(claiming.iter().map(|claimant| claimant.id).zip(claims.into_iter().zip(had)).collect())
}

static HOLDERS: Grouped = Grouped::new(
    "WITH wanted (wanted_reference) AS (VALUES",
    1,
    ") SELECT delivery_effects.reference, delivery_effects.delivery_id
     FROM wanted
     CROSS JOIN delivery_effects
     WHERE delivery_effects.reference = wanted.wanted_reference",
);

/// Who has the effect of each reference already.
async fn holders(tx: &mut Tx, claiming: &[Claimant]) -> Result<BTreeMap<String, i64>> {
    let reading = HOLDERS.rows(claiming, |row, claimant| {
        row.text(&claimant.reference);
    });
    let rows = reading.fetch(tx.conn()).await?;
    rows.iter().map(|row| Ok((row.text("reference")?, row.number("delivery_id")?))).collect()
}

static AS_BEFORE: Grouped = Grouped::new(
    "WITH wanted (wanted_replay, wanted_reference) AS (VALUES",
    2,
    ") INSERT INTO delivery_effects (reference, delivery_id, core_mac, at)
     SELECT replay_items.reference, MIN(replay_items.delivery_id), MIN(replay_items.claimed), 0
     FROM wanted
     CROSS JOIN replay_items
     WHERE replay_items.replay_id = wanted.wanted_replay
     AND replay_items.reference = wanted.wanted_reference
     AND replay_items.claimed IS NOT NULL
     GROUP BY replay_items.reference
     ON CONFLICT (reference) DO NOTHING",
);

/// In a trial, what earlier groups would have claimed is claimed.
async fn claim_as_before(tx: &mut Tx, group: &[Again], trial: i64) -> Result<()> {
    let references: BTreeSet<&String> =
        group.iter().filter(|again| again.claims()).map(|again| &again.claimant.reference).collect();
    let references: Vec<&String> = references.into_iter().collect();
    let seeding = AS_BEFORE.rows(&references, |row, reference| {
        row.number(trial).text(reference);
    });
    seeding.execute(tx.conn()).await?;
    Ok(())
}

/// Gives the first of a reference its effect; payments are gathered, for they are entered together. What it came to; none
/// where it stands as it does.
async fn take_effect(
    tx: &mut Tx,
    again: &Again,
    revoked: &BTreeMap<String, Option<Moment>>,
    payments: &mut Vec<NewPayment>,
    when: When,
) -> Result<Option<DeliveryOutcome>> {
    Ok(match &again.planned {
        Planned::Pay { payments: these, had: true } => {
            payments.extend(without_known(tx, these).await?);
            None
        }
        Planned::Pay { payments: these, had: false } => {
            payments.extend(these.iter().cloned());
            Some(again.outcome.clone())
        }
        Planned::Link(offer) => {
            let revoked_at = revoked.get(&offer.token_fp).copied().flatten();
            let offered = take(tx, offer, revoked_at).await?;
            if let Offered::OtherUser { .. } = offered
                && let Some(link) = find_by_token(tx.conn(), &offer.token_fp).await?
            {
                refuse(tx, &link, "contested", when.at).await?;
            }
            let (user, problem) = offered.came_to(&offer.user_id);
            Some(of_token(&again.outcome, user, problem))
        }
        Planned::Revoke { token_fp, check_at, at } => {
            let revoked_at = revoked.get(token_fp).copied().flatten();
            let link: Option<LinkRecord> = end(tx, token_fp, revoked_at, Some(*check_at), *at).await?;
            let problem = if link.is_some() { "" } else { "unknown-token" };
            Some(of_token(&again.outcome, link.map(|link| link.user_id), problem))
        }
        Planned::Stay(_) | Planned::Gone(_) | Planned::Had => None,
    })
}

/// Its body goes under the key of whom it was planned for, and nobody else's.
fn of_token(planned: &DeliveryOutcome, user_id: Option<UserId>, reason: &'static str) -> DeliveryOutcome {
    let verdict = if reason.is_empty() { Verdict::Accepted } else { Verdict::Quarantined };
    let reseal = planned.reseal.clone().filter(|_| user_id.is_some() && user_id == planned.user_id);
    DeliveryOutcome { verdict, reason, user_id, reseal, ..planned.clone() }
}

/// What becomes of one that does not have the effect of its reference.
fn repeated(planned: &DeliveryOutcome, claim: Claim, at: Moment) -> DeliveryOutcome {
    let base =
        DeliveryOutcome { state: DeliveryState::Done, user_id: None, reseal: None, strip: false, ..planned.clone() };
    match claim {
        Claim::Conflict => DeliveryOutcome { verdict: Verdict::Quarantined, reason: "conflicting-content", ..base },
        Claim::Reused => DeliveryOutcome { verdict: Verdict::Held, reason: "reused-hash", ask_at: Some(at), ..base },
        _ => DeliveryOutcome { verdict: Verdict::Duplicate, reason: "", ..base },
    }
}

/// Whether it comes to something else than it stands at: what is as it was is not written again.
fn differs(stands: &Stands, outcome: &DeliveryOutcome) -> bool {
    stands.verdict != outcome.verdict
        || stands.reason != outcome.reason
        || stands.state != outcome.state
        || outcome.user_id.as_ref().is_some_and(|user| stands.user_id.as_ref() != Some(user))
        || outcome.strip
}

fn became(
    again: &Again,
    before: &Picture,
    after: &Picture,
    idle: &BTreeMap<i64, Stands>,
    claims: &BTreeMap<i64, (Claim, bool)>,
    effective: &BTreeSet<i64>,
) -> Became {
    let id = again.claimant.id;
    let (changes, user_id) = before.changes(after, again);
    let claim = claims.get(&id);
    let outcome = match (claim, &again.planned) {
        _ if !idle.contains_key(&id) => "under-way".to_owned(),
        (Some((Claim::Conflict, _)), _) => "stays:conflicting-content".to_owned(),
        (Some((Claim::Reused, _)), _) => "stays:reused-hash".to_owned(),
        (_, Planned::Stay(why) | Planned::Gone(why)) => format!("stays:{why}"),
        _ if changes.is_empty() => "nothing".to_owned(),
        _ => "effect".to_owned(),
    };
    let claimed =
        (effective.contains(&id) && claim.is_some_and(|(_, had)| !had)).then(|| again.claimant.core_mac.clone());
    Became { delivery_id: id, reference: again.claimant.reference.clone(), outcome, claimed, user_id, changes }
}

impl Became {
    /// Whether somebody should look at it.
    pub(super) fn is_doubtful(&self) -> bool {
        self.outcome.starts_with("stays:") || self.outcome == "under-way"
    }

    /// Whether there is anything to tell of it.
    pub(super) fn is_told(&self) -> bool {
        self.is_doubtful() || self.claimed.is_some() || !self.changes.is_empty()
    }
}
