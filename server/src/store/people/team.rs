//! Who is an operator.

use super::deeds::sign_out;
use crate::clock::Moment;
use crate::store::acts::{NewAct, note};
use crate::store::row::Columns as _;
use crate::store::transaction::Tx;
use crate::store::users::{UserRecord, user_columns};
use crate::store::{Result, Store};
use domain::ids::UserId;
use domain::viewer::Role;

/// An operator, as stored, with what she signs in by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorRecord {
    pub user: UserRecord,
    /// Signing in takes a code beside the password.
    pub has_code: bool,
    pub passkeys: i64,
    /// To the minute.
    pub seen_at: Option<Moment>,
    /// The end of a set-up link that nobody has used.
    pub invited_until: Option<Moment>,
}

/// What became of a change of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleChange {
    Done,
    /// She has this role, or is no operator.
    Nothing,
    /// Nobody else who can sign in could undo it; nothing was changed.
    LastAdmin,
}

const OPERATORS: &str = concat!(
    "SELECT ",
    user_columns!(),
    ", users.seen_at,
        (SELECT COUNT(*) FROM two_step WHERE two_step.user_id = users.id AND two_step.active_at IS NOT NULL) AS codes,
        (SELECT COUNT(*) FROM passkeys WHERE passkeys.user_id = users.id) AS passkeys,
        (SELECT MAX(expires_at)
         FROM set_up_links
         WHERE set_up_links.user_id = users.id
         AND set_up_links.used_at IS NULL
         AND set_up_links.expires_at > $1) AS invited_until
     FROM users
     WHERE users.role <> 'user'
     AND users.erased_at IS NULL
     ORDER BY users.role, users.email_key
     LIMIT $2"
);

/// Holds the rows of all administrators until the commit: of two who end each other at once, the second one waits, and sees it.
const HOLD_ADMINS: &str = "UPDATE users SET role = role WHERE role <> 'user' AND role = 'admin'";

const OTHER_ADMINS: &str = "
    SELECT COUNT(*) AS others
    FROM users
    WHERE role <> 'user'
    AND role = 'admin'
    AND id <> $1
    AND disabled_at IS NULL
    AND (password_hash IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys WHERE passkeys.user_id = users.id))";

const SET_ROLE: &str =
    "UPDATE users SET role = $1 WHERE id = $2 AND role <> 'user' AND role <> $1 AND erased_at IS NULL";

impl Store {
    /// All operators.
    pub async fn operators(&self, now: Moment, limit: i64) -> Result<Vec<OperatorRecord>> {
        let rows = sqlx::query(OPERATORS).bind(now.0).bind(limit).fetch_all(&self.inner.reads).await?;
        rows.iter()
            .map(|row| {
                Ok(OperatorRecord {
                    user: UserRecord::read(row)?,
                    has_code: row.number("codes")? > 0,
                    passkeys: row.number("passkeys")?,
                    seen_at: row.moment_or_null("seen_at")?,
                    invited_until: row.moment_or_null("invited_until")?,
                })
            })
            .collect()
    }

    /// Gives an operator another role; as [`Role::User`] she is none any more. Her sessions end: what she could do as another must
    /// not go on.
    pub async fn change_role(&self, id: &UserId, role: Role, act: NewAct) -> Result<RoleChange> {
        let id = id.clone();
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query(HOLD_ADMINS).execute(tx.conn()).await?;
                if role != Role::Admin && is_last_admin(tx, &id).await? {
                    return Ok(RoleChange::LastAdmin);
                }
                let changed = sqlx::query(SET_ROLE).bind(role.code()).bind(id.to_string()).execute(tx.conn()).await?;
                if changed.rows_affected() == 0 {
                    return Ok(RoleChange::Nothing);
                }
                sign_out(tx, &id).await?;
                if role == Role::User {
                    sqlx::query("DELETE FROM set_up_links WHERE user_id = $1 AND used_at IS NULL")
                        .bind(id.to_string())
                        .execute(tx.conn())
                        .await?;
                }
                note(tx, &act).await?;
                Ok(RoleChange::Done)
            })
        })
        .await
    }
}

/// Whether she is an administrator, and nobody else who can sign in is one.
async fn is_last_admin(tx: &mut Tx, id: &UserId) -> Result<bool> {
    let role =
        sqlx::query("SELECT role FROM users WHERE id = $1").bind(id.to_string()).fetch_optional(tx.conn()).await?;
    let Some(role) = role else { return Ok(false) };
    if role.code("role", Role::from_code)? != Role::Admin {
        return Ok(false);
    }
    let others = sqlx::query(OTHER_ADMINS).bind(id.to_string()).fetch_one(tx.conn()).await?;
    Ok(others.number("others")? == 0)
}
