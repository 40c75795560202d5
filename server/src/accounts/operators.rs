//! Operators, who are added on the command line or by an administrator: there is no default account.

use super::email::Email;
use crate::clock::Moment;
use crate::config::PublicUrl;
use crate::randomness;
use crate::sessions::fingerprint;
use crate::store::{Created, NewUser, Result, Store, UserRecord};
use domain::ids::UserId;
use domain::viewer::Role;
use std::time::Duration;

/// How long a set-up link can be used.
const SET_UP_TIME: Duration = Duration::from_hours(24);

/// An invitation for an operator.
pub struct Invitation {
    /// The one-time link. It is shown once and kept nowhere.
    pub link: String,
    /// For whom it is.
    pub user: UserId,
    /// She had an account before; it has the new role now, and its old password works until the link is used.
    pub known_before: bool,
}

/// Makes an operator, or gives a known user another role, and a link by which she chooses a password.
pub async fn invite(
    store: &Store,
    public_url: &PublicUrl,
    email: &Email,
    role: Role,
    now: Moment,
) -> Result<Invitation> {
    let (user, known_before) = find_or_create(store, email, role, now).await?;
    if known_before {
        store.set_role(&user, role).await?;
        // What she could do as another must not go on.
        store.end_sessions_of(&user).await?;
    }
    Ok(Invitation { known_before, ..link_for(store, public_url, user, now).await? })
}

/// A new link for an operator; those before it that nobody has used are over.
pub async fn link_for(store: &Store, public_url: &PublicUrl, user: UserId, now: Moment) -> Result<Invitation> {
    let token = randomness::secret();
    store.add_set_up_link(&fingerprint(&token), &user, now.plus(SET_UP_TIME)).await?;
    Ok(Invitation { link: format!("{}/set-up/{token}", public_url.origin), user, known_before: true })
}

async fn find_or_create(store: &Store, email: &Email, role: Role, now: Moment) -> Result<(UserId, bool)> {
    if let Some(UserRecord { id, .. }) = store.user_by_email_key(email.key()).await? {
        return Ok((id, true));
    }
    let id = UserId::parse(randomness::id()).map_err(|_| crate::store::StoreError::Corrupt("a new id"))?;
    let name = email.as_typed().split('@').next().unwrap_or_default();
    let user = NewUser {
        id: &id,
        email: email.as_typed(),
        email_key: email.key(),
        name,
        password_hash: None,
        role,
        created_at: now,
    };
    match store.create_user(&user).await? {
        Created::Yes => Ok((id, false)),
        // Somebody signed up in this moment.
        Created::EmailTaken => match store.user_by_email_key(email.key()).await? {
            Some(user) => Ok((user.id, true)),
            None => Err(crate::store::StoreError::Missing("the user")),
        },
    }
}
