//! Which arrival of a reference has its effect.

use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::statement::{Grouped, storable};
use crate::store::transaction::Tx;
use crate::store::{Engine, Result, Store, StoreError};
use std::collections::{HashMap, HashSet};

/// An accepted arrival that is to have its effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimant {
    pub id: i64,
    pub reference: String,
    /// Keyed hash of what a retry may not change.
    pub core_mac: String,
    /// Keyed hash of the time and the hash that it came with. None where the bank's own word stands for it.
    pub hash_mac: Option<String>,
}

/// What an arrival is among those of its reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It has the effect. Claiming again, after a crash, changes nothing.
    First,
    /// Another one has the effect, and says the same.
    Duplicate,
    /// Another one has the effect, and says something else.
    Conflict,
    /// Its hash came with another reference before: it may have been copied, and claims nothing.
    Reused,
    /// Somebody else processes it.
    Taken,
}

/// What [`Store::claim_effects`] came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// Of each claimant, in their order.
    pub effects: Vec<Claim>,
    /// Which of the others are leased now.
    pub others: Vec<i64>,
}

/// Who processes, and for how long it may.
#[derive(Debug, Clone, Copy)]
pub struct Lease<'l> {
    /// One process, once: nobody else ever has this name.
    pub holder: &'l str,
    pub until: Moment,
}

static LEASE: Grouped = Grouped::new(
    "WITH taken (taken_id, taken_by, taken_until, taken_at) AS (VALUES",
    4,
    ") UPDATE deliveries
     SET leased_by = taken.taken_by, next_at = taken.taken_until
     FROM taken
     WHERE deliveries.id = taken.taken_id
     AND (deliveries.next_at <= taken.taken_at OR deliveries.leased_by = taken.taken_by)
     RETURNING id",
);

/// Who has it keeps it, and is told: writing the old value again locks the row and returns it.
static HASHES: Grouped = Grouped::new(
    "INSERT INTO used_hashes (hash_mac, reference, at) VALUES",
    3,
    "ON CONFLICT (hash_mac) DO UPDATE SET at = used_hashes.at
     RETURNING hash_mac, reference",
);

static EFFECTS: Grouped = Grouped::new(
    "INSERT INTO delivery_effects (reference, delivery_id, core_mac, at) VALUES",
    4,
    "ON CONFLICT (reference) DO UPDATE SET at = delivery_effects.at
     RETURNING reference, delivery_id, core_mac",
);

impl Store {
    /// Leases due arrivals, the claimants and the `others`, which claim nothing; and claims the effects of the claimants'
    /// references, all in one transaction. Of several arrivals of one reference the smallest id of the first call has it.
    pub async fn claim_effects(
        &self,
        claimants: &[Claimant],
        others: &[i64],
        lease: Lease<'_>,
        at: Moment,
    ) -> Result<Claims> {
        let claimants: Vec<Claimant> = claimants.iter().map(storable_claimant).collect();
        let (holder, until, others) = (lease.holder.to_owned(), lease.until, others.to_vec());
        self.write(move |tx| {
            Box::pin(async move {
                let mut ids: Vec<i64> = claimants.iter().map(|claimant| claimant.id).chain(others.clone()).collect();
                ids.sort_unstable();
                let taking = LEASE.rows(&ids, |row, id| {
                    row.number(*id).text(&holder).moment(until).moment(at);
                });
                let rows = taking.fetch(tx.conn()).await?;
                let mine = rows.iter().map(|row| row.number("id")).collect::<Result<HashSet<_>>>()?;
                let taken: Vec<&Claimant> = claimants.iter().filter(|claimant| mine.contains(&claimant.id)).collect();
                let claims = claim(tx, &taken, at).await?;
                let effect = |claimant: &Claimant| claims.get(&claimant.id).copied().unwrap_or(Claim::Taken);
                Ok(Claims {
                    effects: claimants.iter().map(effect).collect(),
                    others: others.into_iter().filter(|id| mine.contains(id)).collect(),
                })
            })
        })
        .await
    }

    /// Makes due what the process before this one had leased. On `SQLite` only, where there is no other; elsewhere leases end by
    /// themselves.
    pub async fn release_leases(&self) -> Result<()> {
        if self.inner.engine != Engine::Sqlite {
            return Ok(());
        }
        self.write(|tx| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE deliveries
                     SET next_at = received_at, leased_by = NULL
                     WHERE next_at IS NOT NULL
                     AND leased_by IS NOT NULL",
                )
                .execute(tx.conn())
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// The same for one arrival that nobody processes, because the bank was asked about it.
    pub async fn claim_effect(&self, claimant: &Claimant, at: Moment) -> Result<Claim> {
        let claimant = storable_claimant(claimant);
        self.write(move |tx| {
            Box::pin(async move {
                let claims = claim(tx, &[&claimant], at).await?;
                claims.get(&claimant.id).copied().ok_or(StoreError::Missing("effect"))
            })
        })
        .await
    }
}

fn storable_claimant(claimant: &Claimant) -> Claimant {
    Claimant { reference: storable(&claimant.reference).into_owned(), ..claimant.clone() }
}

async fn claim(tx: &mut Tx, claimants: &[&Claimant], at: Moment) -> Result<HashMap<i64, Claim>> {
    let hashes = claim_hashes(tx, claimants, at).await?;
    let reused = |claimant: &Claimant| {
        let holder = claimant.hash_mac.as_ref().and_then(|mac| hashes.get(mac));
        holder.is_some_and(|reference| *reference != claimant.reference)
    };
    // In one order, so that two who claim at once wait for each other and not in a circle.
    let mut sorted: Vec<&Claimant> = claimants.iter().copied().filter(|claimant| !reused(claimant)).collect();
    sorted.sort_unstable_by(|a, b| (&a.reference, a.id).cmp(&(&b.reference, b.id)));
    sorted.dedup_by(|a, b| a.reference == b.reference);
    let claiming = EFFECTS.rows(&sorted, |row, claimant| {
        row.text(&claimant.reference).number(claimant.id).text(&claimant.core_mac).moment(at);
    });
    let mut holders = HashMap::with_capacity(sorted.len());
    for row in claiming.fetch(tx.conn()).await? {
        holders.insert(row.text("reference")?, (row.number("delivery_id")?, row.text("core_mac")?));
    }
    let judge = |claimant: &Claimant| -> Result<Claim> {
        if reused(claimant) {
            return Ok(Claim::Reused);
        }
        let (holder, core_mac) = holders.get(&claimant.reference).ok_or(StoreError::Missing("effect"))?;
        Ok(if *holder == claimant.id {
            Claim::First
        } else if *core_mac == claimant.core_mac {
            Claim::Duplicate
        } else {
            Claim::Conflict
        })
    };
    claimants.iter().map(|claimant| Ok((claimant.id, judge(claimant)?))).collect()
}

/// The reference that each hash came with first.
async fn claim_hashes(tx: &mut Tx, claimants: &[&Claimant], at: Moment) -> Result<HashMap<String, String>> {
    let mut sorted: Vec<(&str, i64, &str)> = claimants
        .iter()
        .filter_map(|claimant| Some((claimant.hash_mac.as_deref()?, claimant.id, claimant.reference.as_str())))
        .collect();
    sorted.sort_unstable();
    sorted.dedup_by(|a, b| a.0 == b.0);
    let claiming = HASHES.rows(&sorted, |row, (mac, _, reference)| {
        row.text(mac).text(reference).moment(at);
    });
    let rows = claiming.fetch(tx.conn()).await?;
    rows.iter().map(|row| Ok((row.text("hash_mac")?, row.text("reference")?))).collect()
}
