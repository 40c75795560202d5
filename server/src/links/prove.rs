//! The bank's API proves a token and tells its cards.

use super::Links;
use crate::alarms::Kind;
use crate::anytime::BankError;
use crate::clock::Moment;
use crate::secret::Secret;
use crate::store::{Learned, LearnedAccount, LearnedCard, LinkRecord, Proven, Round, StoreError};
use crate::vault::VaultError;
use domain::money::Money;
use std::time::Duration;

/// How often the bank is asked about a revoked token.
const MOST_CHECKS: i64 = 8;
/// First and longest wait after the bank could not answer.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Why a link could not be taken further now.
pub(super) enum Setback {
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
    /// Takes one link, as it was taken, one step further: proves it, or fetches one page of history, or reads its statements; or sees whether a
    /// token that is said to be revoked really is.
    pub(super) async fn advance(&self, link: &LinkRecord) -> Result<(), VaultError> {
        let Some(token) = self.open_token(link).await? else {
            return Ok(self.store.erase_token(&link.id).await?);
        };
        if link.revoked_at.is_some() {
            return self.check_revocation(link, &token).await;
        }
        let result = match link.proven_at {
            None => self.prove(link, &token).await,
            Some(_) => self.read_statements(link, &token).await,
        };
        match result {
            Ok(()) => Ok(()),
            Err(Setback::Ours(error)) => Err(error),
            Err(Setback::Bank(BankError::TokenRefused)) => {
                Ok(self.store.refuse_taken(link, BankError::TokenRefused.code(), self.clock.now()).await?)
            }
            Err(Setback::Bank(error)) => self.wait(link, &error).await,
        }
    }

    async fn wait(&self, link: &LinkRecord, error: &BankError) -> Result<(), VaultError> {
        self.watch(error);
        let wait = Self::backoff(link, error);
        tracing::warn!(link.id = %link.id, link.attempts, %error, wait_ms = wait.as_millis(), "the bank could not answer for a link");
        Ok(self.store.postpone_link(link, error.code(), self.clock.now().plus(wait)).await?)
    }

    fn backoff(link: &LinkRecord, error: &BankError) -> Duration {
        let doubled = FIRST_WAIT.saturating_mul(1 << link.attempts.clamp(0, 16)).min(LONGEST_WAIT);
        let asked = match error {
            BankError::RateLimited { retry_after } | BankError::Paused { retry_after } => {
                retry_after.unwrap_or_default()
            }
            _ => Duration::ZERO,
        };
        // Who was asked to wait comes no earlier, and not all at once.
        asked + jittered(doubled)
    }

    fn watch(&self, error: &BankError) {
        match error {
            BankError::PartnerRefused => self.alarms.raise(Kind::PartnerRefused, "", error.code()),
            BankError::Paused { .. } => self.alarms.raise(Kind::BankDown, "", error.code()),
            _ => {}
        }
    }

    /// The token was revoked, so the bank says: does it refuse it? Then it is erased. A bank that still honours it is no
    /// reason to go on, but one to look.
    async fn check_revocation(&self, link: &LinkRecord, token: &Secret) -> Result<(), VaultError> {
        let retry_at = match self.bank.accounts(token).await {
            Err(BankError::TokenRefused) => return Ok(self.store.erase_token(&link.id).await?),
            Ok(_) => {
                self.alarms.raise(Kind::FalseRevocation, link.id.to_string(), "token-works");
                None
            }
            Err(error) => Some(self.clock.now().plus(Self::backoff(link, &error))),
        };
        let retry_at = retry_at.filter(|_| link.attempts < MOST_CHECKS);
        let round = Round { lease: lease_of(link), retry_at, reconcile_at: None };
        Ok(self.store.end_round(link, round).await?)
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
            turn: link.turn,
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
}

/// Until when a link was taken: it is due again then.
pub(super) fn lease_of(taken: &LinkRecord) -> Moment {
    taken.next_try_at.unwrap_or(Moment(i64::MAX))
}

/// Between half and the whole of a wait, so that many links do not come back at once.
pub(super) fn jittered(wait: Duration) -> Duration {
    let share = u32::from(crate::randomness::bytes::<1>()[0]);
    wait / 2 + wait / 2 * share / 255
}
