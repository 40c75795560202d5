//! Passkeys, and the challenges that they have answered.

use crate::clock::Moment;
use crate::store::mails::NewMail;
use crate::store::row::Columns as _;
use crate::store::users::{UserRecord, user_columns};
use crate::store::{Result, Store};
use domain::ids::UserId;
use sqlx::any::AnyRow;

/// A passkey that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    pub id: String,
    pub user_id: UserId,
    pub credential_id: String,
    pub public_key: Vec<u8>,
    pub counter: i64,
    pub may_be_backed_up: bool,
    pub backed_up: bool,
    pub name: String,
    pub created_at: Moment,
}

/// Whether a passkey could be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyAdded {
    Yes,
    /// It is somebody's already, perhaps hers.
    Known,
    TooMany,
}

/// A passkey as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyRecord {
    pub id: String,
    pub credential_id: String,
    pub name: String,
    pub backed_up: bool,
    pub created_at: Moment,
    pub used_at: Option<Moment>,
}

/// What signing in by a passkey needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyOf {
    pub id: String,
    pub public_key: Vec<u8>,
    pub may_be_backed_up: bool,
    pub user: UserRecord,
}

/// A use of a passkey that was found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyUse {
    pub id: String,
    pub counter: i64,
    pub backed_up: bool,
    pub at: Moment,
}

impl PasskeyRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            credential_id: row.text("credential_id")?,
            name: row.text("name")?,
            backed_up: row.number("backed_up")? != 0,
            created_at: row.moment("created_at")?,
            used_at: row.moment_or_null("used_at")?,
        })
    }
}

impl Store {
    /// Keeps a passkey and the mail that tells of it, unless its owner has `most` of them already.
    pub async fn add_passkey(&self, passkey: NewPasskey, most: i64, mail: NewMail) -> Result<PasskeyAdded> {
        self.write(move |tx| {
            Box::pin(async move {
                // Two that come at once take turns, or both would find room.
                tx.lock_feeds([&passkey.user_id]).await?;
                let user = passkey.user_id.to_string();
                let known = sqlx::query("SELECT COUNT(*) AS known FROM passkeys WHERE user_id = $1")
                    .bind(user.clone())
                    .fetch_one(tx.conn())
                    .await?;
                if known.number("known")? >= most {
                    return Ok(PasskeyAdded::TooMany);
                }
                let added = sqlx::query(
                    "INSERT INTO passkeys (id, user_id, credential_id, public_key, counter, may_be_backed_up, backed_up, name,
                        created_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                     ON CONFLICT (credential_id) DO NOTHING",
                )
                .bind(passkey.id)
                .bind(user)
                .bind(passkey.credential_id)
                .bind(passkey.public_key)
                .bind(passkey.counter)
                .bind(i64::from(passkey.may_be_backed_up))
                .bind(i64::from(passkey.backed_up))
                .bind(passkey.name)
                .bind(passkey.created_at.0)
                .execute(tx.conn())
                .await?;
                if added.rows_affected() == 0 {
                    return Ok(PasskeyAdded::Known);
                }
                tx.add_mail(&mail).await?;
                Ok(PasskeyAdded::Yes)
            })
        })
        .await
    }

    /// A user's passkeys, oldest first.
    pub async fn passkeys(&self, user_id: &UserId, limit: i64) -> Result<Vec<PasskeyRecord>> {
        let rows = sqlx::query(
            "SELECT id, credential_id, name, backed_up, created_at, used_at
             FROM passkeys
             WHERE user_id = $1
             ORDER BY created_at, id
             LIMIT $2",
        )
        .bind(user_id.to_string())
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(PasskeyRecord::read).collect()
    }

    /// One of a user's passkeys.
    pub async fn passkey(&self, user_id: &UserId, id: &str) -> Result<Option<PasskeyRecord>> {
        let row = sqlx::query(
            "SELECT id, credential_id, name, backed_up, created_at, used_at
             FROM passkeys
             WHERE id = $1
             AND user_id = $2",
        )
        .bind(id.to_owned())
        .bind(user_id.to_string())
        .fetch_optional(&self.inner.reads)
        .await?;
        row.as_ref().map(PasskeyRecord::read).transpose()
    }

    /// The passkey with this credential, and whose it is. Whether she may sign in is the caller's decision.
    pub async fn passkey_of(&self, credential_id: &str) -> Result<Option<PasskeyOf>> {
        let row = sqlx::query(concat!(
            "SELECT passkeys.id AS passkey_id, passkeys.public_key, passkeys.may_be_backed_up, ",
            user_columns!(),
            " FROM passkeys
             JOIN users ON users.id = passkeys.user_id
             WHERE passkeys.credential_id = $1"
        ))
        .bind(credential_id.to_owned())
        .fetch_optional(&self.inner.reads)
        .await?;
        row.map(|row| {
            Ok(PasskeyOf {
                id: row.text("passkey_id")?,
                public_key: row.bytes("public_key")?,
                may_be_backed_up: row.number("may_be_backed_up")? != 0,
                user: UserRecord::read(&row)?,
            })
        })
        .transpose()
    }

    /// Notes the use of a passkey. False where its counter has not moved on though it counts, or it was removed meanwhile: of
    /// two uses with one counter, one succeeds.
    pub async fn use_passkey(&self, used: &PasskeyUse) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE passkeys
             SET counter = $1, backed_up = $2, used_at = $3
             WHERE id = $4
             AND (counter < $1 OR (counter = 0 AND $1 = 0))",
        )
        .bind(used.counter)
        .bind(i64::from(used.backed_up))
        .bind(used.at.0)
        .bind(used.id.clone());
        Ok(self.change(update).await? == 1)
    }

    /// Gives one of a user's passkeys another name. False where she has no such.
    pub async fn rename_passkey(&self, user_id: &UserId, id: &str, name: &str) -> Result<bool> {
        let update = sqlx::query("UPDATE passkeys SET name = $1 WHERE id = $2 AND user_id = $3")
            .bind(name.to_owned())
            .bind(id.to_owned())
            .bind(user_id.to_string());
        Ok(self.change(update).await? == 1)
    }

    /// Removes a passkey of the person whom the mail is to. False where she has no such.
    pub async fn remove_passkey(&self, id: &str, mail: NewMail) -> Result<bool> {
        let id = id.to_owned();
        self.write(move |tx| {
            Box::pin(async move {
                let removed = sqlx::query("DELETE FROM passkeys WHERE id = $1 AND user_id = $2")
                    .bind(id)
                    .bind(mail.user_id.to_string())
                    .execute(tx.conn())
                    .await?;
                if removed.rows_affected() == 0 {
                    return Ok(false);
                }
                tx.add_mail(&mail).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Notes that a challenge was answered. False where it was before.
    pub async fn use_challenge(&self, nonce: &str, expires_at: Moment) -> Result<bool> {
        let insert = sqlx::query(
            "INSERT INTO used_challenges (nonce, expires_at)
             VALUES ($1, $2)
             ON CONFLICT (nonce) DO NOTHING",
        )
        .bind(nonce.to_owned())
        .bind(expires_at.0);
        Ok(self.change(insert).await? == 1)
    }

    /// Removes those that are over before this moment: at most `limit`, and how many.
    pub async fn remove_used_challenges(&self, before: Moment, limit: i64) -> Result<u64> {
        let delete = sqlx::query(
            "DELETE FROM used_challenges
             WHERE nonce IN (
                SELECT nonce
                FROM used_challenges
                WHERE expires_at < $1
                ORDER BY expires_at
                LIMIT $2)",
        )
        .bind(before.0)
        .bind(limit);
        self.remove(delete).await
    }
}
