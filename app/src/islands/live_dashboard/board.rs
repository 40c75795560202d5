//! What the dashboard knows, and how an event of the stream changes it. Pure, so that it is tested without a browser.

use super::wire;
use domain::alerts::{AlertNews, AlertView};
use domain::calendar::Day;
use domain::feed::{Change, Feed, MOST_ROWS};
use domain::filter::Filter;
use domain::ids::PaymentKey;
use domain::lang::Lang;
use domain::link::{CardView, LinkStatus, LinkView};
use domain::live::{LiveEvent, Seq, event_name};
use domain::money::{Currency, Money};
use domain::transaction::{Transaction, TxStatus};
use serde::{Deserialize, Serialize};

/// Whether the page holds all that there is above and below its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edges {
    /// There are newer rows on another page: new payments belong there.
    pub newer: bool,
    /// There are older rows on another page.
    pub older: bool,
}

/// What a dashboard is drawn with, on the server and again in the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    pub lang: Lang,
    /// Where the page was read, and the stream goes on.
    pub seq: Seq,
    pub links: Vec<LinkView>,
    pub payments: Vec<Transaction>,
    pub filter: Filter,
    pub edges: Edges,
}

/// What a page has to do after events were applied.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Payments that were not in the list before.
    pub added: Vec<Transaction>,
    /// Alerts that were not known before.
    pub alerts: Vec<AlertView>,
    /// How many alerts wait, where that has changed.
    pub unread: Option<i64>,
    /// The page cannot go on from here; load it anew.
    pub reload: bool,
}

/// Links and payments of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    links: Vec<LinkView>,
    feed: Feed,
    filter: Filter,
    edges: Edges,
    applied: Seq,
    /// Payments that belong on a newer page and came since, each once.
    elsewhere: Vec<PaymentKey>,
    /// Alerts that came since the page was drawn and were not seen elsewhere, newest first.
    alerts: Vec<AlertView>,
}

/// Alerts that stand above the list; the others are one press away.
const SHOWN_ALERTS: usize = 3;

/// One day of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayGroup {
    /// `YYYY-MM-DD` at the bank.
    pub iso: String,
    /// What the day came to, by currency; none where a part of the day is on another page.
    pub totals: Option<Vec<Money>>,
}

impl Board {
    pub fn new(drawn: Drawn) -> Self {
        let Drawn { seq, links, payments, filter, edges, .. } = drawn;
        let feed = Feed::new(payments, filter.clone(), seq);
        Self { links, feed, filter, edges, applied: seq, elsewhere: Vec::new(), alerts: Vec::new() }
    }

    pub fn links(&self) -> &[LinkView] {
        &self.links
    }

    pub fn alerts(&self) -> &[AlertView] {
        &self.alerts
    }

    pub fn payments(&self) -> &[Transaction] {
        self.feed.rows()
    }

    /// Where a stream has to go on from.
    pub const fn applied(&self) -> Seq {
        self.applied
    }

    /// New payments that belong on a newer page than this one.
    pub fn elsewhere(&self) -> u32 {
        u32::try_from(self.elsewhere.len()).unwrap_or(u32::MAX)
    }

    /// The latest moment that the bank told anything about any link.
    pub fn last_news(&self) -> Option<String> {
        self.links.iter().filter_map(|link| link.last_news_at.clone()).max()
    }

    /// Cards that can be read at the moment, each once, with the link that they are read through.
    pub fn cards(&self) -> Vec<CardView> {
        readable_cards(&self.links)
    }

    /// The sum of the known balances, by currency.
    pub fn totals(&self) -> Vec<Money> {
        balances(&self.links)
    }

    /// The days of the list, newest first.
    pub fn days(&self) -> Vec<DayGroup> {
        let rows = self.feed.rows();
        let mut days: Vec<DayGroup> = Vec::new();
        for row in rows {
            let iso = day_of(row);
            if days.last().is_none_or(|day| day.iso != iso) {
                days.push(DayGroup { totals: Some(sums(counted(rows, iso))), iso: iso.to_owned() });
            }
        }
        if self.edges.newer
            && let Some(first) = days.first_mut()
        {
            first.totals = None;
        }
        if (self.edges.older || rows.len() >= MOST_ROWS)
            && let Some(last) = days.last_mut()
        {
            last.totals = None;
        }
        days
    }

    /// The payments of one day, newest first.
    pub fn of_day(&self, iso: &str) -> Vec<Transaction> {
        self.feed.rows().iter().filter(|row| day_of(row) == iso).cloned().collect()
    }

    /// Applies events in their order. Those that were applied before change nothing.
    pub fn apply(&mut self, events: impl IntoIterator<Item = (Seq, LiveEvent)>) -> Outcome {
        let mut outcome = Outcome::default();
        for (seq, event) in events {
            if seq <= self.applied && event != LiveEvent::Reset {
                continue;
            }
            self.applied = self.applied.max(seq);
            match event {
                LiveEvent::Transaction(payment) => self.apply_payment(*payment, &mut outcome),
                LiveEvent::Link(link) => outcome.reload |= self.apply_link(*link),
                LiveEvent::Balance(card) => self.apply_card(&card),
                LiveEvent::Alert(news) => self.apply_alert(*news, &mut outcome),
                LiveEvent::Reset => outcome.reload = true,
            }
        }
        outcome
    }

    fn apply_payment(&mut self, payment: Transaction, outcome: &mut Outcome) {
        let known = |row: &Transaction| row.txid == payment.txid && row.card_ref == payment.card_ref;
        if self.edges.newer && !self.feed.rows().iter().any(known) {
            // One that is confirmed already was told of before.
            let key = payment.key();
            if !payment.confirmed && self.filter.matches(&payment) && !self.elsewhere.contains(&key) {
                self.elsewhere.push(key);
            }
            return;
        }
        if self.is_below(&payment) {
            return;
        }
        if self.feed.apply(payment.clone()) == Change::Added {
            outcome.added.push(payment);
        }
    }

    /// A payment older than the last row, where older rows are on another page: it belongs there.
    fn is_below(&self, payment: &Transaction) -> bool {
        self.edges.older && self.feed.rows().last().is_some_and(|last| day_of(payment) < day_of(last))
    }

    /// Whether the page has to be loaded anew: the link's history has just become complete.
    fn apply_link(&mut self, link: LinkView) -> bool {
        let Some(known) = self.links.iter_mut().find(|known| known.id == link.id) else {
            self.links.insert(0, link);
            return false;
        };
        let completed = link.history.complete && !known.history.complete;
        *known = link;
        completed
    }

    /// The event comes again once the alert was seen, here or elsewhere.
    fn apply_alert(&mut self, news: AlertNews, outcome: &mut Outcome) {
        let AlertNews { alert, unread } = news;
        outcome.unread = Some(unread);
        if unread == 0 {
            self.alerts.clear();
            outcome.alerts.clear();
        } else if self.alerts.iter().any(|known| known.id == alert.id) {
            self.alerts.retain(|known| known.id > alert.id);
        } else if !self.alerts.iter().any(|known| known.id >= alert.id) {
            self.alerts.insert(0, alert.clone());
            self.alerts.truncate(SHOWN_ALERTS);
            outcome.alerts.push(alert);
        }
    }

    fn apply_card(&mut self, card: &CardView) {
        for known in self.links.iter_mut().flat_map(|link| &mut link.cards) {
            if known.card_ref == card.card_ref {
                known.clone_from(card);
            }
        }
    }
}

/// Reads an event of the stream; none for one that this page does not know.
pub fn read(name: &str, data: &str) -> Option<LiveEvent> {
    match name {
        event_name::TRANSACTION => wire::transaction(data).map(Box::new).map(LiveEvent::Transaction),
        event_name::LINK => wire::link(data).map(Box::new).map(LiveEvent::Link),
        event_name::BALANCE => wire::card(data).map(Box::new).map(LiveEvent::Balance),
        event_name::ALERT => wire::alert(data).map(Box::new).map(LiveEvent::Alert),
        event_name::RESET => Some(LiveEvent::Reset),
        _ => None,
    }
}

fn readable_cards(links: &[LinkView]) -> Vec<CardView> {
    let mut cards: Vec<CardView> = Vec::new();
    for card in links.iter().filter(|link| is_readable(link.status)).flat_map(|link| &link.cards) {
        if !cards.iter().any(|known| known.card_ref == card.card_ref) {
            cards.push(card.clone());
        }
    }
    cards
}

/// The sum of the balances that are known, by currency.
pub fn balances(links: &[LinkView]) -> Vec<Money> {
    sums(readable_cards(links).iter().filter_map(|card| card.balance))
}

/// Whether balances of a link in this state are still told by the bank.
pub const fn is_readable(status: LinkStatus) -> bool {
    matches!(status, LinkStatus::Linked | LinkStatus::Pending)
}

/// A day of twelve months, no longer; an unreadable date is a group of its own.
fn day_of(payment: &Transaction) -> &str {
    let text = payment.booked_at.as_str();
    if Day::parse(text).is_some() { &text[..10] } else { "" }
}

fn counted<'r>(rows: &'r [Transaction], iso: &'r str) -> impl Iterator<Item = Money> + 'r {
    rows.iter().filter(move |row| day_of(row) == iso && row.status != TxStatus::Refused).map(Transaction::money)
}

fn sums(amounts: impl Iterator<Item = Money>) -> Vec<Money> {
    let mut sums: Vec<(Currency, i64)> = Vec::new();
    for amount in amounts {
        match sums.iter_mut().find(|(currency, _)| *currency == amount.currency) {
            Some((_, sum)) => *sum = sum.saturating_add(amount.minor),
            None => sums.push((amount.currency, amount.minor)),
        }
    }
    sums.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect()
}

#[cfg(test)]
mod tests;
