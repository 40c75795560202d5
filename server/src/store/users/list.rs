//! The operators' list of users.

use super::{UserRecord, user_columns};
use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::statement::{begins_with, storable};
use crate::store::{Result, Store};
use domain::ids::UserId;
use domain::link::{LinkFacts, LinkStatus};
use sqlx::any::AnyRow;

/// What is known of a user's newest link.
pub type LinkFactsRow = LinkFacts;

/// A person with what operators see of her at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSummary {
    pub user: UserRecord,
    /// Of the newest link that is not forgotten.
    pub link_facts: Option<LinkFactsRow>,
    /// Cards of all her links that are not forgotten.
    pub cards: i64,
    /// The last time that the bank told us anything about one of these links.
    pub last_news_at: Option<Moment>,
}

/// Which users to list, by address.
#[derive(Debug, Clone, Default)]
pub struct UsersQuery {
    /// Beginning of the address or the name, whatever the case; empty for all.
    pub search: String,
    /// Of the newest link that is not forgotten.
    pub status: Option<LinkStatus>,
    /// Only those that somebody should look at.
    pub marked: bool,
    /// Rows behind this `email_key`.
    pub after: Option<String>,
    /// Rows before this `email_key`, the nearest ones. Looked at only without `after`.
    pub before: Option<String>,
    pub limit: i64,
}

macro_rules! summaries {
    ($($rest:literal)*) => {
        concat!(
            "SELECT ", user_columns!(), ",
                newest.id AS link_id, newest.revoked_at, newest.refused_at, newest.proven_at,
                (SELECT COUNT(*)
                 FROM links
                 JOIN cards ON cards.link_id = links.id
                 WHERE links.user_id = users.id
                 AND links.forgotten_at IS NULL) AS cards,
                (SELECT MAX(links.last_news_at)
                 FROM links
                 WHERE links.user_id = users.id
                 AND links.forgotten_at IS NULL) AS last_news_at
             FROM users
             LEFT JOIN links newest ON newest.id = (
                SELECT candidate.id
                FROM links candidate
                WHERE candidate.user_id = users.id
                AND candidate.forgotten_at IS NULL
                ORDER BY candidate.created_at DESC, candidate.id DESC
                LIMIT 1) ",
            $($rest),*
        )
    };
}

pub(in crate::store) use summaries;

macro_rules! matching {
    () => {
        r" AND users.erased_at IS NULL
           AND (users.email_key LIKE $2 ESCAPE '\' OR users.name_key LIKE $2 ESCAPE '\')
           AND ($3 = '' OR $3 = CASE
                WHEN newest.id IS NULL THEN 'none'
                WHEN newest.revoked_at IS NOT NULL THEN 'revoked'
                WHEN newest.refused_at IS NOT NULL THEN 'failed'
                WHEN newest.proven_at IS NOT NULL THEN 'linked'
                ELSE 'pending' END)"
    };
}

const FORWARDS: &str =
    concat!(summaries!("WHERE users.email_key > $1"), matching!(), " ORDER BY users.email_key LIMIT $4");

const BACKWARDS: &str =
    concat!(summaries!("WHERE users.email_key < $1"), matching!(), " ORDER BY users.email_key DESC LIMIT $4");

/// By an index of their own: they are few.
const MARKED_FORWARDS: &str = concat!(
    summaries!("WHERE users.marked_at IS NOT NULL AND users.email_key > $1"),
    matching!(),
    " ORDER BY users.email_key LIMIT $4"
);

const MARKED_BACKWARDS: &str = concat!(
    summaries!("WHERE users.marked_at IS NOT NULL AND users.email_key < $1"),
    matching!(),
    " ORDER BY users.email_key DESC LIMIT $4"
);

impl UserSummary {
    pub(in crate::store) fn read(row: &AnyRow) -> Result<Self> {
        let facts = LinkFacts {
            revoked: row.moment_or_null("revoked_at")?.is_some(),
            refused: row.moment_or_null("refused_at")?.is_some(),
            proven: row.moment_or_null("proven_at")?.is_some(),
        };
        Ok(Self {
            user: UserRecord::read(row)?,
            link_facts: row.text_or_null("link_id")?.map(|_| facts),
            cards: row.number("cards")?,
            last_news_at: row.moment_or_null("last_news_at")?,
        })
    }
}

impl Store {
    /// Users by address, ascending, also where the page is asked for backwards.
    pub async fn list_users(&self, query: &UsersQuery) -> Result<Vec<UserSummary>> {
        let backwards = query.after.is_none() && query.before.is_some();
        let bound = query.after.as_ref().or(query.before.as_ref()).map_or("", String::as_str);
        let text = match (query.marked, backwards) {
            (false, false) => FORWARDS,
            (false, true) => BACKWARDS,
            (true, false) => MARKED_FORWARDS,
            (true, true) => MARKED_BACKWARDS,
        };
        let rows = sqlx::query(text)
            .bind(storable(bound).into_owned())
            .bind(begins_with(&storable(&query.search).to_lowercase()))
            .bind(query.status.map_or("", LinkStatus::code))
            .bind(query.limit)
            .fetch_all(&self.inner.reads)
            .await?;
        let mut users = rows.iter().map(UserSummary::read).collect::<Result<Vec<_>>>()?;
        if backwards {
            users.reverse();
        }
        Ok(users)
    }

    pub async fn user_summary(&self, id: &UserId) -> Result<Option<UserSummary>> {
        let row = sqlx::query(summaries!("WHERE users.id = $1 AND users.erased_at IS NULL"))
            .bind(id.to_string())
            .fetch_optional(&self.inner.reads)
            .await?;
        row.as_ref().map(UserSummary::read).transpose()
    }
}
