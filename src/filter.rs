//! Filters of a list of payments, as they stand in an address: `?q=fnac&category=books&min=50`.

use crate::calendar::Day;
use crate::category::Category;
use crate::ids::CardRef;
use crate::money::{Currency, Money};
use crate::own::{clean_tag, same_tag};
use crate::transaction::{Transaction, TxStatus, TxType};
use serde::{Deserialize, Serialize};

/// Longest search text that is looked at, in characters.
pub const LONGEST_SEARCH: usize = 100;

/// Which payments to show. An empty field does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Filter {
    /// Found in merchant, description, town, note or tags, whatever the case.
    pub q: Option<String>,
    pub card: Option<CardRef>,
    pub category: Option<Category>,
    /// One of the owner's tags, whole, whatever the case.
    pub tag: Option<String>,
    /// First day, at the bank: `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Last day, included.
    pub to: Option<String>,
    /// Smallest size of the amount, whatever its sign, in minor units of a two-decimal currency.
    pub min: Option<i64>,
    /// Largest size of the amount.
    pub max: Option<i64>,
    pub kind: Option<TxType>,
    pub status: Option<TxStatus>,
}

impl Filter {
    /// Reads decoded name and value pairs of a query. Unknown names are left to others; a value that cannot be read is
    /// returned by name, so that the page can say which one it did not understand.
    pub fn from_query<'q>(pairs: impl IntoIterator<Item = (&'q str, &'q str)>) -> (Self, Vec<&'static str>) {
        let mut filter = Self::default();
        let mut refused = Vec::new();
        for (name, value) in pairs {
            let value = value.trim();
            if !value.is_empty()
                && let Some(Err(field)) = filter.set(name, value)
            {
                refused.push(field);
            }
        }
        (filter, refused)
    }

    fn set(&mut self, name: &str, value: &str) -> Option<Result<(), &'static str>> {
        fn put<T>(slot: &mut Option<T>, value: Option<T>, name: &'static str) -> Result<(), &'static str> {
            *slot = Some(value.ok_or(name)?);
            Ok(())
        }
        let day = |text: &str| Day::parse(text).filter(|_| text.len() == 10).map(Day::iso);
        Some(match name {
            "q" => put(&mut self.q, Some(value.chars().take(LONGEST_SEARCH).collect()), "q"),
            "card" => put(&mut self.card, CardRef::parse(value).ok(), "card"),
            "category" => put(&mut self.category, Category::from_code(value), "category"),
            "tag" => put(&mut self.tag, Some(tag(value)).filter(|tag| !tag.is_empty()), "tag"),
            "from" => put(&mut self.from, day(value), "from"),
            "to" => put(&mut self.to, day(value), "to"),
            "min" => put(&mut self.min, size(value), "min"),
            "max" => put(&mut self.max, size(value), "max"),
            "type" => {
                put(&mut self.kind, Some(TxType::from_code(value)).filter(|kind| *kind != TxType::Unknown), "type")
            }
            "status" => put(
                &mut self.status,
                Some(TxStatus::from_code(value)).filter(|status| *status != TxStatus::Unknown),
                "status",
            ),
            _ => return None,
        })
    }

    /// Name and value pairs that `from_query` reads back, not yet encoded.
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let decimal = |minor: i64| Money::new(minor, Currency::EUR).decimal();
        let pairs = [
            ("q", self.q.clone()),
            ("card", self.card.as_ref().map(ToString::to_string)),
            ("category", self.category.map(|category| category.code().to_owned())),
            ("tag", self.tag.clone()),
            ("from", self.from.clone()),
            ("to", self.to.clone()),
            ("min", self.min.map(decimal)),
            ("max", self.max.map(decimal)),
            ("type", self.kind.map(|kind| kind.code().to_owned())),
            ("status", self.status.map(|status| status.code().to_owned())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The same filter without the field of this name.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let pairs = self.to_query();
        let kept = pairs.iter().filter(|(field, _)| *field != name).map(|(field, value)| (*field, value.as_str()));
        Self::from_query(kept).0
    }

    /// Whether a payment belongs to the list. The store's query says the same in SQL.
    pub fn matches(&self, payment: &Transaction) -> bool {
        let day = payment.booked_at.get(..10).unwrap_or_default();
        let size = i64::try_from(payment.amount_minor.unsigned_abs()).unwrap_or(i64::MAX);
        self.q.as_ref().is_none_or(|q| {
            let needle = q.to_lowercase();
            [Some(&payment.merchant), Some(&payment.description), payment.city.as_ref(), payment.own.note.as_ref()]
                .into_iter()
                .flatten()
                .chain(&payment.own.tags)
                .any(|text| text.to_lowercase().contains(&needle))
        }) && self.card.as_ref().is_none_or(|card| *card == payment.card_ref)
            && self.category.is_none_or(|category| category == payment.category)
            && self.tag.as_ref().is_none_or(|tag| payment.own.tags.iter().any(|known| same_tag(known, tag)))
            && self.from.as_deref().is_none_or(|from| day >= from)
            && self.to.as_deref().is_none_or(|to| day <= to)
            && self.min.is_none_or(|min| size >= min)
            && self.max.is_none_or(|max| size <= max)
            && self.kind.is_none_or(|kind| kind == payment.kind)
            && self.status.is_none_or(|status| status == payment.status)
    }
}

/// A tag as it is kept, and no longer than is looked at.
fn tag(text: &str) -> String {
    clean_tag(text).chars().take(LONGEST_SEARCH).collect()
}

/// An amount typed by a person, in either language: `50`, `49,90`, `49.90`. Never negative.
fn size(text: &str) -> Option<i64> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ',' { '.' } else { c }).collect();
    Money::parse(&plain, Currency::EUR).ok().map(|money| money.minor).filter(|minor| *minor >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_survives_the_address() {
        let query = [
            ("q", "fnac"),
            ("card", "ANY0000000000"),
            ("category", "books"),
            ("tag", "voyage à deux"),
            ("from", "2017-02-01"),
            ("to", "2017-02-28"),
            ("min", "49,90"),
            ("max", "100"),
            ("type", "D"),
            ("status", "S"),
        ];
        let (filter, refused) = Filter::from_query(query);
        assert!(refused.is_empty());
        assert_eq!((filter.min, filter.max), (Some(4990), Some(10_000)));
        let again = filter.to_query();
        assert_eq!(Filter::from_query(again.iter().map(|(n, v)| (*n, v.as_str()))).0, filter);
        assert_eq!(filter.without("q").q, None);
        assert_eq!(filter.without("q").card, filter.card);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let (filter, refused) =
            Filter::from_query([("min", "much"), ("from", "yesterday"), ("card", "x"), ("page", "2"), ("q", " ")]);
        assert!(filter.is_empty());
        assert_eq!(refused, ["min", "from", "card"]);
    }
}
