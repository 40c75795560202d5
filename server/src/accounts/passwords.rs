//! Passwords: which are accepted, and how they are kept and checked. Argon2id takes 46 MiB and some tens of milliseconds
//! for each, so at most one per core is at work, a bounded number waits, and everybody else is asked to come back.

use super::common;
use crate::config::Limits;
use crate::lifecycle::Tasks;
use crate::randomness;
use crate::secret::Secret;
use app::page::FormProblem;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;

/// In characters, whatever they are.
const SHORTEST: usize = 8;
const LONGEST: usize = 128;

/// Whether a new password is good enough, as typed: spaces and signs of any script count. `owner` is what an attacker knows
/// of her: name and address.
pub fn judge(password: &str, owner: &[&str]) -> Result<(), FormProblem> {
    match password.chars().count() {
        ..SHORTEST => Err(FormProblem::PasswordTooShort),
        SHORTEST..=LONGEST if common::is_common(password, owner) => Err(FormProblem::PasswordTooCommon),
        SHORTEST..=LONGEST => Ok(()),
        _ => Err(FormProblem::PasswordTooLong),
    }
}

/// Why a password could not be hashed or checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many people are waiting already.
    #[error("the queue of passwords to check is full")]
    Busy,
    #[error("password hashing failed")]
    Failed,
}

/// What a check says of a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    Wrong,
    Right,
    /// Right, and this is its hash with today's parameters, to be kept instead of the old one.
    RightRehashed(Secret),
}

#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    params: Params,
    tasks: Tasks,
    at_work: Semaphore,
    /// At work or waiting.
    inside: AtomicUsize,
    most_inside: usize,
    /// What is checked where there is no such user, so that it takes as long.
    nobody: OnceLock<Option<Secret>>,
}

impl Passwords {
    pub fn new(limits: &Limits, tasks: Tasks) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self(Arc::new(Inner {
            params: Params::new(limits.password_memory_kib, 1, 1, None).unwrap_or_default(),
            tasks,
            at_work: Semaphore::new(cores),
            inside: AtomicUsize::new(0),
            most_inside: cores + limits.password_queue,
            nobody: OnceLock::new(),
        }))
    }

    pub async fn hash(&self, password: &Secret) -> Result<Secret, PasswordError> {
        let password = password.clone();
        self.work(move |inner| hash(&inner.params, &password)).await
    }

    /// Checks a password against the hash of a user; without one, against a hash that nothing fits, in the same time.
    pub async fn check(&self, password: &Secret, hash: Option<&Secret>) -> Result<Checked, PasswordError> {
        // Nobody has such a password, and hashing it would be work for nothing.
        if password.expose().chars().count() > LONGEST {
            return Ok(Checked::Wrong);
        }
        let (password, known) = (password.clone(), hash.cloned());
        self.work(move |inner| check(inner, &password, known.as_ref())).await
    }

    /// Runs on a thread of its own, when it is this password's turn. Should the person go away, the work goes on and keeps
    /// its place, so that the bound holds.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let place = Place::take(self.0.clone()).ok_or(PasswordError::Busy)?;
        let tasks = self.0.tasks.clone();
        let waiting = self.0.tasks.spawn(async move {
            let inner = place.0.clone();
            let _turn = inner.at_work.acquire().await.map_err(|_| PasswordError::Failed)?;
            let result = tasks.spawn_blocking(move || work(&place.0)).await;
            result.map_err(|_| PasswordError::Failed)?
        });
        waiting.await.map_err(|_| PasswordError::Failed)?
    }
}

/// A place among those at work or waiting; given back when dropped.
struct Place(Arc<Inner>);

impl Place {
    fn take(inner: Arc<Inner>) -> Option<Self> {
        let place = Self(inner);
        let before = place.0.inside.fetch_add(1, Ordering::SeqCst);
        (before < place.0.most_inside).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::SeqCst);
    }
}

fn argon2(params: &Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
}

fn hash(params: &Params, password: &Secret) -> Result<Secret, PasswordError> {
    let salt = randomness::bytes::<16>();
    let hash = argon2(params).hash_password_with_salt(password.expose().as_bytes(), &salt);
    hash.map(|hash| Secret::new(hash.to_string())).map_err(|error| {
        tracing::error!(%error, "a password could not be hashed");
        PasswordError::Failed
    })
}

fn check(inner: &Inner, password: &Secret, known: Option<&Secret>) -> Result<Checked, PasswordError> {
    let nobody = || inner.nobody.get_or_init(|| hash(&inner.params, &Secret::new(randomness::secret())).ok());
    let text = known.or_else(|| nobody().as_ref()).ok_or(PasswordError::Failed)?;
    let parsed = PasswordHash::new(text.expose()).map_err(|error| {
        tracing::error!(%error, "a stored password hash cannot be read");
        PasswordError::Failed
    })?;
    let right = argon2(&inner.params).verify_password(password.expose().as_bytes(), &parsed).is_ok();
    match known {
        Some(_) if right && is_old(&parsed, &inner.params) => hash(&inner.params, password).map(Checked::RightRehashed),
        Some(_) if right => Ok(Checked::Right),
        _ => Ok(Checked::Wrong),
    }
}

fn is_old(hash: &PasswordHash, params: &Params) -> bool {
    let same = |stored: Params| {
        (stored.m_cost(), stored.t_cost(), stored.p_cost()) == (params.m_cost(), params.t_cost(), params.p_cost())
    };
    !Params::try_from(hash).is_ok_and(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords(memory_kib: u32, queue: usize) -> Passwords {
        let limits = Limits { password_memory_kib: memory_kib, password_queue: queue, ..Limits::default() };
        Passwords::new(&limits, Tasks::default())
    }

    #[test]
    fn au_08_a_password_has_8_to_128_characters() {
        let judged = |count: usize| judge(&"tulipe-7 bleue! été ".chars().cycle().take(count).collect::<String>(), &[]);
        assert_eq!(judged(7), Err(FormProblem::PasswordTooShort));
        assert_eq!((judged(8), judged(64), judged(128)), (Ok(()), Ok(()), Ok(())));
        assert_eq!(judged(129), Err(FormProblem::PasswordTooLong));
    }

    #[tokio::test]
    async fn au_09_a_password_is_checked_as_typed() {
        let passwords = passwords(64, 64);
        for typed in [" leading and trailing ", "nul\0inside it", "🧄🧄🧄🧄 ail!", "cafe\u{301} noir 9"] {
            let hash = passwords.hash(&Secret::new(typed)).await.unwrap();
            assert!(hash.expose().starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{}", hash.expose());
            assert_eq!(passwords.check(&Secret::new(typed), Some(&hash)).await, Ok(Checked::Right), "{typed}");
            assert_eq!(
                passwords.check(&Secret::new(typed.trim_end()), Some(&hash)).await.unwrap() == Checked::Right,
                typed == typed.trim_end()
            );
        }
        assert_eq!(passwords.check(&Secret::new("anything"), None).await, Ok(Checked::Wrong));
    }

    #[tokio::test]
    async fn a_hash_with_old_parameters_is_replaced() {
        let old = passwords(64, 64).hash(&Secret::new("tulipes bleues")).await.unwrap();
        let today = passwords(128, 64);
        let Ok(Checked::RightRehashed(new)) = today.check(&Secret::new("tulipes bleues"), Some(&old)).await else {
            panic!("an old hash should be replaced")
        };
        assert_eq!(today.check(&Secret::new("tulipes bleues"), Some(&new)).await, Ok(Checked::Right));
        assert_eq!(today.check(&Secret::new("tulipes rouges"), Some(&old)).await, Ok(Checked::Wrong));
    }

    #[tokio::test]
    async fn au_05_beyond_the_queue_people_are_sent_away() {
        let passwords = passwords(64 * 1024, 0);
        let password = Secret::new("tulipes bleues");
        let answers = futures::future::join_all((0..50).map(|_| passwords.hash(&password))).await;
        assert!(answers.iter().any(Result::is_ok));
        assert!(answers.contains(&Err(PasswordError::Busy)));
        assert!(passwords.hash(&password).await.is_ok(), "places are given back");
    }
}
