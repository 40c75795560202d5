//! What has changed in a user's feed, for her stream.

use super::alerts::read_alert_news;
use super::feed::Subject;
use super::links::{CARDS_BY_KEY, CARDS_OF_LINKS, CardRecord, LINKS_BY_ID, LinkRecord};
use super::payments::{PAYMENTS_BY_ID, Shown};
use super::row::Columns as _;
use super::statement::Grouped;
use super::{Result, Store, StoreError};
use crate::clock::Moment;
use domain::alerts::AlertNews;
use domain::ids::{CardRef, LinkId, UserId};
use domain::live::Seq;
use domain::transaction::Transaction;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use std::collections::{BTreeMap, HashMap};

/// The newest state of something that has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    Payment(Transaction),
    /// With its cards.
    Link(LinkRecord, Vec<CardRecord>),
    Card(CardRecord),
    /// Told, or seen: with how many wait.
    Alert(AlertNews),
    /// It is no more, or its link is forgotten: whoever shows it has to begin anew.
    Gone,
}

pub(super) const LAST_SEQ: &str = "SELECT last_seq FROM feeds WHERE user_id = $1";

static LAST_SEQS: Grouped = Grouped::new(
    "WITH wanted (wanted_user) AS (VALUES",
    1,
    ") SELECT feeds.user_id, feeds.last_seq
     FROM wanted
     CROSS JOIN feeds
     WHERE feeds.user_id = wanted.wanted_user",
);

/// A user to whom nothing has happened yet has no row.
pub(super) fn read_last_seq(row: Option<AnyRow>) -> Result<Seq> {
    row.map_or(Ok(Seq(0)), |row| row.seq("last_seq"))
}

impl Store {
    /// The last number of a user's feed; 0 before the first event.
    pub async fn last_seq(&self, user_id: &UserId) -> Result<Seq> {
        read_last_seq(sqlx::query(LAST_SEQ).bind(user_id.to_string()).fetch_optional(&self.inner.reads).await?)
    }

    /// The last numbers of these users' feeds; those without an event are left out.
    pub async fn last_seqs(&self, users: &[UserId]) -> Result<Vec<(UserId, Seq)>> {
        let mut connection = self.inner.reads.acquire().await?;
        let query = LAST_SEQS.rows(users, |row, user| {
            row.text(user.as_str());
        });
        query.fetch(&mut connection).await?.iter().map(|row| Ok((row.id("user_id")?, row.seq("last_seq")?))).collect()
    }

    /// What changed after a number: each subject once, in its newest state, at the number of its last event among the next
    /// `limit` events, in the order of numbers. A state may be newer than its number; then it comes once more.
    pub async fn live_events(&self, user_id: &UserId, after: Seq, limit: i64) -> Result<Vec<(Seq, Changed)>> {
        let mut connection = self.inner.reads.acquire().await?;
        let rows = sqlx::query(
            "SELECT seq, kind, subject
             FROM live_events
             WHERE user_id = $1
             AND seq > $2
             ORDER BY seq
             LIMIT $3",
        )
        .bind(user_id.to_string())
        .bind(after.0)
        .bind(limit)
        .fetch_all(&mut *connection)
        .await?;
        let mut last: BTreeMap<Subject, Seq> = BTreeMap::new();
        for row in rows {
            let subject = Subject::parse(&row.text("kind")?, &row.text("subject")?);
            last.insert(subject.ok_or(StoreError::Corrupt("subject"))?, row.seq("seq")?);
        }
        // After the events, so none of these states is older than its number: one moment for all would cost two trips more.
        let mut states = newest_states(&mut connection, user_id, last.keys()).await?;
        let mut changed: Vec<(Seq, Changed)> =
            last.into_iter().map(|(subject, seq)| (seq, states.remove(&subject).unwrap_or(Changed::Gone))).collect();
        changed.sort_unstable_by_key(|(seq, _)| *seq);
        Ok(changed)
    }

    /// The number of the oldest event that is still there. A stream that has to go on from further back begins anew.
    pub async fn oldest_live_seq(&self, user_id: &UserId) -> Result<Option<Seq>> {
        let row = sqlx::query("SELECT MIN(seq) AS oldest FROM live_events WHERE user_id = $1")
            .bind(user_id.to_string())
            .fetch_one(&self.inner.reads)
            .await?;
        Ok(row.number_or_null("oldest")?.map(Seq))
    }

    /// Removes events of before this moment, oldest first: at most `limit`, and how many.
    pub async fn remove_live_events(&self, before: Moment, limit: i64) -> Result<u64> {
        let delete = sqlx::query(
            "DELETE FROM live_events
             WHERE (user_id, seq) IN (
                SELECT user_id, seq
                FROM live_events
                WHERE at < $1
                ORDER BY at
                LIMIT $2)",
        )
        .bind(before.0)
        .bind(limit);
        self.remove(delete).await
    }
}

/// States of those subjects that exist and are this user's.
async fn newest_states<'s>(
    connection: &mut AnyConnection,
    user_id: &UserId,
    subjects: impl Iterator<Item = &'s Subject>,
) -> Result<HashMap<Subject, Changed>> {
    let (mut payments, mut links, mut cards, mut alerts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for subject in subjects {
        match subject {
            Subject::Payment(id) => payments.push(*id),
            Subject::Link(id) => links.push(id.clone()),
            Subject::Card(id, card) => cards.push((id.clone(), card.clone())),
            Subject::Alert(id) => alerts.push(*id),
        }
    }
    let mut states = HashMap::new();
    for payment in read_payments(connection, &payments).await? {
        if payment.payment().user_id == *user_id {
            states.insert(Subject::Payment(payment.stored.id), Changed::Payment(payment.into_transaction()));
        }
    }
    for (link, cards) in read_links(connection, &links).await? {
        if link.user_id == *user_id && link.forgotten_at.is_none() {
            states.insert(Subject::Link(link.id.clone()), Changed::Link(link, cards));
        }
    }
    for card in read_cards(connection, &cards).await? {
        if card.user_id == *user_id {
            states.insert(Subject::Card(card.link_id.clone(), card.card_ref.clone()), Changed::Card(card));
        }
    }
    for (owner, news) in read_alert_news(connection, &alerts).await? {
        if owner == *user_id {
            states.insert(Subject::Alert(news.alert.id), Changed::Alert(news));
        }
    }
    Ok(states)
}

async fn read_payments(connection: &mut AnyConnection, ids: &[i64]) -> Result<Vec<Shown>> {
    let query = PAYMENTS_BY_ID.rows(ids, |row, id| {
        row.number(*id);
    });
    query.fetch(connection).await?.iter().map(Shown::read).collect()
}

async fn read_links(connection: &mut AnyConnection, ids: &[LinkId]) -> Result<Vec<(LinkRecord, Vec<CardRecord>)>> {
    let query = |statement: &'static Grouped| {
        statement.rows(ids, |row, id| {
            row.text(id.as_str());
        })
    };
    let (links, cards) = (query(&LINKS_BY_ID), query(&CARDS_OF_LINKS));
    let links = links.fetch(connection).await?;
    let cards = cards.fetch(connection).await?;
    let mut cards_of: HashMap<LinkId, Vec<CardRecord>> = HashMap::new();
    for card in cards.iter().map(CardRecord::read) {
        let card = card?;
        cards_of.entry(card.link_id.clone()).or_default().push(card);
    }
    links
        .iter()
        .map(|row| {
            let link = LinkRecord::read(row)?;
            let mut cards = cards_of.remove(&link.id).unwrap_or_default();
            cards.sort_unstable_by(|a, b| a.card_ref.cmp(&b.card_ref));
            Ok((link, cards))
        })
        .collect()
}

async fn read_cards(connection: &mut AnyConnection, keys: &[(LinkId, CardRef)]) -> Result<Vec<CardRecord>> {
    let query = CARDS_BY_KEY.rows(keys, |row, (link, card)| {
        row.text(link.as_str()).text(card.as_str());
    });
    query.fetch(connection).await?.iter().map(CardRecord::read).collect()
}
