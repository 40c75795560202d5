//! Who may do what, decided in one place.
//!
//! Users reach their own data only, because every query of the store names the viewer. What operators may do beyond that is
//! asked here. What is refused looks as if it did not exist. Which address is for which of these actions is said in
//! [`crate::http::access`].

use app::backend::BackendError;
use domain::viewer::{Role, Viewer};

/// What a person wants to do beyond looking at her own data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    SeeUsers,
    /// Note, mark, pause, forget a link, ask to link again.
    ChangeUsers,
    /// See a user's pages as she does, while she allows it.
    SeeAsUser,
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
    /// See who is an operator.
    SeeTeam,
    /// Decide who is an operator.
    ManageOperators,
}

impl Action {
    pub const ALL: [Self; 18] = [
        Self::SeeUsers,
        Self::ChangeUsers,
        Self::SeeAsUser,
        Self::SeeDeliveries,
        Self::SeeAlarms,
        Self::SeeHealth,
        Self::SeeFunnel,
        Self::SeePayments,
        Self::SeeEvents,
        Self::SendEvents,
        Self::EndAlarm,
        Self::ReplayDelivery,
        Self::SeeActs,
        Self::PauseDeliveries,
        Self::SeeKeys,
        Self::ChangeKeys,
        Self::SeeTeam,
        Self::ManageOperators,
    ];

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
            | Self::SeeKeys
            | Self::SeeTeam => Role::Viewer,
            Self::ChangeUsers
            | Self::SeeAsUser
            | Self::ReplayDelivery
            | Self::EndAlarm
            | Self::PauseDeliveries
            | Self::SendEvents => Role::Operator,
            Self::ManageOperators | Self::ChangeKeys => Role::Admin,
        }
    }
}

pub fn authorize(viewer: &Viewer, action: Action) -> Result<(), BackendError> {
    if may(viewer.role, action) { Ok(()) } else { Err(BackendError::NotFound) }
}

pub fn may(role: Role, action: Action) -> bool {
    role >= action.least_role()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::UserId;

    #[test]
    fn each_role_may_do_what_is_its_own_and_no_more() {
        let refused = |role| {
            let user_id = UserId::parse("0".repeat(32)).unwrap();
            let viewer = Viewer { user_id, name: "A".into(), email: "a@example.test".into(), role };
            let mut refused = Action::ALL.to_vec();
            refused.retain(|action| authorize(&viewer, *action).is_err());
            refused
        };
        let of_admins = [Action::ChangeKeys, Action::ManageOperators];
        let of_operators = [
            Action::ChangeUsers,
            Action::SeeAsUser,
            Action::EndAlarm,
            Action::ReplayDelivery,
            Action::PauseDeliveries,
            Action::SendEvents,
        ];
        assert_eq!(refused(Role::Admin), []);
        assert_eq!(refused(Role::Operator), of_admins);
        let to_viewers = refused(Role::Viewer);
        assert_eq!(to_viewers.len(), of_admins.len() + of_operators.len());
        assert!(of_admins.iter().chain(&of_operators).all(|action| to_viewers.contains(action)), "{to_viewers:?}");
        assert_eq!(refused(Role::User), Action::ALL);
    }
}
