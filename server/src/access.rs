//! Who may do what, decided in one place.
//!
//! Users reach their own data only, because every query of the store names the viewer. What operators may do beyond that is
//! asked here. What is refused looks as if it did not exist.

use app::backend::BackendError;
use domain::viewer::{Role, Viewer};

/// What a person wants to do beyond looking at her own data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    SeeUsers,
    SeeDeliveries,
    SeeAlarms,
    /// See how the server is doing.
    SeeHealth,
    /// See how far attempts to link come, without whose they are.
    SeeFunnel,
    /// See that people pay, and how much; not where.
    SeePayments,
    /// See what other systems were told.
    SeeEvents,
    /// Tell them once more.
    SendEvents,
    /// Say that an alarm was seen to.
    EndAlarm,
    /// Handle a delivery again, let it in, put it aside.
    ReplayDelivery,
    /// See what operators have done.
    SeeActs,
    /// Stop the effects of notifications for a while.
    PauseDeliveries,
    SeeKeys,
    /// Make keys, and remove those under which nothing is any more.
    ChangeKeys,
    /// Decide who is an operator.
    ManageOperators,
}

impl Action {
    const fn least_role(self) -> Role {
        match self {
            Self::SeeUsers
            | Self::SeeDeliveries
            | Self::SeeAlarms
            | Self::SeeHealth
            | Self::SeeFunnel
            | Self::SeePayments
            | Self::SeeEvents
            | Self::SeeActs
            | Self::SeeKeys => Role::Viewer,
            Self::ReplayDelivery | Self::EndAlarm | Self::PauseDeliveries | Self::SendEvents => Role::Operator,
            Self::ManageOperators | Self::ChangeKeys => Role::Admin,
        }
    }
}

pub fn authorize(viewer: &Viewer, action: Action) -> Result<(), BackendError> {
    if viewer.role >= action.least_role() { Ok(()) } else { Err(BackendError::NotFound) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::UserId;

    #[test]
    fn each_role_may_do_what_is_its_own_and_no_more() {
        let allowed = |role| {
            let user_id = UserId::parse("0".repeat(32)).unwrap();
            let viewer = Viewer { user_id, name: "A".into(), email: "a@example.test".into(), role };
            [
                Action::SeeUsers,
                Action::SeeDeliveries,
                Action::ReplayDelivery,
                Action::PauseDeliveries,
                Action::ManageOperators,
                Action::SeeKeys,
                Action::ChangeKeys,
                Action::SeeHealth,
                Action::SeeFunnel,
                Action::SeePayments,
                Action::SeeEvents,
                Action::SendEvents,
            ]
            .map(|action| authorize(&viewer, action).is_ok())
        };
        assert_eq!(allowed(Role::User), [false; 12]);
        assert_eq!(
            allowed(Role::Viewer),
            [true, true, false, false, false, true, false, true, true, true, true, false]
        );
        assert_eq!(allowed(Role::Operator), [true, true, true, true, false, true, false, true, true, true, true, true]);
        assert_eq!(allowed(Role::Admin), [true; 12]);
    }
}
