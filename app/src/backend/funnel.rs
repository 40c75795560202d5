//! How far attempts to link came, as operators see it.

use domain::calendar::Day;
use domain::lang::Lang;

/// Most days that are shown at once, and how many are without a wish.
pub const MOST_DAYS: i32 = 92;
pub const USUAL_DAYS: i32 = 30;

/// Families of browsers that are told apart.
pub const BROWSERS: [&str; 6] = ["Chrome", "Edge", "Firefox", "Opera", "Safari", "other"];

/// What an attempt may come to. Eleven of these are events of the bank's script; the first and the last of the path are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunnelStep {
    /// The page with the bank's button was shown.
    Shown,
    Popup,
    LoginForm,
    SignedIn,
    Scope,
    TokenCreated,
    /// The token has reached us, by the browser or by a notification.
    Kept,
    LoginPressed,
    LoginFailed,
    Refused,
    Closed,
    Quit,
    Error,
}

impl FunnelStep {
    /// One after the other: who has come to a step has passed those before it, whatever was told.
    pub const PATH: [Self; 7] =
        [Self::Shown, Self::Popup, Self::LoginForm, Self::SignedIn, Self::Scope, Self::TokenCreated, Self::Kept];
    /// Beside the path: each by itself.
    pub const ASIDE: [Self; 6] =
        [Self::LoginPressed, Self::LoginFailed, Self::Refused, Self::Closed, Self::Quit, Self::Error];
    /// In an order that stays: a place here is a bit in the store.
    pub const ALL: [Self; 13] = [
        Self::Shown,
        Self::Popup,
        Self::LoginForm,
        Self::SignedIn,
        Self::Scope,
        Self::TokenCreated,
        Self::Kept,
        Self::LoginPressed,
        Self::LoginFailed,
        Self::Refused,
        Self::Closed,
        Self::Quit,
        Self::Error,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Popup => "popup",
            Self::LoginForm => "login-form",
            Self::SignedIn => "signed-in",
            Self::Scope => "scope",
            Self::TokenCreated => "token-created",
            Self::Kept => "kept",
            Self::LoginPressed => "login-pressed",
            Self::LoginFailed => "login-failed",
            Self::Refused => "refused",
            Self::Closed => "closed",
            Self::Quit => "quit",
            Self::Error => "error",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }

    /// The vendor's name; none for what only we know.
    pub const fn event(self) -> Option<&'static str> {
        match self {
            Self::Shown | Self::Kept => None,
            Self::Popup => Some("onDisplayPopup"),
            Self::LoginForm => Some("onDisplayLoginFormScreen"),
            Self::SignedIn => Some("onLoginSucceeded"),
            Self::Scope => Some("onDisplayScopeAcceptanceScreen"),
            Self::TokenCreated => Some("onTokenCreated"),
            Self::LoginPressed => Some("onClickLoginButton"),
            Self::LoginFailed => Some("onLoginFailed"),
            Self::Refused => Some("onClickRefuseButton"),
            Self::Closed => Some("onClosePopup"),
            Self::Quit => Some("onClickQuitButton"),
            Self::Error => Some("onError"),
        }
    }

    pub fn from_event(event: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.event() == Some(event))
    }

    /// Its place among all.
    pub const fn place(self) -> usize {
        self as usize
    }

    /// The bits of this step and of what comes before it.
    pub fn with_earlier(self) -> i64 {
        let bit = |step: Self| 1_i64 << step.place();
        match Self::PATH.iter().position(|step| *step == self) {
            Some(place) => Self::PATH[..=place].iter().map(|step| bit(*step)).sum(),
            None => bit(self),
        }
    }
}

/// Which attempts. An empty field does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FunnelQuery {
    /// First and last day on which they began.
    pub from: Option<Day>,
    pub to: Option<Day>,
    /// One of `BROWSERS`.
    pub browser: Option<&'static str>,
    pub lang: Option<Lang>,
}

/// One day: how many attempts that began on it came to each step, in the order of `FunnelStep::ALL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunnelDay {
    pub day: Day,
    pub attempts: [i64; 13],
}

impl FunnelDay {
    pub const fn came_to(&self, step: FunnelStep) -> i64 {
        self.attempts[step.place()]
    }
}

/// Every day of a range, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funnel {
    pub days: Vec<FunnelDay>,
}

impl Funnel {
    pub fn came_to(&self, step: FunnelStep) -> i64 {
        self.days.iter().map(|day| day.came_to(step)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_a_place_a_code_and_the_vendors_eleven_their_event() {
        for (place, step) in FunnelStep::ALL.into_iter().enumerate() {
            assert_eq!(step.place(), place);
            assert_eq!(FunnelStep::from_code(step.code()), Some(step));
            assert_eq!(step.event().and_then(FunnelStep::from_event), step.event().map(|_| step));
        }
        assert_eq!(FunnelStep::ALL.iter().filter_map(|step| step.event()).count(), 11);
        let apart: Vec<_> = FunnelStep::PATH.into_iter().chain(FunnelStep::ASIDE).collect();
        assert_eq!(apart, FunnelStep::ALL);
    }

    #[test]
    fn who_has_come_far_has_passed_what_is_before() {
        assert_eq!(FunnelStep::Shown.with_earlier(), 0b1);
        assert_eq!(FunnelStep::Scope.with_earlier(), 0b1_1111);
        assert_eq!(FunnelStep::Kept.with_earlier(), 0b111_1111);
        assert_eq!(FunnelStep::LoginPressed.with_earlier(), 0b1000_0000);
    }
}
