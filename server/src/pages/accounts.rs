//! A user's links, the bank's button, and invitations.

use super::{Pages, unavailable};
use crate::links::{link_view, link_views};
use crate::randomness;
use crate::sessions::fingerprint;
use crate::vault::REFERENCE_TIME;
use app::backend::{AccountBackend as _, BackendError, ConnectOffer, LinkList};
use domain::ids::{IntentId, LinkId};
use domain::link::LinkView;
use domain::viewer::Viewer;

impl Pages {
    pub(super) async fn read_links(&self, viewer: &Viewer) -> Result<LinkList, BackendError> {
        let store = &self.services.store;
        let (links, cards) = tokio::join!(store.links_of(&viewer.user_id), store.cards_of_user(&viewer.user_id));
        let (links, cards) = (links.map_err(unavailable)?, cards.map_err(unavailable)?);
        let silent = self.silent(&links, &cards).await.map_err(unavailable)?;
        Ok(LinkList { links: link_views(&links, &cards), silent })
    }

    pub(super) async fn read_link(&self, viewer: &Viewer, id: &LinkId) -> Result<LinkView, BackendError> {
        let store = &self.services.store;
        let link = store.link(id).await.map_err(unavailable)?;
        let hers = link.filter(|link| link.user_id == viewer.user_id && link.forgotten_at.is_none());
        let link = hers.ok_or(BackendError::NotFound)?;
        let cards = store.cards_of_link(&link.id).await.map_err(unavailable)?;
        Ok(link_view(&link, &cards))
    }

    /// Each showing of the button is an intent of its own, so that its reference can be used once.
    pub(super) async fn open_intent(&self, viewer: &Viewer) -> Result<ConnectOffer, BackendError> {
        let now = self.services.clock.now();
        let intent = IntentId::parse(randomness::id()).map_err(|_| BackendError::Unavailable)?;
        let custom_ref = self.services.confidential.seal_reference(&intent).ok_or(BackendError::Unavailable)?;
        let here = self.sessions(viewer).await?.into_iter().find(|session| session.this);
        let browser = here.map_or_else(|| "other".to_owned(), |session| session.browser);
        let (store, until) = (&self.services.store, now.plus(REFERENCE_TIME));
        let opened = store.add_intent(&intent, &viewer.user_id, now, until, self.lang, &browser).await;
        opened.map_err(unavailable)?;
        let config = &self.services.config;
        let script = format!("{}/{}/{}/client.js", config.bank.connect_url, config.partner.id, self.lang.code());
        Ok(ConnectOffer { custom_ref, script })
    }

    pub(super) async fn invited(&self, token: &str) -> Result<String, BackendError> {
        let user = self.services.store.set_up_user(&fingerprint(token), self.services.clock.now()).await;
        user.map_err(unavailable)?.map(|user| user.email).ok_or(BackendError::NotFound)
    }
}
