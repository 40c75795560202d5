//! What is known of people and operators, as the fake tells it.

use super::{Fake, delivery, user_id};
use app::backend::{
    AlarmKind, BackendError, Fact, LinkAgain, PeopleBackend, SeeAs, StoryLine, Team, TeamRow, Told, Verdict,
};
use async_trait::async_trait;
use domain::ids::{PaymentKey, UserId};
use domain::money::{Currency, Money};
use domain::viewer::{Role, Viewer};

#[async_trait]
impl PeopleBackend for Fake {
    /// `good` is the viewer's, `another` is another person's.
    async fn link_again(&self, viewer: Option<&Viewer>, token: &str) -> Result<LinkAgain, BackendError> {
        match (token, viewer) {
            ("good" | "another", None) => self.answer(LinkAgain::SignIn),
            ("good", Some(_)) => self.answer(LinkAgain::Yours),
            ("another", Some(_)) => self.answer(LinkAgain::Another),
            _ => Err(BackendError::NotFound),
        }
    }

    async fn see_as(&self, _: &Viewer, id: &UserId) -> Result<SeeAs, BackendError> {
        let user = self.users.iter().find(|user| user.id == *id).cloned().ok_or(BackendError::NotFound)?;
        self.answer(SeeAs { id: user.id, name: user.name, until: self.support.until.clone(), asks_code: true })
    }

    async fn team(&self, _: &Viewer) -> Result<Team, BackendError> {
        self.answer(Team { rows: self.team.clone(), may_change: self.may_act, needs_second_factor: self.may_act })
    }
}

/// One line of each kind, newest first.
pub(crate) fn story(words: &str) -> Vec<StoryLine> {
    let fact = |fact, token: &str, problem: &str| Told::Fact { fact, token: token.into(), problem: problem.into() };
    let told = [
        Told::Act {
            by: words.into(),
            act: "pause-user".into(),
            subject: format!("user:{}", user_id(1)),
            reason: words.into(),
        },
        Told::Alarm { kind: AlarmKind::Unconfirmed, times: 2, is_open: true },
        fact(Fact::RelinkUsed, "", ""),
        fact(Fact::RelinkOpened, "", ""),
        fact(Fact::Revoked, "9f3a1c77d001", ""),
        fact(Fact::Refused, "9f3a1c77d001", words),
        Told::FirstPayment {
            token: "9f3a1c77d001".into(),
            key: PaymentKey::parse("ANY0000000001-00000000003").unwrap(),
            merchant: words.into(),
            amount: Money::new(-9_832, Currency::EUR),
        },
        Told::Delivery(delivery(3, words, "token_created", Verdict::Accepted)),
        Told::Delivery(delivery(4, words, "", Verdict::Rejected)),
        fact(Fact::Proven, "9f3a1c77d001", ""),
        fact(Fact::ByNotification, "9f3a1c77d001", ""),
        fact(Fact::ByBrowser, "9f3a1c77d001", ""),
        Told::Event { event: "onTokenCreated".into(), browser: words.into() },
        Told::Event { event: words.into(), browser: "Firefox".into() },
        fact(Fact::SignedUp, "", ""),
    ];
    let line = |(n, told): (usize, Told)| StoryLine { at: format!("2026-11-23T10:41:{:02}+01:00", 59 - n), told };
    told.into_iter().enumerate().map(line).collect()
}

/// The only administrator with both factors, an operator without, and a viewer who is invited.
pub(crate) fn team(words: &str) -> Vec<TeamRow> {
    let row = |n, role: Role| TeamRow {
        id: user_id(n),
        name: words.into(),
        email: format!("{}@example.test", role.code()),
        role,
        is_you: n == 1,
        has_code: n == 1,
        passkeys: i64::from(n == 1),
        seen_at: (n < 3).then(|| "2026-11-23T10:41:00+01:00".into()),
        can_sign_in: n < 3,
        invited_until: (n == 3).then(|| "2026-11-24T10:41:00+01:00".into()),
        is_last_admin: n == 1,
    };
    vec![row(1, Role::Admin), row(2, Role::Operator), row(3, Role::Viewer)]
}
