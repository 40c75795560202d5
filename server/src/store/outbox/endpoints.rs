//! Where events go.

use super::Topic;
use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::{Result, Store};
use sqlx::any::AnyRow;

/// Endpoints are few: more than these are not looked at.
const MOST: i64 = 100;

/// An endpoint, with its secrets sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointRecord {
    pub id: String,
    pub url: String,
    /// Codes of `Topic`, with a space between them.
    pub events: String,
    pub secret_key: String,
    pub secret: Vec<u8>,
    pub old_secret: Option<Vec<u8>>,
    pub old_until: Option<Moment>,
    pub created_at: Moment,
    pub ended_at: Option<Moment>,
    /// `removed` or `gone`; empty while it is told.
    pub ended_by: String,
}

impl EndpointRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            url: row.text("url")?,
            events: row.text("events")?,
            secret_key: row.text("secret_key")?,
            secret: row.bytes("secret")?,
            old_secret: row.bytes_or_null("old_secret")?,
            old_until: row.moment_or_null("old_until")?,
            created_at: row.moment("created_at")?,
            ended_at: row.moment_or_null("ended_at")?,
            ended_by: row.text("ended_by")?,
        })
    }

    /// What it is told.
    pub fn topics(&self) -> impl Iterator<Item = Topic> {
        self.events.split_whitespace().filter_map(Topic::from_code)
    }
}

impl Store {
    /// Adds an endpoint, or puts it in the place of the one with its name.
    pub async fn put_endpoint(&self, endpoint: &EndpointRecord) -> Result<()> {
        let put = sqlx::query(
            "INSERT INTO event_endpoints (id, url, events, secret_key, secret, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (id) DO UPDATE
             SET url = excluded.url, events = excluded.events, secret_key = excluded.secret_key,
                secret = excluded.secret, old_secret = NULL, old_until = NULL, ended_at = NULL, ended_by = ''",
        )
        .bind(endpoint.id.clone())
        .bind(endpoint.url.clone())
        .bind(endpoint.events.clone())
        .bind(endpoint.secret_key.clone())
        .bind(endpoint.secret.clone())
        .bind(endpoint.created_at.0);
        self.change(put).await.map(drop)
    }

    /// The endpoints that are told.
    pub(super) async fn live_endpoints(&self) -> Result<Vec<EndpointRecord>> {
        let rows = sqlx::query(
            "SELECT id, url, events, secret_key, secret, old_secret, old_until, created_at, ended_at, ended_by
             FROM event_endpoints
             WHERE ended_at IS NULL
             ORDER BY created_at, id
             LIMIT $1",
        )
        .bind(MOST)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(EndpointRecord::read).collect()
    }

    /// The newest endpoints, ended ones among them.
    pub async fn endpoints(&self) -> Result<Vec<EndpointRecord>> {
        let rows = sqlx::query(
            "SELECT id, url, events, secret_key, secret, old_secret, old_until, created_at, ended_at, ended_by
             FROM event_endpoints
             ORDER BY created_at DESC, id
             LIMIT $1",
        )
        .bind(MOST)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(EndpointRecord::read).collect()
    }

    /// Gives an endpoint a new secret; the present one is good until then. False if it is told nothing.
    pub async fn change_secret(&self, id: &str, secret: Vec<u8>, old_until: Moment) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE event_endpoints
             SET old_secret = secret, old_until = $1, secret = $2
             WHERE id = $3
             AND ended_at IS NULL",
        )
        .bind(old_until.0)
        .bind(secret)
        .bind(id.to_owned());
        Ok(self.change(update).await? == 1)
    }

    /// Tells an endpoint nothing any more: what waits for it is given up. False if that is so already.
    pub async fn end_endpoint(&self, id: &str, by: &'static str, at: Moment) -> Result<bool> {
        let id = id.to_owned();
        self.write(move |tx| {
            Box::pin(async move {
                let ended = sqlx::query(
                    "UPDATE event_endpoints SET ended_at = $1, ended_by = $2 WHERE id = $3 AND ended_at IS NULL",
                )
                .bind(at.0)
                .bind(by)
                .bind(id.clone())
                .execute(tx.conn())
                .await?;
                if ended.rows_affected() == 0 {
                    return Ok(false);
                }
                sqlx::query(
                    "UPDATE event_sends
                     SET state = 'dead', next_at = NULL, reason = 'endpoint-ended'
                     WHERE endpoint_id = $1
                     AND next_at IS NOT NULL",
                )
                .bind(id)
                .execute(tx.conn())
                .await?;
                Ok(true)
            })
        })
        .await
    }
}
