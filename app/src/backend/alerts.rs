//! Alerts, as pages show them.

use super::Page;
use domain::alerts::{AlertView, RuleView};
use domain::ids::CardRef;
use domain::money::Currency;

/// Rules, what they told, and whom they push to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alerts {
    /// Oldest first.
    pub rules: Vec<RuleView>,
    pub told: Page<AlertView>,
    /// The last alert that the viewer has seen.
    pub seen: i64,
    pub cards: Vec<CardChoice>,
    /// By which browsers know our push messages.
    pub push_key: String,
    /// Browsers that are pushed to, oldest first.
    pub devices: Vec<Device>,
}

/// A browser that is pushed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub id: String,
    /// Families of the browser and of its system: `Firefox/Android`.
    pub name: String,
    /// RFC 3339, Europe/Paris.
    pub created_at: String,
}

/// One rule, to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDetail {
    pub rule: RuleView,
    pub cards: Vec<CardChoice>,
}

/// A card that a rule can be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardChoice {
    pub card_ref: CardRef,
    /// Empty where it has none.
    pub name: String,
    pub currency: Currency,
}
