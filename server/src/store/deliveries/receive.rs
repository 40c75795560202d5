//! Arrivals: stored before they are acknowledged, then handed to the worker.

use crate::clock::Moment;
use crate::store::nodes::node_of;
use crate::store::row::Columns as _;
use crate::store::statement::{Grouped, rows_of_one_statement};
use crate::store::{Engine, Result, Store};
use app::backend::Verdict;
use domain::ids::{CardRef, Txid};
use sqlx::Any;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use std::collections::BTreeSet;
use std::time::Duration;

use super::DeliveryState;

/// An arrival is processed by the node that it was given to when it was stored, and by anybody once that node has not been seen for
/// so long. One that is merely behind is not helped: everybody would take the same arrivals, and all but one in vain.
const MISSED_AFTER: Duration = Duration::from_secs(2);
/// Due for so long, an arrival is anybody's, whatever its node says of itself.
const ANYBODYS_AFTER: Duration = Duration::from_mins(1);

/// An arrival to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    pub received_at: Moment,
    /// The bank's reference, in small letters; empty where the body could not be read.
    pub reference: String,
    pub event_name: String,
    pub verdict: Verdict,
    /// A short code of why; empty when accepted.
    pub reason: &'static str,
    /// Whether it is to be processed; else it is done as it is.
    pub pending: bool,
    pub current_try: Option<i64>,
    pub max_tries: Option<i64>,
    pub peer: String,
    pub content_type: String,
    /// Trust card: JSON array of {name, good, detail}.
    pub trust: String,
    /// Owner of the data key that the body is under.
    pub body_key: String,
    pub body: Vec<u8>,
    /// Keyed hash of what a retry may not change.
    pub core_mac: String,
    pub card_ref: Option<CardRef>,
    /// The payment that it speaks of, with `card_ref`.
    pub txid: Option<Txid>,
    /// A held one is put to the bank then.
    pub ask_at: Option<Moment>,
    /// The status of our answer.
    pub answered: u16,
}

/// An arrival to be processed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDelivery {
    pub id: i64,
    pub received_at: Moment,
    pub reference: String,
    pub event_name: String,
    pub verdict: Verdict,
    pub reason: String,
    /// None, with the body, once retention has removed it.
    pub body_key: Option<String>,
    pub body: Option<Vec<u8>>,
    pub core_mac: String,
    pub card_ref: Option<String>,
    /// Failed tries so far.
    pub attempts: i64,
    pub peer: String,
    pub content_type: String,
    pub trust: String,
    /// When it became due, as far as that is known; whoever leases an ask moves it.
    pub due_at: Moment,
}

static ADD: Grouped = Grouped::new(
    "INSERT INTO deliveries (received_at, reference, event_name, verdict, reason, state, current_try, max_tries, peer,
        content_type, trust, body_key, body, core_mac, card_ref, next_at, txid, ask_at, answered, leased_by)
     VALUES",
    20,
    "",
);

macro_rules! due {
    ($when:literal, $mine:literal) => {
        concat!(
            "SELECT id, received_at, reference, event_name, verdict, reason, body_key, body, core_mac, card_ref, attempts,
                peer, content_type, trust, ",
            $when,
            " AS due_at FROM deliveries WHERE ",
            $when,
            " IS NOT NULL AND ",
            $when,
            " <= $1 AND NOT EXISTS (SELECT 1 FROM pauses WHERE name = 'effects') ",
            $mine,
            " ORDER BY ",
            $when,
            ", id LIMIT $2"
        )
    };
}

const DUE: &str = due!(
    "next_at",
    "AND (leased_by IS NULL OR leased_by = $3 OR next_at <= $4
        OR NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.id = deliveries.leased_by AND nodes.seen_at > $5))"
);
const ASKS: &str = due!("ask_at", "");

impl DueDelivery {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.number("id")?,
            received_at: row.moment("received_at")?,
            reference: row.text("reference")?,
            event_name: row.text("event_name")?,
            verdict: row.code("verdict", Verdict::from_code)?,
            reason: row.text("reason")?,
            body_key: row.text_or_null("body_key")?,
            body: row.bytes_or_null("body")?,
            core_mac: row.text("core_mac")?,
            card_ref: row.text_or_null("card_ref")?,
            attempts: row.number("attempts")?,
            peer: row.text("peer")?,
            content_type: row.text("content_type")?,
            trust: row.text("trust")?,
            due_at: row.moment("due_at")?,
        })
    }
}

impl Store {
    /// How many of so many waiting arrivals are best stored at once: as many as one statement takes.
    pub const fn best_group(waiting: usize) -> usize {
        rows_of_one_statement(waiting)
    }

    /// Stores arrivals in one transaction: once it answers, they are on the disk and may be acknowledged. True where this node is
    /// to process any of them; other nodes that are to are told.
    pub async fn add_deliveries(&self, deliveries: &[NewDelivery]) -> Result<bool> {
        let (nodes, ours) = (self.inner.shares.now(), self.inner.node.as_str());
        let of_card = |card: &CardRef| node_of(&nodes, card);
        let of = |delivery: &NewDelivery| delivery.card_ref.as_ref().and_then(of_card).unwrap_or(ours);
        let given: Vec<(&NewDelivery, Option<&str>)> =
            deliveries.iter().map(|delivery| (delivery, delivery.pending.then(|| of(delivery)))).collect();
        let alone = self.inner.engine == Engine::Sqlite;
        let insert = ADD.rows(&given, |row, (delivery, node)| {
            let state = if delivery.pending { DeliveryState::Pending } else { DeliveryState::Done };
            row.moment(delivery.received_at).text(&delivery.reference).text(&delivery.event_name);
            row.text(delivery.verdict.code()).text(delivery.reason).text(state.code());
            row.number_or_null(delivery.current_try).number_or_null(delivery.max_tries).text(&delivery.peer);
            row.text(&delivery.content_type).text(&delivery.trust).text(&delivery.body_key).bytes(&delivery.body);
            row.text(&delivery.core_mac).text_or_null(delivery.card_ref.as_ref().map(CardRef::as_str));
            row.moment_or_null(delivery.pending.then_some(delivery.received_at));
            row.text_or_null(delivery.txid.as_ref().map(Txid::as_str)).moment_or_null(delivery.ask_at);
            row.number(delivery.answered.into()).text_or_null(node.filter(|_| !alone));
        });
        self.write_alone(insert).await?;
        let to: BTreeSet<&str> = given.iter().filter_map(|(_, node)| *node).collect();
        if let Some(signals) = &self.inner.signals {
            signals.given(to.iter().copied().filter(|node| *node != ours));
        }
        Ok(to.contains(ours))
    }

    /// The arrivals that have waited longest to be processed by `now`, at most `limit` of them, by id; without those that another
    /// node was given and will see to. None while effects are paused; the same goes for asks.
    pub async fn due_deliveries(&self, now: Moment, limit: i64) -> Result<Vec<DueDelivery>> {
        let anybodys = match self.inner.engine {
            Engine::Sqlite => now,
            Engine::Postgres => now.minus(ANYBODYS_AFTER),
        };
        let query = sqlx::query(DUE).bind(now.0).bind(limit).bind(self.inner.node.clone());
        self.due(query.bind(anybodys.0).bind(now.minus(MISSED_AFTER).0)).await
    }

    /// The held arrivals that have waited longest for the bank to be asked by `now`, at most `limit` of them, by id.
    pub async fn due_asks(&self, now: Moment, limit: i64) -> Result<Vec<DueDelivery>> {
        self.due(sqlx::query(ASKS).bind(now.0).bind(limit)).await
    }

    /// Takes a held arrival until then, to ask the bank about it. False where somebody else was quicker. What it is leased until is
    /// the name of the lease.
    pub async fn lease_ask(&self, delivery: &DueDelivery, until: Moment) -> Result<bool> {
        let lease = sqlx::query("UPDATE deliveries SET ask_at = $1 WHERE id = $2 AND ask_at = $3")
            .bind(until.0)
            .bind(delivery.id)
            .bind(delivery.due_at.0);
        Ok(self.change(lease).await? == 1)
    }

    async fn due(&self, query: Query<'static, Any, AnyArguments>) -> Result<Vec<DueDelivery>> {
        let rows = query.fetch_all(&self.inner.reads).await?;
        let mut due = rows.iter().map(DueDelivery::read).collect::<Result<Vec<_>>>()?;
        due.sort_unstable_by_key(|delivery| delivery.id);
        Ok(due)
    }

    /// How many arrivals have something left to be done, now or later, counted up to `limit`.
    pub async fn count_due(&self, limit: i64) -> Result<i64> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS due
             FROM (SELECT id FROM deliveries WHERE next_at IS NOT NULL LIMIT $1) waiting",
        )
        .bind(limit)
        .fetch_one(&self.inner.reads)
        .await?;
        row.number("due")
    }
}
