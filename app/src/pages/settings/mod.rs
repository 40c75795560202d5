//! What people decide for themselves: language and looks, which accounts are linked, how they sign in, and what becomes of
//! their data.

pub mod accounts;
pub mod alerts;
pub mod devices;
pub mod erase;
pub mod looks;
pub mod passkey;
pub mod passkeys;
pub mod password;
pub mod profile;
pub mod rule;
pub mod rule_form;
pub mod sessions;
pub mod support;
pub mod two_step;

pub use accounts::Accounts;
pub use alerts::AlertsPage;
pub use erase::Erase;
pub use looks::Looks;
pub use passkey::PasskeyPage;
pub use passkeys::PasskeysPage;
pub use password::ChangePassword;
pub use profile::Settings;
pub use rule::RulePage;
pub use sessions::Sessions;
pub use support::SupportPage;
pub use two_step::TwoStepPage;

use crate::ui::icon::{Icon, shape};
use leptos::prelude::*;

/// The way back from one of the pages below.
#[component]
fn Back(word: &'static str) -> impl IntoView {
    view! { <a class="back" href="/settings"><Icon shape=shape::LEFT/>{word}</a> }
}
