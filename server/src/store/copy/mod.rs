//! A whole database in another one, of the same engine or the other: for backups, and for moving to `PostgreSQL`.
//!
//! Rows are read at one moment and written a group at a time. While that goes on, and after it broke off, the copy says that
//! it is unfinished, and no server starts on it. Another copy into it goes on: the first tables stay as far as they are as they
//! should be, and from the one on at which it broke off they are filled anew.

mod catalog;
mod follow;
mod indexes;
mod rows;
mod table;

use super::{Engine, Result, Store, StoreError};
use crate::clock::Moment;
use catalog::{Column, TABLES};
use futures::TryStreamExt as _;
use futures::stream::BoxStream;
use rows::{Group, Value};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use std::path::Path;
use std::sync::Arc;

/// Set before the first row and removed after the last one.
const UNFINISHED: &str = "unfinished-copy";
/// Where the mark is.
const MARKS: &str = "marks";
/// Its one row is there from the beginning.
const FILLED_BY_MIGRATIONS: &str = "parking";

/// How many rows a table has, and a sum over what they hold that does not depend on their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableSum {
    pub table: &'static str,
    pub rows: u64,
    pub sum: u128,
}

/// Told while rows are read: the table, and how many of its rows so far.
pub type Progress = Arc<dyn Fn(&'static str, u64) + Send + Sync>;

impl Store {
    /// Copies everything into a database that has been migrated, and is empty or holds a copy that broke off; returns what was read.
    pub async fn copy_into(&self, target: &Self, now: Moment, progress: &Progress) -> Result<Vec<TableSum>> {
        let goes_on = target.marked(UNFINISHED).await?.is_some();
        if !goes_on {
            target.must_be_empty().await?;
            target.mark(UNFINISHED, now).await?;
            target.clear(FILLED_BY_MIGRATIONS).await?;
        }
        target.put_indexes_aside().await?;
        let making = progress.clone();
        let (into, progress) = (target.clone(), progress.clone());
        let sums = self.read(move |source| {
            Box::pin(async move {
                let mut sums = if goes_on { there_already(source, &into, &progress).await? } else { Vec::new() };
                for table in &TABLES[sums.len()..] {
                    sums.push(copy_table(source, &into, table, &progress).await?);
                }
                Ok(sums)
            })
        });
        let sums = sums.await?;
        target.put_indexes_back(&making).await?;
        target.unmark(UNFINISHED).await?;
        Ok(sums)
    }

    /// What every table holds, at one moment.
    pub async fn sums(&self, progress: &Progress) -> Result<Vec<TableSum>> {
        let progress = progress.clone();
        self.read(move |source| {
            Box::pin(async move {
                let mut sums = Vec::with_capacity(TABLES.len());
                for table in TABLES {
                    let columns = catalog::columns(source, table).await?;
                    sums.push(read_table(source, table, &columns, &progress, None).await?);
                }
                Ok(sums)
            })
        })
        .await
    }

    /// Writes a copy of this moment into a file that does not exist or is empty. `SQLite` only; the server goes on meanwhile.
    pub async fn vacuum_into(&self, file: &Path) -> Result<()> {
        let name = file.to_str().ok_or(StoreError::Address("the file's name is no text"))?.to_owned();
        let mut connection = self.inner.writes.acquire().await?;
        sqlx::query("VACUUM INTO $1").bind(name).execute(&mut *connection).await?;
        Ok(())
    }

    /// Reads every page of a database of `SQLite`, and refuses one that is damaged. `PostgreSQL` looks after its own.
    pub async fn check_pages(&self) -> Result<()> {
        self.check("PRAGMA quick_check(1)").await
    }

    /// The same, and looks up each row in each index, which takes many times as long.
    pub async fn check_pages_and_indexes(&self) -> Result<()> {
        self.check("PRAGMA integrity_check(1)").await
    }

    async fn check(&self, how: &'static str) -> Result<()> {
        if self.inner.engine == Engine::Postgres {
            return Ok(());
        }
        let found: String = sqlx::query_scalar(how).fetch_one(&self.inner.reads).await?;
        if found == "ok" { Ok(()) } else { Err(StoreError::Corrupt("a page of the database")) }
    }

    /// Refuses a database that a copy has begun to fill and has not finished.
    pub async fn must_be_whole(&self) -> Result<()> {
        if self.marked(UNFINISHED).await?.is_some() { Err(StoreError::UnfinishedCopy) } else { Ok(()) }
    }

    async fn must_be_empty(&self) -> Result<()> {
        for table in TABLES.iter().filter(|table| **table != FILLED_BY_MIGRATIONS) {
            let row = sqlx::query(catalog::any_row(table)).fetch_optional(&self.inner.reads).await?;
            if row.is_some() {
                return Err(StoreError::NotEmpty);
            }
        }
        Ok(())
    }

    /// Takes out of a table what migrations or a copy that broke off have put there; that it is unfinished stays.
    async fn clear(&self, table: &'static str) -> Result<()> {
        let marks = sqlx::query("DELETE FROM marks WHERE name <> $1").bind(UNFINISHED);
        let clear = if table == MARKS { marks } else { sqlx::query(catalog::delete_all(table)) };
        self.change(clear).await.map(drop)
    }
}

/// What the first tables hold, those that were copied before the copy broke off and are as they should be. The others are cleared, those
/// that refer to others first.
async fn there_already(source: &mut AnyConnection, target: &Store, progress: &Progress) -> Result<Vec<TableSum>> {
    let mut sums = Vec::with_capacity(TABLES.len());
    // Beside the marks of the source there is that of the copy.
    for table in TABLES.iter().take_while(|table| **table != MARKS) {
        let Some(sum) = is_there(source, target, table, progress).await? else { break };
        sums.push(sum);
    }
    for table in TABLES[sums.len()..].iter().rev() {
        target.clear(table).await?;
    }
    Ok(sums)
}

async fn is_there(
    source: &mut AnyConnection,
    target: &Store,
    table: &'static str,
    progress: &Progress,
) -> Result<Option<TableSum>> {
    let mut connection = target.inner.reads.acquire().await?;
    let columns = catalog::columns(&mut connection, table).await?;
    let silent: Progress = Arc::new(|_, _| {});
    let found = read_table(&mut connection, table, &columns, &silent, None).await?;
    // The next number is set behind the last row.
    let numbered = catalog::last_number(source, table, &columns).await?;
    if catalog::last_number(&mut connection, table, &columns).await? != numbered {
        return Ok(None);
    }
    drop(connection);
    let columns = catalog::columns(source, table).await?;
    let wanted = read_table(source, table, &columns, progress, None).await?;
    Ok((wanted == found).then_some(wanted))
}

async fn copy_table(
    source: &mut AnyConnection,
    target: &Store,
    table: &'static str,
    progress: &Progress,
) -> Result<TableSum> {
    let columns = catalog::columns(source, table).await?;
    let sum = read_table(source, table, &columns, progress, Some(target)).await?;
    if let Some(last) = catalog::last_number(source, table, &columns).await? {
        let engine = target.inner.engine;
        target.write(move |tx| Box::pin(catalog::go_on_from(tx.conn(), engine, table, last))).await?;
    }
    Ok(sum)
}

/// Reads all rows of a table, and writes them into another database, where there is one: each group while the next one is read.
async fn read_table(
    source: &mut AnyConnection,
    table: &'static str,
    columns: &Arc<[Column]>,
    progress: &Progress,
    target: Option<&Store>,
) -> Result<TableSum> {
    let mut sum = TableSum { table, rows: 0, sum: 0 };
    let mut waiting = Group::default();
    let mut rows = sqlx::query(catalog::all_rows(table, columns)).fetch(&mut *source);
    loop {
        let reading = read_group(&mut rows, columns, &mut sum);
        let (group, written) = tokio::join!(reading, write(waiting, table, columns, target));
        written?;
        waiting = group?;
        progress(table, sum.rows);
        if waiting.is_empty() {
            return Ok(sum);
        }
    }
}

/// An empty one behind the last row.
async fn read_group(
    rows: &mut BoxStream<'_, sqlx::Result<AnyRow>>,
    columns: &[Column],
    sum: &mut TableSum,
) -> Result<Group> {
    let mut group = Group::default();
    while !group.is_full()
        && let Some(row) = rows.try_next().await?
    {
        let values = columns.iter().map(|column| Value::read(&row, column)).collect::<Result<Vec<_>>>()?;
        sum.rows += 1;
        sum.sum = sum.sum.wrapping_add(rows::sum(&values));
        group.add(values);
    }
    Ok(group)
}

async fn write(group: Group, table: &'static str, columns: &Arc<[Column]>, target: Option<&Store>) -> Result<()> {
    let Some(target) = target.filter(|_| !group.is_empty()) else { return Ok(()) };
    let (engine, columns) = (target.inner.engine, Arc::clone(columns));
    target.write(move |tx| Box::pin(async move { group.insert(tx.conn(), engine, table, &columns).await })).await
}
