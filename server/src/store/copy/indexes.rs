//! Indexes of a copy: they are made once all rows are there. Kept up row by row, those whose order is not the rows' own take
//! longer than everything else.

use super::Progress;
use crate::store::row::Columns as _;
use crate::store::{Engine, Result, Store};
use sqlx::{AnyConnection, AssertSqlSafe};

/// In a database that is being filled: which indexes it will have.
const INDEXES_ASIDE: &str = "indexes_aside";

impl Store {
    /// Takes away the indexes of a database that is about to be filled, and notes them in it; those that keep rows unique stay. Where
    /// that has been done already, nothing changes.
    pub(super) async fn put_indexes_aside(&self) -> Result<()> {
        let engine = self.inner.engine;
        self.write(move |tx| {
            Box::pin(async move {
                if are_aside(tx.conn(), engine).await? {
                    return Ok(());
                }
                sqlx::query("CREATE TABLE indexes_aside (name TEXT PRIMARY KEY, statement TEXT NOT NULL)")
                    .execute(tx.conn())
                    .await?;
                for row in sqlx::query(indexes(engine)).fetch_all(tx.conn()).await? {
                    let (name, statement) = (row.text("name")?, row.text("statement")?);
                    sqlx::query(drop_index(&name)).execute(tx.conn()).await?;
                    let note = sqlx::query("INSERT INTO indexes_aside (name, statement) VALUES ($1, $2)");
                    note.bind(name).bind(statement).execute(tx.conn()).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Makes the indexes that were put aside, one after the other: what breaks off goes on where it was.
    pub(super) async fn put_indexes_back(&self, progress: &Progress) -> Result<()> {
        let engine = self.inner.engine;
        let is_done = |made: u64| {
            let progress = progress.clone();
            self.write(move |tx| {
                Box::pin(async move {
                    if !are_aside(tx.conn(), engine).await? {
                        return Ok(true);
                    }
                    let next = "SELECT name, statement FROM indexes_aside ORDER BY name LIMIT 1";
                    let Some(row) = sqlx::query(next).fetch_optional(tx.conn()).await? else {
                        sqlx::query("DROP TABLE indexes_aside").execute(tx.conn()).await?;
                        return Ok(true);
                    };
                    // The database itself has told it.
                    sqlx::query(AssertSqlSafe(row.text("statement")?)).execute(tx.conn()).await?;
                    let forget = sqlx::query("DELETE FROM indexes_aside WHERE name = $1");
                    forget.bind(row.text("name")?).execute(tx.conn()).await?;
                    progress(INDEXES_ASIDE, made + 1);
                    Ok(false)
                })
            })
        };
        let mut made = 0;
        while !is_done(made).await? {
            made += 1;
        }
        // PostgreSQL plans by what it knows of its rows, and would learn of these a minute later.
        if engine == Engine::Postgres {
            sqlx::query("ANALYZE").execute(&self.inner.writes).await?;
        }
        Ok(())
    }
}

/// Whether there is the table in which they are noted.
async fn are_aside(connection: &mut AnyConnection, engine: Engine) -> Result<bool> {
    let noted = match engine {
        Engine::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
        Engine::Postgres => {
            "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1"
        }
    };
    Ok(sqlx::query(noted).bind(INDEXES_ASIDE).fetch_optional(connection).await?.is_some())
}

/// The names of all indexes that do not keep rows unique, and the statements that make them.
const fn indexes(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "SELECT name, sql AS statement
             FROM sqlite_master
             WHERE type = 'index'
             AND sql LIKE 'CREATE INDEX %'
             ORDER BY name"
        }
        Engine::Postgres => {
            "SELECT CAST(made.relname AS TEXT) AS name, pg_get_indexdef(made.oid) AS statement
             FROM pg_index
             JOIN pg_class made ON made.oid = pg_index.indexrelid
             JOIN pg_namespace ON pg_namespace.oid = made.relnamespace
             WHERE pg_namespace.nspname = current_schema()
             AND NOT pg_index.indisunique
             ORDER BY made.relname"
        }
    }
}

fn drop_index(name: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("DROP INDEX {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use sqlx::Row as _;
    use std::sync::Arc;

    async fn there_are(store: &Store) -> Vec<(String, String)> {
        let rows = sqlx::query(indexes(Engine::Sqlite)).fetch_all(&store.inner.reads).await.unwrap();
        rows.iter().map(|row| (row.get("name"), row.get("statement"))).collect()
    }

    #[tokio::test]
    async fn indexes_that_were_put_aside_come_back_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let store = Store::open(&Secret::new(url)).await.unwrap();
        store.migrate().await.unwrap();
        let (before, silent): (_, Progress) = (there_are(&store).await, Arc::new(|_, _| {}));
        assert!(before.len() > 50, "{before:?}");
        for _ in 0..2 {
            store.put_indexes_aside().await.unwrap();
            assert_eq!(there_are(&store).await, []);
        }
        // Somebody was killed after the first one.
        let made = sqlx::query(AssertSqlSafe(before[0].1.clone())).execute(&store.inner.writes).await;
        made.unwrap();
        let forgotten = sqlx::query("DELETE FROM indexes_aside WHERE name = $1").bind(before[0].0.clone());
        forgotten.execute(&store.inner.writes).await.unwrap();
        store.put_indexes_aside().await.unwrap();
        assert_eq!(there_are(&store).await, before[..1]);
        for _ in 0..2 {
            store.put_indexes_back(&silent).await.unwrap();
            assert_eq!(there_are(&store).await, before);
        }
        store.close().await;
    }
}
