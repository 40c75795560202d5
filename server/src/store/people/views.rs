//! Operators who see the pages of a user as she does. A view holds while the consent does that it began under, within one session of
//! the operator's, and not for long. What is seen is noted in the transaction that finds that it may be.

use crate::clock::Moment;
use crate::store::account::{Look, note_look};
use crate::store::acts::{Actor, NewAct, note};
use crate::store::mails::NewMail;
use crate::store::row::Columns as _;
use crate::store::statement::storable;
use crate::store::transaction::Tx;
use crate::store::users::{UserRecord, user_columns};
use crate::store::{Result, Store, StoreError};
use app::backend::OwnPage;
use domain::ids::UserId;
use sqlx::any::AnyRow;

/// A view that an operator begins.
#[derive(Clone)]
pub struct NewView {
    pub id: String,
    pub operator_id: UserId,
    pub operator_name: String,
    /// Name of her session in the database.
    pub session: String,
    pub user_id: UserId,
    /// The consent that she has found.
    pub consent: String,
    pub reason: String,
    pub at: Moment,
    /// At the latest.
    pub ends_at: Moment,
    /// By which the user is told.
    pub mail: NewMail,
}

/// A view that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewRecord {
    /// Whose pages they are.
    pub user: UserRecord,
    pub operator_id: UserId,
    pub operator_name: String,
    pub reason: String,
    /// Of the view, or of the consent where that is sooner.
    pub ends_at: Moment,
}

impl ViewRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            user: UserRecord::read(row)?,
            operator_id: row.id("operator_id")?,
            operator_name: row.text("operator_name")?,
            reason: row.text("reason")?,
            ends_at: row.moment("view_ends_at")?,
        })
    }

    /// For the user, and in the log with the reason.
    async fn note(&self, tx: &mut Tx, what: Look, at: Moment) -> Result<()> {
        let user = &self.user.id;
        let (act, subject) = match what {
            Look::Own(page) => ("see-page", format!("user:{user} page:{}", page.code())),
            _ => ("see-as-user", format!("user:{user}")),
        };
        let by = Actor { user_id: Some(self.operator_id.clone()), name: self.operator_name.clone() };
        note_look(tx, user, self.operator_id.as_str(), &self.operator_name, what, at).await?;
        note(tx, &NewAct { by, act, subject, reason: self.reason.clone(), at }).await
    }
}

/// Who is looking at a user's pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookingRecord {
    pub operator_name: String,
    pub began_at: Moment,
}

/// What holds at `$3`. Nobody looks at who could not take her consent back, because her account is paused.
const HOLDS: &str = concat!(
    "SELECT ",
    user_columns!(),
    ", support_views.operator_id, support_views.operator_name, support_views.reason,
        CASE WHEN support_consents.ends_at < support_views.ends_at THEN support_consents.ends_at
             ELSE support_views.ends_at END AS view_ends_at
     FROM support_views CROSS JOIN support_consents CROSS JOIN users CROSS JOIN sessions
     WHERE support_views.session_hash = $1
     AND support_views.user_id = $2
     AND support_views.ends_at > $3
     AND support_consents.user_id = support_views.user_id
     AND support_consents.id = support_views.consent_id
     AND support_consents.ends_at > $3
     AND users.id = support_views.user_id
     AND users.role = 'user'
     AND users.disabled_at IS NULL
     AND users.erased_at IS NULL
     AND sessions.id_hash = support_views.session_hash
     ORDER BY support_views.ends_at DESC
     LIMIT 1"
);

const BEGIN: &str = "
    INSERT INTO support_views (id, consent_id, user_id, operator_id, operator_name, session_hash, reason, began_at, ends_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const END: &str = "UPDATE support_views SET ends_at = $3 WHERE session_hash = $1 AND user_id = $2 AND ends_at > $3";

impl Store {
    /// Begins a view, in the place of one that the session has of this user, and has her told. False where she does not allow it
    /// any more; then nothing is written.
    pub async fn begin_view(&self, view: NewView) -> Result<bool> {
        self.write(move |tx| {
            Box::pin(async move {
                let NewView { session, user_id, at, .. } = &view;
                let (session, user, at) = (session.clone(), user_id.to_string(), *at);
                sqlx::query(END).bind(session.clone()).bind(user.clone()).bind(at.0).execute(tx.conn()).await?;
                let beginning = sqlx::query(BEGIN)
                    .bind(view.id)
                    .bind(view.consent)
                    .bind(user.clone())
                    .bind(view.operator_id.to_string())
                    .bind(storable(&view.operator_name).into_owned())
                    .bind(session.clone())
                    .bind(storable(&view.reason).into_owned())
                    .bind(at.0)
                    .bind(view.ends_at.0);
                beginning.execute(tx.conn()).await?;
                let holds = sqlx::query(HOLDS).bind(session).bind(user).bind(at.0);
                let row = holds.fetch_optional(tx.conn()).await?.ok_or(StoreError::Missing("consent"))?;
                let held = ViewRecord::read(&row)?;
                held.note(tx, Look::Began, at).await?;
                tx.add_mail(&view.mail).await
            })
        })
        .await
        .map(|()| true)
        .or_else(|error| if matches!(error, StoreError::Missing("consent")) { Ok(false) } else { Err(error) })
    }

    /// The view of a user that a session has at this moment.
    pub async fn view(&self, session: &str, user_id: &UserId, now: Moment) -> Result<Option<ViewRecord>> {
        let row = sqlx::query(HOLDS)
            .bind(session.to_owned())
            .bind(user_id.to_string())
            .bind(now.0)
            .fetch_optional(&self.inner.reads)
            .await?;
        row.as_ref().map(ViewRecord::read).transpose()
    }

    /// The same for who is about to see a page, which is noted for the user and in the log.
    pub async fn see_page(
        &self,
        session: &str,
        user_id: &UserId,
        page: OwnPage,
        at: Moment,
    ) -> Result<Option<ViewRecord>> {
        let (session, user) = (session.to_owned(), user_id.to_string());
        self.write(move |tx| {
            Box::pin(async move {
                let holds = sqlx::query(HOLDS).bind(session).bind(user).bind(at.0);
                let Some(row) = holds.fetch_optional(tx.conn()).await? else { return Ok(None) };
                let view = ViewRecord::read(&row)?;
                view.note(tx, Look::Own(page), at).await?;
                Ok(Some(view))
            })
        })
        .await
    }

    /// Ends the view of a user that a session has. False where there is none.
    pub async fn end_view(&self, session: &str, user_id: &UserId, at: Moment) -> Result<bool> {
        let end = sqlx::query(END).bind(session.to_owned()).bind(user_id.to_string()).bind(at.0);
        Ok(self.change(end).await? > 0)
    }

    /// Who looks at a user's pages at this moment, in sessions that have not ended, the last one to begin first.
    pub async fn looking_at(&self, user_id: &UserId, now: Moment, limit: i64) -> Result<Vec<LookingRecord>> {
        let rows = sqlx::query(
            "SELECT support_views.operator_name, support_views.began_at
             FROM support_views CROSS JOIN support_consents CROSS JOIN sessions
             WHERE support_views.user_id = $1
             AND support_views.ends_at > $2
             AND support_consents.user_id = support_views.user_id
             AND support_consents.id = support_views.consent_id
             AND support_consents.ends_at > $2
             AND sessions.id_hash = support_views.session_hash
             ORDER BY support_views.began_at DESC, support_views.id
             LIMIT $3",
        )
        .bind(user_id.to_string())
        .bind(now.0)
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(LookingRecord { operator_name: row.text("operator_name")?, began_at: row.moment("began_at")? })
            })
            .collect()
    }

    /// Forgets views that ended before this moment, at most `limit`, and how many: what was seen stands elsewhere.
    pub async fn remove_views(&self, before: Moment, limit: i64) -> Result<u64> {
        let remove = sqlx::query(
            "DELETE FROM support_views
             WHERE id IN (
                SELECT id
                FROM support_views
                WHERE ends_at < $1
                ORDER BY ends_at, id
                LIMIT $2)",
        )
        .bind(before.0)
        .bind(limit);
        self.remove(remove).await
    }
}
