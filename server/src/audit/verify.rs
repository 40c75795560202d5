//! Whether the log is as it was written.

use super::hash;
use super::reading::group;
use crate::store::{ActRecord, ChainLink, Result, Store};

/// A log that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Its last link; number 0 where nothing was ever done.
    pub end: ChainLink,
    /// Acts from before they were chained; nothing vouches for these.
    pub unchained: u64,
    /// Whether the hash that somebody has kept stands in it; none where none was given.
    pub has_kept: Option<bool>,
}

/// Where it is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("act {number} was changed: its hash does not follow from what stands there")]
    Changed { number: i64 },
    #[error("act {number} is missing, or was moved")]
    Missing { number: i64 },
    #[error("row {row} has no place in the chain: it was slipped in, or its hash was removed")]
    SlippedIn { row: i64 },
    #[error("the last act is number {found}, and {noted} was noted as the last")]
    CutOff { found: i64, noted: i64 },
}

/// A chain that is followed act by act.
#[derive(Default)]
struct Chain {
    end: ChainLink,
    unchained: u64,
}

impl Chain {
    fn add(&mut self, act: &ActRecord) -> std::result::Result<(), Broken> {
        let next = self.end.number + 1;
        let Some(link) = &act.link else {
            if self.end.number > 0 {
                return Err(Broken::SlippedIn { row: act.id });
            }
            self.unchained += 1;
            return Ok(());
        };
        if link.number != next {
            return Err(Broken::Missing { number: next });
        }
        if link.hash != hash(&self.end.hash, next, act) {
            return Err(Broken::Changed { number: next });
        }
        self.end = link.clone();
        Ok(())
    }

    fn close(&self, noted: &ChainLink) -> std::result::Result<(), Broken> {
        match () {
            () if self.end.number != noted.number => {
                Err(Broken::CutOff { found: self.end.number, noted: noted.number })
            }
            () if self.end.hash != noted.hash => Err(Broken::Changed { number: noted.number }),
            () => Ok(()),
        }
    }
}

/// Reads the whole log. What is added meanwhile is left out.
pub async fn verify(store: &Store, kept: Option<&str>) -> Result<std::result::Result<Verified, Broken>> {
    let noted = store.end_of_acts().await?;
    let mut chain = Chain::default();
    let mut has_kept = kept.map(|_| false);
    let mut after = 0;
    'all: loop {
        let acts = group(store, after).await?;
        let Some(last) = acts.last() else { break };
        after = last.id;
        for act in &acts {
            if act.link.as_ref().is_some_and(|link| link.number > noted.number) && chain.end == noted {
                break 'all;
            }
            if let Err(broken) = chain.add(act) {
                return Ok(Err(broken));
            }
            if kept.is_some_and(|kept| kept.eq_ignore_ascii_case(&chain.end.hash)) {
                has_kept = Some(true);
            }
        }
    }
    let Chain { end, unchained } = match chain.close(&noted) {
        Ok(()) => chain,
        Err(broken) => return Ok(Err(broken)),
    };
    Ok(Ok(Verified { end, unchained, has_kept }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;

    fn chained(count: i64) -> Vec<ActRecord> {
        let mut before = String::new();
        let one = |number: i64| {
            let mut act = ActRecord {
                id: number + 10,
                at: Moment(number),
                user_id: Some("a".into()),
                name: "Olga".into(),
                act: "close".into(),
                subject: format!("delivery:{number}"),
                reason: "spam".into(),
                link: None,
            };
            before = hash(&before, number, &act);
            act.link = Some(ChainLink { number, hash: before.clone() });
            act
        };
        (1..=count).map(one).collect()
    }

    fn followed(acts: &[ActRecord], noted: &ChainLink) -> std::result::Result<u64, Broken> {
        let mut chain = Chain::default();
        acts.iter().try_for_each(|act| chain.add(act))?;
        chain.close(noted)?;
        Ok(chain.unchained)
    }

    #[test]
    fn a_chain_is_whole_or_says_where_it_is_not() {
        let whole = chained(5);
        let noted = whole[4].link.clone().unwrap();
        assert_eq!(followed(&whole, &noted), Ok(0));

        let mut changed = whole.clone();
        changed[2].reason = "no reason".into();
        assert_eq!(followed(&changed, &noted), Err(Broken::Changed { number: 3 }));

        let removed: Vec<_> = whole.iter().filter(|act| act.id != 13).cloned().collect();
        assert_eq!(followed(&removed, &noted), Err(Broken::Missing { number: 3 }));

        let mut swapped = whole.clone();
        swapped.swap(1, 2);
        assert_eq!(followed(&swapped, &noted), Err(Broken::Missing { number: 2 }));

        let mut slipped_in = whole.clone();
        slipped_in[3].link = None;
        assert_eq!(followed(&slipped_in, &noted), Err(Broken::SlippedIn { row: 14 }));

        assert_eq!(followed(&whole[..4], &noted), Err(Broken::CutOff { found: 4, noted: 5 }));
        assert_eq!(followed(&[], &noted), Err(Broken::CutOff { found: 0, noted: 5 }));

        // Written anew from the third act on, with its own end noted elsewhere.
        let mut anew = chained(5);
        anew[2].reason = "another".into();
        for place in 2..5 {
            let before = anew[place - 1].link.clone().unwrap().hash;
            let number = i64::try_from(place).unwrap() + 1;
            anew[place].link = Some(ChainLink { number, hash: hash(&before, number, &anew[place]) });
        }
        assert_eq!(followed(&anew, &noted), Err(Broken::Changed { number: 5 }));
    }

    #[test]
    fn acts_from_before_the_chain_are_counted() {
        let mut acts = chained(2);
        let old = ActRecord { id: 1, link: None, ..acts[0].clone() };
        acts.insert(0, old);
        assert_eq!(followed(&acts, &acts[2].link.clone().unwrap()), Ok(1));
        assert_eq!(followed(&[], &ChainLink::default()), Ok(0));
    }
}
