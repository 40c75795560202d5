//! The bank's statements: the past, what notifications told, and what never came.
//!
//! A card's statement is read from its newest payment back to where it has been read before, so nothing between is left out.
//! Everything up to there is covered: what the statement does not show there was no card payment. From time to time the counts
//! are compared too, and a statement that holds more than we do is read to its end.

use super::Links;
use super::prove::{Setback, jittered, lease_of};
use crate::alarms::Kind;
use crate::anytime::{BankError, Statement};
use crate::clock::Moment;
use crate::ledger;
use crate::metrics;
use crate::secret::Secret;
use crate::store::{CardRecord, HistoryStep, LinkRecord, Round, StoreError};
use crate::vault::VaultError;
use crate::vendor::BankPayment;
use domain::chain;
use domain::ids::CardRef;
use std::time::Duration;

/// Payments of one page of history.
const HISTORY_PAGE: i64 = 500;
/// Payments of the first page where little is expected.
const RECENT_PAGE: i64 = 50;
/// Pages of one card that are read in one round; a million payments.
const MOST_PAGES: i64 = 2_000;
/// How long a round may take before the link is taken again.
pub(super) const LEASE: Duration = Duration::from_mins(5);
/// The bank books by the second.
const SECOND: Duration = Duration::from_secs(1);
/// What an empty statement covers.
const NOTHING_YET: Moment = Moment(0);
/// Payments that are held against each other at once.
const CHAIN: i64 = 1_000;
/// First and longest wait for what the statement does not show yet.
const FIRST_LOOK: Duration = Duration::from_secs(5);
const LAST_LOOK: Duration = Duration::from_hours(1);
/// Looks after which what is still missing from the statement is an operator's matter.
const MOST_LOOKS: i64 = 8;

/// What the bank's statement says of a payment that a notification told.
pub enum Vouched {
    /// It is there, as stated.
    Stated(Box<BankPayment>),
    NotYet,
    /// The bank could not be asked.
    Unanswered(BankError),
}

impl Links {
    /// Looks a payment up in the statement of its day, with the token of one of the card's owners.
    pub async fn look_up(&self, owner: &CardRecord, payment: &BankPayment) -> Result<Vouched, VaultError> {
        let Some(link) = self.store.link(&owner.link_id).await? else { return Ok(Vouched::NotYet) };
        // For a paused account the bank is not asked; once it is resumed, an operator can put it to the bank again.
        if self.store.user_by_id(&link.user_id).await?.is_none_or(|user| user.disabled_at.is_some()) {
            return Ok(Vouched::NotYet);
        }
        let Some(token) = self.open_token(&link).await? else { return Ok(Vouched::NotYet) };
        Ok(match self.stated(&token, &owner.card_ref, payment).await {
            Ok(stated) => stated.map_or(Vouched::NotYet, |stated| Vouched::Stated(Box::new(stated))),
            Err(error) => Vouched::Unanswered(error),
        })
    }

    /// On the day that the notification names, or among the newest: it need not be right about its day.
    async fn stated(
        &self,
        token: &Secret,
        card: &CardRef,
        payment: &BankPayment,
    ) -> Result<Option<BankPayment>, BankError> {
        let find =
            |statement: Statement| statement.payments.into_iter().flatten().find(|stated| stated.txid == payment.txid);
        let day = payment.booked_at.bank_day();
        let of_day = find(self.bank.statement_of_day(token, card, &day, HISTORY_PAGE).await?);
        if of_day.is_some() {
            return Ok(of_day);
        }
        Ok(find(self.bank.statement(token, card, 0, RECENT_PAGE).await?))
    }

    /// One page of the first card whose history is incomplete; when all are complete, the statement of each card.
    pub(super) async fn read_statements(&self, link: &LinkRecord, token: &Secret) -> Result<(), Setback> {
        let cards = self.store.cards_of_link(&link.id).await?;
        if let Some(card) = cards.iter().find(|card| card.history_complete_at.is_none()) {
            return self.read_history(link, card, token).await;
        }
        let began = self.clock.now();
        // Before the bank is asked: if it does not answer, its customer learns what is missing all the same.
        for card in &cards {
            self.check_chain(card).await?;
        }
        let through = link.reconcile_at.is_none_or(|at| at <= began);
        let mut open = false;
        for card in &cards {
            if through || self.is_waiting(card).await? {
                open |= self.read_card(card, token, through).await?;
            }
        }
        let round = Round {
            lease: lease_of(link),
            retry_at: open.then(|| self.clock.now().plus(self.next_look(link))),
            reconcile_at: through.then(|| began.plus(jittered(self.reconcile_every))),
        };
        Ok(self.store.end_round(link, round).await?)
    }

    /// Marks what is missing as far as it shows without the bank.
    pub(super) async fn look_for_gaps(&self, link: &LinkRecord) -> Result<(), StoreError> {
        for card in self.store.cards_of_link(&link.id).await? {
            self.check_chain(&card).await?;
        }
        Ok(())
    }

    fn next_look(&self, link: &LinkRecord) -> Duration {
        if link.attempts >= MOST_LOOKS {
            self.alarms.raise(Kind::Unconfirmed, link.id.to_string(), "not-in-statement");
        }
        jittered(FIRST_LOOK.saturating_mul(1 << link.attempts.clamp(0, 16)).min(LAST_LOOK))
    }

    /// Whether a card has anything that the bank has not confirmed.
    async fn is_waiting(&self, card: &CardRecord) -> Result<bool, StoreError> {
        if card.covered_at.is_none() {
            return Ok(true);
        }
        let chain = self.store.chain(&card.chain(), uncovered(card), CHAIN).await?;
        Ok(chain.iter().any(|payment| !payment.confirmed || payment.missing_minor.is_some()))
    }

    /// Reads a card's statement from its newest payment back to what is covered; with `through`, to its end if it holds more than
    /// we do. Whether anything is still open afterwards.
    async fn read_card(&self, card: &CardRecord, token: &Secret, through: bool) -> Result<bool, Setback> {
        let from = uncovered(card);
        let mut reach = Reach::default();
        let mut size = RECENT_PAGE;
        for _ in 0..MOST_PAGES {
            let statement = match self.bank.statement(token, &card.card_ref, reach.read, size).await {
                // A card that the token does not reach any more must not keep the others from being read.
                Err(BankError::NoRights) => return Ok(false),
                other => other?,
            };
            self.enter(card, &statement, true, self.clock.now()).await?;
            let done = reach.note(&statement, from);
            if done && !(through && self.lacks(card, &statement).await?) {
                break;
            }
            if reach.is_whole {
                break;
            }
            size = HISTORY_PAGE;
        }
        let newest = reach.newest.unwrap_or(NOTHING_YET);
        self.store.note_covered(&card.chain(), newest).await?;
        let card = CardRecord { covered_at: Some(newest).max(card.covered_at), ..card.clone() };
        self.check_chain(&card).await?;
        Ok(self.is_waiting(&card).await?)
    }

    /// Whether the statement holds more payments than we have from it.
    async fn lacks(&self, card: &CardRecord, statement: &Statement) -> Result<bool, StoreError> {
        Ok(self.store.count_payments(&card.chain()).await? < statement.total)
    }

    /// Marks payments that do not follow from the one before, where no statement has covered them, and takes the marks of others
    /// away.
    async fn check_chain(&self, card: &CardRecord) -> Result<(), StoreError> {
        if card.covered_at.is_none() {
            // Its statement was never read, so nothing is known of what is missing.
            return Ok(());
        }
        let chain = self.store.chain(&card.chain(), uncovered(card), CHAIN).await?;
        let bookings: Vec<_> = chain.iter().map(|payment| payment.booking).collect();
        let covered = |booked_at| card.covered_at.is_some_and(|covered| booked_at <= covered);
        let mut marks: Vec<_> = chain
            .iter()
            .zip(chain::missing(&bookings))
            .map(|(payment, missing)| (payment, missing.filter(|_| !covered(payment.booked_at))))
            .filter(|(payment, missing)| payment.missing_minor != *missing)
            .map(|(payment, missing)| (payment.id, missing))
            .collect();
        let found = marks.iter().filter(|(_, missing)| missing.is_some()).count();
        let looked_at: Vec<i64> = chain.iter().map(|payment| payment.id).collect();
        for marked in self.store.marked_missing(&card.chain()).await? {
            if !looked_at.contains(&marked.id) && covered(marked.booked_at) {
                marks.push((marked.id, None));
            }
        }
        if !marks.is_empty() {
            tracing::info!(card.link = %card.link_id, found, closed = marks.len() - found, "gaps in a card's balances");
            metrics::gaps(found, marks.len() - found);
        }
        self.store.mark_missing(&card.chain(), &marks, self.clock.now()).await
    }

    async fn read_history(&self, link: &LinkRecord, card: &CardRecord, token: &Secret) -> Result<(), Setback> {
        // New payments push older ones further back, so going on at the same offset may read a payment twice, which
        // changes nothing, but never skips one.
        let statement = match self.bank.statement(token, &card.card_ref, card.history_done, HISTORY_PAGE).await {
            Err(BankError::NoRights) => Statement { total: 0, payments: Vec::new() },
            other => other?,
        };
        let now = self.clock.now();
        self.enter(card, &statement, false, now).await?;
        let fetched = i64::try_from(statement.payments.len()).unwrap_or(i64::MAX);
        let complete = fetched == 0 || card.history_done + fetched >= statement.total;
        let step = HistoryStep {
            link_id: card.link_id.clone(),
            card_ref: card.card_ref.clone(),
            total: statement.total,
            fetched,
            complete,
            turn: link.turn,
            at: now,
        };
        self.store.note_history(&step).await?;
        if card.history_done == 0 {
            self.store.note_covered(&card.chain(), newest(&statement).unwrap_or(NOTHING_YET)).await?;
        }
        if complete {
            // What was paid since the first page was read is known by its notification at best; the newest page confirms it.
            self.confirm_soon(&card.link_id).await?;
        }
        Ok(())
    }

    async fn enter(&self, card: &CardRecord, statement: &Statement, live: bool, now: Moment) -> Result<(), Setback> {
        let mut entries = Vec::with_capacity(statement.payments.len());
        for payment in &statement.payments {
            match payment.as_ref().map_err(|error| *error).and_then(|payment| ledger::entry(card, payment, Some(now))) {
                Ok(entry) => entries.push(entry),
                Err(error) => {
                    tracing::warn!(card.link = %card.link_id, field = error.field, "a payment of a statement cannot be read");
                }
            }
        }
        self.store.apply_payments(&entries, live, now).await?;
        Ok(())
    }
}

/// How far a statement has been read.
#[derive(Debug, Default)]
struct Reach {
    read: i64,
    /// Booked last, when reading began.
    newest: Option<Moment>,
    is_whole: bool,
}

impl Reach {
    /// Counts a page; whether it reaches back to `from`.
    fn note(&mut self, statement: &Statement, from: Moment) -> bool {
        self.newest = self.newest.or_else(|| newest(statement));
        let fetched = i64::try_from(statement.payments.len()).unwrap_or(i64::MAX);
        self.read = self.read.saturating_add(fetched);
        self.is_whole = fetched == 0 || self.read >= statement.total;
        let oldest = statement.payments.iter().flatten().map(|payment| payment.booked_at).min();
        self.is_whole || oldest.is_some_and(|oldest| oldest < from)
    }
}

fn newest(statement: &Statement) -> Option<Moment> {
    statement.payments.iter().flatten().map(|payment| payment.booked_at).max()
}

/// Where what is not covered begins: payments of the last covered second may have come after it was read.
fn uncovered(card: &CardRecord) -> Moment {
    card.covered_at.map_or(Moment(i64::MIN), |covered| covered.minus(SECOND))
}
