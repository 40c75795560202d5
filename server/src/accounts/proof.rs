//! Proving that it is still she, before what an open browser alone must not be enough for.

use super::answer::Stop;
use super::form::Form;
use super::passwords::Checked;
use super::two_step::totp::TotpSecret;
use super::two_step::{PURPOSE, throttled};
use crate::http::error::HttpError;
use crate::secret::Secret;
use crate::services::Services;
use crate::store::UserRecord;
use crate::vault::VaultError;
use app::page::FormProblem;
use domain::ids::UserId;
use domain::viewer::Viewer;

/// Characters of a recovery code, without what groups it.
const RECOVERY_CODE: usize = 16;

/// The person whose password this is, once more. Wrong ones count as those at sign-in.
pub(super) async fn password(services: &Services, viewer: &Viewer, password: &Secret) -> Result<UserRecord, Stop> {
    let Some(user) = services.store.user_by_id(&viewer.user_id).await? else {
        return Err(Stop::Error(HttpError::NotFound));
    };
    services.throttle.check_account(&user.email_key).await?;
    match services.passwords.check(password, user.password_hash.as_ref()).await? {
        Checked::Right | Checked::RightRehashed(_) => {
            services.throttle.note_success(&user.email_key).await?;
            Ok(user)
        }
        Checked::Wrong => {
            services.throttle.note_failure(&user.email_key).await?;
            Err(FormProblem::PasswordWrong.into())
        }
    }
}

/// Password and code of a form, for what turns the code off or makes new ones.
pub(crate) async fn both(services: &Services, viewer: &Viewer, form: &Form) -> Result<(), Stop> {
    let user = password(services, viewer, &Secret::new(form.get("current"))).await?;
    code(services, &user, form.get("code")).await
}

/// A code of her telephone, or a recovery code; nothing where she has no second step. Each code is good once.
pub(super) async fn code(services: &Services, user: &UserRecord, typed: &str) -> Result<(), Stop> {
    let Some(record) = services.store.two_step(&user.id).await?.filter(|record| record.active_at.is_some()) else {
        return Ok(());
    };
    let key = throttled(services, &user.id).await?;
    let letters: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    let right = if letters.len() == RECOVERY_CODE {
        let mac = services.vault.recovery_mac(&user.id, &Secret::new(letters.to_uppercase()));
        services.store.use_recovery_code(&user.id, &mac).await?
    } else {
        let secret = secret_of(services, &user.id, &record.secret).await?;
        match secret.step_of(typed, services.clock.now()) {
            Some(step) => services.store.use_code(&user.id, step).await?,
            None => false,
        }
    };
    if right {
        services.throttle.note_success(&key).await?;
        Ok(())
    } else {
        services.throttle.note_failure(&key).await?;
        Err(FormProblem::CodeWrong.into())
    }
}

/// What her codes are made of.
pub(crate) async fn secret_of(services: &Services, user: &UserId, sealed: &[u8]) -> Result<TotpSecret, VaultError> {
    let key = services.vault.user_key(user).await?;
    Ok(TotpSecret::from_bytes(key.open(PURPOSE, user.as_str(), sealed)?))
}
