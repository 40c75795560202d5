//! Which tables there are, in which order they can be filled, and what their columns are.
//!
//! Names of tables are ours, names of columns are the migrations': no text of a statement has anything else in it.

use crate::store::row::Columns as _;
use crate::store::{Engine, Result};
use sqlx::{AnyConnection, AssertSqlSafe};
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

/// An insertion of so many rows.
pub(super) fn insertion(engine: Engine, table: &'static str, columns: &[Column], rows: usize) -> AssertSqlSafe<String> {
    let tuple = |row: usize| {
        let place = |column: usize| match engine {
            Engine::Sqlite => "?".to_owned(),
            Engine::Postgres => format!("${}", row * columns.len() + column + 1),
        };
        let places: Vec<String> = (0..columns.len()).map(place).collect();
        format!("({})", places.join(", "))
    };
    let tuples: Vec<String> = (0..rows).map(tuple).collect();
    AssertSqlSafe(format!("INSERT INTO {table} ({}) VALUES {}", names(columns), tuples.join(", ")))
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn is_numbered(columns: &[Column]) -> bool {
    columns.iter().any(|column| column.name == NUMBER && column.kind == Kind::Number)
}

fn engine(connection: &AnyConnection) -> Engine {
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
