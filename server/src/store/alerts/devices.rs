//! Browsers that users have chosen to be told on.

use super::told::{alert_columns, read_alert};
use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use crate::store::{Result, Store};
use domain::alerts::AlertView;
use domain::ids::UserId;
use domain::lang::Lang;
use sqlx::any::AnyRow;

/// A browser that may be pushed to from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDevice {
    pub id: String,
    pub user_id: UserId,
    /// Keyed hash of its address.
    pub endpoint_mac: String,
    /// Address and keys, under the user's data key.
    pub sealed: Vec<u8>,
    /// What it is shown as.
    pub name: String,
    pub lang: Lang,
    pub created_at: Moment,
}

/// A browser as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRecord {
    pub id: String,
    pub name: String,
    pub created_at: Moment,
}

/// A browser that something has to be told on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDevice {
    pub id: String,
    pub user_id: UserId,
    pub sealed: Vec<u8>,
    pub lang: Lang,
    /// The last alert that it was told.
    pub told: i64,
    pub attempts: i64,
    /// Names the lease: see [`Store::lease_push`].
    pub due_at: Moment,
}

const WAITING: &str = concat!(
    "SELECT ",
    alert_columns!(),
    " FROM alerts
     WHERE user_id = $1
     AND id > $2
     AND by_push = 1
     ORDER BY id
     LIMIT $3"
);

static CALL: Grouped = Grouped::new(
    "WITH called (owner, call_at) AS (VALUES",
    2,
    ") UPDATE push_devices
     SET due_at = CASE WHEN push_devices.not_before > called.call_at THEN push_devices.not_before ELSE called.call_at END,
        attempts = 0
     FROM called
     WHERE push_devices.user_id = called.owner
     AND push_devices.due_at IS NULL",
);

/// Has the devices of these users told at a moment, or as soon as the limit allows. One that is to be told sooner stays so.
pub(super) async fn call_devices(tx: &mut Tx, users: &[&UserId], at: Moment) -> Result<()> {
    let calling = CALL.rows(users, |row, user| {
        row.text(user.as_str()).moment(at);
    });
    calling.execute(tx.conn()).await?;
    Ok(())
}

impl DueDevice {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            user_id: row.id("user_id")?,
            sealed: row.bytes("sealed")?,
            lang: row.code("lang", Lang::from_code)?,
            told: row.number("told")?,
            attempts: row.number("attempts")?,
            due_at: row.moment("due_at")?,
        })
    }
}

impl Store {
    /// Keeps a browser, in place of what its address was known as, whoever's it was. What was told so far it is not told. False
    /// where its owner has `most` of them already.
    pub async fn add_push_device(&self, device: &NewDevice, most: i64) -> Result<bool> {
        let device = device.clone();
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock_feeds([&device.user_id]).await?;
                sqlx::query("DELETE FROM push_devices WHERE endpoint_mac = $1")
                    .bind(device.endpoint_mac.clone())
                    .execute(tx.conn())
                    .await?;
                let user = device.user_id.to_string();
                let known = sqlx::query("SELECT COUNT(*) AS known FROM push_devices WHERE user_id = $1")
                    .bind(user.clone())
                    .fetch_one(tx.conn())
                    .await?;
                if known.number("known")? >= most {
                    return Ok(false);
                }
                sqlx::query(
                    "INSERT INTO push_devices (id, user_id, endpoint_mac, sealed, name, lang, created_at, told, due_at,
                        not_before, attempts)
                     VALUES ($1, $2, $3, $4, $5, $6, $7,
                        COALESCE((SELECT MAX(id) FROM alerts WHERE user_id = $2), 0), NULL, 0, 0)",
                )
                .bind(device.id)
                .bind(user)
                .bind(device.endpoint_mac)
                .bind(device.sealed)
                .bind(device.name)
                .bind(device.lang.code().to_owned())
                .bind(device.created_at.0)
                .execute(tx.conn())
                .await?;
                Ok(true)
            })
        })
        .await
    }

    /// A user's browsers, oldest first.
    pub async fn push_devices(&self, user_id: &UserId, limit: i64) -> Result<Vec<DeviceRecord>> {
        let rows = sqlx::query(
            "SELECT id, name, created_at
             FROM push_devices
             WHERE user_id = $1
             ORDER BY created_at
             LIMIT $2",
        )
        .bind(user_id.to_string())
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(DeviceRecord { id: row.text("id")?, name: row.text("name")?, created_at: row.moment("created_at")? })
            })
            .collect()
    }

    /// Forgets a browser of a user. False where she has no such.
    pub async fn remove_push_device(&self, user_id: &UserId, id: &str) -> Result<bool> {
        let delete = sqlx::query("DELETE FROM push_devices WHERE id = $1 AND user_id = $2")
            .bind(id.to_owned())
            .bind(user_id.to_string());
        Ok(self.change(delete).await? == 1)
    }

    /// Browsers to tell something on by now, the longest waiting first.
    pub async fn due_pushes(&self, now: Moment, limit: i64) -> Result<Vec<DueDevice>> {
        let rows = sqlx::query(
            "SELECT id, user_id, sealed, lang, told, attempts, due_at
             FROM push_devices
             WHERE due_at <= $1
             ORDER BY due_at
             LIMIT $2",
        )
        .bind(now.0)
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(DueDevice::read).collect()
    }

    /// Takes a browser until then. False where somebody else was quicker.
    pub async fn lease_push(&self, device: &DueDevice, until: Moment) -> Result<bool> {
        let update = sqlx::query("UPDATE push_devices SET due_at = $1 WHERE id = $2 AND due_at = $3")
            .bind(until.0)
            .bind(device.id.clone())
            .bind(device.due_at.0);
        Ok(self.change(update).await? == 1)
    }

    /// What a browser has not been told, oldest first.
    pub async fn alerts_to_push(&self, user_id: &UserId, told: i64, limit: i64) -> Result<Vec<AlertView>> {
        let rows =
            sqlx::query(WAITING).bind(user_id.to_string()).bind(told).bind(limit).fetch_all(&self.inner.reads).await?;
        rows.iter().map(read_alert).collect()
    }

    /// Notes that a leased browser was told everything up to this alert. What came since goes from `not_before` on.
    pub async fn note_pushed(&self, device: &DueDevice, lease: Moment, up_to: i64, not_before: Moment) -> Result<()> {
        let (id, user_id) = (device.id.clone(), device.user_id.clone());
        self.write(move |tx| {
            Box::pin(async move {
                // Who tells her something at this moment is waited for, and would not call this device.
                tx.lock_feeds([&user_id]).await?;
                sqlx::query(
                    "UPDATE push_devices
                     SET told = $1, not_before = $2, attempts = 0,
                        due_at = CASE WHEN EXISTS (
                            SELECT 1
                            FROM alerts
                            WHERE alerts.user_id = $3
                            AND alerts.id > $1
                            AND alerts.by_push = 1)
                        THEN $2 ELSE NULL END
                     WHERE id = $4
                     AND due_at = $5",
                )
                .bind(up_to)
                .bind(not_before.0)
                .bind(user_id.to_string())
                .bind(id)
                .bind(lease.0)
                .execute(tx.conn())
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Puts a leased browser off.
    pub async fn postpone_push(&self, device: &DueDevice, lease: Moment, again: Moment) -> Result<()> {
        let update = sqlx::query(
            "UPDATE push_devices
             SET due_at = $1, attempts = attempts + 1
             WHERE id = $2
             AND due_at = $3",
        )
        .bind(again.0)
        .bind(device.id.clone())
        .bind(lease.0);
        self.change(update).await.map(drop)
    }
}
