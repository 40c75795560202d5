//! `POST /settings/erase`: the end of an account, with a receipt; and the task that removes what is left.

use super::answer::{Stop, go_to};
use super::form::Form;
use super::proof;
use crate::clock::SharedClock;
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::http::pages::PageRequest;
use crate::lifecycle::repeat;
use crate::nodes::Duty;
use crate::randomness;
use crate::secret::Secret;
use crate::services::Services;
use crate::store::{NewErasure, Store, StoreError};
use crate::vault::Vault;
use app::page::{FormProblem, RefusedForm};
use axum::extract::State;
use axum::response::Response;
use domain::viewer::Viewer;
use http::{HeaderName, HeaderValue};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
/// Letters and digits that nobody takes for each other.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Rows of each kind in one transaction.
const BITE: i64 = 500;
/// People who are being removed in one step.
const AT_ONCE: i64 = 8;
/// Without a wake-up, the store is looked at this often.
const POLL: Duration = Duration::from_secs(5);

pub(super) async fn erase(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    page: PageRequest,
    form: Form,
) -> Response {
    match begin(&services, &session.viewer, &form).await {
        Ok(number) => {
            // The session has ended already; without this the browser keeps a cookie that opens nothing.
            let cookie = services.sessions.end(&page.headers).await.ok();
            let mut response = go_to(&format!("/erased/{number}"), cookie);
            response.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\""));
            response
        }
        Err(stop) => stop.answer(&services, page, RefusedForm::default()).await,
    }
}

async fn begin(services: &Services, viewer: &Viewer, form: &Form) -> Result<String, Stop> {
    let user = proof::password(services, viewer, &Secret::new(form.get("current"))).await?;
    if form.get("sure") != "yes" {
        return Err(FormProblem::NotSure.into());
    }
    proof::code(services, &user, form.get("code")).await?;
    let number = number();
    let vault = services.vault.clone();
    let erasure = NewErasure {
        number: number.clone(),
        key_owner: Vault::user_owner(&user.id),
        user_id: user.id.clone(),
        at: services.clock.now(),
    };
    if !services.store.begin_erasure(erasure, move |card| vault.card_mac(card)).await? {
        return Err(Stop::Error(HttpError::NotFound));
    }
    // What this process still holds of it.
    services.vault.destroy_user_key(&user.id).await?;
    services.erasures.notify_one();
    tracing::info!(receipt = number, "a user has had herself erased");
    Ok(number)
}

/// Of a receipt: seventy-five random bits, so that nobody comes upon another's.
fn number() -> String {
    let letters: Vec<String> = randomness::bytes::<15>()
        .chunks(5)
        .map(|group| group.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
        .collect();
    format!("E-{}", letters.join("-"))
}

/// Removes what is left of people who have gone.
pub struct Eraser {
    pub store: Store,
    pub vault: Vault,
    pub clock: SharedClock,
    pub wake: Arc<Notify>,
    pub duty: Duty,
}

impl Eraser {
    /// Runs until the shutdown; a batch that has begun is finished.
    pub async fn run(self, shutdown: CancellationToken) {
        repeat("the eraser", &self.wake, POLL, shutdown, || self.step()).await;
    }

    /// One batch for each of some people, and how many people those were.
    pub async fn step(&self) -> Result<usize, StoreError> {
        if !self.duty.is_ours().await? {
            return Ok(0);
        }
        let under_way = self.store.erasures_under_way(AT_ONCE).await?;
        for (number, user) in &under_way {
            if self.store.erase_some(number, user, BITE).await? == 0 {
                self.store.finish_erasure(number, user, &Vault::user_owner(user), self.clock.now()).await?;
                self.vault.forget_user_key(user);
                tracing::info!(receipt = number, "all of a user who has gone is removed");
            }
        }
        Ok(under_way.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_easy_to_read_out_and_hard_to_guess() {
        let numbers: std::collections::BTreeSet<String> = (0..1_000).map(|_| number()).collect();
        assert_eq!(numbers.len(), 1_000);
        for number in numbers {
            assert_eq!(number.len(), "E-XXXXX-XXXXX-XXXXX".len());
            assert!(!number.contains(['0', 'O', '1', 'I']), "{number}");
        }
    }
}
