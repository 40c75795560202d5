//! Finding people by what an operator has in her hands. Each way has an index and a limit, so that no search reads on and on.

use crate::store::row::Columns as _;
use crate::store::statement::{Grouped, storable};
use crate::store::users::{UserSummary, summaries, user_columns};
use crate::store::{Result, Store};
use app::backend::FoundBy;
use domain::ids::{AccountId, CardRef, UserId};
use domain::link::{LinkFacts, LinkStatus};
use sqlx::AnyConnection;
use std::collections::{HashMap, HashSet};

/// People found by one way, at most; of all of them so many are looked at.
const MOST: usize = 200;
/// Fewer characters of a fingerprint would be anybody's.
const SHORTEST_FINGERPRINT: usize = 6;

/// What to look for.
#[derive(Debug, Clone, Default)]
pub struct UserSearch {
    /// The beginning of an address, a name or its last word, or of a token's fingerprint; or a whole reference of a card or an
    /// account, or the id of a user.
    pub text: String,
    /// Of the newest link that is not forgotten.
    pub status: Option<LinkStatus>,
    /// Those that somebody should look at.
    pub marked: bool,
    pub limit: usize,
}

/// Somebody, and by what she was found first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundUser {
    pub summary: UserSummary,
    pub by: FoundBy,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundUsers {
    /// What is one person's alone comes first, then by address and by name.
    pub rows: Vec<FoundUser>,
    /// There are more.
    pub is_more: bool,
}

const BY_ID: &str = "
    SELECT id AS user_id
    FROM users
    WHERE id = $1
    AND erased_at IS NULL
    LIMIT $2";

const BY_CARD: &str = "
    SELECT DISTINCT cards.user_id
    FROM cards
    JOIN users ON users.id = cards.user_id
    WHERE cards.card_ref = $1
    AND users.erased_at IS NULL
    LIMIT $2";

const BY_ACCOUNT: &str = "
    SELECT DISTINCT links.user_id
    FROM accounts
    JOIN links ON links.id = accounts.link_id
    JOIN users ON users.id = links.user_id
    WHERE accounts.acc_id = $1
    AND users.erased_at IS NULL
    LIMIT $2";

const BY_TOKEN: &str = "
    SELECT DISTINCT links.user_id
    FROM links
    JOIN users ON users.id = links.user_id
    WHERE links.token_fp >= $1
    AND links.token_fp < $2
    AND users.erased_at IS NULL
    LIMIT $3";

/// People by the beginning of something that an index orders byte by byte.
macro_rules! beginning {
    ($what:literal) => {
        concat!(
            "SELECT id AS user_id FROM users WHERE ",
            $what,
            " >= $1 AND ",
            $what,
            " < $2 AND erased_at IS NULL ORDER BY ",
            $what,
            " LIMIT $3"
        )
    };
}

const BY_EMAIL: &str = beginning!(r#"email_key COLLATE "binary""#);
const BY_NAME: &str = beginning!(r#"name_key COLLATE "binary""#);
const BY_LAST_WORD: &str =
    beginning!(r#"(substr(name_key, length(rtrim(name_key, replace(name_key, ' ', ''))) + 1)) COLLATE "binary""#);

static SUMMARIES: Grouped = Grouped::new(summaries!("WHERE users.id IN (VALUES"), 1, ")");

/// Which statement finds by it, and what it is asked: a whole text, or the first and the one behind the last.
struct Way(FoundBy, &'static str, Asked);

enum Asked {
    Whole(String),
    Between(String, String),
}

impl Asked {
    /// Everything that begins like this.
    fn beginning(text: &str) -> Self {
        Self::Between(text.to_owned(), format!("{text}\u{10ffff}"))
    }
}

/// All that a text may be.
fn ways(text: &str) -> Vec<Way> {
    let mut ways = Vec::new();
    let small = text.to_lowercase();
    if let Ok(id) = UserId::parse(small.as_str()) {
        ways.push(Way(FoundBy::Id, BY_ID, Asked::Whole(id.to_string())));
    }
    if small.len() >= SHORTEST_FINGERPRINT && small.bytes().all(|b| b.is_ascii_hexdigit()) {
        // Fingerprints are in hexadecimal: this is behind every one that begins like it.
        let behind = format!("{small}g");
        ways.push(Way(FoundBy::Token, BY_TOKEN, Asked::Between(small.clone(), behind)));
    }
    if let Ok(card) = CardRef::parse(text.to_uppercase()) {
        ways.push(Way(FoundBy::Card, BY_CARD, Asked::Whole(card.to_string())));
    }
    if let Ok(account) = AccountId::parse(text) {
        ways.push(Way(FoundBy::Account, BY_ACCOUNT, Asked::Whole(account.to_string())));
    }
    ways.push(Way(FoundBy::Email, BY_EMAIL, Asked::beginning(&small)));
    ways.push(Way(FoundBy::Name, BY_NAME, Asked::beginning(&small)));
    ways.push(Way(FoundBy::Name, BY_LAST_WORD, Asked::beginning(&small)));
    ways
}

impl Store {
    /// Finds people by whatever the text may be.
    pub async fn find_users(&self, search: UserSearch) -> Result<FoundUsers> {
        self.read(move |connection| Box::pin(async move { find(connection, &search).await })).await
    }
}

async fn find(connection: &mut AnyConnection, search: &UserSearch) -> Result<FoundUsers> {
    let text = storable(search.text.trim()).into_owned();
    let (mut found, mut known, mut is_more) = (Vec::new(), HashSet::new(), false);
    for way in ways(&text) {
        let by = way.0;
        let users = found_by(connection, way).await?;
        is_more |= users.len() >= MOST;
        found.extend(users.into_iter().filter(|user| known.insert(user.clone())).map(|user| (user, by)));
    }
    is_more |= found.len() > MOST;
    found.truncate(MOST);
    let mut rows = summarised(connection, found).await?;
    rows.retain(|row| fits(&row.summary, search));
    is_more |= rows.len() > search.limit;
    rows.truncate(search.limit);
    Ok(FoundUsers { rows, is_more })
}

fn fits(summary: &UserSummary, search: &UserSearch) -> bool {
    let status = summary.link_facts.map(LinkFacts::status);
    (search.status.is_none() || search.status == status) && (!search.marked || summary.user.marked_at.is_some())
}

async fn found_by(connection: &mut AnyConnection, Way(_, statement, asked): Way) -> Result<Vec<UserId>> {
    let limit = i64::try_from(MOST).unwrap_or(i64::MAX);
    let query = match asked {
        Asked::Whole(text) => sqlx::query(statement).bind(text),
        Asked::Between(first, behind) => sqlx::query(statement).bind(first).bind(behind),
    };
    let rows = query.bind(limit).fetch_all(connection).await?;
    rows.iter().map(|row| row.id("user_id")).collect()
}

/// In the order in which they were found.
async fn summarised(connection: &mut AnyConnection, found: Vec<(UserId, FoundBy)>) -> Result<Vec<FoundUser>> {
    let query = SUMMARIES.rows(&found, |row, (user, _)| {
        row.text(user.as_str());
    });
    let rows = query.fetch(connection).await?;
    let summaries = rows.iter().map(UserSummary::read).collect::<Result<Vec<_>>>()?;
    let mut summaries: HashMap<UserId, UserSummary> =
        summaries.into_iter().map(|summary| (summary.user.id.clone(), summary)).collect();
    let found = found.into_iter().filter_map(|(user, by)| Some(FoundUser { summary: summaries.remove(&user)?, by }));
    Ok(found.collect())
}
