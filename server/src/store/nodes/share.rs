//! Which node processes an arrival, so that no two wait for each other's feeds: notifications of one card go to one node.
//!
//! It is a hint, and nodes need not agree: whoever processes an arrival claims it first, and one that its node does not process is
//! anybody's after a while (docs/adr/0024-several-nodes.md).

use crate::clock::Moment;
use crate::store::{Engine, Result, Store};
use domain::ids::CardRef;
use sha2::{Digest as _, Sha256};
use std::sync::{Arc, PoisonError, RwLock};

/// Nodes among which arrivals are shared.
const MOST: i64 = 64;

/// The nodes that are there, as far as this one knows. None at first: then each processes what it has stored.
#[derive(Default)]
pub(in crate::store) struct Shares(RwLock<Arc<[String]>>);

impl Shares {
    pub(in crate::store) fn now(&self) -> Arc<[String]> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn are_now(&self, nodes: Vec<String>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = nodes.into();
    }
}

/// Whose the notifications of this card are. Where a node comes or goes, only those that become or were its own move (rendezvous
/// hashing).
pub(in crate::store) fn node_of<'n>(nodes: &'n [String], card: &CardRef) -> Option<&'n str> {
    nodes
        .iter()
        .max_by_key(|node| Sha256::new_with_prefix(card.as_str()).chain_update("@").chain_update(node).finalize())
        .map(String::as_str)
}

impl Store {
    /// Shares arrivals, from now on, among the nodes that have been seen since this moment and are not about to end.
    pub async fn share_among_nodes(&self, since: Moment) -> Result<()> {
        if self.inner.engine == Engine::Sqlite {
            return Ok(());
        }
        let nodes = self.nodes(MOST).await?.into_iter().filter(|node| node.seen_at >= since && !node.draining);
        self.inner.shares.are_now(nodes.map(|node| node.id).collect());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(nodes: &[&str]) -> Vec<String> {
        let nodes: Vec<String> = nodes.iter().map(|&node| node.to_owned()).collect();
        let cards = (0..900).map(|n| CardRef::parse(format!("{n:032}")).unwrap());
        cards.map(|card| node_of(&nodes, &card).unwrap().to_owned()).collect()
    }

    #[test]
    fn cards_are_shared_evenly_and_in_whatever_order_nodes_are_known() {
        let three = shares(&["a", "b", "c"]);
        assert_eq!(three, shares(&["c", "a", "b"]));
        for node in ["a", "b", "c"] {
            let own = three.iter().filter(|&owner| owner == node).count();
            assert!((240..360).contains(&own), "{node}: {own} of 900");
        }
    }

    #[test]
    fn who_leaves_takes_nobody_elses_cards_along() {
        let (three, two) = (shares(&["a", "b", "c"]), shares(&["a", "c"]));
        assert!(three.iter().zip(&two).all(|(before, after)| before == "b" || before == after));
        assert_eq!(node_of(&[], &CardRef::parse(format!("{:032}", 1)).unwrap()), None);
    }
}
