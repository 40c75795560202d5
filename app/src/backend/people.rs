//! What operators' pages need from the server for people: finding them, what happened to them, what is done about them.

use super::{AlarmKind, BackendError, DeliveryRow, Page};
use async_trait::async_trait;
use domain::ids::{PaymentKey, UserId};
use domain::link::{LinkStatus, LinkView};
use domain::money::Money;
use domain::transaction::Transaction;
use domain::viewer::{Role, Viewer};

/// Whom an operator wants to see. What is empty does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserQuery {
    /// The beginning of an address, a name or its last word, or of a token's fingerprint; a card's or an account's reference.
    pub search: String,
    /// Of the newest link that is not forgotten.
    pub status: Option<LinkStatus>,
    /// Those that somebody should look at.
    pub marked: bool,
}

/// Users, and whether there are more than a search tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserList {
    pub page: Page<UserRow>,
    pub is_more: bool,
}

/// One user in the operators' list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// RFC 3339, Europe/Paris.
    pub created_at: String,
    /// Of her most recent link.
    pub link_status: Option<LinkStatus>,
    pub cards: i64,
    pub last_news_at: Option<String>,
    /// Somebody should look at her.
    pub marked: bool,
    /// Since when nobody can sign in to her account.
    pub paused_at: Option<String>,
    /// In what a search has found.
    pub found_by: Option<FoundBy>,
}

/// Everything that operators see of one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDetail {
    pub user: UserRow,
    pub links: Vec<OperatorLink>,
    /// The most recent ones.
    pub payments: Vec<Transaction>,
    pub story: Story,
    /// Whether the viewer may do something about her.
    pub may_act: bool,
    /// Until when she lets operators see her pages as she does: RFC 3339, Europe/Paris.
    pub support_until: Option<String>,
}

/// A link with what only operators see of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorLink {
    pub link: LinkView,
    /// First characters of the token's keyed fingerprint; never the token.
    pub fingerprint: String,
    pub browser_at: Option<String>,
    pub notified_at: Option<String>,
    /// Why the link is not (yet) usable, in words of the log.
    pub problem: Option<String>,
}

/// By what somebody was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundBy {
    /// Her own id, as it stands in addresses.
    Id,
    Token,
    Card,
    Account,
    Email,
    Name,
}

impl FoundBy {
    pub const ALL: [Self; 6] = [Self::Id, Self::Token, Self::Card, Self::Account, Self::Email, Self::Name];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Token => "token",
            Self::Card => "card",
            Self::Account => "account",
            Self::Email => "email",
            Self::Name => "name",
        }
    }
}

/// What an operator does about a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Note,
    /// Say that somebody should look at her.
    Mark,
    Unmark,
    /// Nobody signs in to her account, and the bank is not asked for it.
    Pause,
    Resume,
    /// One of her links; its history stays.
    Forget,
    /// Make a link by which she links again.
    Relink,
}

impl Deed {
    pub const ALL: [Self; 7] =
        [Self::Note, Self::Mark, Self::Unmark, Self::Pause, Self::Resume, Self::Forget, Self::Relink];

    /// As it stands in the log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Note => "note-user",
            Self::Mark => "mark-user",
            Self::Unmark => "unmark-user",
            Self::Pause => "pause-user",
            Self::Resume => "resume-user",
            Self::Forget => "forget-link",
            Self::Relink => "make-relink",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.code() == code)
    }
}

/// What happened to a link, or to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    SignedUp,
    /// The browser brought the token.
    ByBrowser,
    /// The bank's notification brought it.
    ByNotification,
    /// The bank's API has answered with it.
    Proven,
    /// The bank refuses it.
    Refused,
    /// The customer withdrew it at the bank.
    Revoked,
    Forgotten,
    /// A link for linking again was seen by her whom it is for.
    RelinkOpened,
    RelinkUsed,
}

impl Fact {
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignedUp => "signed-up",
            Self::ByBrowser => "by-browser",
            Self::ByNotification => "by-notification",
            Self::Proven => "proven",
            Self::Refused => "refused",
            Self::Revoked => "revoked",
            Self::Forgotten => "forgotten",
            Self::RelinkOpened => "relink-opened",
            Self::RelinkUsed => "relink-used",
        }
    }
}

/// Something that happened, and what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryLine {
    /// RFC 3339, Europe/Paris.
    pub at: String,
    pub told: Told,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The bank's script, in her browser, while she was linking.
    Event {
        /// As the script calls it: `onDisplayPopup`.
        event: String,
        browser: String,
    },
    Fact {
        fact: Fact,
        /// First characters of the token's fingerprint; empty where it is about no link.
        token: String,
        /// A short code of why.
        problem: String,
    },
    /// The first payment after a link was made.
    FirstPayment {
        token: String,
        key: PaymentKey,
        merchant: String,
        amount: Money,
    },
    Delivery(DeliveryRow),
    /// About one of her links.
    Alarm {
        kind: AlarmKind,
        times: i64,
        is_open: bool,
    },
    Act {
        by: String,
        /// A short code.
        act: String,
        subject: String,
        reason: String,
    },
}

impl Told {
    /// For scripts and styles.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Event { .. } => "event",
            Self::Fact { fact, .. } => fact.code(),
            Self::FirstPayment { .. } => "first-payment",
            Self::Delivery(_) => "delivery",
            Self::Alarm { .. } => "alarm",
            Self::Act { .. } => "act",
        }
    }
}

/// What happened to a user, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    pub lines: Vec<StoryLine>,
    /// For `?before=`; none on the last page.
    pub older: Option<String>,
}

/// What a link for linking again is to who opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkAgain {
    /// Nobody is signed in.
    SignIn,
    /// It is for another person.
    Another,
    /// It is the viewer's.
    Yours,
}

/// What seeing a user's pages as she does takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeeAs {
    pub id: UserId,
    pub name: String,
    /// Until when she allows it: RFC 3339, Europe/Paris; none where she does not.
    pub until: Option<String>,
    /// Whether the viewer proves herself by a code beside her password.
    pub asks_code: bool,
}

/// An operator in the list of them.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamRow {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// She who looks at the list.
    pub is_you: bool,
    /// Signing in takes a code beside the password.
    pub has_code: bool,
    pub passkeys: i64,
    /// RFC 3339, Europe/Paris; to the minute.
    pub seen_at: Option<String>,
    /// Has a password or a passkey.
    pub can_sign_in: bool,
    /// A set-up link that nobody has used is good until then.
    pub invited_until: Option<String>,
    /// The only administrator who can sign in: nobody may take that away.
    pub is_last_admin: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Administrators first.
    pub rows: Vec<TeamRow>,
    /// Whether the viewer decides who is an operator.
    pub may_change: bool,
    /// Whether the console asks for a second factor.
    pub needs_second_factor: bool,
}

impl Team {
    pub const ROLES: [Role; 3] = [Role::Viewer, Role::Operator, Role::Admin];
}

#[async_trait]
pub trait PeopleBackend: Send + Sync {
    /// What a link for linking again is to the viewer; not found where it is unknown, used or too old.
    async fn link_again(&self, viewer: Option<&Viewer>, token: &str) -> Result<LinkAgain, BackendError>;

    /// Whether a user's pages can be seen as she sees them; not found where that is nobody's matter.
    async fn see_as(&self, viewer: &Viewer, id: &UserId) -> Result<SeeAs, BackendError>;

    async fn team(&self, viewer: &Viewer) -> Result<Team, BackendError>;
}
