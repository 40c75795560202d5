//! What a user's payments tell her.

use domain::abroad::Costs;
use domain::calendar::Day;
use domain::ids::CardRef;
use domain::link::LinkView;
use domain::month::Month;
use domain::recurring::Recurring;
use domain::spending::{MerchantSum, Spending};
use std::sync::Arc;

/// The current month beside the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// At the bank.
    pub today: Day,
    /// When it was read: RFC 3339, Europe/Paris.
    pub as_of: String,
    /// By currency.
    pub spending: Arc<[Spending]>,
    pub before: Arc<[Spending]>,
}

/// Which month, and of which card.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InsightsQuery {
    /// The current one if none is named, or one that is still to come.
    pub month: Option<Month>,
    pub card: Option<CardRef>,
}

/// A month whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insights {
    pub month: Month,
    /// At the bank.
    pub today: Day,
    /// When it was read: RFC 3339, Europe/Paris.
    pub as_of: String,
    /// The month of the oldest payment.
    pub first: Option<Month>,
    pub links: Vec<LinkView>,
    /// By currency.
    pub spending: Arc<[Spending]>,
    /// Of the month before.
    pub before: Arc<[Spending]>,
    /// The largest of each currency.
    pub merchants: Vec<MerchantSum>,
    /// What payments in other currencies cost.
    pub abroad: Vec<Costs>,
    /// There were more of them than are added up here.
    pub more_abroad: bool,
    /// What comes again; known for the current month only.
    pub recurring: Arc<[Recurring]>,
}
