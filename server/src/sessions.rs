//! Who is signed in. A browser holds 256 random bits; the database holds their SHA-256, so reading it signs nobody in.

use crate::accounts::device;
use crate::clock::{Moment, SharedClock};
use crate::randomness;
use crate::store::{Result, SessionOf, SessionRecord, Store, UserRecord};
use domain::ids::UserId;
use domain::live::Seq;
use domain::viewer::{Role, Viewer};
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use sha2::{Digest as _, Sha256};
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);
/// Characters of an id: 256 bits in base64 without padding.
const ID_LENGTH: usize = 43;
/// Of a person's sessions; nobody has more browsers.
const MOST_SHOWN: i64 = 100;

/// How long a session lives without being used.
pub const fn idle_limit(role: Role) -> Duration {
    match role {
        Role::User => Duration::from_mins(15),
        Role::Viewer | Role::Operator | Role::Admin => Duration::from_mins(10),
    }
}

/// How long a session lives at all.
pub const fn absolute_limit(role: Role) -> Duration {
    match role {
        Role::User => Duration::from_hours(12),
        Role::Viewer | Role::Operator | Role::Admin => Duration::from_hours(8),
    }
}

/// Name of a session in the database: SHA-256 of its id, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionKey(String);

impl SessionKey {
    fn of(id: &str) -> Self {
        Self(fingerprint(id))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// SHA-256 of a one-time secret, as the store keeps it.
pub fn fingerprint(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// A session that is alive, as a request carries it.
#[derive(Debug, Clone)]
pub struct CurrentSession {
    pub key: SessionKey,
    pub viewer: Viewer,
    /// Alerts that she has not seen.
    pub unread: i64,
    /// Where her feed stood then.
    pub feed: Seq,
    /// She has a passkey, or gives a code beside her password; known of operators only.
    pub second_factor: bool,
    /// Last use as stored; it is brought up to date at most once a minute.
    seen_at: Moment,
}

#[derive(Clone)]
pub struct Sessions {
    store: Store,
    clock: SharedClock,
    https: bool,
}

impl Sessions {
    pub fn new(store: Store, clock: SharedClock, https: bool) -> Self {
        Self { store, clock, https }
    }

    /// `__Host-` binds the cookie to this host and to https; without https browsers would refuse the name.
    fn cookie_name(&self) -> &'static str {
        if self.https { "__Host-session" } else { "session" }
    }

    /// The session that a request names, if it is alive.
    pub async fn find(&self, headers: &HeaderMap) -> Result<Option<CurrentSession>> {
        match self.key_in(headers) {
            Some(key) => self.check(&key).await,
            None => Ok(None),
        }
    }

    /// Whether a session is alive, without counting as its use. Streams ask this while they run.
    pub async fn check(&self, key: &SessionKey) -> Result<Option<CurrentSession>> {
        let Some(record) = self.store.session(key.as_str()).await? else { return Ok(None) };
        if !is_alive(&record, self.clock.now()) {
            return Ok(None);
        }
        let SessionRecord { user, seen_at, unread, feed, second_factor, .. } = record;
        Ok(Some(CurrentSession { key: key.clone(), viewer: viewer_of(user), unread, feed, second_factor, seen_at }))
    }

    /// Whether the stored time of last use should be brought up to date.
    pub fn is_stale(&self, session: &CurrentSession) -> bool {
        self.clock.now() >= session.seen_at.plus(MINUTE)
    }

    pub async fn touch(&self, session: &CurrentSession) -> Result<()> {
        self.store.touch_session(session.key.as_str(), self.clock.now()).await
    }

    /// Signs a person in: a new id, whatever the browser sent, and the end of the session that it named. The answer is
    /// the cookie.
    pub async fn begin(&self, user: &UserId, role: Role, headers: &HeaderMap) -> Result<HeaderValue> {
        let id = randomness::secret();
        let now = self.clock.now();
        let lifetime = absolute_limit(role);
        let device = device::of(headers);
        self.store.create_session(SessionKey::of(&id).as_str(), user, &device, now, now.plus(lifetime)).await?;
        if let Some(old) = self.key_in(headers) {
            self.store.end_session(old.as_str()).await?;
        }
        Ok(self.cookie(self.cookie_name(), &id, lifetime))
    }

    /// A person's sessions that are alive, the last used first.
    pub async fn of_user(&self, viewer: &Viewer) -> Result<Vec<SessionOf>> {
        let now = self.clock.now();
        let sessions = self.store.sessions_of(&viewer.user_id, MOST_SHOWN).await?;
        Ok(sessions.into_iter().filter(|session| is_in_time(session, viewer.role, now)).collect())
    }

    /// The cookie of somebody who still owes a code, and its name in the database.
    pub fn half(&self, lifetime: Duration) -> (HeaderValue, String) {
        let id = randomness::secret();
        (self.cookie(self.half_name(), &id, lifetime), fingerprint(&id))
    }

    /// The name in the database of the cookie of somebody who owes a code.
    pub fn half_in(&self, headers: &HeaderMap) -> Option<String> {
        Self::id_in(headers, self.half_name()).map(fingerprint)
    }

    /// Takes that cookie away.
    pub fn no_half(&self) -> HeaderValue {
        self.cookie(self.half_name(), "", Duration::ZERO)
    }

    fn half_name(&self) -> &'static str {
        if self.https { "__Host-sign-in" } else { "sign-in" }
    }

    /// The browser that wants to sign in by a passkey: a cookie that keeps its name or gives it one, and the name itself. It
    /// ties a challenge to the browser that asked for it.
    pub fn asking(&self, headers: &HeaderMap, lifetime: Duration) -> (HeaderValue, String) {
        let id = Self::id_in(headers, self.asking_name()).map_or_else(randomness::secret, str::to_owned);
        (self.cookie(self.asking_name(), &id, lifetime), fingerprint(&id))
    }

    /// The name of the browser that has asked.
    pub fn asking_in(&self, headers: &HeaderMap) -> Option<String> {
        Self::id_in(headers, self.asking_name()).map(fingerprint)
    }

    fn asking_name(&self) -> &'static str {
        if self.https { "__Host-passkey" } else { "passkey" }
    }

    /// Signs out, here and in the database. The answer is the cookie's removal.
    pub async fn end(&self, headers: &HeaderMap) -> Result<HeaderValue> {
        if let Some(key) = self.key_in(headers) {
            self.store.end_session(key.as_str()).await?;
        }
        Ok(self.cookie(self.cookie_name(), "", Duration::ZERO))
    }

    /// Removes sessions that are over, as many as `limit`; the number removed.
    pub async fn remove_expired(&self, limit: i64) -> Result<u64> {
        let now = self.clock.now();
        self.store.remove_expired_sessions(now, now.minus(idle_limit(Role::User)), limit).await
    }

    /// Two cookies of our name are a trick of somebody: neither counts.
    fn id_in<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
        let mut ids = cookies(headers).filter(|(key, _)| *key == name).map(|(_, value)| value);
        let id = ids.next()?;
        let plain = id.len() == ID_LENGTH && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        (plain && ids.next().is_none()).then_some(id)
    }

    fn key_in(&self, headers: &HeaderMap) -> Option<SessionKey> {
        Self::id_in(headers, self.cookie_name()).map(SessionKey::of)
    }

    fn cookie(&self, name: &str, id: &str, lifetime: Duration) -> HeaderValue {
        let secure = if self.https { "; Secure" } else { "" };
        let age = lifetime.as_secs();
        let text = format!("{name}={id}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
        // The id is base64, so there is nothing in it that a header could not hold.
        HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// Name and value of every cookie of a request. What cannot be read is left out.
pub fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(';')).filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((name.trim(), value.trim()))
    })
}

/// A session that is past its time, or was not used for long, waits to be removed.
fn is_in_time(session: &SessionOf, role: Role, now: Moment) -> bool {
    now < session.expires_at
        && now < session.created_at.plus(absolute_limit(role))
        && now < session.seen_at.plus(idle_limit(role))
}

/// The limits are asked of her role as it is now, so that a person who became an operator has an operator's.
fn is_alive(session: &SessionRecord, now: Moment) -> bool {
    let role = session.user.role;
    session.user.disabled_at.is_none()
        && now < session.expires_at
        && now < session.created_at.plus(absolute_limit(role))
        && now < session.seen_at.plus(idle_limit(role))
}

pub fn viewer_of(user: UserRecord) -> Viewer {
    Viewer { user_id: user.id, name: user.name, email: user.email, role: user.role }
}
