//! The bank's API proves a token, tells its cards, and gives their history.

use super::Links;
use crate::anytime::{BankError, Statement};
use crate::clock::Moment;
use crate::ledger;
use crate::secret::Secret;
use crate::store::{CardRecord, HistoryStep, Learned, LearnedAccount, LearnedCard, LinkRecord, Proven, StoreError};
use crate::vault::VaultError;
use domain::money::Money;
use std::collections::HashSet;
use std::time::Duration;

/// Payments of one page of history.
const HISTORY_PAGE: i64 = 500;
/// Payments looked at to confirm what notifications brought.
const RECENT_PAGE: i64 = 50;
/// First and longest wait after the bank could not answer.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// Why a link could not be taken further now.
enum Setback {
    Bank(BankError),
    Ours(VaultError),
}

impl From<BankError> for Setback {
    fn from(error: BankError) -> Self {
        Self::Bank(error)
    }
}

impl From<StoreError> for Setback {
    fn from(error: StoreError) -> Self {
        Self::Ours(error.into())
    }
}

impl From<VaultError> for Setback {
    fn from(error: VaultError) -> Self {
        Self::Ours(error)
    }
}

impl Links {
    /// Takes one due link one step further: proves it, or fetches one page of history, or confirms recent payments.
    pub(super) async fn advance(&self, link: &LinkRecord) -> Result<(), VaultError> {
        let result = match self.open_token(link).await? {
            None => return Ok(self.store.settle_link(&link.id).await?),
            Some(token) if link.proven_at.is_none() => self.prove(link, &token).await,
            Some(token) => self.read_statements(link, &token).await,
        };
        match result {
            Ok(()) => Ok(()),
            Err(Setback::Ours(error)) => Err(error),
            Err(Setback::Bank(BankError::TokenRefused)) => {
                Ok(self.store.refuse_link(&link.id, BankError::TokenRefused.code(), self.clock.now()).await?)
            }
            Err(Setback::Bank(error)) => self.wait(link, &error).await,
        }
    }

    async fn wait(&self, link: &LinkRecord, error: &BankError) -> Result<(), VaultError> {
        let doubled = FIRST_WAIT.saturating_mul(1 << link.attempts.clamp(0, 16));
        let wait = match error {
            BankError::RateLimited { retry_after: Some(asked) } => doubled.max(*asked),
            _ => doubled,
        };
        let wait = jittered(wait.min(LONGEST_WAIT));
        tracing::warn!(link.id = %link.id, link.attempts, %error, wait_ms = wait.as_millis(), "the bank could not answer for a link");
        Ok(self.store.postpone_link(&link.id, error.code(), self.clock.now().plus(wait)).await?)
    }

    async fn prove(&self, link: &LinkRecord, token: &Secret) -> Result<(), Setback> {
        let accounts = self.bank.accounts(token).await?;
        let mut cards = Vec::new();
        for account in &accounts {
            for card in self.bank.cards(token, &account.acc_id).await? {
                let balance = card.balance.as_deref().and_then(|text| Money::parse(text, account.currency).ok());
                cards.push(LearnedCard {
                    card_ref: card.card_ref,
                    acc_id: card.acc_id,
                    name: card.name,
                    holder: card.holder,
                    status: card.status,
                    currency: account.currency,
                    balance_minor: balance.map(|money| money.minor),
                });
            }
        }
        let holder = accounts.iter().map(|account| &account.name).chain(cards.iter().map(|card| &card.holder));
        let holder = holder.into_iter().find(|name| !name.is_empty()).cloned().unwrap_or_default();
        let accounts: Vec<_> = accounts
            .into_iter()
            .map(|a| LearnedAccount { acc_id: a.acc_id, acc_type: a.acc_type, currency: a.currency, name: a.name })
            .collect();
        let learned = Learned {
            link_id: &link.id,
            token_fp: &link.token_fp,
            holder: &holder,
            accounts: &accounts,
            cards: &cards,
            at: self.clock.now(),
        };
        match self.store.prove_link(&learned).await? {
            Proven::Linked(id) => tracing::info!(link.id = %id, cards = cards.len(), "a link is proven"),
            Proven::Merged { into } => tracing::info!(link.id = %into, "a link goes on with a new token"),
            Proven::Gone => tracing::info!(link.id = %link.id, "a link ended before it was proven"),
        }
        self.deliveries_wake.notify_one();
        Ok(())
    }

    /// One page of the first card whose history is incomplete; when all are complete, the newest page of each card.
    async fn read_statements(&self, link: &LinkRecord, token: &Secret) -> Result<(), Setback> {
        let cards = self.store.cards_of_link(&link.id).await?;
        if let Some(card) = cards.iter().find(|card| card.history_complete_at.is_none()) {
            return self.read_history(card, token).await;
        }
        // Noted before reading, so that a payment that comes meanwhile is scheduled anew.
        self.store.settle_link(&link.id).await?;
        for card in &cards {
            let statement = match self.bank.statement(token, &card.card_ref, 0, RECENT_PAGE).await {
                // A card that the token does not reach any more must not keep the others from being read.
                Err(BankError::NoRights) => continue,
                other => other?,
            };
            self.enter(card, &statement, true, self.clock.now()).await?;
        }
        Ok(())
    }

    async fn read_history(&self, card: &CardRecord, token: &Secret) -> Result<(), Setback> {
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
            at: now,
        };
        self.store.note_history(&step).await?;
        if complete {
            // What was paid since the first page was read is known by its notification at best; the newest page confirms it.
            self.confirm_soon(HashSet::from([card.link_id.clone()])).await?;
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

/// Between half and the whole of a wait, so that many links do not come back at once.
fn jittered(wait: Duration) -> Duration {
    let share = u32::from(crate::randomness::bytes::<1>()[0]);
    wait / 2 + wait / 2 * share / 255
}
