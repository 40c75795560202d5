//! Keys that are wrapped by keys of the ring, and the known texts that prove a ring right.

use super::row::Columns as _;
use super::{Result, Store};
use crate::clock::Moment;
use sqlx::any::AnyRow;

/// A data key under a key of the ring.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// `user:ID`, `inbox:SEGMENT` or `fingerprint`.
    pub owner: String,
    /// The ring's key that wraps it.
    pub kid: String,
    pub wrapped: Vec<u8>,
}

impl std::fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WrappedKey").field("owner", &self.owner).field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl WrappedKey {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self { owner: row.text("owner")?, kid: row.text("kid")?, wrapped: row.bytes("wrapped")? })
    }
}

impl Store {
    /// The known text that was sealed by a key of the ring.
    pub async fn canary(&self, kid: &str) -> Result<Option<Vec<u8>>> {
        let row = sqlx::query("SELECT sealed FROM key_canaries WHERE kid = $1")
            .bind(kid.to_owned())
            .fetch_optional(&self.inner.reads)
            .await?;
        row.map(|row| row.bytes("sealed")).transpose()
    }

    /// All known texts with their keys' names.
    pub async fn canaries(&self) -> Result<Vec<(String, Vec<u8>)>> {
        let rows =
            sqlx::query("SELECT kid, sealed FROM key_canaries ORDER BY kid").fetch_all(&self.inner.reads).await?;
        rows.iter().map(|row| Ok((row.text("kid")?, row.bytes("sealed")?))).collect()
    }

    /// Stores a known text. The first one of a key stands: a second one, from whoever was slower, is left out.
    pub async fn add_canary(&self, kid: &str, sealed: &[u8], now: Moment) -> Result<()> {
        let insert = sqlx::query(
            "INSERT INTO key_canaries (kid, sealed, created_at)
             VALUES ($1, $2, $3)
             ON CONFLICT (kid) DO NOTHING",
        )
        .bind(kid.to_owned())
        .bind(sealed.to_vec())
        .bind(now.0);
        self.change(insert).await.map(drop)
    }

    pub async fn data_key(&self, owner: &str) -> Result<Option<WrappedKey>> {
        let row = sqlx::query("SELECT owner, kid, wrapped FROM data_keys WHERE owner = $1")
            .bind(owner.to_owned())
            .fetch_optional(&self.inner.reads)
            .await?;
        row.as_ref().map(WrappedKey::read).transpose()
    }

    /// Stores a new data key, or answers the one that stands where another was quicker.
    pub async fn add_data_key(&self, key: &WrappedKey, now: Moment) -> Result<WrappedKey> {
        let insert = sqlx::query(
            "INSERT INTO data_keys (owner, kid, wrapped, created_at)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (owner) DO UPDATE SET owner = data_keys.owner
             RETURNING owner, kid, wrapped",
        )
        .bind(key.owner.clone())
        .bind(key.kid.clone())
        .bind(key.wrapped.clone())
        .bind(now.0);
        self.write(|tx| Box::pin(async move { WrappedKey::read(&insert.fetch_one(tx.conn()).await?) })).await
    }

    /// Destroys a data key: everything under it is unreadable from now on. It may be gone already.
    pub async fn destroy_data_key(&self, owner: &str) -> Result<()> {
        let delete = sqlx::query("DELETE FROM data_keys WHERE owner = $1").bind(owner.to_owned());
        self.change(delete).await.map(drop)
    }

    /// Data keys that a key of the ring wraps, for rotation.
    pub async fn data_keys_under(&self, kid: &str, limit: i64) -> Result<Vec<WrappedKey>> {
        let rows = sqlx::query(
            "SELECT owner, kid, wrapped
             FROM data_keys
             WHERE kid = $1
             ORDER BY owner
             LIMIT $2",
        )
        .bind(kid.to_owned())
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(WrappedKey::read).collect()
    }

    /// Replaces the wrapping of a data key, unless it is no longer under `old_kid` or is gone: then false, and no change.
    pub async fn rewrap_data_key(&self, owner: &str, old_kid: &str, key: &WrappedKey) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE data_keys
             SET kid = $1, wrapped = $2
             WHERE owner = $3
             AND kid = $4",
        )
        .bind(key.kid.clone())
        .bind(key.wrapped.clone())
        .bind(owner.to_owned())
        .bind(old_kid.to_owned());
        Ok(self.change(update).await? == 1)
    }

    /// How many data keys each key of the ring wraps.
    pub async fn count_data_keys(&self) -> Result<Vec<(String, i64)>> {
        let rows = sqlx::query("SELECT kid, COUNT(*) AS keys FROM data_keys GROUP BY kid ORDER BY kid")
            .fetch_all(&self.inner.reads)
            .await?;
        rows.iter().map(|row| Ok((row.text("kid")?, row.number("keys")?))).collect()
    }
}
