//! Who is looking at a page.

use crate::ids::UserId;
use serde::{Deserialize, Serialize};

/// What a person may do. Each role may do what the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// An end user: her own data only.
    User,
    /// An operator who may look.
    Viewer,
    /// An operator who may also repair.
    Operator,
    /// An operator who may also decide who is one.
    Admin,
}

impl Role {
    pub const fn code(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::User, Self::Viewer, Self::Operator, Self::Admin].into_iter().find(|role| role.code() == code)
    }

    /// Whether the operator's console exists for this person.
    pub fn sees_console(self) -> bool {
        self >= Self::Viewer
    }
}

/// The signed-in person, as pages know her.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    pub user_id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
}
