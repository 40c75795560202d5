//! `operator add`: works beside a running server, and before there is one.

use super::{AddOperator, CliError};
use crate::accounts::email::Email;
use crate::accounts::operators;
use crate::clock::{Clock as _, SystemClock};
use crate::config::{self, Places};
use crate::store::Store;
use std::io::Write as _;

pub(super) async fn add(add: &AddOperator, places: &Places) -> Result<(), CliError> {
    let email = Email::parse(&add.email).ok_or_else(|| CliError::Email(add.email.clone()))?;
    let public_url = config::public_url(&add.public_url, places)?;
    let store = Store::open(&config::database(&add.database)).await?;
    store.migrate().await?;
    let now = SystemClock.now();
    let invitation = operators::invite(&store, &public_url, &email, add.role.into(), now).await?;
    store.close().await;
    let mut out = std::io::stdout();
    if invitation.known_before {
        writeln!(out, "{} had an account; the role is changed, and sessions are ended.", email.as_typed())?;
    }
    writeln!(out, "This link works once, for 24 hours, for choosing a password:")?;
    writeln!(out, "{}", invitation.link)?;
    Ok(())
}
