//! What became of arrivals.

use super::DeliveryState;
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
}

/// The effects of arrivals, and what became of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    pub payments: Vec<NewPayment>,
    pub outcomes: Vec<DeliveryOutcome>,
    /// When the bank is to be asked about these payments, unless it is asked before.
    pub confirm_at: Moment,
    /// Who processed; where somebody else does by now, nothing is written.
    pub holder: String,
    pub at: Moment,
}

impl Store {
    /// Notes what became of arrivals, in one transaction. One that is to be parked although its card has been learned meanwhile
    /// is pending at once instead.
    pub async fn finish_deliveries(&self, outcomes: &[DeliveryOutcome]) -> Result<()> {
        let outcomes = outcomes.to_vec();
        self.write(move |tx| Box::pin(async move { finish(tx, &outcomes, None).await })).await
    }

    /// [`Store::apply_payments`] (live) and [`Store::finish_deliveries`] in one transaction. [`StoreError::LeaseLost`] where the
    /// lease of one of them has passed to somebody else: then nothing was written.
    pub async fn settle(&self, settlement: Settlement) -> Result<Vec<Applied>> {
        let Settlement { payments, outcomes, confirm_at, holder, at } = settlement;
        let news = News { live: true, confirm_at: Some(confirm_at), at };
        self.write(move |tx| {
            Box::pin(async move {
                let applied = apply(tx, payments, news).await?;
                finish(tx, &outcomes, Some(&holder)).await?;
                faults::point("effect.written");
                Ok(applied)
            })
        })
        .await
    }
}

static FINISH: Grouped = Grouped::new(
    "WITH outcome (outcome_id, new_verdict, new_reason, new_state, new_next_at, new_attempts, new_user, new_card,
        new_key, new_body, new_ask_at, new_trust, held_by) AS (VALUES",
    13,
    ") UPDATE deliveries
     SET verdict = outcome.new_verdict, reason = outcome.new_reason, state = outcome.new_state,
        next_at = outcome.new_next_at, attempts = outcome.new_attempts,
        user_id = COALESCE(outcome.new_user, deliveries.user_id),
        card_ref = COALESCE(outcome.new_card, deliveries.card_ref),
        body_key = COALESCE(outcome.new_key, deliveries.body_key),
        body = COALESCE(outcome.new_body, deliveries.body), ask_at = outcome.new_ask_at,
        trust = COALESCE(outcome.new_trust, deliveries.trust), leased_by = NULL
     FROM outcome
     WHERE deliveries.id = outcome.outcome_id
     AND (outcome.held_by IS NULL OR deliveries.leased_by = outcome.held_by)",
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

async fn finish(tx: &mut Tx, outcomes: &[DeliveryOutcome], holder: Option<&str>) -> Result<()> {
    let mut sorted: Vec<&DeliveryOutcome> = outcomes.iter().collect();
    sorted.sort_unstable_by_key(|outcome| outcome.id);
    let parked: Vec<i64> =
        sorted.iter().filter(|outcome| outcome.state == DeliveryState::Parked).map(|outcome| outcome.id).collect();
    let finishing = FINISH.rows(&sorted, |row, outcome| {
        row.number(outcome.id).text(outcome.verdict.code()).text(outcome.reason).text(outcome.state.code());
        row.moment_or_null(outcome.next_at).number(outcome.attempts);
        row.text_or_null(outcome.user_id.as_ref().map(UserId::as_str));
        row.text_or_null(outcome.card_ref.as_ref().map(CardRef::as_str));
        row.text_or_null(outcome.reseal.as_ref().map(|(key, _)| key.as_str()));
        row.bytes_or_null(outcome.reseal.as_ref().map(|(_, body)| body.as_slice()));
        row.moment_or_null(outcome.ask_at).text_or_null(outcome.trust.as_deref()).text_or_null(holder);
    });
    let unparking = UNPARK.rows(&parked, |row, id| {
        row.number(*id);
    });
    if !parked.is_empty() {
        lock_parking(tx).await?;
    }
    if finishing.execute(tx.conn()).await? != sorted.len() as u64 {
        return Err(if holder.is_some() { StoreError::LeaseLost } else { StoreError::Missing("delivery") });
    }
    unparking.execute(tx.conn()).await?;
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
