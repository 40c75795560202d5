//! What a mail says.

use crate::secret::Secret;
use serde::{Deserialize, Serialize};

/// What a mail is about, with what its words need. It is sealed while it waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Content {
    /// A link for choosing a new password, as somebody has asked for.
    ResetPassword {
        #[serde(with = "written")]
        secret: Secret,
    },
    PasswordChanged,
    TwoStepOn,
    TwoStepOff,
    PasskeyAdded,
    PasskeyRemoved,
    /// With her consent, an operator sees her pages as she does.
    SupportLooks,
    /// What a user's rules have told, in words of her language.
    Alerts {
        title: String,
        lines: Vec<String>,
        /// Ends the mails of these rules, for who has the link.
        stop: String,
    },
}

impl Content {
    /// As it stands beside the sealed content, for whoever looks after the outbox.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ResetPassword { .. } => "reset-password",
            Self::PasswordChanged => "password-changed",
            Self::TwoStepOn => "two-step-on",
            Self::TwoStepOff => "two-step-off",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
            Self::SupportLooks => "support-looks",
            Self::Alerts { .. } => "alerts",
        }
    }
}

/// A secret is written only where what is written is sealed at once.
mod written {
    use super::{Deserialize, Secret};
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
        String::deserialize(from).map(Secret::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_comes_back_as_it_was_written() {
        let secret = || Secret::new("s".repeat(43));
        for content in [
            Content::ResetPassword { secret: secret() },
            Content::PasswordChanged,
            Content::TwoStepOn,
            Content::TwoStepOff,
            Content::PasskeyAdded,
            Content::PasskeyRemoved,
            Content::SupportLooks,
            Content::Alerts {
                title: "1 alert".to_owned(),
                lines: vec!["Over €50.00".to_owned()],
                stop: "s70p".to_owned(),
            },
        ] {
            let text = serde_json::to_string(&content).unwrap();
            assert!(text.contains(content.kind()), "{text}");
            assert_eq!(serde_json::from_str::<Content>(&text).unwrap(), content);
        }
        let shown = format!("{:?}", Content::ResetPassword { secret: secret() });
        assert!(!shown.contains("sss"), "{shown}");
    }
}
