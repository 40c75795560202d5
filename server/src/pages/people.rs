//! What operators see of people, and of each other.

use super::cursor::{Start, cut, decode, encode};
use super::operators_view::{operator_link, user_row};
use super::story;
use super::{Pages, unavailable};
use crate::access::{Action, authorize};
use crate::clock::Moment;
use crate::sessions::fingerprint;
use crate::store::{FoundUser, Look, OperatorRecord, PaymentsQuery, UserRecord, UserSearch, UsersQuery};
use app::backend::{
    BackendError, Cursor, LinkAgain, Page, PeopleBackend, SeeAs, Team, TeamRow, UserDetail, UserList, UserQuery,
    UserRow,
};
use async_trait::async_trait;
use domain::filter::Filter;
use domain::ids::UserId;
use domain::transaction::Transaction;
use domain::viewer::{Role, Viewer};

/// Rows on a page.
const PAGE: usize = 50;
const ONE_MORE: i64 = 51;
/// Payments on the page of one user.
const RECENT: i64 = 20;
const LONGEST_SEARCH: usize = 254;
/// No team is larger.
const MOST_OPERATORS: i64 = 500;

#[async_trait]
impl PeopleBackend for Pages {
    async fn link_again(&self, viewer: Option<&Viewer>, token: &str) -> Result<LinkAgain, BackendError> {
        let (store, now) = (&self.services.store, self.services.clock.now());
        let known = store.relink(&fingerprint(token), now).await.map_err(unavailable)?.ok_or(BackendError::NotFound)?;
        match viewer {
            None => Ok(LinkAgain::SignIn),
            Some(viewer) if viewer.user_id != known.user_id => Ok(LinkAgain::Another),
            Some(viewer) => {
                store.open_relink(&known.token_hash, &viewer.user_id, now).await.map_err(unavailable)?;
                Ok(LinkAgain::Yours)
            }
        }
    }

    async fn see_as(&self, viewer: &Viewer, id: &UserId) -> Result<SeeAs, BackendError> {
        authorize(viewer, Action::SeeAsUser)?;
        let store = &self.services.store;
        let user = store.user_summary(id).await.map_err(unavailable)?.ok_or(BackendError::NotFound)?.user;
        if user.role != Role::User {
            return Err(BackendError::NotFound);
        }
        Ok(SeeAs {
            until: self.support_until(&user).await?,
            id: user.id,
            name: user.name,
            asks_code: self.asks_code(viewer).await?,
        })
    }

    async fn team(&self, viewer: &Viewer) -> Result<Team, BackendError> {
        authorize(viewer, Action::SeeTeam)?;
        let now = self.services.clock.now();
        let operators = self.services.store.operators(now, MOST_OPERATORS).await.map_err(unavailable)?;
        let mut rows: Vec<TeamRow> = operators.into_iter().map(|operator| team_row(operator, viewer)).collect();
        let admins = rows.iter().filter(|row| row.role == Role::Admin && row.can_sign_in).count();
        for row in &mut rows {
            row.is_last_admin = row.role == Role::Admin && row.can_sign_in && admins == 1;
        }
        // The order of the store is that of the addresses.
        rows.sort_by_key(|row| std::cmp::Reverse(row.role));
        Ok(Team {
            rows,
            may_change: authorize(viewer, Action::ManageOperators).is_ok(),
            needs_second_factor: self.services.config.second_factor_required,
        })
    }
}

impl Pages {
    /// By address, ascending: what is further down the list is what `Cursor::Before` asks for. What a search finds is one page.
    pub(super) async fn list_users(
        &self,
        viewer: &Viewer,
        query: &UserQuery,
        cursor: &Cursor,
    ) -> Result<UserList, BackendError> {
        authorize(viewer, Action::SeeUsers)?;
        let text: String = query.search.trim().chars().take(LONGEST_SEARCH).collect();
        if !text.is_empty() {
            return self.search_users(text, query).await;
        }
        let start = Start::read(cursor, decode)?;
        let asked = UsersQuery {
            status: query.status,
            marked: query.marked,
            after: start.below().cloned(),
            before: start.above().cloned(),
            limit: ONE_MORE,
            ..UsersQuery::default()
        };
        let rows = self.services.store.list_users(&asked).await.map_err(unavailable)?;
        let page = cut(rows, PAGE, &start, |row| encode(&row.user.email_key));
        let rows = page.rows.into_iter().map(user_row).collect();
        Ok(UserList { page: Page { rows, newer: page.newer, older: page.older }, is_more: false })
    }

    async fn search_users(&self, text: String, query: &UserQuery) -> Result<UserList, BackendError> {
        let search = UserSearch { text, status: query.status, marked: query.marked, limit: PAGE };
        let found = self.services.store.find_users(search).await.map_err(unavailable)?;
        let rows =
            found.rows.into_iter().map(|FoundUser { summary, by }| UserRow { found_by: Some(by), ..user_row(summary) });
        let page = Page { rows: rows.collect(), newer: None, older: None };
        Ok(UserList { page, is_more: found.is_more })
    }

    /// Links and payments stand on the first page of her story only.
    pub(super) async fn read_user(
        &self,
        viewer: &Viewer,
        id: &UserId,
        cursor: &Cursor,
    ) -> Result<UserDetail, BackendError> {
        authorize(viewer, Action::SeeUsers)?;
        let store = &self.services.store;
        let user = store.user_summary(id).await.map_err(unavailable)?.ok_or(BackendError::NotFound)?;
        let place = story::Place::read(cursor)?;
        self.note_look(viewer, std::slice::from_ref(id), Look::User).await?;
        let (links, payments) = if *cursor == Cursor::Start {
            let links = store.links_of(id).await.map_err(unavailable)?;
            let cards = store.cards_of_user(id).await.map_err(unavailable)?;
            let links = links.iter().map(|link| operator_link(link, &cards)).collect();
            (links, self.recent_payments(id).await?)
        } else {
            (Vec::new(), Vec::new())
        };
        Ok(UserDetail {
            links,
            payments,
            story: story::read(store, &user.user, place).await.map_err(unavailable)?,
            may_act: authorize(viewer, Action::ChangeUsers).is_ok(),
            support_until: self.support_until(&user.user).await?,
            user: user_row(user),
        })
    }

    /// Who cannot sign in cannot take it back either.
    async fn support_until(&self, user: &UserRecord) -> Result<Option<String>, BackendError> {
        let (store, now) = (&self.services.store, self.services.clock.now());
        let consent = store.support_consent(&user.id, now).await.map_err(unavailable)?;
        Ok(consent.filter(|_| user.disabled_at.is_none()).map(|consent| consent.ends_at.bank_text()))
    }

    async fn recent_payments(&self, id: &UserId) -> Result<Vec<Transaction>, BackendError> {
        let query =
            PaymentsQuery { user_id: id.clone(), filter: Filter::default(), before: None, after: None, limit: RECENT };
        let rows = self.services.store.payments(&query).await.map_err(unavailable)?;
        // What she wrote on them is hers alone.
        Ok(rows.into_iter().map(|row| row.payment.without_own()).collect())
    }
}

/// Whether she is the last administrator shows when all are known.
fn team_row(operator: OperatorRecord, viewer: &Viewer) -> TeamRow {
    let OperatorRecord { user, has_code, passkeys, seen_at, invited_until } = operator;
    TeamRow {
        is_you: user.id == viewer.user_id,
        id: user.id,
        name: user.name,
        email: user.email,
        role: user.role,
        has_code,
        passkeys,
        seen_at: seen_at.map(Moment::bank_text),
        can_sign_in: user.disabled_at.is_none() && (user.password_hash.is_some() || passkeys > 0),
        invited_until: invited_until.map(Moment::bank_text),
        is_last_admin: false,
    }
}
