//! A copy that follows a database of `SQLite` which goes on serving, until it can take its place.
//!
//! Triggers note the key of every row that changes, in a table beside its own. So no moment has to be held while everything is
//! copied: rows come a group at a time, each group as it is then. Before each of them a round brings what has been noted in the
//! tables that are there already: first it takes away what is gone, then it writes what is new or another, so that a row finds in
//! the copy what it refers to. Whatever broke off is done again, and changes nothing that is as it should be.
//!
//! In the end nobody may write into the first database any more. That nobody has it open is asked of `SQLite`, which has to give it
//! to us alone.

use super::catalog::{self, Found, TABLES};
use super::rows::Value;
use super::table::{GROUP, Key, Table, by_keys, count, group_behind, tables};
use super::{FILLED_BY_MIGRATIONS, MARKS, Progress, UNFINISHED};
use crate::clock::Moment;
use crate::randomness;
use crate::secret::Secret;
use crate::store::row::Columns as _;
use crate::store::{Engine, Result, Store, StoreError};
use sqlx::sqlite::{SqliteConnectOptions, SqliteLockingMode};
use sqlx::{AnyConnection, ConnectOptions as _, Connection as _};
use std::collections::{HashMap, HashSet};
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

/// In the copy, once every row has been copied and rounds do the rest.
const FILLED: &str = "filled-copy";
/// In the first database, once the copy has taken its place.
const MOVED: &str = "moved";
/// In both, with a name behind it that belongs to the two.
const FOLLOWS: &str = "followed-copy:";
/// Groups at one moment: not so many that the log of `SQLite` grows meanwhile.
const STRETCH: usize = 40;
/// Pages that may stand in the log of a database that is copied while it is written to; 64 MB.
const LONG_LOG: i64 = 16_384;
/// Numbers of noted changes that are forgotten in one transaction.
const FORGOTTEN: i64 = 20_000;

/// Up to which number each table's noted changes are in the copy.
type Brought = HashMap<&'static str, i64>;

impl Store {
    /// Begins to note what changes, for a copy in an empty database, or goes on with the one that was begun there. `SQLite` only.
    pub async fn begin_to_follow(&self, target: &Self, now: Moment) -> Result<()> {
        if self.inner.engine != Engine::Sqlite {
            return Err(StoreError::Address("only a database of SQLite can be followed"));
        }
        if target.marked(UNFINISHED).await?.is_some() {
            let name = self.follower().await?.ok_or(StoreError::NotEmpty)?;
            target.marked(&name).await?.ok_or(StoreError::NotEmpty)?;
            return self.must_note_everything().await;
        }
        self.must_not_have_moved().await?;
        target.must_be_empty().await?;
        target.clear(FILLED_BY_MIGRATIONS).await?;
        // What was noted for another copy is of no use to this one.
        self.stop_following().await?;
        let name = format!("{FOLLOWS}{}", hex::encode(randomness::bytes::<8>()));
        self.note_changes(name.clone(), now).await?;
        // Last: a copy that is marked has been followed from its beginning.
        let marks = sqlx::query("INSERT INTO marks (name, at) VALUES ($1, $2), ($3, $2)");
        target.change(marks.bind(UNFINISHED).bind(now.0).bind(name)).await.map(drop)
    }

    /// Copies every row, however long that takes. Once everything was copied, it is not done again.
    pub async fn fill(&self, target: &Self, now: Moment, progress: &Progress) -> Result<()> {
        if target.marked(FILLED).await?.is_some() {
            return Ok(());
        }
        target.put_indexes_aside().await?;
        self.walk(target, Errand::Fill, progress).await?;
        target.put_indexes_back(progress).await?;
        target.mark(FILLED, now).await
    }

    /// Brings into the copy what has changed until now; how many of its rows were not as they should be.
    pub async fn follow(&self, target: &Self) -> Result<u64> {
        let (rows, brought) = self.round(target).await?;
        for (table, last) in brought {
            self.forget(table, last).await?;
        }
        Ok(rows)
    }

    /// Compares each row with the copy's, while both go on. The answer is how many rows each table has.
    ///
    /// # Errors
    /// [`StoreError::CopyDiffers`] for the first table with a row that is another there, or is not there, or is not here.
    pub async fn compare_with(&self, target: &Self, progress: &Progress) -> Result<Vec<(&'static str, u64)>> {
        self.walk(target, Errand::Compare, progress).await
    }

    /// Brings the last changes of a database that has moved, until nothing is left to bring, and lets servers start on the copy.
    pub async fn finish_following(&self, target: &Self) -> Result<()> {
        let name = self.follower().await?.ok_or(StoreError::NotEmpty)?;
        self.must_note_everything().await?;
        // What one round has written, the next one reads again.
        while self.round(target).await?.0 > 0 {}
        for table in self.tables().await?.iter() {
            let read = table.clone();
            let last = self.read(move |source| {
                Box::pin(async move { catalog::last_number(source, read.name, &read.columns).await })
            });
            if let Some(last) = last.await? {
                let (engine, table) = (target.inner.engine, table.name);
                target.write(move |tx| Box::pin(catalog::go_on_from(tx.conn(), engine, table, last))).await?;
            }
        }
        let whole = sqlx::query("DELETE FROM marks WHERE name IN ($1, $2, $3, $4)");
        target.change(whole.bind(UNFINISHED).bind(FILLED).bind(MOVED).bind(name)).await.map(drop)
    }

    /// Notes nothing any more. A database that has moved can be served again after this; a copy that followed cannot go on.
    pub async fn stop_following(&self) -> Result<()> {
        // A copy of what was followed may have its marks, and no more.
        let noted = if self.inner.engine == Engine::Sqlite { TABLES } else { &[] };
        self.write(move |tx| {
            Box::pin(async move {
                for table in noted {
                    for text in catalog::no_notes(table) {
                        sqlx::query(text).execute(tx.conn()).await?;
                    }
                }
                let marks = sqlx::query("DELETE FROM marks WHERE name = $1 OR name LIKE $2");
                marks.bind(MOVED).bind(format!("{FOLLOWS}%")).execute(tx.conn()).await?;
                Ok(())
            })
        })
        .await
    }

    /// Takes a database of `SQLite` out of service, if nobody has it open, this process neither: no server starts on it any more.
    pub async fn retire(url: &Secret, now: Moment) -> Result<bool> {
        let options =
            SqliteConnectOptions::from_str(url.expose()).map_err(|_| StoreError::Address("it cannot be read"))?;
        let alone = options.locking_mode(SqliteLockingMode::Exclusive).busy_timeout(Duration::ZERO);
        let retired = async {
            let mut connection = alone.connect().await?;
            let mark = sqlx::query("INSERT INTO marks (name, at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING");
            let marked = mark.bind(MOVED).bind(now.0).execute(&mut connection).await;
            connection.close().await?;
            marked
        };
        match retired.await.map_err(StoreError::from) {
            Ok(_) => Ok(true),
            Err(StoreError::Busy(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Refuses a database whose place a copy has taken.
    pub async fn must_not_have_moved(&self) -> Result<()> {
        if self.marked(MOVED).await?.is_some() { Err(StoreError::Moved) } else { Ok(()) }
    }

    /// Since when changes are noted for a copy; none where they are not.
    pub async fn followed_since(&self) -> Result<Option<Moment>> {
        match self.follower().await? {
            Some(name) => self.marked(&name).await,
            None => Ok(None),
        }
    }

    /// The name of the mark that this database and its copy share.
    async fn follower(&self) -> Result<Option<String>> {
        let row = sqlx::query("SELECT name FROM marks WHERE name LIKE $1")
            .bind(format!("{FOLLOWS}%"))
            .fetch_optional(&self.inner.reads)
            .await?;
        row.map(|row| row.text("name")).transpose()
    }

    /// A migration that makes a table anew takes its triggers away, and what changed since has not been noted.
    async fn must_note_everything(&self) -> Result<()> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS count
             FROM sqlite_master
             WHERE type = 'trigger'
             AND name LIKE 'noted!_%' ESCAPE '!'",
        )
        .fetch_one(&self.inner.reads)
        .await?;
        let wanted = TABLES.len() * catalog::TRIGGERS.len();
        if usize::try_from(row.number("count")?).is_ok_and(|count| count == wanted) {
            Ok(())
        } else {
            Err(StoreError::NotNoted)
        }
    }

    async fn note_changes(&self, name: String, now: Moment) -> Result<()> {
        self.write(move |tx| {
            Box::pin(async move {
                for table in tables(tx.conn()).await?.iter() {
                    for text in catalog::notes(table.name, &table.keys) {
                        sqlx::query(text).execute(tx.conn()).await?;
                    }
                }
                let mark = sqlx::query("INSERT INTO marks (name, at) VALUES ($1, $2)").bind(name).bind(now.0);
                mark.execute(tx.conn()).await?;
                Ok(())
            })
        })
        .await
    }

    async fn tables(&self) -> Result<Arc<[Table]>> {
        self.read(|source| Box::pin(tables(source))).await
    }

    /// Brings everything that is noted, and does not forget it.
    async fn round(&self, target: &Self) -> Result<(u64, Brought)> {
        let target = target.clone();
        let round = self.read(move |source| {
            Box::pin(async move {
                let (tables, mut brought) = (tables(source).await?, Brought::new());
                let rows = bring(source, &target, &tables, tables.len(), &mut brought).await?;
                Ok((rows, brought))
            })
        });
        let brought = round.await?;
        self.begin_log_anew(LONG_LOG).await?;
        Ok(brought)
    }

    /// Through all rows of all tables, so many groups at one moment; the answer is how many rows each table has.
    async fn walk(&self, target: &Self, errand: Errand, progress: &Progress) -> Result<Vec<(&'static str, u64)>> {
        let tables = self.tables().await?;
        let mut place = Place::default();
        while place.counts.len() < tables.len() {
            let (target, tables, progress) = (target.clone(), Arc::clone(&tables), Arc::clone(progress));
            let stretch = self.read(move |source| {
                Box::pin(async move {
                    let mut left = STRETCH;
                    while left > 0 && place.counts.len() < tables.len() {
                        step(source, &target, &tables, errand, &mut place, &progress).await?;
                        left -= 1;
                    }
                    // Rounds of another moment must not come before it.
                    if let Some(table) = tables.get(place.counts.len()) {
                        errand.run(&target, table, std::mem::take(&mut place.waiting)).await?;
                    }
                    Ok(place)
                })
            });
            place = stretch.await?;
            self.begin_log_anew(LONG_LOG).await?;
        }
        Ok(place.counts)
    }

    /// What has been brought, up to this number, is noted no longer.
    async fn forget(&self, table: &'static str, last: i64) -> Result<()> {
        let mut until = 0;
        while until < last {
            until = last.min(until + FORGOTTEN);
            self.change(sqlx::query(catalog::forget(table)).bind(until)).await?;
        }
        Ok(())
    }
}

/// What the rows are walked through for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Errand {
    Fill,
    Compare,
}

impl Errand {
    async fn run(self, target: &Store, table: &Table, group: Vec<Vec<Value>>) -> Result<()> {
        match self {
            // What is there already has come before this broke off.
            Self::Fill => target.put(table, group, Found::Stays).await,
            Self::Compare => compare(target, table, group).await,
        }
    }
}

/// How far a walk has come.
#[derive(Debug, Default)]
struct Place {
    /// Of the tables that are done.
    counts: Vec<(&'static str, u64)>,
    /// Of the table that comes next: where it goes on, and rows so far; none before its first group.
    within: Option<(Option<Key>, u64)>,
    /// The group that was read last.
    waiting: Vec<Vec<Value>>,
    brought: Brought,
}

/// A group of rows is read, and before it comes a round of the same moment. Meanwhile the group before it is written, or compared.
async fn step(
    source: &mut AnyConnection,
    target: &Store,
    tables: &[Table],
    errand: Errand,
    place: &mut Place,
    progress: &Progress,
) -> Result<()> {
    let index = place.counts.len();
    let table = &tables[index];
    let whole = if errand == Errand::Fill { index } else { tables.len() };
    bring(source, target, tables, whole, &mut place.brought).await?;
    let (last, before) = match place.within.take() {
        Some(within) => within,
        None if errand == Errand::Fill => (target.last_copied(table).await?, 0),
        None => (None, 0),
    };
    let before_it = errand.run(target, table, std::mem::take(&mut place.waiting));
    let (group, done) = tokio::join!(group_behind(source, table, last), before_it);
    done?;
    let group = group?;
    let (rows, is_full) = (before + group.len() as u64, group.len() == GROUP);
    progress(table.name, rows);
    if is_full {
        place.within = Some((group.last().map(|row| table.key(row)), rows));
        place.waiting = group;
        return Ok(());
    }
    errand.run(target, table, group).await?;
    // What comes behind the last group is noted.
    if errand == Errand::Fill {
        // Of its changes only those were brought whose rows were there.
        place.brought.remove(table.name);
    } else if table.name != MARKS && target.count(table.name).await? != count(source, table.name).await? {
        // Of marks the copy has some of its own.
        return Err(StoreError::CopyDiffers(table.name));
    }
    place.counts.push((table.name, rows));
    Ok(())
}

async fn compare(target: &Store, table: &Table, group: Vec<Vec<Value>>) -> Result<()> {
    let keys = group.iter().map(|row| table.key(row)).collect();
    let copied = target.by_keys(table, keys).await?;
    let is_same = |row: &Vec<Value>| copied.get(&table.key(row)) == Some(row);
    if group.iter().all(is_same) { Ok(()) } else { Err(StoreError::CopyDiffers(table.name)) }
}

/// Some noted changes: the keys, each once, and the number of the last one.
struct Page {
    keys: Vec<Key>,
    last: i64,
}

/// Brings what has been noted behind what was brought before. The first `whole` tables are in the copy; of the one behind them only
/// the rows that are there are looked after, for the others are still to come. The answer is how many rows were not as they should be.
async fn bring(
    source: &mut AnyConnection,
    target: &Store,
    tables: &[Table],
    whole: usize,
    brought: &mut Brought,
) -> Result<u64> {
    let (mut changed, before, noted) = (0, brought.clone(), last_noted(source).await?);
    let brought_of = |brought: &Brought, table: &Table| brought.get(table.name).copied().unwrap_or(0);
    let there = tables.iter().take(whole + 1).enumerate();
    // Most often that is none of them.
    let moved: Vec<_> = there
        .filter(|(_, table)| noted.get(table.name).is_some_and(|last| *last > brought_of(&before, table)))
        .collect();
    for (_, table) in moved.iter().rev() {
        let mut last = brought_of(&before, table);
        while let Some(page) = noted_behind(source, table, last).await? {
            last = page.last;
            let rows = by_keys(source, table, page.keys.clone()).await?;
            let gone = page.keys.into_iter().filter(|key| !rows.contains_key(key)).collect();
            changed += target.take_away(table, gone).await?;
        }
        brought.insert(table.name, last);
    }
    for (index, table) in moved {
        let mut last = brought_of(&before, table);
        while let Some(page) = noted_behind(source, table, last).await? {
            last = page.last;
            let rows = by_keys(source, table, page.keys.clone()).await?;
            let copied = target.by_keys(table, page.keys).await?;
            let is_due = |key: &Key| index < whole || copied.contains_key(key);
            let others = rows.into_iter().filter(|(key, row)| copied.get(key) != Some(row) && is_due(key));
            let others: Vec<_> = others.map(|(_, row)| row).collect();
            changed += others.len() as u64;
            target.put(table, others, Found::Replaced).await?;
        }
    }
    Ok(changed)
}

async fn last_noted(source: &mut AnyConnection) -> Result<HashMap<String, i64>> {
    let rows = sqlx::query(catalog::last_noted()).fetch_all(source).await?;
    let named = rows.iter().map(|row| Ok((row.text("name")?, row.number_or_null("last")?)));
    Ok(named.collect::<Result<Vec<_>>>()?.into_iter().filter_map(|(name, last)| Some((name, last?))).collect())
}

async fn noted_behind(source: &mut AnyConnection, table: &Table, last: i64) -> Result<Option<Page>> {
    let text = catalog::noted(table.name, &table.keys, GROUP);
    let rows = sqlx::query(text).bind(last).fetch_all(source).await?;
    let Some(row) = rows.last() else { return Ok(None) };
    let (last, mut keys) = (row.number("noted")?, HashSet::with_capacity(rows.len()));
    for row in &rows {
        keys.insert(table.keys.iter().map(|key| Value::read(row, key)).collect::<Result<Key>>()?);
    }
    Ok(Some(Page { keys: keys.into_iter().collect(), last }))
}
