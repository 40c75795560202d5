//! Where mails are handed in.

use super::Content;
use crate::clock::{Moment, SharedClock};
use crate::randomness;
use crate::store::{DueMail, NewMail, Store, StoreError};
use crate::vault::{Vault, VaultError};
use domain::ids::UserId;
use domain::lang::Lang;
use std::sync::Arc;
use tokio::sync::Notify;
use zeroize::Zeroizing;

/// What sealed contents are for.
const PURPOSE: &str = "mail";

/// A mail to somebody who has an account.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: UserId,
    pub lang: Lang,
    pub content: Content,
    /// Of no use to anybody after this; then it is not sent any more.
    pub good_until: Option<Moment>,
}

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes mails in. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    store: Store,
    vault: Vault,
    clock: SharedClock,
    wake: Arc<Notify>,
}

impl Mailer {
    pub fn new(store: Store, vault: Vault, clock: SharedClock) -> Self {
        Self { store, vault, clock, wake: Arc::default() }
    }

    /// Stores a mail, durably; it is sent a moment later.
    pub async fn enqueue(&self, mail: Mail) -> Result<(), MailError> {
        self.store.add_mail(self.seal(mail).await?).await?;
        self.wake();
        Ok(())
    }

    /// A mail for a transaction that takes it along. Call [`Mailer::wake`] after the commit.
    pub async fn seal(&self, mail: Mail) -> Result<NewMail, VaultError> {
        let id = randomness::id();
        let key = self.vault.user_key(&mail.to).await?;
        // Our own types always serialise.
        let plain = Zeroizing::new(serde_json::to_vec(&mail.content).unwrap_or_default());
        Ok(NewMail {
            content: key.seal(PURPOSE, &id, &plain),
            content_key: key.owner().to_owned(),
            id,
            user_id: mail.to,
            kind: mail.content.kind(),
            lang: mail.lang,
            created_at: self.clock.now(),
            good_until: mail.good_until,
        })
    }

    /// Has the worker look at once.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// What the worker waits for.
    pub(crate) fn wakes(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }
}

/// What a stored mail says; none where its key was destroyed, or it was written by a newer version.
pub(super) async fn open(vault: &Vault, mail: &DueMail) -> Result<Option<Content>, VaultError> {
    let Some(key) = vault.key(&mail.content_key).await? else { return Ok(None) };
    let Ok(plain) = key.open(PURPOSE, &mail.id, &mail.content).map(Zeroizing::new) else { return Ok(None) };
    Ok(serde_json::from_slice(&plain).ok())
}
