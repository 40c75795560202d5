//! Reading rows into types that cannot be wrong.

use super::{Result, StoreError};
use crate::clock::Moment;
use crate::secret::Secret;
use domain::live::Seq;
use domain::money::Currency;
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// Columns of a row by name. A value that its type refuses is [`StoreError::Corrupt`] with the column's name.
pub(super) trait Columns {
    fn text(&self, column: &'static str) -> Result<String>;
    fn text_or_null(&self, column: &'static str) -> Result<Option<String>>;
    fn number(&self, column: &'static str) -> Result<i64>;
    fn number_or_null(&self, column: &'static str) -> Result<Option<i64>>;
    fn bytes(&self, column: &'static str) -> Result<Vec<u8>>;
    fn bytes_or_null(&self, column: &'static str) -> Result<Option<Vec<u8>>>;

    fn moment(&self, column: &'static str) -> Result<Moment> {
        Ok(Moment(self.number(column)?))
    }

    fn moment_or_null(&self, column: &'static str) -> Result<Option<Moment>> {
        Ok(self.number_or_null(column)?.map(Moment))
    }

    fn seq(&self, column: &'static str) -> Result<Seq> {
        Ok(Seq(self.number(column)?))
    }

    fn secret_or_null(&self, column: &'static str) -> Result<Option<Secret>> {
        Ok(self.text_or_null(column)?.map(Secret::new))
    }

    fn currency(&self, column: &'static str) -> Result<Currency> {
        Currency::parse(&self.text(column)?).map_err(|_| StoreError::Corrupt(column))
    }

    /// An identifier, or any other type that a text has to be parsed into.
    fn id<T: TryFrom<String>>(&self, column: &'static str) -> Result<T> {
        T::try_from(self.text(column)?).map_err(|_| StoreError::Corrupt(column))
    }

    fn id_or_null<T: TryFrom<String>>(&self, column: &'static str) -> Result<Option<T>> {
        self.text_or_null(column)?.map(|text| T::try_from(text).map_err(|_| StoreError::Corrupt(column))).transpose()
    }

    /// One of a closed set of codes.
    fn code<T>(&self, column: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        read(&self.text(column)?).ok_or(StoreError::Corrupt(column))
    }
}

impl Columns for AnyRow {
    fn text(&self, column: &'static str) -> Result<String> {
        Ok(self.try_get(column)?)
    }

    fn text_or_null(&self, column: &'static str) -> Result<Option<String>> {
        Ok(self.try_get(column)?)
    }

    fn number(&self, column: &'static str) -> Result<i64> {
        Ok(self.try_get(column)?)
    }

    fn number_or_null(&self, column: &'static str) -> Result<Option<i64>> {
        Ok(self.try_get(column)?)
    }

    fn bytes(&self, column: &'static str) -> Result<Vec<u8>> {
        Ok(self.try_get(column)?)
    }

    fn bytes_or_null(&self, column: &'static str) -> Result<Option<Vec<u8>>> {
        Ok(self.try_get(column)?)
    }
}

/// Exactly one row was meant to change.
pub(super) fn one(changed: u64, what: &'static str) -> Result<()> {
    if changed == 1 { Ok(()) } else { Err(StoreError::Missing(what)) }
}
