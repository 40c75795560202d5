//! Keys that are wrapped by keys of the ring, and the known texts that prove a ring right.

use super::row::Columns as _;
use super::{Result, Store, StoreError};
use crate::clock::Moment;
use crate::faults;
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

/// A key of the ring, as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingKeyRecord {
    pub kid: String,
    /// When the database first heard of it.
    pub since: Moment,
    /// How often something was sealed with it; the last seconds may be missing.
    pub uses: i64,
    /// How many data keys it wraps.
    pub data_keys: i64,
}

impl RingKeyRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            kid: row.text("kid")?,
            since: row.moment("created_at")?,
            uses: row.number("uses")?,
            data_keys: row.number("data_keys")?,
        })
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

    /// Stores a new data key, or answers the one that stands where another was quicker. [`StoreError::Missing`] if the key that
    /// wraps it is not of the ring any more.
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
        let written = self.write(|tx| {
            Box::pin(async move {
                let row = insert.fetch_one(tx.conn()).await.map_err(retired)?;
                WrappedKey::read(&row)
            })
        });
        written.await
    }

    /// Destroys a data key: everything under it is unreadable from now on. It may be gone already.
    pub async fn destroy_data_key(&self, owner: &str) -> Result<()> {
        let delete = sqlx::query("DELETE FROM data_keys WHERE owner = $1").bind(owner.to_owned());
        self.change(delete).await.map(drop)
    }

    /// Some of the data keys that a key of the ring wraps, for rotation.
    pub async fn data_keys_under(&self, kid: &str, limit: i64) -> Result<Vec<WrappedKey>> {
        let rows = sqlx::query(
            "SELECT owner, kid, wrapped
             FROM data_keys
             WHERE kid = $1
             LIMIT $2",
        )
        .bind(kid.to_owned())
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(WrappedKey::read).collect()
    }

    /// Replaces the wrapping of data keys, but of those that are no longer under `old_kid` or are gone; returns how many that
    /// were. [`StoreError::Missing`], and no change, if the key that wraps them now is not of the ring any more.
    pub async fn rewrap_data_keys(&self, old_kid: &str, keys: Vec<WrappedKey>) -> Result<u64> {
        let old_kid = old_kid.to_owned();
        self.write(|tx| {
            Box::pin(async move {
                let mut changed = 0;
                for key in keys {
                    let update = sqlx::query(
                        "UPDATE data_keys
                         SET kid = $1, wrapped = $2
                         WHERE owner = $3
                         AND kid = $4",
                    )
                    .bind(key.kid)
                    .bind(key.wrapped)
                    .bind(key.owner)
                    .bind(old_kid.clone());
                    changed += update.execute(tx.conn()).await.map_err(retired)?.rows_affected();
                    faults::point("key.rewrapped");
                }
                Ok(changed)
            })
        })
        .await
    }

    /// The keys of the ring that the database knows of, newest first.
    pub async fn ring_keys(&self) -> Result<Vec<RingKeyRecord>> {
        let rows = sqlx::query(
            "SELECT kid, created_at, uses,
                 (SELECT COUNT(*) FROM data_keys WHERE data_keys.kid = key_canaries.kid) AS data_keys
             FROM key_canaries
             ORDER BY created_at DESC, kid",
        )
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(RingKeyRecord::read).collect()
    }

    /// Adds to how often something was sealed with a key of the ring.
    pub async fn add_key_uses(&self, kid: &str, uses: i64) -> Result<()> {
        let update =
            sqlx::query("UPDATE key_canaries SET uses = uses + $1 WHERE kid = $2").bind(uses).bind(kid.to_owned());
        self.change(update).await.map(drop)
    }

    /// The keys of the ring with which something was sealed at least so often.
    pub async fn worn_keys(&self, uses: i64) -> Result<Vec<String>> {
        let rows = sqlx::query("SELECT kid FROM key_canaries WHERE uses >= $1 ORDER BY kid")
            .bind(uses)
            .fetch_all(&self.inner.reads)
            .await?;
        rows.iter().map(|row| row.text("kid")).collect()
    }

    /// Forgets a key of the ring. False, and no change, while a data key is under it. It may be forgotten already.
    pub async fn retire_key(&self, kid: &str) -> Result<bool> {
        let delete = sqlx::query("DELETE FROM key_canaries WHERE kid = $1").bind(kid.to_owned());
        match self.change(delete).await {
            Ok(_) => Ok(true),
            Err(StoreError::Database(error)) if is_refused_reference(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn retired(error: sqlx::Error) -> StoreError {
    if is_refused_reference(&error) { StoreError::Missing("a key of the ring") } else { error.into() }
}

fn is_refused_reference(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation)
}
