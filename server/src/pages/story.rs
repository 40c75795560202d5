//! What happened to a user, from all that is written down of her, newest first.
//!
//! Each source is read by an index of its own, one page of it at most, and the pages are merged by their times. A place in the story is a
//! place in each source: rows of a source are in the order of their numbers, which is not quite that of their times, so one time would
//! lose or repeat some.

use super::cursor::{Start, decode, encode};
use super::operators_view::{delivery_row, short_fingerprint};
use crate::clock::Moment;
use crate::store::{FirstPayment, LinkRecord, Result, Store, UserRecord};
use app::backend::{AlarmKind, BackendError, Cursor, Fact, Story, StoryLine, Told};
use domain::ids::LinkId;
use std::collections::{BTreeMap, VecDeque};

/// Lines on a page.
const PAGE: usize = 50;
const ONE_MORE: i64 = 51;
/// Links of one user of which the facts are told, the newest ones. Each is a few lines.
const MOST_LINKS: i64 = 100;
const MOST_CARDS: i64 = 300;

/// Where a page of the story begins: behind these rows of each source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    event: i64,
    delivery: i64,
    alarm: i64,
    act: i64,
    /// Facts are not numbered: by their time, and by what they are about.
    fact: (i64, String),
}

impl Place {
    const TOP: Self =
        Self { event: i64::MAX, delivery: i64::MAX, alarm: i64::MAX, act: i64::MAX, fact: (i64::MAX, String::new()) };

    pub(super) fn read(cursor: &Cursor) -> std::result::Result<Self, BackendError> {
        match Start::read(cursor, Self::parse)? {
            Start::Top => Ok(Self::TOP),
            Start::Below(place) => Ok(place),
            Start::Above(_) => Err(BackendError::NotFound),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let text = decode(text)?;
        let mut parts = text.splitn(6, '.');
        let mut number = || parts.next()?.parse().ok();
        let (event, delivery, alarm, act, fact) = (number()?, number()?, number()?, number()?, number()?);
        Some(Self { event, delivery, alarm, act, fact: (fact, parts.next()?.to_owned()) })
    }

    fn text(&self) -> String {
        let Self { event, delivery, alarm, act, fact: (at, key) } = self;
        encode(&format!("{event}.{delivery}.{alarm}.{act}.{at}.{key}"))
    }

    /// Behind this line.
    fn pass(&mut self, line: &Line) {
        match &line.mark {
            Mark::Event(id) => self.event = *id,
            Mark::Delivery(id) => self.delivery = *id,
            Mark::Alarm(id) => self.alarm = *id,
            Mark::Act(id) => self.act = *id,
            Mark::Fact(key) => self.fact = (line.at.0, key.clone()),
        }
    }
}

/// Which row of its source a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mark {
    Event(i64),
    Delivery(i64),
    Alarm(i64),
    Act(i64),
    Fact(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    at: Moment,
    mark: Mark,
    told: Told,
}

/// A page of it.
pub(super) async fn read(store: &Store, user: &UserRecord, place: Place) -> Result<Story> {
    let (events, deliveries, alarms, acts, facts) = tokio::try_join!(
        events(store, user, place.event),
        deliveries(store, user, place.delivery),
        alarms(store, user, place.alarm),
        acts(store, user, place.act),
        facts(store, user, &place.fact),
    )?;
    let (lines, rest) = merge([events, deliveries, alarms, acts, facts], place, PAGE);
    let lines = lines.into_iter().map(|line| StoryLine { at: line.at.bank_text(), told: line.told });
    Ok(Story { lines: lines.collect(), older: rest.map(|place| place.text()) })
}

/// The newest lines of all sources, and the place behind them, where there are more. Each source keeps its own order.
fn merge(mut sources: [VecDeque<Line>; 5], mut place: Place, size: usize) -> (Vec<Line>, Option<Place>) {
    let mut lines = Vec::new();
    while lines.len() < size {
        let newest = sources.iter_mut().filter(|source| !source.is_empty()).max_by_key(|source| source[0].at);
        let Some(line) = newest.and_then(VecDeque::pop_front) else { break };
        place.pass(&line);
        lines.push(line);
    }
    let is_more = sources.iter().any(|source| !source.is_empty());
    (lines, is_more.then_some(place))
}

async fn events(store: &Store, user: &UserRecord, before: i64) -> Result<VecDeque<Line>> {
    let events = store.link_events_of(&user.id, before, ONE_MORE).await?;
    let lines = events.into_iter().map(|event| Line {
        at: event.at,
        mark: Mark::Event(event.id),
        told: Told::Event { event: event.event, browser: event.browser },
    });
    Ok(lines.collect())
}

async fn deliveries(store: &Store, user: &UserRecord, before: i64) -> Result<VecDeque<Line>> {
    let deliveries = store.deliveries_of_user(&user.id, before, ONE_MORE).await?;
    let lines = deliveries.iter().map(|delivery| Line {
        at: delivery.received_at,
        mark: Mark::Delivery(delivery.id),
        told: Told::Delivery(delivery_row(delivery)),
    });
    Ok(lines.collect())
}

async fn alarms(store: &Store, user: &UserRecord, before: i64) -> Result<VecDeque<Line>> {
    let alarms = store.alarms_of_links(&user.id, before, ONE_MORE).await?;
    let lines = alarms.into_iter().filter_map(|alarm| {
        Some(Line {
            at: alarm.first_at,
            mark: Mark::Alarm(alarm.id),
            told: Told::Alarm {
                // Raised by a newer version: its words are not known here.
                kind: AlarmKind::from_code(&alarm.kind)?,
                times: alarm.times,
                is_open: alarm.ended_at.is_none(),
            },
        })
    });
    Ok(lines.collect())
}

async fn acts(store: &Store, user: &UserRecord, before: i64) -> Result<VecDeque<Line>> {
    let acts = store.acts_about(&user.id, before, ONE_MORE).await?;
    let lines = acts.into_iter().map(|act| Line {
        at: act.at,
        mark: Mark::Act(act.id),
        told: Told::Act { by: act.name, act: act.act, subject: act.subject, reason: act.reason },
    });
    Ok(lines.collect())
}

/// What the rows of her links, of her links for linking again and of herself tell. They are few, and read together.
async fn facts(store: &Store, user: &UserRecord, before: &(i64, String)) -> Result<VecDeque<Line>> {
    let (links, payments, relinks) = tokio::try_join!(
        store.links_ever_of(&user.id, MOST_LINKS),
        store.first_payments(&user.id, MOST_CARDS),
        store.relinks_of(&user.id, MOST_LINKS),
    )?;
    let mut told = vec![fact(user.created_at, "", Fact::SignedUp, "", "")];
    told.extend(links.iter().flat_map(facts_of_link));
    told.extend(first_of_each(payments).into_iter().map(|payment| first_payment(payment, &links)));
    for relink in &relinks {
        // Enough to tell two of one moment apart.
        let about: String = relink.token_hash.chars().take(8).collect();
        let when = |at: Option<Moment>, what| at.map(|at| fact(at, &about, what, "", ""));
        told.extend(when(relink.opened_at, Fact::RelinkOpened));
        told.extend(when(relink.used_at, Fact::RelinkUsed));
    }
    let place = |line: &Line| match &line.mark {
        Mark::Fact(key) => (line.at.0, key.clone()),
        _ => (line.at.0, String::new()),
    };
    told.retain(|line| place(line) < *before);
    told.sort_by_key(|line| std::cmp::Reverse(place(line)));
    Ok(told.into())
}

fn fact(at: Moment, about: &str, fact: Fact, token: &str, problem: &str) -> Line {
    let told = Told::Fact { fact, token: token.to_owned(), problem: problem.to_owned() };
    Line { at, mark: Mark::Fact(format!("{about}:{}", fact.code())), told }
}

fn facts_of_link(link: &LinkRecord) -> Vec<Line> {
    let token = short_fingerprint(&link.token_fp);
    let told = [
        (Fact::ByBrowser, link.browser_at, ""),
        (Fact::ByNotification, link.notified_at, ""),
        (Fact::Proven, link.proven_at, ""),
        (Fact::Refused, link.refused_at, link.problem.as_str()),
        (Fact::Revoked, link.revoked_at, ""),
        (Fact::Forgotten, link.forgotten_at, ""),
    ];
    let told =
        told.into_iter().filter_map(|(what, at, problem)| Some(fact(at?, link.id.as_str(), what, &token, problem)));
    told.collect()
}

/// Of the cards of each link, the one that was paid with first.
fn first_of_each(payments: Vec<FirstPayment>) -> Vec<FirstPayment> {
    let mut first: BTreeMap<LinkId, FirstPayment> = BTreeMap::new();
    for payment in payments {
        match first.get(&payment.link_id) {
            Some(known) if known.booked_at <= payment.booked_at => {}
            _ => {
                first.insert(payment.link_id.clone(), payment);
            }
        }
    }
    first.into_values().collect()
}

fn first_payment(payment: FirstPayment, links: &[LinkRecord]) -> Line {
    let link = links.iter().find(|link| link.id == payment.link_id);
    let token = link.map(|link| short_fingerprint(&link.token_fp)).unwrap_or_default();
    let FirstPayment { link_id, key, merchant, amount, booked_at } = payment;
    let told = Told::FirstPayment { token, key, merchant, amount };
    Line { at: booked_at, mark: Mark::Fact(format!("{link_id}:first-payment")), told }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at: i64, mark: Mark) -> Line {
        let told = Told::Event { event: format!("{mark:?}"), browser: String::new() };
        Line { at: Moment(at), mark, told }
    }

    /// Numbers and times of a source, newest number first, beyond a place.
    fn source(rows: &[(i64, i64)], before: i64, mark: fn(i64) -> Mark) -> VecDeque<Line> {
        rows.iter().filter(|(id, _)| *id < before).map(|(id, at)| line(*at, mark(*id))).collect()
    }

    #[test]
    fn pages_hold_every_line_once_though_numbers_and_times_disagree() {
        let events: Vec<_> = (1..=20).rev().map(|id| (id, id * 10)).collect();
        // Stored in another order than they came in.
        let deliveries = [(7, 150), (6, 170), (5, 165), (4, 30), (3, 90), (2, 10), (1, 5)];
        let facts = [(200, "d"), (150, "c"), (150, "a"), (10, "x")];
        let (mut place, mut seen, mut pages) = (Place::TOP, Vec::new(), 0);
        loop {
            let of_facts = facts.iter().filter(|(at, key)| (*at, (*key).to_owned()) < place.fact);
            let sources = [
                source(&events, place.event, Mark::Event),
                source(&deliveries, place.delivery, Mark::Delivery),
                VecDeque::new(),
                VecDeque::new(),
                of_facts.map(|(at, key)| line(*at, Mark::Fact((*key).to_owned()))).collect(),
            ];
            let (lines, rest) = merge(sources, place, 4);
            seen.extend(lines.into_iter().map(|line| line.mark));
            pages += 1;
            match rest {
                // Through its text, as a browser brings it.
                Some(rest) => place = Place::parse(&rest.text()).unwrap(),
                None => break,
            }
        }
        assert_eq!((seen.len(), pages), (31, 8));
        for (n, mark) in seen.iter().enumerate() {
            assert!(!seen[..n].contains(mark), "{mark:?} twice");
        }
        let newest: Vec<_> = seen.iter().take(3).collect();
        assert_eq!(newest, [&Mark::Fact("d".into()), &Mark::Event(20), &Mark::Event(19)]);
    }

    #[test]
    fn what_is_no_place_is_none() {
        assert_eq!(Place::parse(&Place::TOP.text()), Some(Place::TOP));
        for bad in ["", "x", &encode("1.2.3.4"), &encode("1.2.3.4.x.y"), &encode("....."), &"A".repeat(10_000)] {
            assert_eq!(Place::parse(bad), None, "{bad}");
        }
    }
}
