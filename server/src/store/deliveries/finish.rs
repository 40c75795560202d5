//! What became of arrivals.

use super::DeliveryState;
use super::claim::{Claim, Claimant, claim, storable_claimant};
use crate::clock::Moment;
use crate::faults;
use crate::store::links::linked;
use crate::store::payments::{Applied, NewPayment, News, apply};
use crate::store::row::one;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use crate::store::{Result, Store, StoreError};
use app::backend::Verdict;
use domain::ids::{CardRef, UserId};

/// What processing an arrival came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryOutcome {
    pub id: i64,
    pub verdict: Verdict,
    /// A short code of why; empty when accepted.
    pub reason: &'static str,
    pub state: DeliveryState,
    /// When to process it again. A parked one may have a time too, and comes alive at whichever is first.
    pub next_at: Option<Moment>,
    pub attempts: i64,
    /// Whom it concerned; None leaves what is known.
    pub user_id: Option<UserId>,
    /// None leaves what is known.
    pub card_ref: Option<CardRef>,
    /// The body under another data key: the key's owner and the new ciphertext.
    pub reseal: Option<(String, Vec<u8>)>,
    /// A held one is put to the bank then.
    pub ask_at: Option<Moment>,
    /// Its trust card, where that has changed.
    pub trust: Option<String>,
    /// What it says is nobody's any more: body, card and payment are not kept.
    pub strip: bool,
}

/// Arrivals that are processed together: those that claim the effect of their reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub claimants: Vec<Claimant>,
    /// Whose feeds may move on.
    pub users: Vec<UserId>,
    /// Whether any of them may have to be parked.
    pub may_park: bool,
    /// When the bank is to be asked about the payments, unless it is asked before.
    pub confirm_at: Moment,
    pub at: Moment,
}

/// The effects of arrivals, and what became of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effects {
    pub payments: Vec<NewPayment>,
    pub outcomes: Vec<DeliveryOutcome>,
}

/// In which case what became of an arrival is written.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) enum Provided<'h> {
    Always,
    /// This one has leased it.
    LeasedBy(&'h str),
    /// It is due, and nobody has leased it.
    DueAt(Moment),
    /// Either of both.
    DueOrLeasedBy(Moment, &'h str),
    /// It is leased until then, for the bank to be asked.
    AskedUntil(Moment),
}

impl Store {
    /// Notes what became of arrivals, in one transaction. One that is to be parked although its card has been learned meanwhile
    /// is pending at once instead.
    pub async fn finish_deliveries(&self, outcomes: &[DeliveryOutcome]) -> Result<()> {
        let outcomes = outcomes.to_vec();
        self.write(move |tx| {
            Box::pin(async move {
                lock_where_parked(tx, &outcomes).await?;
                finish(tx, &outcomes, Provided::Always).await
            })
        })
        .await
    }

    /// The same for arrivals that this holder has leased. [`StoreError::LeaseLost`] where the lease of one of them has passed to
    /// somebody else: then nothing was written.
    pub async fn finish_leased(&self, outcomes: &[DeliveryOutcome], holder: &str) -> Result<()> {
        let (outcomes, holder) = (outcomes.to_vec(), holder.to_owned());
        self.write(move |tx| {
            Box::pin(async move {
                lock_where_parked(tx, &outcomes).await?;
                finish(tx, &outcomes, Provided::LeasedBy(&holder)).await
            })
        })
        .await
    }

    /// The same for one that could not be processed, provided that it is still due or that this holder has leased it.
    pub async fn finish_failed(&self, outcome: &DeliveryOutcome, holder: &str, at: Moment) -> Result<()> {
        let (outcome, holder) = (outcome.clone(), holder.to_owned());
        self.write(move |tx| {
            Box::pin(async move { finish(tx, &[outcome], Provided::DueOrLeasedBy(at, &holder)).await })
        })
        .await
    }

    /// The same for one that the bank was asked about under this lease.
    pub async fn finish_asked(&self, outcome: &DeliveryOutcome, lease: Moment) -> Result<()> {
        let outcomes = [outcome.clone()];
        self.write(move |tx| {
            Box::pin(async move {
                lock_where_parked(tx, &outcomes).await?;
                finish(tx, &outcomes, Provided::AskedUntil(lease)).await
            })
        })
        .await
    }

    /// Claims, gives effect and notes what became of it, all in one transaction. `effects` says what the claims lead to, and must
    /// not speak of others. [`StoreError::LeaseLost`] where somebody else processes one of them: then nothing was written.
    pub async fn settle<E>(&self, batch: Batch, effects: E) -> Result<(Vec<Claim>, Vec<Applied>)>
    where
        E: FnOnce(&[Claim]) -> Effects + Send + 'static,
    {
        let Batch { claimants, users, may_park, confirm_at, at } = batch;
        let claimants: Vec<Claimant> = claimants.iter().map(storable_claimant).collect();
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock_feeds(&users).await?;
                if may_park {
                    lock_parking(tx).await?;
                }
                let claims = claim(tx, &claimants.iter().collect::<Vec<_>>(), at).await?;
                faults::point("effect.claimed");
                let Effects { payments, outcomes } = effects(&claims);
                let applied = apply(tx, payments, News { live: true, confirm_at: Some(confirm_at), at }).await?;
                finish(tx, &outcomes, Provided::DueAt(at)).await?;
                faults::point("effect.written");
                Ok((claims, applied))
            })
        })
        .await
    }
}

static FINISH: Grouped = Grouped::new(
    "WITH outcome (outcome_id, new_verdict, new_reason, new_state, new_next_at, new_attempts, new_user, new_card,
        new_key, new_body, new_ask_at, new_trust, new_strip, held_by, due_by, asked_until) AS (VALUES",
    16,
    ") UPDATE deliveries
     SET verdict = outcome.new_verdict, reason = outcome.new_reason, state = outcome.new_state,
        next_at = outcome.new_next_at, attempts = outcome.new_attempts,
        user_id = COALESCE(outcome.new_user, deliveries.user_id),
        card_ref = CASE WHEN outcome.new_strip = 1 THEN NULL ELSE COALESCE(outcome.new_card, deliveries.card_ref) END,
        txid = CASE WHEN outcome.new_strip = 1 THEN NULL ELSE deliveries.txid END,
        body_key = CASE WHEN outcome.new_strip = 1 THEN NULL ELSE COALESCE(outcome.new_key, deliveries.body_key) END,
        body = CASE WHEN outcome.new_strip = 1 THEN NULL ELSE COALESCE(outcome.new_body, deliveries.body) END, ask_at = outcome.new_ask_at,
        trust = COALESCE(outcome.new_trust, deliveries.trust), leased_by = NULL
     FROM outcome
     WHERE deliveries.id = outcome.outcome_id
     AND ((outcome.held_by IS NULL AND outcome.due_by IS NULL AND outcome.asked_until IS NULL)
        OR deliveries.leased_by = outcome.held_by
        OR deliveries.next_at <= outcome.due_by
        OR deliveries.ask_at = outcome.asked_until)",
);

/// What becomes of nearly all: nothing that an index is about changes but that it is no longer due.
static DONE: Grouped = Grouped::new(
    "WITH outcome (outcome_id, new_user, due_by) AS (VALUES",
    3,
    ") UPDATE deliveries
     SET reason = '', state = 'done', next_at = NULL, leased_by = NULL,
        user_id = COALESCE(outcome.new_user, deliveries.user_id)
     FROM outcome
     WHERE deliveries.id = outcome.outcome_id
     AND deliveries.next_at <= outcome.due_by",
);

/// Parked for a card that somebody is linked with.
static UNPARK: Grouped = Grouped::new(
    "UPDATE deliveries
     SET state = 'pending', next_at = received_at
     WHERE id IN (VALUES",
    1,
    concat!(
        ")
     AND state = 'parked'
     AND EXISTS (
        SELECT 1
        FROM cards
        JOIN links ON links.id = cards.link_id
        WHERE cards.card_ref = deliveries.card_ref
        AND ",
        linked!(),
        ")"
    ),
);

impl DeliveryOutcome {
    /// Whether all that is to be noted is that it was accepted, and whom it concerned.
    fn is_plain(&self) -> bool {
        let Self { verdict, reason, state, next_at, reseal, ask_at, trust, strip, .. } = self;
        *verdict == Verdict::Accepted
            && reason.is_empty()
            && *state == DeliveryState::Done
            && next_at.is_none()
            && reseal.is_none()
            && ask_at.is_none()
            && trust.is_none()
            && !strip
    }
}

pub(in crate::store) async fn finish(tx: &mut Tx, outcomes: &[DeliveryOutcome], provided: Provided<'_>) -> Result<()> {
    let (holder, due_by, asked_until) = match provided {
        Provided::Always => (None, None, None),
        Provided::LeasedBy(holder) => (Some(holder), None, None),
        Provided::DueAt(at) => (None, Some(at), None),
        Provided::DueOrLeasedBy(at, holder) => (Some(holder), Some(at), None),
        Provided::AskedUntil(lease) => (None, None, Some(lease)),
    };
    let mut sorted: Vec<&DeliveryOutcome> = outcomes.iter().collect();
    sorted.sort_unstable_by_key(|outcome| outcome.id);
    // Those that are due have been accepted, and keep the number of their attempts.
    let (plain, rest): (Vec<_>, Vec<_>) =
        sorted.into_iter().partition(|outcome| due_by.is_some() && holder.is_none() && outcome.is_plain());
    let parked: Vec<i64> =
        rest.iter().filter(|outcome| outcome.state == DeliveryState::Parked).map(|outcome| outcome.id).collect();
    let done = DONE.rows(&plain, |row, outcome| {
        row.number(outcome.id).text_or_null(outcome.user_id.as_ref().map(UserId::as_str)).moment_or_null(due_by);
    });
    let finishing = FINISH.rows(&rest, |row, outcome| {
        row.number(outcome.id).text(outcome.verdict.code()).text(outcome.reason).text(outcome.state.code());
        row.moment_or_null(outcome.next_at).number(outcome.attempts);
        row.text_or_null(outcome.user_id.as_ref().map(UserId::as_str));
        row.text_or_null(outcome.card_ref.as_ref().map(CardRef::as_str));
        row.text_or_null(outcome.reseal.as_ref().map(|(key, _)| key.as_str()));
        row.bytes_or_null(outcome.reseal.as_ref().map(|(_, body)| body.as_slice()));
        row.moment_or_null(outcome.ask_at).text_or_null(outcome.trust.as_deref()).number(outcome.strip.into());
        row.text_or_null(holder).moment_or_null(due_by).moment_or_null(asked_until);
    });
    let unparking = UNPARK.rows(&parked, |row, id| {
        row.number(*id);
    });
    let finished = done.execute(tx.conn()).await? + finishing.execute(tx.conn()).await?;
    if finished != outcomes.len() as u64 {
        let lost = !matches!(provided, Provided::Always);
        return Err(if lost { StoreError::LeaseLost } else { StoreError::Missing("delivery") });
    }
    unparking.execute(tx.conn()).await?;
    Ok(())
}

async fn lock_where_parked(tx: &mut Tx, outcomes: &[DeliveryOutcome]) -> Result<()> {
    if outcomes.iter().any(|outcome| outcome.state == DeliveryState::Parked) {
        lock_parking(tx).await?;
    }
    Ok(())
}

/// Parking for a card and learning of cards take turns: else one that is parked in the same instant in which its card is
/// learned would be seen by neither.
pub(in crate::store) async fn lock_parking(tx: &mut Tx) -> Result<()> {
    let taken = sqlx::query("UPDATE parking SET turns = turns + 1 WHERE id = 1").execute(tx.conn()).await?;
    one(taken.rows_affected(), "parking")
}

static WAKE: Grouped = Grouped::new(
    "WITH learned (learned_card, learned_at) AS (VALUES",
    2,
    ") UPDATE deliveries
     SET state = 'pending', next_at = learned.learned_at
     FROM learned
     WHERE deliveries.card_ref = learned.learned_card
     AND deliveries.state = 'parked'",
);

/// Lets everything come alive that is parked for these cards.
pub(in crate::store) async fn wake_parked(tx: &mut Tx, cards: &[CardRef], at: Moment) -> Result<()> {
    let waking = WAKE.rows(cards, |row, card| {
        row.text(card.as_str()).moment(at);
    });
    waking.execute(tx.conn()).await?;
    Ok(())
}
