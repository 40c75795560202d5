//! Rows of any table, by their keys.

use super::catalog::{self, Column, Found, TABLES};
use super::rows::{Group, Value};
use crate::store::row::Columns as _;
use crate::store::{Result, Store, StoreError};
use sqlx::AnyConnection;
use sqlx::any::{AnyArguments, AnyRow};
use std::collections::HashMap;
use std::sync::Arc;

/// Read, compared and written together.
pub(super) const GROUP: usize = 1_000;

/// A table, its columns, and which of them are its key.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: Arc<[Column]>,
    pub(super) keys: Arc<[Column]>,
    /// Where these stand among the columns.
    places: Arc<[usize]>,
}

pub(super) type Key = Vec<Value>;

impl Table {
    pub(super) fn read(&self, row: &AnyRow) -> Result<Vec<Value>> {
        self.columns.iter().map(|column| Value::read(row, column)).collect()
    }

    /// Out of a whole row.
    pub(super) fn key(&self, row: &[Value]) -> Key {
        self.places.iter().filter_map(|place| row.get(*place).cloned()).collect()
    }
}

impl Store {
    /// Behind which key a table goes on that broke off. Where keys are no numbers, it begins anew.
    pub(super) async fn last_copied(&self, table: &Table) -> Result<Option<Key>> {
        let [Column { kind: catalog::Kind::Number, .. }] = table.keys.as_ref() else { return Ok(None) };
        let row = sqlx::query(catalog::greatest(table.name, &table.keys)).fetch_optional(&self.inner.reads).await?;
        row.map(|row| Ok(vec![Value::read(&row, &table.keys[0])?])).transpose()
    }

    pub(super) async fn by_keys(&self, table: &Table, keys: Vec<Key>) -> Result<HashMap<Key, Vec<Value>>> {
        let mut connection = self.inner.reads.acquire().await?;
        by_keys(&mut connection, table, keys).await
    }

    pub(super) async fn put(&self, table: &Table, rows: Vec<Vec<Value>>, found: Found) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let (engine, table) = (self.inner.engine, table.clone());
        let mut group = Group::default();
        for row in rows {
            group.add(row);
        }
        self.write(move |tx| {
            Box::pin(
                async move { group.insert_or(tx.conn(), engine, table.name, &table.columns, &table.keys, found).await },
            )
        })
        .await
    }

    pub(super) async fn take_away(&self, table: &Table, keys: Vec<Key>) -> Result<u64> {
        if keys.is_empty() {
            return Ok(0);
        }
        let (engine, table) = (self.inner.engine, table.clone());
        self.write(move |tx| {
            Box::pin(async move {
                let text = catalog::deletion(engine, table.name, &table.keys, keys.len());
                Ok(sqlx::query_with(text, bound(keys)?).execute(tx.conn()).await?.rows_affected())
            })
        })
        .await
    }

    pub(super) async fn count(&self, table: &'static str) -> Result<u64> {
        let mut connection = self.inner.reads.acquire().await?;
        count(&mut connection, table).await
    }
}

/// Of `SQLite` only, as it is asked for keys.
pub(super) async fn tables(source: &mut AnyConnection) -> Result<Arc<[Table]>> {
    let mut tables = Vec::with_capacity(TABLES.len());
    for name in TABLES {
        let columns = catalog::columns(source, name).await?;
        let keys = catalog::keys(source, name).await?;
        let places = keys.iter().filter_map(|key| columns.iter().position(|column| column == key)).collect();
        tables.push(Table { name, columns, keys, places });
    }
    Ok(tables.into())
}

/// Rows in the order of their keys.
pub(super) async fn group_behind(
    source: &mut AnyConnection,
    table: &Table,
    last: Option<Key>,
) -> Result<Vec<Vec<Value>>> {
    let mut arguments = AnyArguments::default();
    let text = catalog::group(table.name, &table.columns, &table.keys, last.is_some(), GROUP);
    for value in last.into_iter().flatten() {
        value.bind(&mut arguments)?;
    }
    let rows = sqlx::query_with(text, arguments).fetch_all(source).await?;
    rows.iter().map(|row| table.read(row)).collect()
}

pub(super) async fn by_keys(
    connection: &mut AnyConnection,
    table: &Table,
    keys: Vec<Key>,
) -> Result<HashMap<Key, Vec<Value>>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let text = catalog::selection(catalog::engine(connection), table.name, &table.columns, &table.keys, keys.len());
    let rows = sqlx::query_with(text, bound(keys)?).fetch_all(connection).await?;
    rows.iter().map(|row| table.read(row).map(|row| (table.key(&row), row))).collect()
}

pub(super) async fn count(connection: &mut AnyConnection, table: &'static str) -> Result<u64> {
    let row = sqlx::query(catalog::count(table)).fetch_one(connection).await?;
    u64::try_from(row.number("count")?).map_err(|_| StoreError::Corrupt("a count"))
}

fn bound(keys: Vec<Key>) -> Result<AnyArguments> {
    let mut arguments = AnyArguments::default();
    for value in keys.into_iter().flatten() {
        value.bind(&mut arguments)?;
    }
    Ok(arguments)
}
