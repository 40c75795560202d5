//! What a user's payments tell her: the month at a glance for the dashboard, and all of it on a page of its own.

use super::memory::Memory;
use super::{Pages, unavailable};
use crate::links::link_views;
use crate::store::{MOST_FOREIGN, MonthDetails, MonthQuery, StoreError};
use app::backend::{BackendError, Glance, Insights, InsightsQuery};
use domain::abroad::{self, Costs};
use domain::calendar::Day;
use domain::ids::{CardRef, UserId};
use domain::live::Seq;
use domain::month::Month;
use domain::recurring::{DAYS_LOOKED_AT, Recurring, recognise};
use domain::spending::{MerchantSum, Spending};
use domain::viewer::Viewer;
use std::sync::Arc;

/// Months that are known, a few hundred bytes to a few kilobytes each.
const MOST_MONTHS: usize = 8_192;
/// The same with what only their own page shows.
const MOST_PAGES: usize = 1_024;

type MonthKey = (UserId, Option<CardRef>, Month);
/// What comes again depends on the day that it is looked at.
type DayKey = (UserId, Option<CardRef>, Day);

/// What is known of users' payments.
pub struct Known {
    months: Memory<MonthKey, Arc<[Spending]>>,
    details: Memory<MonthKey, Arc<Details>>,
    recurring: Memory<DayKey, Arc<[Recurring]>>,
}

impl Default for Known {
    fn default() -> Self {
        Self { months: Memory::of(MOST_MONTHS), details: Memory::of(MOST_PAGES), recurring: Memory::of(MOST_PAGES) }
    }
}

/// What is shown of a month beside its sums.
struct Details {
    merchants: Vec<MerchantSum>,
    abroad: Vec<Costs>,
    /// There were more payments abroad than are added up.
    more_abroad: bool,
}

impl From<MonthDetails> for Details {
    fn from(read: MonthDetails) -> Self {
        let more_abroad = i64::try_from(read.abroad.len()).is_ok_and(|found| found >= MOST_FOREIGN);
        Self { merchants: read.merchants, abroad: abroad::add_up(read.abroad), more_abroad }
    }
}

impl Pages {
    /// The current month beside the one before, for a user whose feed is at this number.
    pub(super) async fn glance(&self, viewer: &Viewer, seq: Seq) -> Result<Glance, StoreError> {
        let (today, as_of) = self.today();
        let month = Month::of(today);
        let query = |month| MonthQuery { user_id: viewer.user_id.clone(), card: None, month };
        let spending = self.spending(&query(month), seq).await?;
        let before = self.spending(&query(month.previous()), seq).await?;
        Ok(Glance { today, as_of, spending, before })
    }

    pub(super) async fn read_insights(&self, viewer: &Viewer, query: &InsightsQuery) -> Result<Insights, BackendError> {
        self.insights(viewer, query).await.map_err(unavailable)
    }

    async fn insights(&self, viewer: &Viewer, query: &InsightsQuery) -> Result<Insights, StoreError> {
        let store = &self.services.store;
        let (today, as_of) = self.today();
        let current = Month::of(today);
        let month = query.month.filter(|month| *month < current).unwrap_or(current);
        let of = |month| MonthQuery { user_id: viewer.user_id.clone(), card: query.card.clone(), month };
        let seq = store.last_seq(&viewer.user_id).await?;
        let links = store.links_of(&viewer.user_id).await?;
        let cards = store.cards_of_user(&viewer.user_id).await?;
        let oldest = store.oldest_payment(&viewer.user_id, query.card.as_ref()).await?;
        let details = self.details(&of(month), seq).await?;
        let recurring = if month == current { self.recurring(&of(month), today, seq).await? } else { Arc::default() };
        Ok(Insights {
            month,
            today,
            as_of,
            first: oldest.and_then(|oldest| Day::parse(&oldest.bank_day())).map(Month::of),
            links: link_views(&links, &cards),
            spending: self.spending(&of(month), seq).await?,
            before: self.spending(&of(month.previous()), seq).await?,
            merchants: details.merchants.clone(),
            abroad: details.abroad.clone(),
            more_abroad: details.more_abroad,
            recurring,
        })
    }

    /// The day at the bank, and the moment.
    fn today(&self) -> (Day, String) {
        let now = self.services.clock.now().bank_text();
        (Day::parse(&now).unwrap_or(Day { year: 1970, month: 1, day: 1 }), now)
    }

    async fn spending(&self, query: &MonthQuery, seq: Seq) -> Result<Arc<[Spending]>, StoreError> {
        let known = &self.services.known.months;
        let key = (query.user_id.clone(), query.card.clone(), query.month);
        if let Some(spending) = known.get(&key, seq) {
            return Ok(spending);
        }
        let sums = self.services.store.month_sums(query).await?;
        let spending: Arc<[Spending]> = Spending::add_up(&sums.cells, query.month).into();
        known.put(key, sums.seq, Arc::clone(&spending));
        Ok(spending)
    }

    async fn details(&self, query: &MonthQuery, seq: Seq) -> Result<Arc<Details>, StoreError> {
        let known = &self.services.known.details;
        let key = (query.user_id.clone(), query.card.clone(), query.month);
        if let Some(details) = known.get(&key, seq) {
            return Ok(details);
        }
        let read = self.services.store.month_details(query).await?;
        let (at, details) = (read.seq, Arc::new(Details::from(read)));
        known.put(key, at, Arc::clone(&details));
        Ok(details)
    }

    async fn recurring(&self, query: &MonthQuery, today: Day, seq: Seq) -> Result<Arc<[Recurring]>, StoreError> {
        let known = &self.services.known.recurring;
        let key = (query.user_id.clone(), query.card.clone(), today);
        if let Some(recurring) = known.get(&key, seq) {
            return Ok(recurring);
        }
        let since = today.plus(-DAYS_LOOKED_AT);
        let read = self.services.store.payments_since(&query.user_id, query.card.as_ref(), since).await?;
        let recurring: Arc<[Recurring]> = recognise(&read.payments, today).into();
        known.put(key, read.seq, Arc::clone(&recurring));
        Ok(recurring)
    }
}
