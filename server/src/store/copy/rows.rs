//! Values of any row, and groups of rows on their way.

use super::catalog::{self, Column, Found, Kind};
use crate::store::{Engine, Result};
use sha2::{Digest as _, Sha256};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{AnyConnection, Arguments as _, AssertSqlSafe, Row as _};

/// Written in one transaction.
const MOST_ROWS: usize = 4_096;
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// `SQLite` takes 32,766 variables in a statement. More than a few thousand gain nothing.
const MOST_VARIABLES: usize = 4_096;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Value {
    Text(Option<String>),
    Number(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

impl Value {
    pub(super) fn read(row: &AnyRow, column: &Column) -> Result<Self> {
        let name = column.name.as_str();
        Ok(match column.kind {
            Kind::Text => Self::Text(row.try_get(name)?),
            Kind::Number => Self::Number(row.try_get(name)?),
            Kind::Bytes => Self::Bytes(row.try_get(name)?),
        })
    }

    fn bytes(&self) -> Option<std::borrow::Cow<'_, [u8]>> {
        match self {
            Self::Text(text) => text.as_ref().map(|text| text.as_bytes().into()),
            Self::Number(number) => number.map(|number| number.to_be_bytes().to_vec().into()),
            Self::Bytes(bytes) => bytes.as_ref().map(|bytes| bytes.as_slice().into()),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.as_ref().map_or(0, String::len),
            Self::Number(_) => 8,
            Self::Bytes(bytes) => bytes.as_ref().map_or(0, Vec::len),
        }
    }

    pub(super) fn bind(self, arguments: &mut AnyArguments) -> Result<()> {
        let bound = match self {
            Self::Text(text) => arguments.add(text),
            Self::Number(number) => arguments.add(number),
            Self::Bytes(bytes) => arguments.add(bytes),
        };
        bound.map_err(|error| sqlx::Error::Encode(error).into())
    }
}

/// A number for a row's values; sums of these tell tables apart whatever the order of their rows.
pub(super) fn sum(values: &[Value]) -> u128 {
    let mut hash = Sha256::new();
    for value in values {
        match value.bytes() {
            None => hash.update([0]),
            Some(bytes) => {
                hash.update([1]);
                hash.update((bytes.len() as u64).to_be_bytes());
                hash.update(bytes);
            }
        }
    }
    let mut half = [0; 16];
    half.copy_from_slice(&hash.finalize()[..16]);
    u128::from_be_bytes(half)
}

/// Rows of one table that are written together.
#[derive(Debug, Default)]
pub(super) struct Group {
    rows: Vec<Vec<Value>>,
    bytes: usize,
}

impl Group {
    pub(super) fn add(&mut self, row: Vec<Value>) {
        self.bytes += row.iter().map(Value::len).sum::<usize>();
        self.rows.push(row);
    }

    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= MOST_ROWS || self.bytes >= MOST_BYTES
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Into a table that has none of them.
    pub(super) async fn insert(
        self,
        connection: &mut AnyConnection,
        engine: Engine,
        table: &'static str,
        columns: &[Column],
    ) -> Result<()> {
        self.write(connection, columns.len(), |rows| catalog::insertion(engine, table, columns, rows)).await
    }

    /// Into a table that may have some of them.
    pub(super) async fn insert_or(
        self,
        connection: &mut AnyConnection,
        engine: Engine,
        table: &'static str,
        columns: &[Column],
        keys: &[Column],
        found: Found,
    ) -> Result<()> {
        let text = |rows| catalog::insertion_or(engine, table, columns, keys, rows, found);
        self.write(connection, columns.len(), text).await
    }

    async fn write(
        self,
        connection: &mut AnyConnection,
        columns: usize,
        text: impl Fn(usize) -> AssertSqlSafe<String> + Send,
    ) -> Result<()> {
        let at_once = (MOST_VARIABLES / columns.max(1)).max(1);
        let mut rows = self.rows.into_iter();
        while rows.len() > 0 {
            let count = rows.len().min(at_once);
            let mut arguments = AnyArguments::default();
            for value in rows.by_ref().take(count).flatten() {
                value.bind(&mut arguments)?;
            }
            sqlx::query_with(text(count), arguments).execute(&mut *connection).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(Some(text.to_owned()))
    }

    #[test]
    fn rows_that_differ_anywhere_have_other_sums() {
        let rows = [
            vec![text("ab"), text("c")],
            vec![text("a"), text("bc")],
            vec![text("abc"), Value::Text(None)],
            vec![Value::Text(None), text("abc")],
            vec![text("abc"), text("")],
            vec![Value::Number(Some(1)), Value::Number(None)],
            vec![Value::Number(None), Value::Number(Some(1))],
        ];
        for (index, row) in rows.iter().enumerate() {
            assert_eq!(sum(row), sum(&row.clone()));
            assert!(rows[..index].iter().all(|other| sum(other) != sum(row)), "{row:?}");
        }
    }

    #[test]
    fn a_group_is_full_by_rows_or_by_bytes() {
        let mut large = Group::default();
        large.add(vec![Value::Bytes(Some(vec![0; MOST_BYTES]))]);
        assert!(large.is_full());
        let mut many = Group::default();
        for _ in 1..MOST_ROWS {
            many.add(vec![Value::Number(None)]);
            assert!(!many.is_full());
        }
        many.add(vec![Value::Number(None)]);
        assert!(many.is_full());
    }
}
