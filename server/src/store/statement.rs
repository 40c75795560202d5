//! Statements over many rows at once: `… VALUES ($1, $2), ($3, $4) …`.
//!
//! A trip to the database costs more than the row that it carries, so groups of rows share one. Groups are of certain
//! [`SIZES`]: any number of rows takes few trips, a handful takes one, and there are only twelve texts of each statement,
//! which stay prepared and are built once.
//!
//! The one difference between the engines is here: `SQLite` gets `?` for each placeholder. It looks numbered ones up in a list
//! from its beginning, which for the 3,328 of 128 payments cost more than storing them.

use super::Result;
use crate::clock::Moment;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{AnyConnection, Arguments as _};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::OnceLock;

/// Rows of one statement.
const SIZES: [usize; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 64, 128];
const MOST_ROWS: usize = SIZES[SIZES.len() - 1];
/// `SQLite` takes 32,766 variables in a statement, `PostgreSQL` 65,535.
const MOST_VARIABLES: usize = 32_766;
/// What sqlx calls the engine.
const SQLITE: &str = <sqlx::Sqlite as sqlx::Database>::NAME;

/// A statement whose tuples of placeholders are repeated for each row of a group. Its pieces are constants, so no data ever
/// becomes part of the text; all data is bound.
pub(super) struct Grouped {
    /// Up to and without the first tuple.
    head: &'static str,
    /// Placeholders in a tuple.
    width: usize,
    /// From after the last tuple.
    tail: &'static str,
    /// By size, with numbered and with plain placeholders.
    numbered: [OnceLock<String>; SIZES.len()],
    plain: [OnceLock<String>; SIZES.len()],
}

impl Grouped {
    pub(super) const fn new(head: &'static str, width: usize, tail: &'static str) -> Self {
        assert!(width > 0 && width * MOST_ROWS <= MOST_VARIABLES, "too many placeholders");
        let numbered = [const { OnceLock::new() }; SIZES.len()];
        let plain = [const { OnceLock::new() }; SIZES.len()];
        Self { head, width, tail, numbered, plain }
    }

    /// Binds each row's values by `fill`, which binds exactly as many as the statement is wide.
    pub(super) fn rows<'r, T: 'r>(
        &'static self,
        rows: impl IntoIterator<Item = &'r T, IntoIter: ExactSizeIterator>,
        fill: impl Fn(&mut Row, &'r T),
    ) -> Prepared {
        let mut rows = rows.into_iter();
        let mut groups = Vec::new();
        while rows.len() > 0 {
            let size = largest_size(rows.len());
            let (count, mut values) = (SIZES[size], Row(AnyArguments::default()));
            values.0.reserve(self.width * count, 0);
            for row in rows.by_ref().take(count) {
                fill(&mut values, row);
            }
            debug_assert_eq!(values.0.len(), self.width * count, "{}", self.head);
            groups.push((size, values.0));
        }
        Prepared { statement: self, groups }
    }

    /// The statement for as many rows as the size at this place has.
    fn text(&'static self, size: usize, numbered: bool) -> &'static str {
        let texts = if numbered { &self.numbered } else { &self.plain };
        texts[size].get_or_init(|| {
            let mut text = String::with_capacity(self.head.len() + self.tail.len() + self.width * SIZES[size] * 7);
            text.push_str(self.head);
            for row in 0..SIZES[size] {
                text.push_str(if row == 0 { " (" } else { ", (" });
                for column in 1..=self.width {
                    text.push_str(if column == 1 { "" } else { ", " });
                    // Writing to a String does not fail.
                    let _ = if numbered { write!(text, "${}", row * self.width + column) } else { write!(text, "?") };
                }
                text.push(')');
            }
            text.push(' ');
            text.push_str(self.tail);
            text
        })
    }
}

/// Values of one statement's groups, ready to run inside a transaction.
pub(super) struct Prepared {
    statement: &'static Grouped,
    /// The place of each group's size, and its values.
    groups: Vec<(usize, AnyArguments)>,
}

/// How many of so many rows fit into one statement.
pub(super) const fn rows_of_one_statement(rows: usize) -> usize {
    if rows == 0 { 0 } else { SIZES[largest_size(rows)] }
}

/// The place of the largest size that so many rows, at least one, fill.
const fn largest_size(rows: usize) -> usize {
    let mut size = SIZES.len() - 1;
    while SIZES[size] > rows {
        size -= 1;
    }
    size
}

impl Prepared {
    pub(super) const fn is_one_statement(&self) -> bool {
        self.groups.len() <= 1
    }

    /// How many rows were changed.
    pub(super) async fn execute(self, connection: &mut AnyConnection) -> Result<u64> {
        let numbered = connection.backend_name() != SQLITE;
        let mut changed = 0;
        for (size, values) in self.groups {
            let query = sqlx::query_with(self.statement.text(size, numbered), values);
            changed += query.execute(&mut *connection).await?.rows_affected();
        }
        Ok(changed)
    }

    /// The rows that come back, in no order that could be relied on.
    pub(super) async fn fetch(self, connection: &mut AnyConnection) -> Result<Vec<AnyRow>> {
        let numbered = connection.backend_name() != SQLITE;
        let mut found = Vec::new();
        for (size, values) in self.groups {
            let query = sqlx::query_with(self.statement.text(size, numbered), values);
            found.append(&mut query.fetch_all(&mut *connection).await?);
        }
        Ok(found)
    }
}

/// The values of a row, bound in the order of its columns.
pub(super) struct Row(AnyArguments);

impl Row {
    pub(super) fn text(&mut self, value: &str) -> &mut Self {
        self.add(storable(value).into_owned())
    }

    pub(super) fn text_or_null(&mut self, value: Option<&str>) -> &mut Self {
        self.add(value.map(|value| storable(value).into_owned()))
    }

    pub(super) fn number(&mut self, value: i64) -> &mut Self {
        self.add(value)
    }

    pub(super) fn number_or_null(&mut self, value: Option<i64>) -> &mut Self {
        self.add(value)
    }

    pub(super) fn moment(&mut self, value: Moment) -> &mut Self {
        self.add(value.0)
    }

    pub(super) fn moment_or_null(&mut self, value: Option<Moment>) -> &mut Self {
        self.add(value.map(|value| value.0))
    }

    pub(super) fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.add(value.to_vec())
    }

    pub(super) fn bytes_or_null(&mut self, value: Option<&[u8]>) -> &mut Self {
        self.add(value.map(<[u8]>::to_vec))
    }

    fn add<T>(&mut self, value: T) -> &mut Self
    where
        T: for<'q> sqlx::Encode<'q, sqlx::Any> + sqlx::Type<sqlx::Any>,
    {
        let added = self.0.add(value);
        debug_assert!(added.is_ok(), "texts, numbers and bytes can always be encoded");
        self
    }
}

/// A text that both engines can keep. `PostgreSQL` refuses the character NUL, and one such text from outside would keep
/// its whole group from being stored; it is kept as the sign for an unreadable character.
pub(super) fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// A pattern of LIKE … ESCAPE '\' for texts that begin with this one.
pub(super) fn begins_with(text: &str) -> String {
    let mut pattern = escaped(text);
    pattern.push('%');
    pattern
}

/// A pattern of LIKE … ESCAPE '\' for texts that hold this one somewhere.
pub(super) fn holds(text: &str) -> String {
    let mut pattern = begins_with(text);
    pattern.insert(0, '%');
    pattern
}

fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    static INSERT: Grouped = Grouped::new("INSERT INTO t (a, b) VALUES", 2, "ON CONFLICT DO NOTHING");

    fn sizes(rows: usize) -> Vec<usize> {
        let rows = vec![7_i64; rows];
        let prepared = INSERT.rows(&rows, |row, value| {
            row.number(*value).text("x");
        });
        prepared.groups.iter().map(|(_, values)| values.len() / 2).collect()
    }

    #[test]
    fn placeholders_count_on_from_row_to_row() {
        assert_eq!(INSERT.text(1, true), "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING");
        assert_eq!(INSERT.text(1, false), "INSERT INTO t (a, b) VALUES (?, ?), (?, ?) ON CONFLICT DO NOTHING");
    }

    #[test]
    fn a_handful_is_one_group_and_any_number_is_few() {
        assert_eq!(sizes(0), Vec::<usize>::new());
        (1..=8).for_each(|rows| assert_eq!(sizes(rows), [rows]));
        assert_eq!(sizes(13), [8, 5]);
        assert_eq!(sizes(127), [64, 32, 16, 8, 7]);
        assert_eq!(sizes(300), [128, 128, 32, 8, 4]);
    }

    #[test]
    fn wildcards_of_like_are_ordinary_characters() {
        assert_eq!(holds(r"50%_\"), r"%50\%\_\\%");
        assert_eq!(begins_with("a"), "a%");
    }
}
