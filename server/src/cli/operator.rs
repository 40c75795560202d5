//! `operator add`: works beside a running server, and before there is one.

use super::CliError;
use super::output::Output;
use crate::accounts::email::Email;
use crate::accounts::operators;
use crate::clock::{Clock as _, SystemClock};
use crate::config::settings::{DatabaseSettings, PublicUrlSettings};
use crate::config::{self, Places};
use crate::store::Store;
use clap::{Args, Subcommand, ValueEnum};
use domain::viewer::Role;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(super) enum OperatorCommand {
    /// Make an operator, or give a user another role; prints a link for choosing a password, usable once, for 24 hours
    Add(AddOperator),
}

#[derive(Debug, Args)]
pub(super) struct AddOperator {
    /// Her mail address
    email: String,
    #[arg(long, value_enum)]
    role: OperatorRole,
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    public_url: PublicUrlSettings,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum OperatorRole {
    /// May look
    Viewer,
    /// May also repair
    Operator,
    /// May also decide who is an operator
    Admin,
}

impl From<OperatorRole> for Role {
    fn from(role: OperatorRole) -> Self {
        match role {
            OperatorRole::Viewer => Self::Viewer,
            OperatorRole::Operator => Self::Operator,
            OperatorRole::Admin => Self::Admin,
        }
    }
}

pub(super) async fn add(add: &AddOperator, places: &Places, output: Output) -> Result<(), CliError> {
    let email = Email::parse(&add.email).ok_or_else(|| CliError::Email(add.email.clone()))?;
    let public_url = config::public_url(&add.public_url, places)?;
    let store = Store::open(&config::database(&add.database)).await?;
    store.migrate().await?;
    let now = SystemClock.now();
    let invitation = operators::invite(&store, &public_url, &email, add.role.into(), now).await?;
    store.close().await;
    let lines = || {
        let known = format!("{} had an account; the role is changed, and sessions are ended.\n", email.as_typed());
        let known = if invitation.known_before { known } else { String::new() };
        format!("{known}This link works once, for 24 hours, for choosing a password:\n{}", invitation.link)
    };
    output.tell(
        lines,
        || json!({ "email": email.as_typed(), "known_before": invitation.known_before, "link": invitation.link }),
    )
}
