//! Which arrival of a reference has its effect.

use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::statement::{Grouped, storable};
use crate::store::{Result, Store, StoreError};
use std::collections::HashMap;

/// What an arrival is among those of its reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It has the effect. Claiming again, after a crash, changes nothing.
    First,
    /// Another one has the effect, and says the same.
    Duplicate,
    /// Another one has the effect, and says something else.
    Conflict,
}

static CLAIM: Grouped = Grouped::new(
    "INSERT INTO delivery_effects (reference, delivery_id, core_mac, at) VALUES",
    4,
    "ON CONFLICT (reference) DO NOTHING",
);

static HOLDERS: Grouped =
    Grouped::new("SELECT reference, delivery_id, core_mac FROM delivery_effects WHERE reference IN (VALUES", 1, ")");

impl Store {
    /// Claims the effects of references for arrivals (id, reference, keyed hash of the core), in one transaction; the answers
    /// are in their order. Of several arrivals of one reference the smallest id of the first call has it.
    pub async fn claim_effects(&self, arrivals: &[(i64, &str, &str)], at: Moment) -> Result<Vec<Claim>> {
        let arrivals: Vec<(i64, String, String)> = arrivals
            .iter()
            .map(|(id, reference, mac)| (*id, storable(reference).into_owned(), (*mac).to_owned()))
            .collect();
        self.write(move |tx| {
            Box::pin(async move {
                // In one order, so that two who claim at once wait for each other and not in a circle.
                let mut sorted: Vec<_> = arrivals.iter().collect();
                sorted.sort_unstable_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
                let claiming = CLAIM.rows(&sorted, |row, (id, reference, mac)| {
                    row.text(reference).number(*id).text(mac).moment(at);
                });
                claiming.execute(tx.conn()).await?;
                sorted.dedup_by(|a, b| a.1 == b.1);
                let asking = HOLDERS.rows(&sorted, |row, (_, reference, _)| {
                    row.text(reference);
                });
                let mut holders = HashMap::new();
                for row in asking.fetch(tx.conn()).await? {
                    holders.insert(row.text("reference")?, (row.number("delivery_id")?, row.text("core_mac")?));
                }
                arrivals.iter().map(|arrival| judge(arrival, &holders)).collect()
            })
        })
        .await
    }
}

fn judge(arrival: &(i64, String, String), holders: &HashMap<String, (i64, String)>) -> Result<Claim> {
    let (id, reference, mac) = arrival;
    let (holder, holders_mac) = holders.get(reference).ok_or(StoreError::Missing("effect"))?;
    Ok(if holder == id {
        Claim::First
    } else if holders_mac == mac {
        Claim::Duplicate
    } else {
        Claim::Conflict
    })
}
