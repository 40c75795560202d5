//! Links: tokens of the bank, whose they are, and what is known of each.

mod cards;
mod end;
mod history;
mod merge;
mod offer;
mod prove;
mod schedule;
mod work;

pub use cards::CardRecord;
pub use history::HistoryStep;
pub use offer::{Channel, KeptOffer, Offered, TokenOffer};
pub use prove::{Learned, LearnedAccount, LearnedCard, Proven};
pub use schedule::Round;

pub(super) use cards::{CARDS_BY_KEY, CARDS_OF_LINKS, CARDS_OF_USER, linked};
pub(super) use end::{end, forget};
pub(super) use offer::take;
pub(super) use work::refuse;

use super::row::Columns;
use super::statement::{Grouped, storable};
use super::transaction::Tx;
use super::{Result, Store, StoreError};
use crate::clock::Moment;
use domain::ids::{LinkId, UserId};
use domain::link::{LinkFacts, LinkStatus};
use domain::live::Seq;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

/// A link, as stored. Its state is derived from its facts: [`LinkRecord::status`].
#[derive(Clone, PartialEq, Eq)]
pub struct LinkRecord {
    pub id: LinkId,
    pub user_id: UserId,
    pub created_at: Moment,
    /// Keyed fingerprint of the token.
    pub token_fp: String,
    /// Under the user's data key. None once forgotten, and a day after it was revoked.
    pub token_sealed: Option<Vec<u8>>,
    /// When each channel first spoke of this token.
    pub browser_at: Option<Moment>,
    pub notified_at: Option<Moment>,
    /// When the bank's API first answered with this token, and when it refused it.
    pub proven_at: Option<Moment>,
    pub refused_at: Option<Moment>,
    pub revoked_at: Option<Moment>,
    pub forgotten_at: Option<Moment>,
    /// Why it is refused or not yet proven; empty when there is nothing to say.
    pub problem: String,
    /// Account holder, as the bank names her.
    pub holder: String,
    pub last_news_at: Option<Moment>,
    /// Next call of the bank for this link. None when nothing is to do.
    pub next_try_at: Option<Moment>,
    /// Failed tries since the last success.
    pub attempts: i64,
    /// Payments of the past on all its cards: counted by the bank, and fetched.
    pub history_total: i64,
    pub history_done: i64,
    pub history_complete_at: Option<Moment>,
    /// When all its cards' statements have to be read through next.
    pub reconcile_at: Option<Moment>,
    /// Where it last changed in its owner's feed.
    pub seq: Seq,
    /// Grows each time that somebody takes it for work, and whenever its token changes.
    pub turn: i64,
}

/// The columns that `LinkRecord::read` reads, of the table `links`.
macro_rules! link_columns {
    () => {
        "links.id AS link_id, links.user_id, links.created_at, links.token_fp, links.token_sealed, links.browser_at,
         links.notified_at, links.proven_at, links.refused_at, links.revoked_at, links.forgotten_at, links.problem,
         links.holder, links.last_news_at, links.next_try_at, links.attempts, links.history_total, links.history_done,
         links.history_complete_at, links.reconcile_at, links.seq, links.turn"
    };
}
pub(super) use link_columns;

/// Also by an id that was merged into another link.
const BY_ID: &str = concat!(
    "SELECT ",
    link_columns!(),
    " FROM links
     WHERE links.id = COALESCE((SELECT link_id FROM link_aliases WHERE id = $1), $1)"
);

const BY_TOKEN: &str = concat!("SELECT ", link_columns!(), " FROM links WHERE links.token_fp = $1");

pub(super) const LINKS_OF_USER: &str = concat!(
    "SELECT ",
    link_columns!(),
    " FROM links
     WHERE links.user_id = $1
     AND links.forgotten_at IS NULL
     ORDER BY links.created_at DESC, links.id DESC"
);

/// Those of who has asked to be erased are hers no more.
const BEHIND: &str = concat!(
    "SELECT ",
    link_columns!(),
    " FROM links
     JOIN users ON users.id = links.user_id
     WHERE links.id > $1
     AND links.forgotten_at IS NULL
     AND users.erased_at IS NULL
     ORDER BY links.id
     LIMIT $2"
);

pub(super) static LINKS_BY_ID: Grouped =
    Grouped::new(concat!("SELECT ", link_columns!(), " FROM links WHERE links.id IN (VALUES"), 1, ")");

impl LinkRecord {
    pub(super) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.id("link_id")?,
            user_id: row.id("user_id")?,
            created_at: row.moment("created_at")?,
            token_fp: row.text("token_fp")?,
            token_sealed: row.bytes_or_null("token_sealed")?,
            browser_at: row.moment_or_null("browser_at")?,
            notified_at: row.moment_or_null("notified_at")?,
            proven_at: row.moment_or_null("proven_at")?,
            refused_at: row.moment_or_null("refused_at")?,
            revoked_at: row.moment_or_null("revoked_at")?,
            forgotten_at: row.moment_or_null("forgotten_at")?,
            problem: row.text("problem")?,
            holder: row.text("holder")?,
            last_news_at: row.moment_or_null("last_news_at")?,
            next_try_at: row.moment_or_null("next_try_at")?,
            attempts: row.number("attempts")?,
            history_total: row.number("history_total")?,
            history_done: row.number("history_done")?,
            history_complete_at: row.moment_or_null("history_complete_at")?,
            reconcile_at: row.moment_or_null("reconcile_at")?,
            seq: row.seq("seq")?,
            turn: row.number("turn")?,
        })
    }

    pub fn facts(&self) -> LinkFacts {
        LinkFacts {
            revoked: self.revoked_at.is_some(),
            refused: self.refused_at.is_some(),
            proven: self.proven_at.is_some(),
        }
    }

    pub fn status(&self) -> LinkStatus {
        self.facts().status()
    }

    /// Whether it is linked and all of its past is here, so that what is new is told by notifications.
    pub fn is_followed(&self) -> bool {
        self.history_complete_at.is_some() && self.token_sealed.is_some() && !self.has_ended()
    }

    /// Whether nothing about it may change any more but its end.
    pub(super) fn has_ended(&self) -> bool {
        self.revoked_at.is_some() || self.forgotten_at.is_some()
    }
}

impl std::fmt::Debug for LinkRecord {
    /// Without the token, sealed as it is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkRecord")
            .field("id", &self.id)
            .field("user_id", &self.user_id)
            .field("status", &self.status())
            .field("problem", &self.problem)
            .field("seq", &self.seq)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// A link by its id, or by the id of one that was merged into it.
    pub async fn link(&self, id: &LinkId) -> Result<Option<LinkRecord>> {
        let row = sqlx::query(BY_ID).bind(id.to_string()).fetch_optional(&self.inner.reads).await?;
        row.as_ref().map(LinkRecord::read).transpose()
    }

    /// A user's links, newest first, forgotten ones left out.
    pub async fn links_of(&self, user_id: &UserId) -> Result<Vec<LinkRecord>> {
        let rows = sqlx::query(LINKS_OF_USER).bind(user_id.to_string()).fetch_all(&self.inner.reads).await?;
        rows.iter().map(LinkRecord::read).collect()
    }

    /// Everybody's links whose ids are behind this one, forgotten ones left out.
    pub async fn links_behind(&self, after: &str, limit: i64) -> Result<Vec<LinkRecord>> {
        let rows =
            sqlx::query(BEHIND).bind(storable(after).into_owned()).bind(limit).fetch_all(&self.inner.reads).await?;
        rows.iter().map(LinkRecord::read).collect()
    }

    /// The link that a token belongs to, forgotten ones included.
    pub async fn link_by_token(&self, token_fp: &str) -> Result<Option<LinkRecord>> {
        let row = sqlx::query(BY_TOKEN).bind(token_fp.to_owned()).fetch_optional(&self.inner.reads).await?;
        row.as_ref().map(LinkRecord::read).transpose()
    }
}

impl Store {
    /// Whether any link is linked.
    pub async fn has_linked(&self) -> Result<bool> {
        let row = sqlx::query(concat!(
            "SELECT links.id FROM links WHERE links.id > '' AND ",
            linked!(),
            " ORDER BY links.id LIMIT 1"
        ))
        .fetch_optional(&self.inner.reads)
        .await?;
        Ok(row.is_some())
    }
}

pub(super) async fn find(connection: &mut AnyConnection, id: &LinkId) -> Result<Option<LinkRecord>> {
    let row = sqlx::query(BY_ID).bind(id.to_string()).fetch_optional(connection).await?;
    row.as_ref().map(LinkRecord::read).transpose()
}

pub(super) async fn find_by_token(connection: &mut AnyConnection, token_fp: &str) -> Result<Option<LinkRecord>> {
    let row = sqlx::query(BY_TOKEN).bind(token_fp.to_owned()).fetch_optional(connection).await?;
    row.as_ref().map(LinkRecord::read).transpose()
}

/// Locks the feed of the link's owner, then reads the link as it is from then on.
async fn lock(tx: &mut Tx, id: &LinkId) -> Result<LinkRecord> {
    let Some(link) = find(tx.conn(), id).await? else { return Err(StoreError::Missing("link")) };
    tx.lock_feeds([&link.user_id]).await?;
    find(tx.conn(), id).await?.ok_or(StoreError::Missing("link"))
}

/// The same for who has taken it. [`StoreError::LeaseLost`] where somebody else has taken it since, or its token is another one.
async fn lock_taken(tx: &mut Tx, taken: &LinkRecord) -> Result<LinkRecord> {
    let link = lock(tx, &taken.id).await?;
    if link.turn == taken.turn { Ok(link) } else { Err(StoreError::LeaseLost) }
}

/// Takes the row of a token until the commit, and tells when the token was revoked, if it was. Two that speak of one token
/// at once so take turns, although there may be no link yet that they could wait for. [`unlock_token`] has to follow.
pub(super) async fn lock_token(tx: &mut Tx, token_fp: &str) -> Result<Option<Moment>> {
    let row = sqlx::query(
        "INSERT INTO revoked_tokens (token_fp, revoked_at)
         VALUES ($1, $2)
         ON CONFLICT (token_fp) DO UPDATE SET revoked_at = revoked_tokens.revoked_at
         RETURNING revoked_at",
    )
    .bind(token_fp.to_owned())
    .bind(LOCKED_AT.0)
    .fetch_one(tx.conn())
    .await?;
    Ok(Some(row.moment("revoked_at")?).filter(|revoked_at| *revoked_at != LOCKED_AT))
}

/// Removes the row of a token that is not revoked. Nobody has seen it: it is gone before the commit.
pub(super) async fn unlock_token(tx: &mut Tx, token_fp: &str) -> Result<()> {
    sqlx::query("DELETE FROM revoked_tokens WHERE token_fp = $1 AND revoked_at = $2")
        .bind(token_fp.to_owned())
        .bind(LOCKED_AT.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Stands in a token's row while it is locked; no token was revoked then.
const LOCKED_AT: Moment = Moment(i64::MIN);
