//! Pages that were made a moment ago, for who comes back to them.
//!
//! People read their payments one by one: from the list to a payment, back to the list, on to the next. Browsers may keep nothing of
//! ours, so they ask for the list each time. While everything that it is made of is the same it is made once a minute
//! (docs/adr/0016-a-page-for-a-minute.md).

use crate::clock::Moment;
use app::page::{Assets, PageContext, Theme};
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use domain::ids::UserId;
use domain::lang::Lang;
use domain::live::Seq;
use domain::viewer::Viewer;
use http::{HeaderMap, StatusCode};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The page that people come back to, with nothing asked of it.
const PATH: &str = "/dashboard";
/// Bytes of all of them together: a hundred pages of fifty payments.
const MOST_BYTES: usize = 8 * 1024 * 1024;
const MINUTE_US: i64 = 60_000_000;

/// Everything that a page is made of, or what moves with it. As long as this is the same, so is the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MadeOf {
    viewer: Viewer,
    unread: i64,
    /// Moves with every change of what the viewer can see.
    feed: Seq,
    lang: Lang,
    theme: Theme,
    privacy: bool,
    assets: Assets,
    /// The clock, as far as a page tells it: minutes, and with them the day.
    minute: i64,
}

impl MadeOf {
    /// None for a page that is not kept.
    pub(super) fn of(page: &PageContext, now: Moment) -> Option<Self> {
        // All of it by name: who adds to what pages are made of decides here whether they can be kept.
        let PageContext {
            viewer,
            unread,
            feed,
            lang,
            theme,
            privacy,
            nonce: _,
            path,
            query,
            form: None,
            writing: None,
            codes: None,
            rule: None,
            decision: None,
            one_time: None,
            seen: None,
            error: None,
            assets,
        } = page
        else {
            return None;
        };
        let plain = path == PATH && query.is_empty();
        Some(Self {
            viewer: viewer.clone().filter(|_| plain)?,
            unread: *unread,
            feed: (*feed)?,
            lang: *lang,
            theme: *theme,
            privacy: *privacy,
            assets: assets.clone(),
            minute: now.0.div_euclid(MINUTE_US),
        })
    }
}

/// One page of each user, all of one minute.
#[derive(Default)]
pub struct KeptPages(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    minute: i64,
    by_user: HashMap<UserId, Arc<Page>>,
    bytes: usize,
}

struct Page {
    made_of: MadeOf,
    headers: HeaderMap,
    /// What stands before, between and after its nonces.
    pieces: Vec<String>,
}

impl Page {
    fn bytes(&self) -> usize {
        self.pieces.iter().map(String::len).sum()
    }
}

impl KeptPages {
    /// The page that was made of the very same, with another nonce.
    pub(super) fn find(&self, made_of: &MadeOf, nonce: &str) -> Option<Response> {
        let page = self.pages().by_user.get(&made_of.viewer.user_id).filter(|page| page.made_of == *made_of)?.clone();
        let mut response = Response::new(Body::from(page.pieces.join(nonce)));
        response.headers_mut().clone_from(&page.headers);
        Some(response)
    }

    /// Keeps a page, unless something went wrong with it.
    pub(super) fn keep(&self, made_of: MadeOf, nonce: &str, page: &Response<Bytes>) {
        let Ok(body) = std::str::from_utf8(page.body()) else { return };
        if page.status() != StatusCode::OK || nonce.is_empty() {
            return;
        }
        let pieces = body.split(nonce).map(ToOwned::to_owned).collect();
        let page = Page { made_of, headers: page.headers().clone(), pieces };
        self.pages().put(page);
    }

    /// Her feed has moved, or a session of hers has ended: nothing of hers stays here.
    pub fn forget(&self, user: &UserId) {
        self.pages().remove(user);
    }

    /// Whether anything of hers is here.
    pub fn holds(&self, user: &UserId) -> bool {
        self.pages().by_user.contains_key(user)
    }

    /// Lets go of what was made in another minute.
    pub fn forget_old(&self, now: Moment) {
        self.pages().turn_to(now.0.div_euclid(MINUTE_US));
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pages {
    fn turn_to(&mut self, minute: i64) {
        if minute != self.minute {
            *self = Self { minute, ..Self::default() };
        }
    }

    fn put(&mut self, page: Page) {
        if page.made_of.minute < self.minute || page.bytes() > MOST_BYTES {
            return;
        }
        self.turn_to(page.made_of.minute);
        let user = page.made_of.viewer.user_id.clone();
        self.remove(&user);
        if self.bytes + page.bytes() > MOST_BYTES {
            // Making pages again costs less than remembering who came last.
            *self = Self { minute: self.minute, ..Self::default() };
        }
        self.bytes += page.bytes();
        self.by_user.insert(user, Arc::new(page));
    }

    fn remove(&mut self, user: &UserId) {
        if let Some(page) = self.by_user.remove(user) {
            self.bytes -= page.bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::viewer::Role;

    const NOW: Moment = Moment(1_795_705_000_000_000);

    fn made_of(user: u32) -> MadeOf {
        let user_id = UserId::parse(format!("{user:032x}")).unwrap();
        MadeOf {
            viewer: Viewer { user_id, name: "Alice".into(), email: "alice@example.test".into(), role: Role::User },
            unread: 0,
            feed: Seq(7),
            lang: Lang::Fr,
            theme: Theme::System,
            privacy: false,
            assets: Assets::default(),
            minute: NOW.0 / MINUTE_US,
        }
    }

    fn page(body: &str) -> Response<Bytes> {
        Response::new(Bytes::from(body.to_owned()))
    }

    /// How many pages, and their bytes.
    fn held(kept: &KeptPages) -> (usize, usize) {
        let pages = kept.pages();
        (pages.by_user.len(), pages.bytes)
    }

    async fn found(kept: &KeptPages, made_of: &MadeOf, nonce: &str) -> Option<String> {
        let body = kept.find(made_of, nonce)?.into_body();
        Some(String::from_utf8(axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_kept_page_gets_the_nonce_of_each_answer() {
        let kept = KeptPages::default();
        kept.keep(made_of(1), "NONCE", &page("<script nonce=\"NONCE\">é</script><script nonce=\"NONCE\">"));
        for nonce in ["one", "two"] {
            let expected = format!("<script nonce=\"{nonce}\">é</script><script nonce=\"{nonce}\">");
            assert_eq!(found(&kept, &made_of(1), nonce).await, Some(expected));
        }
    }

    #[tokio::test]
    async fn only_what_was_made_of_the_very_same_is_found() {
        let kept = KeptPages::default();
        kept.keep(made_of(1), "N", &page("page"));
        let of = made_of(1);
        let viewer = |change: fn(&mut Viewer)| {
            let mut viewer = of.viewer.clone();
            change(&mut viewer);
            viewer
        };
        for other in [
            made_of(2),
            MadeOf { viewer: viewer(|viewer| viewer.name = "Alicia".into()), ..of.clone() },
            MadeOf { viewer: viewer(|viewer| viewer.email = "a@example.test".into()), ..of.clone() },
            MadeOf { viewer: viewer(|viewer| viewer.role = Role::Admin), ..of.clone() },
            MadeOf { unread: 1, ..of.clone() },
            MadeOf { feed: Seq(8), ..of.clone() },
            MadeOf { feed: Seq(6), ..of.clone() },
            MadeOf { lang: Lang::En, ..of.clone() },
            MadeOf { theme: Theme::Dark, ..of.clone() },
            MadeOf { privacy: true, ..of.clone() },
            MadeOf { assets: Assets { css: "/pkg/new.css".into(), ..Assets::default() }, ..of.clone() },
            MadeOf { minute: of.minute + 1, ..of.clone() },
        ] {
            assert_eq!(found(&kept, &other, "N").await, None, "{other:?}");
        }
        assert!(found(&kept, &of, "N").await.is_some());
    }

    #[test]
    fn what_went_wrong_or_has_no_nonce_is_not_kept() {
        let kept = KeptPages::default();
        kept.keep(made_of(1), "", &page("anything"));
        let mut refused = page("N");
        *refused.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        kept.keep(made_of(1), "N", &refused);
        assert!(kept.pages().by_user.is_empty());
    }

    #[test]
    fn nothing_is_kept_longer_than_its_minute_nor_after_its_user() {
        let kept = KeptPages::default();
        let minute = NOW.0 / MINUTE_US;
        kept.keep(made_of(1), "N", &page("page"));
        kept.forget_old(NOW);
        kept.forget(&made_of(2).viewer.user_id);
        assert_eq!(held(&kept), (1, 4));
        kept.forget(&made_of(1).viewer.user_id);
        assert_eq!(held(&kept), (0, 0));

        kept.keep(made_of(1), "N", &page("page"));
        kept.keep(MadeOf { minute: minute + 1, ..made_of(2) }, "N", &page("page"));
        kept.keep(made_of(3), "N", &page("page"));
        assert!(kept.holds(&made_of(2).viewer.user_id));
        assert_eq!(held(&kept), (1, 4), "who was slow comes too late");
        // However the clock was set.
        for other in [minute + 2, minute - 2] {
            kept.forget_old(Moment(other * MINUTE_US));
            assert_eq!(held(&kept), (0, 0));
            kept.keep(MadeOf { minute: other, ..made_of(1) }, "N", &page("page"));
            assert_eq!(held(&kept), (1, 4));
        }
    }

    #[test]
    fn they_hold_no_more_memory_than_they_may() {
        let kept = KeptPages::default();
        let long = "x".repeat(MOST_BYTES / 4);
        for user in 0..40 {
            kept.keep(made_of(user), "N", &page(&long));
            kept.keep(made_of(user), "N", &page(&long));
            let pages = kept.pages();
            let held: usize = pages.by_user.values().map(|page| page.bytes()).sum();
            assert!(held == pages.bytes && held <= MOST_BYTES, "{held}");
        }
        kept.keep(made_of(1), "N", &page(&"x".repeat(MOST_BYTES + 1)));
        assert!(!kept.holds(&made_of(1).viewer.user_id));
    }
}
