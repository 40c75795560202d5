//! A token arrives, by either channel.

use super::{CONFIRM_AFTER, Links};
use crate::clock::Moment;
use crate::randomness;
use crate::secret::Secret;
use crate::store::{Channel, KeptOffer, Offered, TokenOffer};
use crate::vault::VaultError;
use domain::ids::{IntentId, LinkId, UserId};

/// What the token of a notification came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenOutcome {
    /// Whom it concerns, where that is known.
    pub user_id: Option<UserId>,
    /// A code for operators; empty when all is well.
    pub problem: &'static str,
}

/// Whom a notification brings a token for.
pub(crate) enum Asked {
    For {
        user: UserId,
        intent: IntentId,
    },
    /// Nobody, for this reason.
    Nothing(&'static str),
}

/// What the browser's token came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The link that it belongs to; its state is another question.
    Link(LinkId),
    /// The attempt was not opened here, is too old, or was used for another token.
    IntentGone,
    /// The token is linked to somebody else.
    Conflict,
}

impl Links {
    /// `token_created`: the custom reference says whose it is.
    pub async fn created(
        &self,
        token: &Secret,
        custom_reference: Option<&str>,
        at: Moment,
    ) -> Result<TokenOutcome, VaultError> {
        let (user, intent) = match self.asked(custom_reference, at).await? {
            Asked::For { user, intent } => (user, intent),
            Asked::Nothing(problem) => return Ok(TokenOutcome { user_id: None, problem }),
        };
        let offered = self.offer(&user, token, Channel::Notification, Some(&intent), at).await?;
        if let Offered::OtherUser { link_id, .. } = &offered {
            self.store.refuse_link(link_id, "contested", at).await?;
        }
        let (user_id, problem) = offered.came_to(&user);
        Ok(TokenOutcome { user_id, problem })
    }

    /// Whom a notification that came at this moment brings a token for.
    pub(crate) async fn asked(&self, custom_reference: Option<&str>, at: Moment) -> Result<Asked, VaultError> {
        let Some(reference) = custom_reference else { return Ok(Asked::Nothing("no-custom-reference")) };
        let Ok(intent) = self.vault.open_reference(reference) else {
            return Ok(Asked::Nothing("unreadable-custom-reference"));
        };
        Ok(match self.store.intent(&intent).await? {
            None => Asked::Nothing("unknown-intent"),
            Some(known) if known.expires_at < at => Asked::Nothing("expired-intent"),
            Some(known) => Asked::For { user: known.user_id, intent },
        })
    }

    /// `token_revoked`: only the token itself counts, whatever the custom reference says.
    pub async fn revoked(&self, token: &Secret, at: Moment) -> Result<TokenOutcome, VaultError> {
        let check_at = self.clock.now().plus(CONFIRM_AFTER);
        let link = self.store.revoke_token(&self.vault.fingerprint(token), Some(check_at), at).await?;
        let problem = if link.is_some() { "" } else { "unknown-token" };
        Ok(TokenOutcome { user_id: link.map(|link| link.user_id), problem })
    }

    /// `onTokenCreated`: the signed-in user says that it is hers. It must come from an attempt that she opened here.
    pub async fn brought(
        &self,
        user: &UserId,
        token: &Secret,
        custom_reference: Option<&str>,
    ) -> Result<Outcome, VaultError> {
        let now = self.clock.now();
        let intent = match custom_reference {
            Some(reference) => match self.vault.open_reference(reference) {
                Ok(id) => {
                    self.store.intent(&id).await?.filter(|intent| intent.user_id == *user && intent.expires_at >= now)
                }
                Err(_) => None,
            },
            None => self.store.newest_open_intent(user, now).await?,
        };
        let known = self.store.link_by_token(&self.vault.fingerprint(token)).await?;
        let intent_id = match (intent, &known) {
            (Some(intent), _) => Some(intent.id),
            // The notification was quicker and has used the attempt already.
            (None, Some(link)) if link.user_id == *user => None,
            (None, _) => return Ok(Outcome::IntentGone),
        };
        Ok(match self.offer(user, token, Channel::Browser, intent_id.as_ref(), now).await? {
            Offered::New(id) | Offered::Known(id) | Offered::AlreadyRevoked(id) => Outcome::Link(id),
            Offered::IntentUsed | Offered::IntentGone => Outcome::IntentGone,
            Offered::OtherUser { .. } => Outcome::Conflict,
        })
    }

    async fn offer(
        &self,
        user: &UserId,
        token: &Secret,
        channel: Channel,
        intent: Option<&IntentId>,
        at: Moment,
    ) -> Result<Offered, VaultError> {
        let offer = self.kept_offer(user, token, channel, intent, at).await?;
        let offered = self.store.offer_token(offer).await?;
        self.wake.notify_one();
        Ok(offered)
    }

    /// An offer with its token sealed for this user.
    pub(crate) async fn kept_offer(
        &self,
        user: &UserId,
        token: &Secret,
        channel: Channel,
        intent: Option<&IntentId>,
        at: Moment,
    ) -> Result<KeptOffer, VaultError> {
        let token_fp = self.vault.fingerprint(token);
        let key = self.vault.user_key(user).await?;
        let sealed = Self::seal_token(&key, token, &token_fp);
        let new_link_id = LinkId::parse(randomness::id()).map_err(|_| crate::vault::SealedError)?;
        Ok(KeptOffer::from(&TokenOffer {
            new_link_id: &new_link_id,
            user_id: user,
            token_fp: &token_fp,
            token_sealed: &sealed,
            channel,
            intent_id: intent,
            at,
        }))
    }
}
