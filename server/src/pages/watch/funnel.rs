//! How far attempts to link came.

use crate::access::{Action, authorize};
use crate::pages::{Pages, unavailable};
use app::backend::{BackendError, Funnel, FunnelDay, FunnelQuery, MOST_DAYS, USUAL_DAYS};
use domain::calendar::Day;
use domain::lang::Lang;
use domain::viewer::Viewer;

impl Pages {
    pub(in crate::pages) async fn read_funnel(
        &self,
        viewer: &Viewer,
        query: &FunnelQuery,
    ) -> Result<Funnel, BackendError> {
        authorize(viewer, Action::SeeFunnel)?;
        let today = Day::parse(&self.services.clock.now().bank_day()).ok_or(BackendError::Unavailable)?;
        let (first, last) = range(query, today);
        let (browser, lang) = (query.browser.unwrap_or_default(), query.lang.map_or("", Lang::code));
        let store = &self.services.store;
        let counts = store.funnel(&first.iso(), &last.iso(), browser, lang).await.map_err(unavailable)?;
        let mut days: Vec<FunnelDay> =
            (0..=last.number() - first.number()).map(|n| FunnelDay { day: first.plus(n), attempts: [0; 13] }).collect();
        for count in counts {
            let place = Day::parse(&count.day).and_then(|day| usize::try_from(day.number() - first.number()).ok());
            if let Some(day) = place.and_then(|place| days.get_mut(place)) {
                day.attempts[count.step.place()] = count.attempts;
            }
        }
        Ok(Funnel { days })
    }
}

/// The days that are shown: as many as is usual or was asked for, not more than the most, and none that is still to come.
fn range(query: &FunnelQuery, today: Day) -> (Day, Day) {
    let last = query.to.unwrap_or(today).min(today);
    let first = query.from.unwrap_or_else(|| last.plus(1 - USUAL_DAYS)).min(last);
    (first.max(last.plus(1 - MOST_DAYS)), last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(from: &str, to: &str) -> (String, String) {
        let query = FunnelQuery { from: Day::parse(from), to: Day::parse(to), ..FunnelQuery::default() };
        let (first, last) = range(&query, Day::parse("2026-11-23").unwrap());
        (first.iso(), last.iso())
    }

    #[test]
    fn a_range_ends_today_and_is_not_too_long() {
        let is = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(days("", ""), is("2026-10-25", "2026-11-23"));
        assert_eq!(days("2026-11-01", "2026-11-07"), is("2026-11-01", "2026-11-07"));
        assert_eq!(days("2026-01-01", "2027-01-01"), is("2026-08-24", "2026-11-23"));
        assert_eq!(days("2026-11-07", "2026-11-01"), is("2026-11-01", "2026-11-01"), "the wrong way round");
    }
}
