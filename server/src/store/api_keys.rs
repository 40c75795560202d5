//! Keys of the partner's other systems.

use super::row::Columns as _;
use super::statement::storable;
use super::{Result, Store};
use crate::clock::Moment;
use sqlx::any::AnyRow;

/// A key, as stored: without the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRecord {
    pub id: String,
    pub name: String,
    /// Codes with a space between them.
    pub scopes: String,
    /// Addresses and CIDR blocks with a space between them; empty for any.
    pub addresses: String,
    pub created_at: Moment,
    /// To the minute.
    pub used_at: Option<Moment>,
    pub revoked_at: Option<Moment>,
}

impl ApiKeyRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            name: row.text("name")?,
            scopes: row.text("scopes")?,
            addresses: row.text("addresses")?,
            created_at: row.moment("created_at")?,
            used_at: row.moment_or_null("used_at")?,
            revoked_at: row.moment_or_null("revoked_at")?,
        })
    }
}

impl Store {
    pub async fn add_api_key(&self, key: &ApiKeyRecord, key_hash: &str) -> Result<()> {
        let insert = sqlx::query(
            "INSERT INTO api_keys (id, name, key_hash, scopes, addresses, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(key.id.clone())
        .bind(storable(&key.name).into_owned())
        .bind(key_hash.to_owned())
        .bind(key.scopes.clone())
        .bind(key.addresses.clone())
        .bind(key.created_at.0);
        self.change(insert).await.map(drop)
    }

    /// A key that was not revoked, by its hash.
    pub async fn api_key(&self, key_hash: &str) -> Result<Option<ApiKeyRecord>> {
        let row = sqlx::query(
            "SELECT id, name, scopes, addresses, created_at, used_at, revoked_at
             FROM api_keys
             WHERE key_hash = $1
             AND revoked_at IS NULL",
        )
        .bind(key_hash.to_owned())
        .fetch_optional(&self.inner.reads)
        .await?;
        row.as_ref().map(ApiKeyRecord::read).transpose()
    }

    /// All keys, the newest first, revoked ones among them. They are few.
    pub async fn api_keys(&self) -> Result<Vec<ApiKeyRecord>> {
        let rows = sqlx::query(
            "SELECT id, name, scopes, addresses, created_at, used_at, revoked_at
             FROM api_keys
             ORDER BY created_at DESC, id",
        )
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(ApiKeyRecord::read).collect()
    }

    /// True if there was such a key that could still be used.
    pub async fn revoke_api_key(&self, id: &str, now: Moment) -> Result<bool> {
        let update = sqlx::query("UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL")
            .bind(now.0)
            .bind(id.to_owned());
        Ok(self.change(update).await? == 1)
    }

    /// Notes that a key was used.
    pub async fn note_api_use(&self, id: &str, now: Moment) -> Result<()> {
        let update = sqlx::query("UPDATE api_keys SET used_at = $1 WHERE id = $2").bind(now.0).bind(id.to_owned());
        self.change(update).await.map(drop)
    }
}
