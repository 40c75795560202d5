//! Processes that serve one database: who they are, and who does what is done once for all.

mod duties;
mod places;
mod share;

pub(super) use share::{Shares, node_of};

use super::row::Columns as _;
use super::{Engine, Result, Store};
use crate::clock::Moment;
use sqlx::any::AnyRow;

/// A process that serves this database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRecord {
    /// Nobody else ever has it.
    pub id: String,
    /// As its operator calls it.
    pub name: String,
    pub version: String,
    pub started_at: Moment,
    /// When it last said that it is there.
    pub seen_at: Moment,
    /// It was told to end.
    pub draining: bool,
}

impl NodeRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            name: row.text("name")?,
            version: row.text("version")?,
            started_at: row.moment("started_at")?,
            seen_at: row.moment("seen_at")?,
            draining: row.number("draining")? == 1,
        })
    }
}

impl Store {
    /// Notes that a node is there.
    pub async fn note_node(&self, node: &NodeRecord) -> Result<()> {
        let insert = sqlx::query(
            "INSERT INTO nodes (id, name, version, started_at, seen_at, draining)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, draining = excluded.draining",
        )
        .bind(node.id.clone())
        .bind(node.name.clone())
        .bind(node.version.clone())
        .bind(node.started_at.0)
        .bind(node.seen_at.0)
        .bind(i64::from(node.draining));
        self.change(insert).await.map(drop)
    }

    /// The nodes that were seen last, at most `limit` of them, by name.
    pub async fn nodes(&self, limit: i64) -> Result<Vec<NodeRecord>> {
        let rows = sqlx::query(
            "SELECT id, name, version, started_at, seen_at, draining
             FROM nodes
             ORDER BY seen_at DESC
             LIMIT $1",
        )
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        let mut nodes = rows.iter().map(NodeRecord::read).collect::<Result<Vec<_>>>()?;
        nodes.sort_unstable_by(|a, b| (&a.name, a.started_at, &a.id).cmp(&(&b.name, b.started_at, &b.id)));
        Ok(nodes)
    }

    /// A node has ended: it is not listed any more, gives up its duties and what its streams took, and has the others look for what
    /// it leaves.
    pub async fn remove_node(&self, id: &str) -> Result<()> {
        let id = id.to_owned();
        self.write(move |tx| {
            Box::pin(async move {
                for sql in [
                    "DELETE FROM stream_places WHERE node_id = $1",
                    "DELETE FROM duties WHERE holder = $1",
                    "DELETE FROM nodes WHERE id = $1",
                ] {
                    sqlx::query(sql).bind(id.clone()).execute(tx.conn()).await?;
                }
                Ok(())
            })
        })
        .await?;
        self.leave_work_to_others().await;
        Ok(())
    }

    /// Removes nodes that were not seen since this moment, with what their streams took: at most `limit`, and how many.
    pub async fn remove_nodes(&self, before: Moment, limit: i64) -> Result<u64> {
        self.write(move |tx| {
            Box::pin(async move {
                let mut removed = 0;
                for sql in [
                    "DELETE FROM stream_places
                     WHERE node_id IN (SELECT id FROM nodes WHERE seen_at < $1 ORDER BY seen_at LIMIT $2)",
                    "DELETE FROM nodes
                     WHERE id IN (SELECT id FROM nodes WHERE seen_at < $1 ORDER BY seen_at LIMIT $2)",
                ] {
                    removed = sqlx::query(sql).bind(before.0).bind(limit).execute(tx.conn()).await?.rows_affected();
                }
                Ok(removed)
            })
        })
        .await
    }

    /// Why a commit of this database may be lost although it has returned: the setting that says so. None where it may not.
    pub async fn commits_at_risk(&self) -> Result<Option<String>> {
        if self.inner.engine == Engine::Sqlite {
            return Ok(None);
        }
        let row = sqlx::query(
            "SELECT name || ' = ' || setting AS told
             FROM pg_settings
             WHERE (name = 'synchronous_commit' AND setting = 'off')
             OR (name IN ('fsync', 'full_page_writes') AND setting = 'off')
             ORDER BY name
             LIMIT 1",
        )
        .fetch_optional(&self.inner.reads)
        .await?;
        row.map(|row| row.text("told")).transpose()
    }

    /// What time it is for the database; none where it has no clock of its own.
    pub async fn database_time(&self) -> Result<Option<Moment>> {
        if self.inner.engine == Engine::Sqlite {
            return Ok(None);
        }
        let row = sqlx::query("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS now")
            .fetch_one(&self.inner.reads)
            .await?;
        row.moment("now").map(Some)
    }
}
