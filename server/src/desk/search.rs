//! Looking for a text in what notifications say.
//!
//! They are sealed, so no index holds their words and the database cannot look. It is done here instead: arrivals that fit the other
//! filters are opened from the newest on, a few at a time, and each is let go of before the next. One answer opens so many and says how far
//! it has come; the next one goes on from there.

use super::owners::owners_of;
use crate::inbox;
use crate::services::Services;
use crate::store::{DeliveriesQuery, DeliveryFilter, DeliveryRecord, Look, StoreError};
use crate::vault::VaultError;
use crate::webhooks::{FoundText, Wanted};

/// Arrivals of one read, with their bodies.
const BATCH: i64 = 100;

/// What is looked for.
#[derive(Debug, Clone)]
pub(crate) struct TextQuery {
    pub(crate) filter: DeliveryFilter,
    pub(crate) wanted: Wanted,
    /// Older than this one.
    pub(crate) before: Option<i64>,
    /// How many are found at most, and how many opened.
    pub(crate) limit: usize,
    pub(crate) look: usize,
}

/// Who looks, as it is told to those whose notifications are found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Looker<'n> {
    pub(crate) id: &'n str,
    pub(crate) name: &'n str,
}

/// An arrival, and where the text stands in it.
pub(crate) struct Found {
    pub(crate) delivery: DeliveryRecord,
    pub(crate) text: FoundText,
}

/// What was found, newest first.
pub(crate) struct TextPage {
    pub(crate) found: Vec<Found>,
    /// The last one that was looked at, where there may be more behind it.
    pub(crate) looked_to: Option<DeliveryRecord>,
}

/// Looks, and notes for whom it was found before it is told.
pub(crate) async fn search(services: &Services, query: TextQuery, by: Looker<'_>) -> Result<TextPage, StoreError> {
    let mut page = TextPage { found: Vec::new(), looked_to: None };
    let (mut before, mut looked) = (query.before, 0);
    'looking: loop {
        let part = DeliveriesQuery { filter: query.filter.clone(), before, after: None, limit: BATCH };
        let rows = services.store.deliveries(&part).await?;
        if rows.is_empty() {
            page.looked_to = None;
            break;
        }
        for row in rows {
            before = Some(row.id);
            looked += 1;
            if let Some(text) = text_in(services, &row, &query.wanted).await? {
                page.found.push(Found { delivery: row.clone(), text });
            }
            page.looked_to = Some(DeliveryRecord { body: None, ..row });
            if page.found.len() >= query.limit || looked >= query.look {
                break 'looking;
            }
        }
    }
    page.found = told(services, page.found, by).await?;
    Ok(page)
}

/// One that cannot be opened holds up no other.
async fn text_in(
    services: &Services,
    delivery: &DeliveryRecord,
    wanted: &Wanted,
) -> Result<Option<FoundText>, StoreError> {
    match inbox::find_text(&services.vault, delivery, wanted).await {
        Ok(found) => Ok(found),
        Err(VaultError::Store(error)) => Err(error),
        Err(error) => {
            tracing::warn!(delivery.id, %error, "the body of a delivery cannot be searched");
            Ok(None)
        }
    }
}

/// Nobody looks without its being written down; what is of somebody who has gone is not told.
async fn told(services: &Services, found: Vec<Found>, by: Looker<'_>) -> Result<Vec<Found>, StoreError> {
    let (mut kept, mut looks) = (Vec::new(), Vec::new());
    for one in found {
        let Some(owners) = owners_of(services, &one.delivery).await? else { continue };
        looks.extend(owners.into_iter().map(|owner| (owner, Look::Delivery(one.delivery.id))));
        kept.push(one);
    }
    services.store.note_looks(&looks, by.id, by.name, services.clock.now()).await?;
    Ok(kept)
}
