//! Two-step sign-in: turning it on with a telephone, new recovery codes, and turning it off.
//!
//! A secret is made once the password was given, shown until a first code proves that the telephone has it, and never again.

pub(crate) mod drawing;
pub(crate) mod totp;

use super::answer::{Stop, go_to};
use super::form::Form;
use super::proof::{both, password, secret_of};
use crate::clock::Moment;
use crate::http::SignedIn;
use crate::http::pages::{self, PageRequest};
use crate::mail::{Content, Mail};
use crate::randomness;
use crate::secret::Secret;
use crate::services::Services;
use crate::store::NewMail;
use app::page::{FormProblem, RecoveryCodes, RefusedForm};
use axum::extract::State;
use axum::response::Response;
use domain::ids::UserId;
use std::time::Duration;
use totp::{TotpSecret, base32};

const PATH: &str = "/settings/two-step";
/// What sealed secrets are for.
pub(super) const PURPOSE: &str = "two-step";
/// A secret that is not proven in this time is not shown any more.
const PENDING: Duration = Duration::from_mins(15);
const CODES: usize = 10;

/// `POST /settings/two-step`
pub(super) async fn begin(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    page: PageRequest,
    form: Form,
) -> Response {
    let user = &session.viewer.user_id;
    let begun = async {
        password(&services, &session.viewer, &Secret::new(form.get("current"))).await?;
        let key = services.vault.user_key(user).await?;
        let sealed = key.seal(PURPOSE, user.as_str(), TotpSecret::generate().bytes());
        // Where it is on already, the page says so.
        services.store.begin_two_step(user, &sealed, services.clock.now()).await?;
        Ok(())
    };
    match begun.await {
        Ok(()) => go_to(PATH, []),
        Err(stop) => stopped(&services, page, stop).await,
    }
}

/// `POST /settings/two-step/confirm`
pub(super) async fn confirm(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    page: PageRequest,
    form: Form,
) -> Response {
    let user = &session.viewer.user_id;
    let confirmed = async {
        let key = throttled(&services, user).await?;
        let now = services.clock.now();
        let pending =
            services.store.two_step(user).await?.filter(|record| is_pending(record.created_at, record.active_at, now));
        let Some(record) = pending else { return Err(FormProblem::SecondStepOver.into()) };
        let secret = secret_of(&services, user, &record.secret).await?;
        let Some(step) = secret.step_of(form.get("code"), now) else {
            services.throttle.note_failure(&key).await?;
            return Err(FormProblem::CodeWrong.into());
        };
        services.throttle.note_success(&key).await?;
        let codes = fresh_codes();
        let mail = mail(&services, user, &page, Content::TwoStepOn).await?;
        if services.store.activate_two_step(step, &macs(&services, user, &codes), mail, now).await? {
            services.mailer.wake();
            Ok(codes)
        } else {
            Err(FormProblem::SecondStepOver.into())
        }
    };
    match confirmed.await {
        Ok(codes) => pages::recovery_codes(&services, page, shown(&codes)).await,
        Err(stop) => stopped(&services, page, stop).await,
    }
}

/// `POST /settings/two-step/codes`
pub(super) async fn renew(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    page: PageRequest,
    form: Form,
) -> Response {
    let user = &session.viewer.user_id;
    let renewed = async {
        both(&services, &session.viewer, &form).await?;
        let codes = fresh_codes();
        services.store.replace_recovery_codes(user, &macs(&services, user, &codes)).await?;
        Ok(codes)
    };
    match renewed.await {
        Ok(codes) => pages::recovery_codes(&services, page, shown(&codes)).await,
        Err(stop) => stopped(&services, page, stop).await,
    }
}

/// `POST /settings/two-step/off`
pub(super) async fn end(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    page: PageRequest,
    form: Form,
) -> Response {
    let user = &session.viewer.user_id;
    let ended = async {
        both(&services, &session.viewer, &form).await?;
        let mail = mail(&services, user, &page, Content::TwoStepOff).await?;
        if services.store.end_two_step(mail).await? {
            services.mailer.wake();
        }
        Ok(())
    };
    match ended.await {
        Ok(()) => go_to(PATH, []),
        Err(stop) => stopped(&services, page, stop).await,
    }
}

/// Whether a secret is shown, and can be proven.
pub(crate) fn is_pending(created_at: Moment, active_at: Option<Moment>, now: Moment) -> bool {
    active_at.is_none() && now < created_at.plus(PENDING)
}

/// The key of the throttle for a user's codes, unless she has to wait.
pub(super) async fn throttled(services: &Services, user: &UserId) -> Result<String, Stop> {
    // No address is like that.
    let key = format!("code:{user}");
    services.throttle.check_account(&key).await?;
    Ok(key)
}

/// Eighty bits each.
fn fresh_codes() -> Vec<Secret> {
    (0..CODES).map(|_| Secret::new(base32(&randomness::bytes::<10>()))).collect()
}

fn macs(services: &Services, user: &UserId, codes: &[Secret]) -> Vec<String> {
    codes.iter().map(|code| services.vault.recovery_mac(user, code)).collect()
}

/// In groups of four small letters, as people copy them.
fn shown(codes: &[Secret]) -> RecoveryCodes {
    let grouped = |code: &Secret| {
        let letters: Vec<char> = code.expose().to_lowercase().chars().collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    };
    RecoveryCodes(codes.iter().map(grouped).collect())
}

async fn mail(services: &Services, user: &UserId, page: &PageRequest, content: Content) -> Result<NewMail, Stop> {
    let mail = Mail { to: user.clone(), lang: page.lang(), content, good_until: None };
    Ok(services.mailer.seal(mail).await?)
}

/// The page again, wherever below it the form was posted to.
async fn stopped(services: &Services, page: PageRequest, stop: Stop) -> Response {
    stop.answer(services, page.at(PATH), RefusedForm::default()).await
}
