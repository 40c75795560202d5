//! Which tables there are, in which order they can be filled, and what their columns are.
//!
//! Names of tables are ours, names of columns are the migrations': no text of a statement has anything else in it.

use crate::store::row::Columns as _;
use crate::store::{Engine, Result, StoreError};
use sqlx::{AnyConnection, AssertSqlSafe};
use std::fmt::Write as _;
use std::sync::Arc;

/// Every table, whatever it refers to before it. A test compares the list with the schema.
pub(super) const TABLES: &[&str] = &[
    "users",
    "sessions",
    "set_up_links",
    "relinks",
    "support_consents",
    "support_views",
    "key_canaries",
    "data_keys",
    "link_intents",
    "links",
    "link_aliases",
    "revoked_tokens",
    "accounts",
    "cards",
    "link_events",
    "funnel_days",
    "payments",
    "feeds",
    "live_events",
    "deliveries",
    "delivery_effects",
    "parking",
    "used_hashes",
    "alarms",
    "event_endpoints",
    "events_out",
    "event_sends",
    "own_words",
    "pauses",
    "mails",
    "password_resets",
    "two_step",
    "passkeys",
    "used_challenges",
    "recovery_codes",
    "half_sign_ins",
    "looks",
    "erasures",
    "erased_cards",
    "alert_rules",
    "alert_lows",
    "known_merchants",
    "alerts",
    "alert_mails",
    "push_devices",
    "api_keys",
    "replays",
    "replay_items",
    "acts",
    "acts_chain",
    "nodes",
    "duties",
    "tallies",
    "stream_places",
    // Last, as an unfinished copy has a mark of its own.
    "marks",
];

/// What a row may become, while changes are noted: a trigger for each on every table.
pub(super) const TRIGGERS: [&str; 4] = ["new", "other", "moved", "gone"];

/// A row's number is given out by the database.
const NUMBER: &str = "id";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Bytes,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub name: String,
    pub kind: Kind,
}

/// The columns of a table, in their order.
pub(super) async fn columns(connection: &mut AnyConnection, table: &'static str) -> Result<Arc<[Column]>> {
    let text = match engine(connection) {
        Engine::Sqlite => "SELECT name, type FROM pragma_table_info($1) ORDER BY cid",
        Engine::Postgres => {
            "SELECT CAST(column_name AS TEXT) AS name, CAST(data_type AS TEXT) AS type
             FROM information_schema.columns
             WHERE table_schema = current_schema()
             AND table_name = $1
             ORDER BY ordinal_position"
        }
    };
    let rows = sqlx::query(text).bind(table).fetch_all(&mut *connection).await?;
    rows.iter()
        .map(|row| {
            let kind = row.code("type", |name| match name {
                "TEXT" | "text" => Some(Kind::Text),
                "BIGINT" | "INTEGER" | "bigint" => Some(Kind::Number),
                "BLOB" | "bytea" => Some(Kind::Bytes),
                _ => None,
            });
            Ok(Column { name: row.text("name")?, kind: kind? })
        })
        .collect()
}

/// The columns of a table's key, in their order. `SQLite` only.
pub(super) async fn keys(connection: &mut AnyConnection, table: &'static str) -> Result<Arc<[Column]>> {
    let columns = columns(connection, table).await?;
    let rows = sqlx::query("SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk")
        .bind(table)
        .fetch_all(&mut *connection)
        .await?;
    rows.iter()
        .map(|row| {
            let name = row.text("name")?;
            let column = columns.iter().find(|column| column.name == name);
            column.cloned().ok_or(StoreError::Corrupt("a table's key"))
        })
        .collect()
}

/// The number that a table's newest row has or had; none where rows are not numbered.
pub(super) async fn last_number(
    connection: &mut AnyConnection,
    table: &'static str,
    columns: &[Column],
) -> Result<Option<i64>> {
    if !is_numbered(columns) {
        return Ok(None);
    }
    let text = match engine(connection) {
        Engine::Sqlite => "SELECT seq AS last FROM sqlite_sequence WHERE name = $1",
        Engine::Postgres => {
            "SELECT last_value AS last
             FROM pg_sequences
             WHERE schemaname = current_schema()
             AND sequencename = $1 || '_id_seq'"
        }
    };
    match sqlx::query(text).bind(table).fetch_optional(&mut *connection).await? {
        Some(row) => row.number_or_null("last"),
        None => Ok(None),
    }
}

/// Lets the next row of a table have the number behind this one.
pub(super) async fn go_on_from(
    connection: &mut AnyConnection,
    engine: Engine,
    table: &'static str,
    last: i64,
) -> Result<()> {
    match engine {
        Engine::Sqlite => {
            sqlx::query("DELETE FROM sqlite_sequence WHERE name = $1").bind(table).execute(&mut *connection).await?;
            sqlx::query("INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)")
                .bind(table)
                .bind(last)
                .execute(connection)
                .await?;
        }
        Engine::Postgres => {
            sqlx::query("SELECT setval(pg_get_serial_sequence($1, 'id'), $2)")
                .bind(table)
                .bind(last)
                .execute(connection)
                .await?;
        }
    }
    Ok(())
}

pub(super) fn all_rows(table: &'static str, columns: &[Column]) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("SELECT {} FROM {table}", names(columns)))
}

pub(super) fn any_row(table: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("SELECT 1 FROM {table} LIMIT 1"))
}

pub(super) fn delete_all(table: &'static str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("DELETE FROM {table}"))
}

/// What becomes of a row that an insertion finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Stays,
    Replaced,
}

/// An insertion of so many rows, of which none is there.
pub(super) fn insertion(engine: Engine, table: &'static str, columns: &[Column], rows: usize) -> AssertSqlSafe<String> {
    AssertSqlSafe(insertion_text(engine, table, columns, rows))
}

/// An insertion of so many rows, of which some may be there.
pub(super) fn insertion_or(
    engine: Engine,
    table: &'static str,
    columns: &[Column],
    keys: &[Column],
    rows: usize,
    found: Found,
) -> AssertSqlSafe<String> {
    let others = columns.iter().filter(|column| !keys.contains(column));
    let set: Vec<String> = others.map(|Column { name, .. }| format!("{name} = excluded.{name}")).collect();
    let then = match found {
        Found::Replaced if !set.is_empty() => format!("({}) DO UPDATE SET {}", names(keys), set.join(", ")),
        Found::Replaced | Found::Stays => format!("({}) DO NOTHING", names(keys)),
    };
    AssertSqlSafe(format!("{} ON CONFLICT {then}", insertion_text(engine, table, columns, rows)))
}

fn insertion_text(engine: Engine, table: &'static str, columns: &[Column], rows: usize) -> String {
    format!("INSERT INTO {table} ({}) VALUES {}", names(columns), places(engine, columns.len(), rows))
}

/// The rows with so many keys.
pub(super) fn selection(
    engine: Engine,
    table: &'static str,
    columns: &[Column],
    keys: &[Column],
    rows: usize,
) -> AssertSqlSafe<String> {
    let (columns, places) = (names(columns), places(engine, keys.len(), rows));
    AssertSqlSafe(format!("SELECT {columns} FROM {table} WHERE ({}) IN (VALUES {places})", names(keys)))
}

/// The same rows go.
pub(super) fn deletion(engine: Engine, table: &'static str, keys: &[Column], rows: usize) -> AssertSqlSafe<String> {
    let places = places(engine, keys.len(), rows);
    AssertSqlSafe(format!("DELETE FROM {table} WHERE ({}) IN (VALUES {places})", names(keys)))
}

pub(super) fn count(table: &'static str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("SELECT COUNT(*) AS count FROM {table}"))
}

/// The greatest key of a table.
pub(super) fn greatest(table: &'static str, keys: &[Column]) -> AssertSqlSafe<String> {
    let keys = names(keys);
    AssertSqlSafe(format!("SELECT {keys} FROM {table} ORDER BY {keys} DESC LIMIT 1"))
}

/// What lets `SQLite` note the key of each row of a table that changes, in the order of the changes.
pub(super) fn notes(table: &'static str, keys: &[Column]) -> Vec<AssertSqlSafe<String>> {
    let all = names(keys);
    let columns = |of: &str| keys.iter().map(|key| format!("{of}.{}", key.name)).collect::<Vec<_>>().join(", ");
    let types: Vec<String> = keys
        .iter()
        .map(|Column { name, kind }| match kind {
            Kind::Text => format!("{name} TEXT NOT NULL"),
            Kind::Number => format!("{name} INTEGER NOT NULL"),
            Kind::Bytes => format!("{name} BLOB NOT NULL"),
        })
        .collect();
    let (new, old) = (columns("NEW"), columns("OLD"));
    let note = |of: &str| format!("BEGIN INSERT INTO noted_{table} ({all}) VALUES ({of}); END");
    let texts = [
        format!("CREATE TABLE noted_{table} (noted INTEGER PRIMARY KEY, {})", types.join(", ")),
        format!("CREATE TRIGGER noted_{table}_new AFTER INSERT ON {table} {}", note(&new)),
        format!("CREATE TRIGGER noted_{table}_other AFTER UPDATE ON {table} {}", note(&new)),
        format!(
            "CREATE TRIGGER noted_{table}_moved AFTER UPDATE OF {all} ON {table} WHEN ({old}) IS NOT ({new}) {}",
            note(&old)
        ),
        format!("CREATE TRIGGER noted_{table}_gone AFTER DELETE ON {table} {}", note(&old)),
    ];
    texts.map(AssertSqlSafe).into()
}

/// Takes that back, where it is.
pub(super) fn no_notes(table: &'static str) -> Vec<AssertSqlSafe<String>> {
    let triggers = TRIGGERS.map(|name| format!("DROP TRIGGER IF EXISTS noted_{table}_{name}"));
    triggers.into_iter().chain([format!("DROP TABLE IF EXISTS noted_{table}")]).map(AssertSqlSafe).collect()
}

/// The number of each table's last change.
pub(super) fn last_noted() -> AssertSqlSafe<String> {
    let last = |table: &&str| format!("SELECT '{table}' AS name, MAX(noted) AS last FROM noted_{table}");
    AssertSqlSafe(TABLES.iter().map(last).collect::<Vec<_>>().join(" UNION ALL "))
}

/// So many of the changes behind a number.
pub(super) fn noted(table: &'static str, keys: &[Column], limit: usize) -> AssertSqlSafe<String> {
    let keys = names(keys);
    AssertSqlSafe(format!("SELECT noted, {keys} FROM noted_{table} WHERE noted > $1 ORDER BY noted LIMIT {limit}"))
}

/// The changes up to a number go.
pub(super) fn forget(table: &'static str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("DELETE FROM noted_{table} WHERE noted <= $1"))
}

/// So many rows in the order of their keys, perhaps behind one. `SQLite` only.
pub(super) fn group(
    table: &'static str,
    columns: &[Column],
    keys: &[Column],
    is_behind: bool,
    limit: usize,
) -> AssertSqlSafe<String> {
    let (all, key, places) = (names(columns), names(keys), places(Engine::Sqlite, keys.len(), 1));
    let behind = if is_behind { format!("WHERE ({key}) > {places}") } else { String::new() };
    AssertSqlSafe(format!("SELECT {all} FROM {table} {behind} ORDER BY {key} LIMIT {limit}"))
}

/// Places for so many rows of values.
fn places(engine: Engine, columns: usize, rows: usize) -> String {
    let mut text = String::with_capacity(rows * columns * 7);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { "), (" });
        for column in 0..columns {
            text.push_str(if column == 0 { "" } else { ", " });
            // Writing to a String does not fail.
            let _ = match engine {
                Engine::Sqlite => write!(text, "?"),
                Engine::Postgres => write!(text, "${}", row * columns + column + 1),
            };
        }
    }
    text.push(')');
    text
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn is_numbered(columns: &[Column]) -> bool {
    columns.iter().any(|column| column.name == NUMBER && column.kind == Kind::Number)
}

pub(super) fn engine(connection: &AnyConnection) -> Engine {
    if connection.backend_name() == <sqlx::Sqlite as sqlx::Database>::NAME { Engine::Sqlite } else { Engine::Postgres }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use crate::store::Store;

    /// Those of `PostgreSQL` have the same names: a test compares the migrations.
    #[tokio::test]
    async fn every_table_is_listed_behind_those_that_it_refers_to() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let store = Store::open(&Secret::new(url)).await.unwrap();
        store.migrate().await.unwrap();
        let mut connection = store.inner.reads.acquire().await.unwrap();
        let rows = sqlx::query(
            "SELECT name
             FROM sqlite_master
             WHERE type = 'table'
             AND name NOT LIKE 'sqlite%'
             AND name <> '_sqlx_migrations'",
        )
        .fetch_all(&mut *connection)
        .await
        .unwrap();
        let mut there: Vec<String> = rows.iter().map(|row| row.text("name").unwrap()).collect();
        let mut listed = TABLES.to_vec();
        there.sort_unstable();
        listed.sort_unstable();
        assert_eq!(there, listed);
        for (index, table) in TABLES.iter().enumerate() {
            let rows = sqlx::query("SELECT \"table\" AS parent FROM pragma_foreign_key_list($1)")
                .bind(*table)
                .fetch_all(&mut *connection)
                .await
                .unwrap();
            for row in rows {
                let parent = row.text("parent").unwrap();
                assert!(TABLES[..index].contains(&parent.as_str()), "{table} stands before {parent}");
            }
        }
    }
}
