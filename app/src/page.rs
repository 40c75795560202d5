//! What every page is rendered with, put into the context by the server before it renders.

use domain::alerts::{RuleProblem, TypedRule};
use domain::lang::Lang;
use domain::live::Seq;
use domain::own::WritingProblem;
use domain::viewer::Viewer;

/// Colours that a person chose; without a choice the system decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|theme| theme.code() == code)
    }
}

/// The request, as far as pages may know it.
#[derive(Debug, Clone)]
pub struct PageContext {
    pub viewer: Option<Viewer>,
    /// Alerts that the viewer has not seen.
    pub unread: i64,
    /// Where the viewer's feed stood when they were counted: what came since is told to a page that listens from there.
    pub feed: Option<Seq>,
    pub lang: Lang,
    pub theme: Theme,
    /// Amounts are hidden until somebody looks at one.
    pub privacy: bool,
    /// For script and style elements.
    pub nonce: String,
    /// Path without query: `/sign-in`.
    pub path: String,
    /// Raw query without the question mark; may be empty.
    pub query: String,
    /// A form that was posted and refused, to be shown again.
    pub form: Option<RefusedForm>,
    /// What was written on a payment and refused, to be shown again.
    pub writing: Option<RefusedWriting>,
    /// New recovery codes, to be shown this once.
    pub codes: Option<RecoveryCodes>,
    /// A rule of alerts that was refused, to be shown again.
    pub rule: Option<RefusedRule>,
    /// What an operator has decided without what it takes, to be shown again.
    pub decision: Option<RefusedDecision>,
    /// A link that an operator has made for somebody, to be shown this once.
    pub one_time: Option<OneTimeLink>,
    /// Whose page this is, where an operator sees it as she does. The viewer is the operator then.
    pub seen: Option<Seen>,
    /// What went wrong outside of the pages: the whole document then says so, whatever the path.
    pub error: Option<ErrorKind>,
    /// Address of the compiled style sheet, of the island loader and of the islands' script and wasm.
    pub assets: Assets,
}

/// A person whose pages an operator sees as she does, for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub person: Viewer,
    /// RFC 3339, Europe/Paris.
    pub until: String,
    /// Milliseconds since 1970 UTC, for a script; and how many there are left.
    pub until_ms: i64,
    pub left_ms: i64,
}

/// Addresses of hashed files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assets {
    pub css: String,
    pub js: String,
    pub wasm: String,
}

/// Codes for who has lost her telephone. They are shown in a page, and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCodes(pub Vec<String>);

impl std::fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// A link that works once, for whoever has it. It is shown in a page, and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeLink {
    pub address: String,
    /// For whom it is.
    pub email: String,
}

impl std::fmt::Debug for OneTimeLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// A posted form that could not be accepted: what was typed, passwords left out, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusedForm {
    pub name: String,
    pub email: String,
    pub reason: String,
    pub problems: Vec<FormProblem>,
}

/// What was written on a payment and could not be kept, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusedWriting {
    pub category: String,
    pub note: String,
    pub tags: String,
    pub problems: Vec<WritingProblem>,
}

/// A rule of alerts that could not be kept, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusedRule {
    pub typed: TypedRule,
    pub problems: Vec<RuleProblem>,
}

/// A decision of an operator that could not be taken, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedDecision {
    pub reason: String,
    pub email: String,
    pub problem: DecisionProblem,
}

/// What is wrong with a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionProblem {
    ReasonMissing,
    ReasonTooLong,
    /// Nobody has this address.
    NobodyKnown,
    /// It is no address.
    EmailInvalid,
    /// Whoever has this address is an operator already.
    KnownOperator,
    /// Nobody can sign in to the account with this address.
    AccountPaused,
    /// Nobody else who can sign in could undo it.
    LastAdmin,
}

impl DecisionProblem {
    /// Whether it is about the reason, and stands beside it.
    pub const fn is_of_reason(self) -> bool {
        matches!(self, Self::ReasonMissing | Self::ReasonTooLong)
    }
}

/// What is wrong with a form, by the field that it stands beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormProblem {
    NameMissing,
    NameTooLong,
    EmailInvalid,
    EmailTaken,
    PasswordTooShort,
    PasswordTooLong,
    PasswordTooCommon,
    /// The address and the password do not belong together; says nothing about which is wrong.
    WrongCredentials,
    /// Too many attempts; try again in this many seconds.
    TooManyAttempts {
        retry_after_s: u32,
    },
    /// The password is right, and the account is paused.
    AccountPaused,
    /// An operator with a passkey does not sign in by her password alone.
    PasskeyNeeded,
    /// The server is too busy to check passwords at the moment.
    Busy,
    /// A one-time link that is used, too old, or was never given.
    LinkExpired,
    /// Not the present password of who is signed in.
    PasswordWrong,
    /// Neither a code of the telephone that was not used yet, nor a recovery code.
    CodeWrong,
    /// The password, or a new secret, has waited too long for its code.
    SecondStepOver,
    /// The box that says that she knows what she does is empty.
    NotSure,
    /// No passkey that we know, or not used as it has to be; says nothing about which.
    PasskeyUnknown,
    /// What the browser has made is no passkey for us.
    PasskeyRefused,
    /// It is somebody's already.
    PasskeyKnown,
    TooManyPasskeys,
    ReasonMissing,
    ReasonTooLong,
    /// She whom it is about does not allow it, or not any more.
    NotAllowed,
}

impl FormProblem {
    /// The input that it stands beside; none for one of the whole form.
    pub const fn field(self) -> Option<&'static str> {
        match self {
            Self::NameMissing | Self::NameTooLong => Some("name"),
            Self::EmailInvalid | Self::EmailTaken => Some("email"),
            Self::PasswordTooShort | Self::PasswordTooLong | Self::PasswordTooCommon => Some("password"),
            Self::PasswordWrong => Some("current"),
            Self::CodeWrong => Some("code"),
            Self::NotSure => Some("sure"),
            Self::ReasonMissing | Self::ReasonTooLong => Some("reason"),
            Self::WrongCredentials
            | Self::TooManyAttempts { .. }
            | Self::AccountPaused
            | Self::PasskeyNeeded
            | Self::Busy
            | Self::LinkExpired
            | Self::SecondStepOver
            | Self::PasskeyUnknown
            | Self::PasskeyRefused
            | Self::PasskeyKnown
            | Self::TooManyPasskeys
            | Self::NotAllowed => None,
        }
    }
}

/// What an error page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// 404: no such page, or not for this viewer.
    NotFound,
    /// 403: a form of another site.
    Forbidden,
    /// 413: more than is read of a request.
    TooLarge,
    /// 429: slow down.
    TooMany,
    /// 403: an operator has to set up a second factor before she sees the console.
    SecondFactor,
    /// 503: something on our side does not work at the moment.
    Unavailable,
}

impl ErrorKind {
    pub const fn status(self) -> http::StatusCode {
        match self {
            Self::NotFound => http::StatusCode::NOT_FOUND,
            Self::Forbidden | Self::SecondFactor => http::StatusCode::FORBIDDEN,
            Self::TooLarge => http::StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany => http::StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => http::StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
