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
    /// None where the bank's own word stands for it.
    pub hash: Option<UsedHash>,
}

/// The hash that an arrival came with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UsedHash {
    /// The time that was hashed, as far as it is one.
    pub told_at: Moment,
    /// Keyed hash of that time and the hash, as they came.
    pub mac: String,
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

static HASHES: Grouped = Grouped::new(
    "INSERT INTO used_hashes (told_at, hash_mac, reference) VALUES",
    3,
    "ON CONFLICT (told_at, hash_mac) DO NOTHING",
);

static HOLDERS_OF_HASHES: Grouped = Grouped::new(
    "WITH wanted (wanted_at, wanted_mac) AS (VALUES",
    2,
    ") SELECT used_hashes.told_at, used_hashes.hash_mac, used_hashes.reference
     FROM wanted
     CROSS JOIN used_hashes
     WHERE used_hashes.told_at = wanted.wanted_at
     AND used_hashes.hash_mac = wanted.wanted_mac",
);

static EFFECTS: Grouped = Grouped::new(
    "INSERT INTO delivery_effects (reference, delivery_id, core_mac, at) VALUES",
    4,
    "ON CONFLICT (reference) DO NOTHING",
);

static HOLDERS_OF_EFFECTS: Grouped = Grouped::new(
    "WITH wanted (wanted_reference) AS (VALUES",
    1,
    ") SELECT delivery_effects.reference, delivery_effects.delivery_id, delivery_effects.core_mac
     FROM wanted
     CROSS JOIN delivery_effects
     WHERE delivery_effects.reference = wanted.wanted_reference",
);

impl Store {
    /// Leases due arrivals, and claims the effects of their references, all in one transaction. Of several arrivals of one
    /// reference the smallest id of the first call has it. What each has come to, in their order.
    pub async fn claim_effects(&self, claimants: &[Claimant], lease: Lease<'_>, at: Moment) -> Result<Vec<Claim>> {
        let claimants: Vec<Claimant> = claimants.iter().map(storable_claimant).collect();
        let (holder, until) = (lease.holder.to_owned(), lease.until);
        self.write(move |tx| {
            Box::pin(async move {
                let mut ids: Vec<i64> = claimants.iter().map(|claimant| claimant.id).collect();
                ids.sort_unstable();
                let taking = LEASE.rows(&ids, |row, id| {
                    row.number(*id).text(&holder).moment(until).moment(at);
                });
                let rows = taking.fetch(tx.conn()).await?;
                let mine = rows.iter().map(|row| row.number("id")).collect::<Result<HashSet<_>>>()?;
                let taken: Vec<&Claimant> = claimants.iter().filter(|claimant| mine.contains(&claimant.id)).collect();
                let ids = taken.iter().map(|claimant| claimant.id);
                let claims: HashMap<i64, Claim> = ids.zip(claim(tx, &taken, at).await?).collect();
                let effect = |claimant: &Claimant| claims.get(&claimant.id).copied().unwrap_or(Claim::Taken);
                Ok(claimants.iter().map(effect).collect())
            })
        })
        .await
    }

    /// Makes due what the process before this one had leased, deliveries and links. On `SQLite` only, where there is no other; elsewhere leases end by
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
                sqlx::query(
                    "UPDATE links
                     SET taken_until = NULL, next_try_at = 0
                     WHERE next_try_at IS NOT NULL
                     AND taken_until IS NOT NULL",
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
                claims.first().copied().ok_or(StoreError::Missing("effect"))
            })
        })
        .await
    }
}

pub(in crate::store) fn storable_claimant(claimant: &Claimant) -> Claimant {
    Claimant { reference: storable(&claimant.reference).into_owned(), ..claimant.clone() }
}

/// Claims what has not been claimed; of those who claim at once, the smallest id.
///
/// Nearly always nobody has claimed any of it before, so the holders are read only where some rows were there already: whoever
/// else claims at the same time has committed by then, for the insert has waited for it.
pub(in crate::store) async fn claim(tx: &mut Tx, claimants: &[&Claimant], at: Moment) -> Result<Vec<Claim>> {
    let hashes = claim_hashes(tx, claimants).await?;
    let reused = |claimant: &Claimant| {
        let holder = claimant.hash.as_ref().and_then(|hash| hashes.get(hash));
        holder.is_some_and(|reference| *reference != claimant.reference)
    };
    let claiming: Vec<&Claimant> = claimants.iter().copied().filter(|claimant| !reused(claimant)).collect();
    let effects = claim_references(tx, claiming, at).await?;
    let judge = |claimant: &&Claimant| {
        if reused(claimant) {
            return Ok(Claim::Reused);
        }
        let (holder, core_mac) = effects.get(&claimant.reference).ok_or(StoreError::Missing("effect"))?;
        Ok(if *holder == claimant.id {
            Claim::First
        } else if *core_mac == claimant.core_mac {
            Claim::Duplicate
        } else {
            Claim::Conflict
        })
    };
    claimants.iter().map(judge).collect()
}

/// The reference that each hash came with first.
async fn claim_hashes(tx: &mut Tx, claimants: &[&Claimant]) -> Result<HashMap<UsedHash, String>> {
    // In one order, so that two who claim at once wait for each other and not in a circle.
    let mut sorted: Vec<(&UsedHash, i64, &str)> = claimants
        .iter()
        .filter_map(|claimant| Some((claimant.hash.as_ref()?, claimant.id, claimant.reference.as_str())))
        .collect();
    sorted.sort_unstable();
    sorted.dedup_by(|a, b| a.0 == b.0);
    let claiming = HASHES.rows(&sorted, |row, (hash, _, reference)| {
        row.moment(hash.told_at).text(&hash.mac).text(reference);
    });
    let claimed = claiming.execute(tx.conn()).await?;
    let mut holders: HashMap<UsedHash, String> =
        sorted.iter().map(|(hash, _, reference)| ((*hash).clone(), (*reference).to_owned())).collect();
    if claimed != sorted.len() as u64 {
        let reading = HOLDERS_OF_HASHES.rows(&sorted, |row, (hash, ..)| {
            row.moment(hash.told_at).text(&hash.mac);
        });
        for row in reading.fetch(tx.conn()).await? {
            let hash = UsedHash { told_at: row.moment("told_at")?, mac: row.text("hash_mac")? };
            holders.insert(hash, row.text("reference")?);
        }
    }
    Ok(holders)
}

/// The delivery that has the effect of each reference, and its core.
async fn claim_references(
    tx: &mut Tx,
    mut sorted: Vec<&Claimant>,
    at: Moment,
) -> Result<HashMap<String, (i64, String)>> {
    sorted.sort_unstable_by(|a, b| (&a.reference, a.id).cmp(&(&b.reference, b.id)));
    sorted.dedup_by(|a, b| a.reference == b.reference);
    let claiming = EFFECTS.rows(&sorted, |row, claimant| {
        row.text(&claimant.reference).number(claimant.id).text(&claimant.core_mac).moment(at);
    });
    let claimed = claiming.execute(tx.conn()).await?;
    let mut holders: HashMap<String, (i64, String)> =
        sorted.iter().map(|claimant| (claimant.reference.clone(), (claimant.id, claimant.core_mac.clone()))).collect();
    if claimed != sorted.len() as u64 {
        let reading = HOLDERS_OF_EFFECTS.rows(&sorted, |row, claimant| {
            row.text(&claimant.reference);
        });
        for row in reading.fetch(tx.conn()).await? {
            holders.insert(row.text("reference")?, (row.number("delivery_id")?, row.text("core_mac")?));
        }
    }
    Ok(holders)
}
