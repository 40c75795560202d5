//! What users see of their own account, and what is left of it in the end.

use super::cursor::{Start, cut, encode, row};
use super::{Pages, unavailable};
use crate::accounts::passkeys;
use crate::accounts::proof::secret_of;
use crate::accounts::two_step::drawing::draw;
use crate::accounts::two_step::is_pending;
use crate::clock::Moment;
use crate::sessions::{SessionKey, fingerprint};
use crate::store::{Look, LookRecord, PasskeyRecord, SessionOf, TwoStepRecord};
use app::backend::{
    AccountBackend, BackendError, Cursor, Enrolment, LookRow, LookedAt, Page, PasskeyDetail, PasskeyRow, Passkeys,
    Receipt, SessionRow, Support, TwoStep,
};
use async_trait::async_trait;
use domain::viewer::Viewer;

/// Looks on a page.
const PAGE: usize = 50;
const ONE_MORE: i64 = 51;
/// Operators who look at once.
const MOST_LOOKING: i64 = 20;
/// Longest number of a receipt that is looked up.
const LONGEST_NUMBER: usize = 40;

#[async_trait]
impl AccountBackend for Pages {
    async fn reset_email(&self, secret: &str) -> Result<String, BackendError> {
        let user = self.services.store.reset_user(&fingerprint(secret), self.services.clock.now()).await;
        user.map_err(unavailable)?.map(|user| user.email).ok_or(BackendError::NotFound)
    }

    async fn two_step(&self, viewer: &Viewer) -> Result<TwoStep, BackendError> {
        let record = self.services.store.two_step(&viewer.user_id).await.map_err(unavailable)?;
        match record {
            Some(TwoStepRecord { active_at: Some(since), codes_left, .. }) => {
                Ok(TwoStep::On { since: since.bank_text(), codes_left })
            }
            Some(record) if is_pending(record.created_at, None, self.services.clock.now()) => {
                self.enrolment(viewer, &record.secret).await.map(TwoStep::Pending)
            }
            _ => Ok(TwoStep::Off),
        }
    }

    async fn sessions(&self, viewer: &Viewer) -> Result<Vec<SessionRow>, BackendError> {
        let sessions = self.services.sessions.of_user(viewer).await.map_err(unavailable)?;
        let this = self.session.as_ref().map(SessionKey::as_str);
        Ok(sessions.into_iter().map(|session| session_row(session, this)).collect())
    }

    async fn passkeys(&self, viewer: &Viewer) -> Result<Passkeys, BackendError> {
        let rows = self.services.store.passkeys(&viewer.user_id, passkeys::MOST).await.map_err(unavailable)?;
        let here = self.sessions(viewer).await?.into_iter().find(|session| session.this);
        let (browser, system) = here.map_or_else(Default::default, |session| (session.browser, session.system));
        Ok(Passkeys {
            rows: rows.into_iter().map(passkey_row).collect(),
            browser,
            system,
            asks_code: self.asks_code(viewer).await?,
        })
    }

    async fn passkey(&self, viewer: &Viewer, id: &str) -> Result<PasskeyDetail, BackendError> {
        let record = self.services.store.passkey(&viewer.user_id, id).await.map_err(unavailable)?;
        let passkey = record.map(passkey_row).ok_or(BackendError::NotFound)?;
        Ok(PasskeyDetail { passkey, asks_code: self.asks_code(viewer).await? })
    }

    async fn looks(&self, viewer: &Viewer, cursor: &Cursor) -> Result<Page<LookRow>, BackendError> {
        let start = Start::read(cursor, row)?;
        let (before, after) = (start.below().copied(), start.above().copied());
        let looks =
            self.services.store.looks_at(&viewer.user_id, before, after, ONE_MORE).await.map_err(unavailable)?;
        let page = cut(looks, PAGE, &start, |look| encode(&look.id.to_string()));
        let rows = page.rows.into_iter().map(look_row).collect();
        Ok(Page { rows, newer: page.newer, older: page.older })
    }

    async fn support(&self, viewer: &Viewer) -> Result<Support, BackendError> {
        let (store, now) = (&self.services.store, self.services.clock.now());
        let consent = store.support_consent(&viewer.user_id, now).await.map_err(unavailable)?;
        let looking = store.looking_at(&viewer.user_id, now, MOST_LOOKING).await.map_err(unavailable)?;
        Ok(Support {
            until: consent.map(|consent| consent.ends_at.bank_text()),
            looking: looking.into_iter().map(|one| (one.operator_name, one.began_at.bank_text())).collect(),
        })
    }

    async fn receipt(&self, number: &str) -> Result<Receipt, BackendError> {
        let number = number.trim().to_uppercase();
        if number.len() > LONGEST_NUMBER || !number.is_ascii() {
            return Err(BackendError::NotFound);
        }
        let erasure = self.services.store.erasure(&number).await.map_err(unavailable)?.ok_or(BackendError::NotFound)?;
        Ok(Receipt {
            number: erasure.number,
            at: erasure.at.bank_text(),
            links: erasure.links,
            payments: erasure.payments,
            done_at: erasure.done_at.map(Moment::bank_text),
        })
    }
}

impl Pages {
    pub(super) async fn asks_code(&self, viewer: &Viewer) -> Result<bool, BackendError> {
        let record = self.services.store.two_step(&viewer.user_id).await.map_err(unavailable)?;
        Ok(record.is_some_and(|record| record.active_at.is_some()))
    }

    async fn enrolment(&self, viewer: &Viewer, sealed: &[u8]) -> Result<Enrolment, BackendError> {
        let secret = secret_of(&self.services, &viewer.user_id, sealed).await;
        let secret = secret.map_err(|_| BackendError::Unavailable)?;
        let uri = secret.uri(&viewer.email);
        Ok(Enrolment { secret: secret.text(), qr: draw(&uri), uri })
    }
}

fn session_row(session: SessionOf, this: Option<&str>) -> SessionRow {
    let (browser, system) = session.device.split_once('/').unwrap_or(("other", "other"));
    SessionRow {
        browser: browser.to_owned(),
        system: system.to_owned(),
        created_at: session.created_at.bank_text(),
        seen_at: session.seen_at.bank_text(),
        this: this == Some(session.id_hash.as_str()),
        key: session.id_hash,
    }
}

fn passkey_row(passkey: PasskeyRecord) -> PasskeyRow {
    PasskeyRow {
        id: passkey.id,
        name: passkey.name,
        created_at: passkey.created_at.bank_text(),
        used_at: passkey.used_at.map(Moment::bank_text),
        synced: passkey.backed_up,
    }
}

fn look_row(look: LookRecord) -> LookRow {
    let what = match look.what {
        Look::User => LookedAt::Page,
        Look::Delivery(id) => LookedAt::Notification(id),
        Look::Token => LookedAt::Token,
        Look::Began => LookedAt::Began,
        Look::Own(page) => LookedAt::Own(page),
        Look::Done(deed) => LookedAt::Done(deed),
    };
    LookRow { at: look.at.bank_text(), who: look.operator_name, what }
}
