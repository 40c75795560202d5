//! What operators do about a user. Each deed is one transaction with its line in the log, and with the line that tells her of it.

use crate::clock::Moment;
use crate::store::account::{Look, note_look};
use crate::store::acts::{Actor, NewAct, note};
use crate::store::links::forget;
use crate::store::transaction::Tx;
use crate::store::{Result, Store};
use app::backend::Deed;
use domain::ids::{LinkId, UserId};

/// What is to be done about a user, by whom and why.
#[derive(Debug, Clone)]
pub struct NewDeed {
    pub by: Actor,
    pub user_id: UserId,
    pub what: Undertaking,
    pub reason: String,
    pub at: Moment,
}

/// A deed, with what it takes.
#[derive(Debug, Clone)]
pub enum Undertaking {
    Note,
    Mark,
    Unmark,
    Pause,
    Resume,
    Forget(LinkId),
    /// A link for linking again, by the SHA-256 of its secret.
    Relink {
        token_hash: String,
        expires_at: Moment,
    },
}

impl Undertaking {
    pub const fn deed(&self) -> Deed {
        match self {
            Self::Note => Deed::Note,
            Self::Mark => Deed::Mark,
            Self::Unmark => Deed::Unmark,
            Self::Pause => Deed::Pause,
            Self::Resume => Deed::Resume,
            Self::Forget(_) => Deed::Forget,
            Self::Relink { .. } => Deed::Relink,
        }
    }
}

const THERE: &str = "UPDATE users SET marked_at = marked_at WHERE id = $1 AND erased_at IS NULL AND $2 > 0";
const MARK: &str = "UPDATE users SET marked_at = $2 WHERE id = $1 AND erased_at IS NULL AND marked_at IS NULL";
const UNMARK: &str = "
    UPDATE users
    SET marked_at = NULL
    WHERE id = $1
    AND erased_at IS NULL
    AND marked_at IS NOT NULL
    AND $2 > 0";

/// Operators are not paused here: who is one is decided elsewhere.
const PAUSE: &str = "
    UPDATE users
    SET disabled_at = $2
    WHERE id = $1
    AND erased_at IS NULL
    AND disabled_at IS NULL
    AND role = 'user'";
const RESUME: &str = "
    UPDATE users
    SET disabled_at = NULL
    WHERE id = $1
    AND erased_at IS NULL
    AND disabled_at IS NOT NULL
    AND $2 > 0";

impl Store {
    /// Does it. False where there is no such user, or it stands so already; then nothing is noted.
    pub async fn do_about_user(&self, deed: NewDeed) -> Result<bool> {
        self.write(move |tx| {
            Box::pin(async move {
                if !undertake(tx, &deed).await? {
                    return Ok(false);
                }
                let what = Look::Done(deed.what.deed());
                let operator = deed.by.user_id.as_ref().map_or(deed.by.name.as_str(), UserId::as_str).to_owned();
                note_look(tx, &deed.user_id, &operator, &deed.by.name, what, deed.at).await?;
                note(tx, &act_of(deed)).await?;
                Ok(true)
            })
        })
        .await
    }
}

fn act_of(deed: NewDeed) -> NewAct {
    let subject = match &deed.what {
        Undertaking::Forget(link) => format!("user:{} link:{link}", deed.user_id),
        _ => format!("user:{}", deed.user_id),
    };
    NewAct { by: deed.by, act: deed.what.deed().code(), subject, reason: deed.reason, at: deed.at }
}

async fn undertake(tx: &mut Tx, deed: &NewDeed) -> Result<bool> {
    let (user, at) = (&deed.user_id, deed.at);
    match &deed.what {
        Undertaking::Note => change(tx, THERE, user, at).await,
        Undertaking::Mark => change(tx, MARK, user, at).await,
        Undertaking::Unmark => change(tx, UNMARK, user, at).await,
        Undertaking::Resume => change(tx, RESUME, user, at).await,
        Undertaking::Pause => {
            let paused = change(tx, PAUSE, user, at).await?;
            if paused {
                sign_out(tx, user).await?;
            }
            Ok(paused)
        }
        Undertaking::Forget(link) => forget(tx, link, user, false, at).await,
        Undertaking::Relink { token_hash, expires_at } => {
            let there = change(tx, THERE, user, at).await?;
            if there {
                add_relink(tx, user, token_hash, *expires_at, at).await?;
            }
            Ok(there)
        }
    }
}

async fn change(tx: &mut Tx, sql: &'static str, user: &UserId, at: Moment) -> Result<bool> {
    let changed = sqlx::query(sql).bind(user.to_string()).bind(at.0).execute(tx.conn()).await?;
    Ok(changed.rows_affected() == 1)
}

/// Everywhere, also where she owes a code.
pub(super) async fn sign_out(tx: &mut Tx, user: &UserId) -> Result<()> {
    for sql in ["DELETE FROM sessions WHERE user_id = $1", "DELETE FROM half_sign_ins WHERE user_id = $1"] {
        sqlx::query(sql).bind(user.to_string()).execute(tx.conn()).await?;
    }
    tx.sessions_ended(user);
    Ok(())
}

/// The newest one counts: those before it that nobody has used are over.
async fn add_relink(tx: &mut Tx, user: &UserId, token_hash: &str, expires_at: Moment, at: Moment) -> Result<()> {
    sqlx::query("UPDATE relinks SET expires_at = $1 WHERE user_id = $2 AND used_at IS NULL AND expires_at > $1")
        .bind(at.0)
        .bind(user.to_string())
        .execute(tx.conn())
        .await?;
    sqlx::query("INSERT INTO relinks (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(token_hash.to_owned())
        .bind(user.to_string())
        .bind(at.0)
        .bind(expires_at.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}
