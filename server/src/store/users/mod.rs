//! People who sign in.

mod list;
mod set_up;

pub use list::{LinkFactsRow, UserSummary, UsersQuery};

pub(super) use list::summaries;

use super::row::{Columns, one};
use super::statement::storable;
use super::{Result, Store};
use crate::clock::Moment;
use crate::secret::Secret;
use domain::ids::UserId;
use domain::viewer::Role;
use sqlx::any::AnyRow;

/// The columns that `UserRecord::read` reads, of the table `users`.
macro_rules! user_columns {
    () => {
        "users.id AS user_id, users.email, users.email_key, users.name, users.password_hash, users.role,
         users.created_at AS user_created_at, users.disabled_at, users.marked_at"
    };
}
pub(super) use user_columns;

/// A person, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRecord {
    pub id: UserId,
    /// As typed.
    pub email: String,
    /// Canonical form: what sign-in, uniqueness and the order of lists go by.
    pub email_key: String,
    pub name: String,
    /// PHC string. None until an operator has used her set-up link.
    pub password_hash: Option<Secret>,
    pub role: Role,
    pub created_at: Moment,
    /// Since when nobody signs in to it.
    pub disabled_at: Option<Moment>,
    /// Since when somebody should look at her.
    pub marked_at: Option<Moment>,
}

impl UserRecord {
    pub(super) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.id("user_id")?,
            email: row.text("email")?,
            email_key: row.text("email_key")?,
            name: row.text("name")?,
            password_hash: row.secret_or_null("password_hash")?,
            role: row.code("role", Role::from_code)?,
            created_at: row.moment("user_created_at")?,
            disabled_at: row.moment_or_null("disabled_at")?,
            marked_at: row.moment_or_null("marked_at")?,
        })
    }
}

/// A person to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewUser<'a> {
    pub id: &'a UserId,
    pub email: &'a str,
    pub email_key: &'a str,
    pub name: &'a str,
    pub password_hash: Option<&'a Secret>,
    pub role: Role,
    pub created_at: Moment,
}

/// Whether a person could be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    Yes,
    /// Somebody has this address already; nothing was written.
    EmailTaken,
}

impl Store {
    /// Stores a new person. Two that come at once with one address cannot both succeed.
    pub async fn create_user(&self, user: &NewUser<'_>) -> Result<Created> {
        let insert = sqlx::query(
            "INSERT INTO users (id, email, email_key, name, name_key, password_hash, role, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (email_key) DO NOTHING",
        )
        .bind(user.id.to_string())
        .bind(storable(user.email).into_owned())
        .bind(storable(user.email_key).into_owned())
        .bind(storable(user.name).into_owned())
        .bind(storable(user.name).to_lowercase())
        .bind(user.password_hash.map(|hash| hash.expose().to_owned()))
        .bind(user.role.code())
        .bind(user.created_at.0);
        self.write(|tx| {
            Box::pin(async move {
                let changed = insert.execute(tx.conn()).await?.rows_affected();
                Ok(if changed == 1 { Created::Yes } else { Created::EmailTaken })
            })
        })
        .await
    }

    pub async fn user_by_email_key(&self, email_key: &str) -> Result<Option<UserRecord>> {
        let row = sqlx::query(concat!("SELECT ", user_columns!(), " FROM users WHERE email_key = $1"))
            .bind(storable(email_key).into_owned())
            .fetch_optional(&self.inner.reads)
            .await?;
        row.as_ref().map(UserRecord::read).transpose()
    }

    pub async fn user_by_id(&self, id: &UserId) -> Result<Option<UserRecord>> {
        let row = sqlx::query(concat!("SELECT ", user_columns!(), " FROM users WHERE id = $1"))
            .bind(id.to_string())
            .fetch_optional(&self.inner.reads)
            .await?;
        row.as_ref().map(UserRecord::read).transpose()
    }

    /// Replaces her password's hash. Her sessions go on; see [`Store::end_sessions_of`].
    pub async fn set_password(&self, id: &UserId, password_hash: &Secret) -> Result<()> {
        let update = sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2")
            .bind(password_hash.expose().to_owned())
            .bind(id.to_string());
        self.write(|tx| Box::pin(async move { one(update.execute(tx.conn()).await?.rows_affected(), "user") })).await
    }

    pub async fn set_role(&self, id: &UserId, role: Role) -> Result<()> {
        let update = sqlx::query("UPDATE users SET role = $1 WHERE id = $2").bind(role.code()).bind(id.to_string());
        self.write(|tx| Box::pin(async move { one(update.execute(tx.conn()).await?.rows_affected(), "user") })).await
    }
}
