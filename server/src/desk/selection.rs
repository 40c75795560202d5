//! What operators select, as the store finds it, and back.

use crate::clock::Moment;
use crate::store::DeliveryFilter;
use app::backend::DeliveryQuery;

/// A day that is none does not restrict.
pub fn filter_of(query: &DeliveryQuery) -> DeliveryFilter {
    let day = |day: &Option<String>, read: fn(&str) -> Option<Moment>| day.as_deref().and_then(read);
    DeliveryFilter {
        id: None,
        verdict: query.verdict,
        event_name: query.event_name.clone(),
        // Stored in small letters.
        reference: query.reference.as_ref().map(|reference| reference.trim().to_lowercase()),
        peer: query.peer.as_ref().map(|peer| peer.trim().to_owned()),
        current_try: query.current_try,
        parked: false,
        open: false,
        since: day(&query.from, Moment::start_of_bank_day),
        until: day(&query.to, Moment::end_of_bank_day),
    }
}

pub fn query_of(filter: &DeliveryFilter) -> DeliveryQuery {
    DeliveryQuery {
        verdict: filter.verdict,
        event_name: filter.event_name.clone(),
        reference: filter.reference.clone(),
        peer: filter.peer.clone(),
        current_try: filter.current_try,
        from: filter.since.map(Moment::bank_day),
        // The day before the one that it ends at.
        to: filter.until.map(|until| Moment(until.0 - 1).bank_day()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::backend::Verdict;

    #[test]
    fn a_selection_comes_back_as_it_was() {
        let query = DeliveryQuery {
            verdict: Some(Verdict::Held),
            event_name: Some("token_created".into()),
            reference: Some("d5ec".into()),
            peer: Some("185.8.76.132".into()),
            current_try: Some(3),
            from: Some("2026-03-28".into()),
            to: Some("2026-03-29".into()),
        };
        assert_eq!(query_of(&filter_of(&query)), query);
        assert_eq!(query_of(&filter_of(&DeliveryQuery::default())), DeliveryQuery::default());
        let nonsense = DeliveryQuery { from: Some("yesterday".into()), ..DeliveryQuery::default() };
        assert_eq!(filter_of(&nonsense), DeliveryFilter::default());
    }
}
