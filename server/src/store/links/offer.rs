//! A token arrives, by either channel.

use super::{LinkRecord, find_by_token, lock_token, unlock_token};
use crate::clock::Moment;
use crate::store::feed::Subject;
use crate::store::funnel::reach;
use crate::store::intents::{INTENT_BY_ID, IntentRecord};
use crate::store::transaction::Tx;
use crate::store::{Result, Store};
use app::backend::FunnelStep;
use domain::ids::{IntentId, LinkId, UserId};

/// Which way a token came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// The bank's script, through the user's own browser.
    Browser,
    /// The bank's notification.
    Notification,
}

/// A token that a channel brings for a user.
#[derive(Clone, Copy)]
pub struct TokenOffer<'a> {
    /// Of the link, where the token is new.
    pub new_link_id: &'a LinkId,
    pub user_id: &'a UserId,
    /// Keyed fingerprint.
    pub token_fp: &'a str,
    /// The token under the user's data key, bound to user and fingerprint.
    pub token_sealed: &'a [u8],
    pub channel: Channel,
    /// Used up by a new token.
    pub intent_id: Option<&'a IntentId>,
    pub at: Moment,
}

/// What an offer came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offered {
    /// A link was made; it is to be proven at once.
    New(LinkId),
    /// The user's link already; that this channel spoke of it is noted, unless the link is forgotten.
    Known(LinkId),
    /// The bank revoked this token, before or after it was offered. A token that is new to us still gets a link, so that its
    /// owner sees what became of it; nothing calls the bank for it.
    AlreadyRevoked(LinkId),
    /// The same token under another user; nothing was written.
    OtherUser { link_id: LinkId, user_id: UserId },
    /// A different token has used the intent; nothing was written.
    IntentUsed,
    /// There is no such intent of this user, or its time has ended; nothing was written.
    IntentGone,
}

/// An offer that a task of its own can keep.
#[derive(Clone)]
pub struct KeptOffer {
    new_link_id: LinkId,
    pub(in crate::store) user_id: UserId,
    pub(in crate::store) token_fp: String,
    token_sealed: Vec<u8>,
    channel: Channel,
    intent_id: Option<IntentId>,
    at: Moment,
}

impl From<&TokenOffer<'_>> for KeptOffer {
    fn from(offer: &TokenOffer<'_>) -> Self {
        Self {
            new_link_id: offer.new_link_id.clone(),
            user_id: offer.user_id.clone(),
            token_fp: offer.token_fp.to_owned(),
            token_sealed: offer.token_sealed.to_vec(),
            channel: offer.channel,
            intent_id: offer.intent_id.cloned(),
            at: offer.at,
        }
    }
}

impl Offered {
    /// Whom a notification of this token concerns, where that is known, and what is wrong with it: a code, empty when all is well.
    pub fn came_to(&self, user: &UserId) -> (Option<UserId>, &'static str) {
        let user = Some(user.clone());
        match self {
            Self::New(_) | Self::Known(_) => (user, ""),
            Self::AlreadyRevoked(_) => (user, "already-revoked"),
            Self::IntentUsed => (user, "intent-used"),
            Self::IntentGone => (None, "unknown-intent"),
            // The bank says that it was made on another person's page than the one that brought it first.
            Self::OtherUser { .. } => (None, "contested-token"),
        }
    }
}

impl Store {
    /// Makes a link of a token, or adds this channel's word to the link that there is. One transaction: a token that comes by
    /// both channels at once makes one link, and an intent is used by one token.
    pub async fn offer_token(&self, offer: impl Into<KeptOffer>) -> Result<Offered> {
        let offer = offer.into();
        self.write(move |tx| {
            Box::pin(async move {
                let revoked_at = lock_token(tx, &offer.token_fp).await?;
                tx.lock_feeds([&offer.user_id]).await?;
                let offered = take(tx, &offer, revoked_at).await?;
                unlock_token(tx, &offer.token_fp).await?;
                Ok(offered)
            })
        })
        .await
    }
}

/// The body of [`Store::offer_token`], for a transaction that does more. Token and feed are locked.
pub(in crate::store) async fn take(tx: &mut Tx, offer: &KeptOffer, revoked_at: Option<Moment>) -> Result<Offered> {
    match find_by_token(tx.conn(), &offer.token_fp).await? {
        Some(link) => known(tx, offer, link).await,
        None => unknown(tx, offer, revoked_at).await,
    }
}

async fn known(tx: &mut Tx, offer: &KeptOffer, link: LinkRecord) -> Result<Offered> {
    if link.user_id != offer.user_id {
        return Ok(Offered::OtherUser { link_id: link.id, user_id: link.user_id });
    }
    if link.forgotten_at.is_some() {
        return Ok(Offered::Known(link.id));
    }
    let (noted, sql) = match offer.channel {
        Channel::Browser => {
            (link.browser_at, "UPDATE links SET browser_at = $1, last_news_at = $1, seq = $2 WHERE id = $3")
        }
        Channel::Notification => {
            (link.notified_at, "UPDATE links SET notified_at = $1, last_news_at = $1, seq = $2 WHERE id = $3")
        }
    };
    if noted.is_none() {
        let seq = tx.emit(&link.user_id, Subject::Link(link.id.clone()), offer.at)?;
        sqlx::query(sql).bind(offer.at.0).bind(seq.0).bind(link.id.to_string()).execute(tx.conn()).await?;
    }
    if let Intent::Open(intent) = look_at_intent(tx, offer).await? {
        use_intent(tx, offer, &intent).await?;
    }
    Ok(if link.revoked_at.is_some() { Offered::AlreadyRevoked(link.id) } else { Offered::Known(link.id) })
}

async fn unknown(tx: &mut Tx, offer: &KeptOffer, revoked_at: Option<Moment>) -> Result<Offered> {
    match look_at_intent(tx, offer).await? {
        Intent::None => {}
        Intent::Open(intent) => use_intent(tx, offer, &intent).await?,
        Intent::Used => return Ok(Offered::IntentUsed),
        Intent::Gone => return Ok(Offered::IntentGone),
    }
    let id = &offer.new_link_id;
    let seq = tx.emit(&offer.user_id, Subject::Link(id.clone()), offer.at)?;
    let alive = revoked_at.is_none();
    sqlx::query(
        "INSERT INTO links (id, user_id, created_at, token_fp, token_sealed, browser_at, notified_at, revoked_at,
            last_news_at, next_try_at, fresh_at, seq)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $3, $9, $9, $10)",
    )
    .bind(id.to_string())
    .bind(offer.user_id.to_string())
    .bind(offer.at.0)
    .bind(offer.token_fp.clone())
    .bind(alive.then(|| offer.token_sealed.clone()))
    .bind((offer.channel == Channel::Browser).then_some(offer.at.0))
    .bind((offer.channel == Channel::Notification).then_some(offer.at.0))
    .bind(revoked_at.map(|revoked_at| revoked_at.0))
    .bind(alive.then_some(offer.at.0))
    .bind(seq.0)
    .execute(tx.conn())
    .await?;
    Ok(if alive { Offered::New(id.clone()) } else { Offered::AlreadyRevoked(id.clone()) })
}

enum Intent {
    /// The offer names none.
    None,
    /// Nobody has used it, or this same token has.
    Open(IntentRecord),
    Used,
    Gone,
}

async fn look_at_intent(tx: &mut Tx, offer: &KeptOffer) -> Result<Intent> {
    let Some(id) = &offer.intent_id else { return Ok(Intent::None) };
    let row = sqlx::query(INTENT_BY_ID).bind(id.to_string()).fetch_optional(tx.conn()).await?;
    let Some(intent) = row.as_ref().map(IntentRecord::read).transpose()? else { return Ok(Intent::Gone) };
    Ok(match &intent.token_fp {
        _ if intent.user_id != offer.user_id => Intent::Gone,
        Some(token_fp) if *token_fp == offer.token_fp => Intent::Open(intent),
        Some(_) => Intent::Used,
        None if intent.expires_at <= offer.at => Intent::Gone,
        None => Intent::Open(intent),
    })
}

async fn use_intent(tx: &mut Tx, offer: &KeptOffer, intent: &IntentRecord) -> Result<()> {
    if intent.used_at.is_some() {
        return Ok(());
    }
    sqlx::query("UPDATE link_intents SET used_at = $1, token_fp = $2 WHERE id = $3")
        .bind(offer.at.0)
        .bind(offer.token_fp.clone())
        .bind(intent.id.to_string())
        .execute(tx.conn())
        .await?;
    reach(tx, &intent.user_id, &intent.id, FunnelStep::Kept).await
}
