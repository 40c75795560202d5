//! Cards that links see.

use crate::clock::Moment;
use crate::store::payments::CardChain;
use crate::store::row::Columns as _;
use crate::store::statement::Grouped;
use crate::store::{Result, Store};
use domain::ids::{AccountId, CardRef, LinkId, UserId};
use domain::money::Currency;
use sqlx::any::AnyRow;

/// A card as one link sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardRecord {
    pub link_id: LinkId,
    pub card_ref: CardRef,
    pub user_id: UserId,
    pub acc_id: AccountId,
    pub name: String,
    pub holder: String,
    /// The vendor's code, as it came.
    pub status: String,
    pub currency: Currency,
    /// Minor units of `currency`.
    pub balance_minor: Option<i64>,
    /// When the payment behind the balance was booked, or when the bank was asked.
    pub balance_at: Option<Moment>,
    /// Payments of the past: counted by the bank, and fetched.
    pub history_total: i64,
    pub history_done: i64,
    pub history_complete_at: Option<Moment>,
    /// Everything booked up to here was read from the bank's statement.
    pub covered_at: Option<Moment>,
}

macro_rules! card_columns {
    () => {
        "cards.link_id, cards.card_ref, cards.user_id, cards.acc_id, cards.name, cards.holder, cards.status,
         cards.currency, cards.balance_minor, cards.balance_at, cards.history_total, cards.history_done,
         cards.history_complete_at, cards.covered_at"
    };
}

/// What makes a row of `links` a link that is linked: the SQL of `LinkFacts::status`.
macro_rules! linked {
    () => {
        " links.proven_at IS NOT NULL
          AND links.refused_at IS NULL
          AND links.revoked_at IS NULL
          AND links.forgotten_at IS NULL "
    };
}
pub(in crate::store) use linked;

pub(in crate::store) const CARDS_OF_USER: &str = concat!(
    "SELECT ",
    card_columns!(),
    " FROM cards
     JOIN links ON links.id = cards.link_id
     WHERE cards.user_id = $1
     AND links.forgotten_at IS NULL
     ORDER BY links.created_at DESC, links.id DESC, cards.card_ref"
);

const CARDS_OF_LINK: &str =
    concat!("SELECT ", card_columns!(), " FROM cards WHERE cards.link_id = $1 ORDER BY cards.card_ref");

/// Cards of several links.
pub(in crate::store) static CARDS_OF_LINKS: Grouped =
    Grouped::new(concat!("SELECT ", card_columns!(), " FROM cards WHERE cards.link_id IN (VALUES"), 1, ")");

/// Cards by link and reference.
pub(in crate::store) static CARDS_BY_KEY: Grouped = Grouped::new(
    "WITH wanted (wanted_link, wanted_card) AS (VALUES",
    2,
    concat!(
        ") SELECT ",
        card_columns!(),
        " FROM wanted
         CROSS JOIN cards
         WHERE cards.link_id = wanted.wanted_link
         AND cards.card_ref = wanted.wanted_card"
    ),
);

static OWNERS: Grouped = Grouped::new(
    "WITH wanted (wanted_card) AS (VALUES",
    1,
    concat!(
        ") SELECT ",
        card_columns!(),
        " FROM wanted
         CROSS JOIN cards
         JOIN links ON links.id = cards.link_id
         WHERE cards.card_ref = wanted.wanted_card
         AND ",
        linked!()
    ),
);

impl CardRecord {
    pub(in crate::store) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            link_id: row.id("link_id")?,
            card_ref: row.id("card_ref")?,
            user_id: row.id("user_id")?,
            acc_id: row.id("acc_id")?,
            name: row.text("name")?,
            holder: row.text("holder")?,
            status: row.text("status")?,
            currency: row.currency("currency")?,
            balance_minor: row.number_or_null("balance_minor")?,
            balance_at: row.moment_or_null("balance_at")?,
            history_total: row.number("history_total")?,
            history_done: row.number("history_done")?,
            history_complete_at: row.moment_or_null("history_complete_at")?,
            covered_at: row.moment_or_null("covered_at")?,
        })
    }

    /// Where its payments stand.
    pub fn chain(&self) -> CardChain {
        CardChain { user_id: self.user_id.clone(), link_id: self.link_id.clone(), card_ref: self.card_ref.clone() }
    }
}

impl Store {
    /// A link's cards, by reference.
    pub async fn cards_of_link(&self, link_id: &LinkId) -> Result<Vec<CardRecord>> {
        let rows = sqlx::query(CARDS_OF_LINK).bind(link_id.to_string()).fetch_all(&self.inner.reads).await?;
        rows.iter().map(CardRecord::read).collect()
    }

    /// The cards of all her links that are not forgotten: newest link first, then by reference.
    pub async fn cards_of_user(&self, user_id: &UserId) -> Result<Vec<CardRecord>> {
        let rows = sqlx::query(CARDS_OF_USER).bind(user_id.to_string()).fetch_all(&self.inner.reads).await?;
        rows.iter().map(CardRecord::read).collect()
    }

    /// Whoever sees a card or has seen it, and is still here: also by a link that has ended.
    pub async fn card_holders(&self, card_ref: &CardRef) -> Result<Vec<UserId>> {
        let rows = sqlx::query(
            "SELECT DISTINCT cards.user_id
             FROM cards
             JOIN users ON users.id = cards.user_id
             WHERE cards.card_ref = $1
             AND users.erased_at IS NULL
             ORDER BY cards.user_id",
        )
        .bind(card_ref.to_string())
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(|row| row.id("user_id")).collect()
    }

    /// Every link that is linked and sees one of these cards, as that link sees it: by card, then by link. A card of several
    /// links comes several times, an unknown one not at all.
    pub async fn card_owners(&self, card_refs: &[CardRef]) -> Result<Vec<CardRecord>> {
        let mut wanted = card_refs.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let query = OWNERS.rows(&wanted, |row, card| {
            row.text(card.as_str());
        });
        // One statement reads one moment; several groups need not, as what is parked is looked at again.
        let mut connection = self.inner.reads.acquire().await?;
        let rows = query.fetch(&mut connection).await?;
        let mut owners = rows.iter().map(CardRecord::read).collect::<Result<Vec<_>>>()?;
        owners.sort_unstable_by(|a, b| (&a.card_ref, &a.link_id).cmp(&(&b.card_ref, &b.link_id)));
        Ok(owners)
    }
}
